"""One notebook in one process: a job file comes in, an executed notebook goes out.

``python -m workbench.runner.stage JOB.json`` leaves ``executed.ipynb``, ``report.html``
and ``stage.json``, or ``failed.json`` with cell and cause. Papermill alone never
proves success: only the notebook's own ``run.finish`` does.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from workbench.runner.processes import die_with_parent
from workbench.storage import write_atomically

_LONGEST_CAUSE = 600


@dataclass(frozen=True)
class Job:
    """What a stage's process is told."""

    notebook: str
    folder: str
    parameters: dict[str, Any]
    working_folder: str
    kernel_folder: str
    cell_seconds: int
    stage_seconds: int
    parent: int

    @property
    def source(self) -> Path:
        """The notebook as it was when the run was planned."""
        return Path(self.folder) / "source.ipynb"


@dataclass(frozen=True)
class Failure:
    """Why a stage did not come to its end."""

    state: str
    notebook: str
    cause: str
    cell: int | None = None
    line: str = ""

    def __str__(self) -> str:
        """Name notebook, cell and cause in one line."""
        place = f", cell {self.cell} ({self.line})" if self.cell is not None else ""
        return f"notebook {self.notebook}{place}: {self.cause}"


class Execution:
    """A notebook at work: knows its cell and its deadline."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.folder = Path(job.folder)
        self.unfinished = self.folder / "executing.ipynb"
        self.index: int | None = None
        self.expired = False

    def run(self) -> Failure | None:
        """Execute, keep the notebook as HTML too, and say what went wrong."""
        failure = self._execute()
        if failure is None and not (self.folder / "result.json").is_file():
            failure = self._failure(
                "failed", "it ended without run.finish(…), so nothing is proven"
            )
        if failure is not None and failure.state == "crashed":
            _mark(self.unfinished, self.index, failure)
        if self.unfinished.is_file():
            os.replace(self.unfinished, self.folder / "executed.ipynb")
            _write_html(self.folder, self.job.notebook)
        return failure

    def _execute(self) -> Failure | None:
        from nbclient.exceptions import CellTimeoutError, DeadKernelError
        from papermill.exceptions import PapermillExecutionError

        try:
            self._papermill()
        except PapermillExecutionError as error:
            return self._failed_cell(error)
        except CellTimeoutError:
            limit = f"the cell took longer than {self.job.cell_seconds} seconds"
            return self._failure("crashed", limit)
        except (DeadKernelError, RuntimeError) as error:
            if self.expired:
                limit = f"it took longer than {self.job.stage_seconds} seconds"
                return self._failure("crashed", limit)
            if isinstance(error, RuntimeError) and "died" not in str(error).lower():
                raise
            return self._failure(
                "crashed", "the kernel died: killed from outside, or out of memory"
            )
        return None

    def _papermill(self) -> None:
        import papermill

        from workbench.runner.kernel import StageKernel, kernel_in

        with kernel_in(Path(self.job.kernel_folder)):
            signal.signal(signal.SIGALRM, self._too_late)
            signal.alarm(self.job.stage_seconds)
            papermill.execute_notebook(
                self.job.source,
                self.unfinished,
                parameters=self.job.parameters,
                kernel_name="python3",
                language="python",
                progress_bar=False,
                cwd=self.job.working_folder,
                start_timeout=120,
                execution_timeout=self.job.cell_seconds,
                kernel_manager_class=StageKernel,
                shutdown_kernel="immediate",
                on_cell_execute=self._note,
            )
            signal.alarm(0)

    def _note(self, cell: Any, cell_index: int) -> None:
        self.index = cell_index

    def _too_late(self, number: int, frame: FrameType | None) -> None:
        from workbench.runner.kernel import end_kernel

        self.expired = True
        end_kernel()

    def _failed_cell(self, error: Any) -> Failure:
        cause = f"{error.ename}: {error.evalue}"
        return Failure(
            "failed",
            self.job.notebook,
            _one_line(cause),
            error.exec_count,
            _first_line(error.source),
        )

    def _failure(self, state: str, cause: str) -> Failure:
        """Name the cell that was at work when nobody else can."""
        if self.index is None or not self.unfinished.is_file():
            return Failure(state, self.job.notebook, cause)
        cells = json.loads(self.unfinished.read_text(encoding="utf-8"))["cells"]
        upto = cells[: self.index + 1]
        count = sum(c["cell_type"] == "code" and bool(c["source"]) for c in upto)
        line = _first_line("".join(upto[-1]["source"]))
        return Failure(state, self.job.notebook, cause, count, line)


def main(job_file: str) -> int:
    """Run one job; return 0 only when the notebook came to its end."""
    job = Job(**json.loads(Path(job_file).read_text(encoding="utf-8")))
    signal.signal(signal.SIGTERM, _stopping(job))
    die_with_parent(job.parent, signal.SIGTERM)
    skip_address_grammar()
    started = time.monotonic()
    failure = Execution(job).run()
    seconds = round(time.monotonic() - started, 3)
    folder = Path(job.folder)
    if failure is None:
        write_atomically(folder / "stage.json", json.dumps({"seconds": seconds}) + "\n")
        return 0
    content = {**asdict(failure), "message": str(failure), "seconds": seconds}
    text = json.dumps(content, indent=1, ensure_ascii=False)
    write_atomically(folder / "failed.json", text + "\n")
    return 1


def skip_address_grammar() -> None:
    """Spare each stage 1.4 s: the grammar of web addresses that jsonschema builds.

    Only its check of IRIs wants it, and it does without where the package is missing;
    a notebook's schema has no IRI.
    """
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]


def _stopping(job: Job) -> Callable[[int, FrameType | None], None]:
    """Return what to do when the runner is gone, or wants to stop."""

    def stop(number: int, frame: FrameType | None) -> None:
        if "workbench.runner.kernel" in sys.modules:
            from workbench.runner.kernel import end_kernel

            end_kernel()
        shutil.rmtree(job.kernel_folder, ignore_errors=True)
        os._exit(128 + number)

    return stop


def _write_html(folder: Path, name: str) -> None:
    """Keep the executed notebook as one page that asks no other machine."""
    from nbconvert.exporters.html import HTMLExporter

    exporter = HTMLExporter(
        mathjax_url="",
        require_js_url="",
        jquery_url="",
        mermaid_js_url="",
        mermaid_layout_elk_js_url="",
    )
    with (folder / "executed.ipynb").open(encoding="utf-8") as file:
        page, _ = exporter.from_file(file, resources={"metadata": {"name": name}})
    write_atomically(folder / "report.html", page)


def _mark(file: Path, index: int | None, failure: Failure) -> None:
    """Show in the notebook which cell the kernel died in; papermill shows none."""
    if index is None or not file.is_file():
        return
    notebook = json.loads(file.read_text(encoding="utf-8"))
    for later in notebook["cells"][index:]:
        later["metadata"].setdefault("papermill", {})["status"] = "pending"
    cell = notebook["cells"][index]
    cell["metadata"]["papermill"] |= {"status": "failed", "exception": True}
    error = {
        "output_type": "error",
        "ename": "KernelDied",
        "evalue": failure.cause,
        "traceback": [f"Execution ended here: {failure.cause}"],
    }
    cell["outputs"] = [*cell.get("outputs", []), error]
    write_atomically(file, json.dumps(notebook, indent=1, ensure_ascii=False) + "\n")


def _one_line(text: str) -> str:
    joined = " ".join(text.split())
    return joined if len(joined) <= _LONGEST_CAUSE else f"{joined[:_LONGEST_CAUSE]}…"


def _first_line(source: str) -> str:
    lines = [line.strip() for line in source.splitlines() if line.strip()]
    code = [line for line in lines if not line.startswith("#")]
    line = (code or lines or [""])[0]
    return line if len(line) <= 60 else f"{line[:60]}…"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
