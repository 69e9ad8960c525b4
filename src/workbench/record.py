"""The record of a run: a notebook hands in what it found, a folder keeps it.

A stage's folder holds ``figures/``, ``tables/``, ``models/`` and, written last,
``record.json``: only a stage with that file is complete. Imports neither mlflow nor
papermill; by hand ``finish`` publishes the folder through a child process.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
import warnings
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pandas as pd

from workbench import __version__
from workbench.doubts import Doubt
from workbench.errors import (
    BadParameter,
    BadValues,
    MissingInputs,
    TrackingFailed,
    WorkbenchWarning,
)
from workbench.evaluation import Measured
from workbench.ingest import money_said, open_store
from workbench.parameters import SAME, Params
from workbench.settings import places
from workbench.storage import write_atomically

if TYPE_CHECKING:
    from matplotlib.figure import Figure

STAGE_FOLDER = "WORKBENCH_STAGE_FOLDER"
TIERS = "50_tiers"
_NAME = re.compile(r"[A-Za-z0-9_-]+\.(png|csv|parquet|json)")
_PACKAGES = ("numpy", "pandas", "scipy", "scikit-learn", "duckdb", "ibis-framework")


class Model(Protocol):
    """What can be kept in ``models/``: anything that writes itself as JSON."""

    def to_json(self) -> str:
        """Return the fitted numbers as JSON."""
        ...


@dataclass(frozen=True)
class Picture:
    """A figure as it was saved: what the notebook shows is what the record keeps."""

    path: Path

    def _repr_png_(self) -> bytes:
        return self.path.read_bytes()


@dataclass(frozen=True)
class Conclusion:
    """What a notebook says at its end: the verdict and what was learned."""

    accepted: bool
    verdict: str
    learned: list[str]

    def __repr__(self) -> str:
        head = f"{'Accepted' if self.accepted else 'Not accepted'}: {self.verdict}"
        return "\n".join([head, *(f"- {line}" for line in self.learned)])

    def _repr_markdown_(self) -> str:
        head = f"**{'Accepted' if self.accepted else 'Not accepted'}:** {self.verdict}"
        return "\n".join([head, "", *(f"- {line}" for line in self.learned)])


@dataclass
class Run:
    """One notebook at work; collects what it finds in its folder."""

    folder: Path
    started: dict[str, Any]
    files: list[dict[str, Any]] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)

    @property
    def by_hand(self) -> bool:
        """Whether no runner stands behind this run."""
        return self.started["by"] == "hand"

    def figure(self, name: str, figure: Figure) -> Picture:
        """Keep a figure and return what the notebook shows."""
        path = self._path("figures", f"{name}.png")
        figure.savefig(path, dpi=110)
        self._keep(path, "figure", published=True)
        return Picture(path)

    def summary(self, name: str, frame: pd.DataFrame) -> pd.DataFrame:
        """Keep a table of aggregates, which is published.

        Raises
        ------
        BadValues
            If the frame has a row for each customer.
        """
        if "customer_id" in [*frame.columns, *frame.index.names]:
            raise BadValues(
                f"summary '{name}' has a column customer_id: expected aggregates only. "
                "Keep it with run.customers(), which is not published."
            )
        path = self._path("tables", f"{name}.csv")
        frame.to_csv(path)
        self._keep(path, "summary", published=True)
        return frame

    def customers(self, name: str, frame: pd.DataFrame, each: str = "customer") -> str:
        """Keep a table that names customers: mode 0600, never published.

        Parameters
        ----------
        name
            Of the table.
        frame
            The table.
        each
            What has a row.
        """
        path = self._path("tables", f"{name}.parquet")
        write_atomically(path, frame.to_parquet(index=False), mode=0o600)
        self._keep(path, "customers", published=False)
        rows = "customers" if each == "customer" else f"rows, one per {each},"
        return f"{len(frame):,} {rows} kept in tables/{path.name}, not published"

    def model(self, name: str, model: Model) -> None:
        """Keep a fitted model as JSON."""
        path = self._path("models", f"{name}.json")
        path.write_text(model.to_json() + "\n", encoding="utf-8")
        self._keep(path, "model", published=True)

    def finish(
        self,
        *,
        metrics: dict[str, Measured],
        accepted: bool,
        verdict: str,
        learned: list[str],
        label: str = "",
    ) -> Conclusion:
        """Close the record: the only call that says the notebook came to its end.

        Parameters
        ----------
        metrics
            What was measured, by name.
        accepted
            Whether the limits stated before the result were met.
        verdict
            One sentence.
        learned
            The bullets of "What we learned".
        label
            The variant in the run's name, a model's name say.
        """
        result = {
            "metrics": {name: asdict(value) for name, value in metrics.items()},
            "accepted": bool(accepted),
            "verdict": verdict,
            "learned": learned,
            "label": label,
            "doubts": [doubt.as_dict() for doubt in sorted(set(self.doubts))],
            "files": self.files,
        }
        write_atomically(self.folder / "result.json", _dump(result))
        if self.by_hand:
            seal(self.folder, state="done")
            _publish(self.folder)
        return Conclusion(accepted, verdict, learned)

    def _path(self, folder: str, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise BadParameter(
                f"what is kept is named by letters, digits, _ and -, found '{name}'"
            )
        path = self.folder / folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def _keep(self, path: Path, kind: str, published: bool) -> None:
        entry = {
            "path": path.relative_to(self.folder).as_posix(),
            "kind": kind,
            "published": published,
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        }
        self.files = [f for f in self.files if f["path"] != entry["path"]] + [entry]

    def _listen(self) -> None:
        """Say our own warnings in the notebook's text, and note them in the record."""
        show = warnings.showwarning

        def note(message: Any, category: Any, *rest: Any, **more: Any) -> None:
            if not issubclass(category, WorkbenchWarning):
                show(message, category, *rest, **more)
                return
            self.doubts.append(Doubt.of(message, category))
            sys.stdout.write(f"Doubt: {message}\n")

        warnings.showwarning = note


def start(params: Params, notebook: str, question: str) -> Run:
    """Open the record of a notebook before any work is done, and say its money.

    Parameters
    ----------
    params
        The checked parameters.
    notebook
        The notebook's name without its ending, ``20_clv`` say.
    question
        The question in its heading.
    """
    store = open_store(params.data)
    given = os.environ.get(STAGE_FOLDER)
    folder = Path(given) if given else _folder_by_hand(notebook)
    folder.mkdir(parents=True, exist_ok=True)
    started = {
        "notebook": notebook,
        "stage": folder.name,
        "question": question,
        "by": "runner" if given else "hand",
        "started_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "parameters": params.model_dump(),
        "as_of": params.as_of,
        "seed": params.seed,
        "data": store.identity | {"rows": store.rows},
        "money": money_said(store),
        "git": git_state(places().root),
        "packages": _packages(),
    }
    write_atomically(folder / "started.json", _dump(started))
    run = Run(folder, started)
    run._listen()
    sys.stdout.write(f"{started['money']}\n")
    return run


def seal(folder: Path, **extra: Any) -> dict[str, Any]:
    """Write ``record.json`` from what the notebook left, and with it end the stage."""
    record: dict[str, Any] = {}
    for part in ("started.json", "result.json"):
        file = folder / part
        if file.exists():
            record |= json.loads(file.read_text(encoding="utf-8"))
    record |= extra
    record["finished_at"] = datetime.now(UTC).isoformat(timespec="seconds")
    write_atomically(folder / "record.json", _dump(record))
    return record


def inputs(where: str, params: Params, *notebooks: str) -> Path:
    """Return the run folder that holds the upstream stages.

    Parameters
    ----------
    where
        A run's folder (the runner gives it), or ``newest``: the newest complete run
        on the same data and day.
    notebooks
        Which of them that run must have run.

    Raises
    ------
    MissingInputs
        If there is none; the message names the command that makes one.
    """
    if where != "newest":
        if not Path(where).is_dir():
            raise MissingInputs(
                f"inputs must be a run's folder or newest, found no folder {where}"
            )
        return Path(where)
    store = open_store(params.data)
    for state_file in sorted(
        places().runs.glob("*/run.json"), key=lambda f: -f.stat().st_mtime_ns
    ):
        state = json.loads(state_file.read_text(encoding="utf-8"))
        if (
            state.get("state") == "done"
            and state["as_of"] == params.as_of
            and state["data"]["sha256"] == store.sha256
            and {*notebooks} <= _notebooks(state)
        ):
            return state_file.parent
    of = f" of {', '.join(notebooks)}" if notebooks else ""
    spec = "demo"
    if "41_sweep" in notebooks:
        spec = "churn/models" if "30_churn" in notebooks else "clv/models"
    raise MissingInputs(
        f"no complete run{of} on {store.name} as of {params.as_of} in "
        f"{places().runs}. Make one: workbench run experiments/{spec}.yaml "
        f"--data {store.name} --as-of {params.as_of}"
    )


def policy_name(where: Path, asked: str) -> str:
    """Return the policy that a notebook judges, by its name.

    Parameters
    ----------
    where
        The run folder that holds the upstream stages.
    asked
        A policy's name, or ``same``: the one whose tiers the run gives in 50_tiers.

    Raises
    ------
    MissingInputs
        If the run has no one stage of 50_tiers to take it from.
    """
    if asked != SAME:
        return asked
    records = [json.loads(f.read_text(encoding="utf-8")) for f in _records(where)]
    given = [r["parameters"] for r in records if r.get("notebook") == TIERS]
    found = sorted({str(one["policy"]) for one in given})
    if len(found) != 1:
        raise MissingInputs(
            f"policy = {SAME} takes the policy of 50_tiers, expected one in {where}, "
            f"found {', '.join(found) or 'no such stage'}. Name it: -p policy=NAME"
        )
    return found[0]


def _records(where: Path) -> list[Path]:
    return sorted(where.glob("*/record.json"))


def _notebooks(state: dict[str, Any]) -> set[str]:
    """Return the notebooks that a run has run."""
    return {stage["notebook"] for stage in state.get("stages", {}).values()}


def git_state(root: Path) -> dict[str, Any]:
    """Return ``commit`` and ``dirty``, which ignores the approval record."""

    def ask(*words: str) -> str | None:
        if shutil.which("git") is None:
            return None
        answer = subprocess.run(
            ["git", "-C", str(root), *words], capture_output=True, text=True
        )
        return answer.stdout.strip() if answer.returncode == 0 else None

    commit = ask("rev-parse", "HEAD")
    changed = ask("status", "--porcelain", "--", ".", ":!experiments/decisions")
    return {"commit": commit, "dirty": None if changed is None else bool(changed)}


def _folder_by_hand(notebook: str) -> Path:
    now = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
    return places().runs / f"hand-{now}-{os.getpid()}" / notebook


def _publish(folder: Path) -> None:
    """Hand the folder to MLflow in a child process: this kernel never imports it."""
    done = subprocess.run(
        [sys.executable, "-m", "workbench.tracking", str(folder)],
        capture_output=True,
        text=True,
    )
    if done.returncode:
        said = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        raise TrackingFailed(
            f"{folder} is whole, but MLflow did not take it: {said[-1]}. Try again: "
            f"python -m workbench.tracking {folder}"
        )


def _packages() -> dict[str, str]:
    versions = {name: importlib.metadata.version(name) for name in _PACKAGES}
    return {"workbench": __version__, "python": sys.version.split()[0], **versions}


def _dump(value: dict[str, Any]) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
