"""Start each stage when what it needs is there, and seal its record at the end."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from workbench.record import STAGE_FOLDER, seal
from workbench.runner.plan import Plan
from workbench.runner.processes import end_group, end_politely, private_folder
from workbench.runner.stage import Job
from workbench.runner.state import CRASHED, RUNNING, now
from workbench.settings import places
from workbench.storage import sha256_of, write_atomically

_GLANCE_SECONDS = 0.03
_GRACE_SECONDS = 30
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


class Schedule:
    """The stages of a plan at work.

    Parameters
    ----------
    plan
        What was decided.
    state
        The run's state; each stage's entry is kept up to date here.
    jobs
        Most stages at work at the same time [processes].
    """

    def __init__(self, plan: Plan, state: dict[str, Any], jobs: int) -> None:
        self.plan, self.stages, self.jobs = plan, state["stages"], jobs
        self.at_work: dict[str, subprocess.Popen[bytes]] = {}
        self.deadline: dict[str, float] = {}
        self.kernel_folder: dict[str, str] = {}

    def run(self) -> Iterator[str]:
        """Work until nothing is left, yielding each stage whose state has changed.

        After a failure nothing new is started; what is at work comes to its end.
        """
        while True:
            for name in self._ready():
                self._start(name)
                yield name
            if not self.at_work:
                return
            time.sleep(_GLANCE_SECONDS)
            for name in [n for n, p in self.at_work.items() if self._over(n, p)]:
                self._end(name, self.at_work.pop(name))
                yield name

    def stop(self) -> None:
        """End every child, politely first, with all that descends from it."""
        for process in self.at_work.values():
            if process.poll() is None:
                process.terminate()
        for name, process in self.at_work.items():
            end_politely(process)
            shutil.rmtree(self.kernel_folder[name], ignore_errors=True)

    def _ready(self) -> list[str]:
        if any(self.stages[n]["state"] in ("failed", CRASHED) for n in self.stages):
            return []
        ready = [
            name
            for name in self.plan.chosen
            if self.stages[name]["state"] == "waiting"
            and all(
                self.stages[need]["state"] in ("run", "reused")
                for need in self.plan.stages[name].needs
            )
        ]
        return ready[: self.jobs - len(self.at_work)]

    def _start(self, name: str) -> None:
        folder = self.plan.folder / name
        if folder.exists():
            shutil.rmtree(folder)
        folder.mkdir(parents=True)
        job = self._job(name, folder)
        self.kernel_folder[name] = job.kernel_folder
        job.source.write_bytes(self.plan.stages[name].notebook.source)
        file = folder / "job.json"
        write_atomically(file, json.dumps(asdict(job), indent=1, ensure_ascii=False))
        with (folder / "stage.log").open("wb") as log:
            self.at_work[name] = subprocess.Popen(
                [sys.executable, "-m", "workbench.runner.stage", str(file)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=_environment(folder),
                start_new_session=True,
            )
        limit = self.plan.spec.stage_seconds + _GRACE_SECONDS
        self.deadline[name] = time.monotonic() + limit
        self.stages[name] |= {"state": RUNNING, "started_at": now()}

    def _job(self, name: str, folder: Path) -> Job:
        stage, spec = self.plan.stages[name], self.plan.spec
        return Job(
            notebook=stage.notebook.name,
            folder=str(folder),
            parameters=self.plan.injected(name),
            working_folder=str(stage.notebook.path.parent),
            kernel_folder=private_folder(),
            cell_seconds=spec.cell_seconds,
            stage_seconds=spec.stage_seconds,
            parent=os.getpid(),
        )

    def _over(self, name: str, process: subprocess.Popen[bytes]) -> bool:
        if process.poll() is None and time.monotonic() > self.deadline[name]:
            end_politely(process)
        return process.poll() is not None

    def _end(self, name: str, process: subprocess.Popen[bytes]) -> None:
        end_group(process.pid)
        shutil.rmtree(self.kernel_folder[name], ignore_errors=True)
        folder, stage = self.plan.folder / name, self.plan.stages[name]
        done = _read(folder / "stage.json")
        if process.returncode == 0 and done:
            seal(
                folder,
                state="done",
                key=stage.key,
                run=self.plan.name,
                experiment=self.plan.spec.name,
                seconds=done["seconds"],
                executed_sha256=sha256_of(folder / "executed.ipynb"),
            )
            self.stages[name] |= {"state": "run", "seconds": done["seconds"]}
            return
        failure = _read(folder / "failed.json") or _silent_end(name, process, folder)
        chosen = {n: failure[n] for n in ("state", "message") if n in failure}
        self.stages[name] |= chosen


def _environment(folder: Path) -> dict[str, str]:
    """Return a stage's environment: the same places, and results free of threads."""
    threads = {name: "1" for name in _ONE_THREAD if name not in os.environ}
    given = {STAGE_FOLDER: str(folder)}
    return os.environ | places().as_environment() | threads | given


def _silent_end(
    name: str, process: subprocess.Popen[bytes], folder: Path
) -> dict[str, Any]:
    code = process.returncode
    how = f"signal {-code}" if code < 0 else f"exit code {code}"
    lines = (folder / "stage.log").read_text(errors="replace").strip().splitlines()
    last = f": {lines[-1]}" if lines else ""
    message = f"stage {name}: its process ended with {how}{last} (see its stage.log)"
    failure = {"state": CRASHED, "message": message}
    write_atomically(folder / "failed.json", json.dumps(failure, indent=1) + "\n")
    return failure


def _read(file: Path) -> dict[str, Any] | None:
    if not file.is_file():
        return None
    return json.loads(file.read_text(encoding="utf-8"))
