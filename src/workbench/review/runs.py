"""A run's folder as a reviewer reads it, and one run beside another."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from workbench.errors import MissingInputs, UnknownName
from workbench.review.compare import compare_metrics
from workbench.review.stages import StageView, metrics_frame, open_stage
from workbench.settings import places

if TYPE_CHECKING:
    from workbench.review.champions import Champion


@dataclass(frozen=True)
class RunView:
    """A run and its complete stages. Make one with ``load_run``."""

    folder: Path
    state: dict[str, Any]
    stages: dict[str, StageView]

    @property
    def name(self) -> str:
        """The run's name."""
        return self.folder.name

    @property
    def is_complete(self) -> bool:
        """Whether every stage came to its end."""
        return self.state.get("state") == "done"

    @property
    def metrics(self) -> pd.DataFrame:
        """The metrics of all stages, one row each, with unit and direction."""
        return metrics_frame({n: stage.measured for n, stage in self.stages.items()})

    @property
    def figures(self) -> dict[str, Path]:
        """The pictures, by ``stage/name``."""
        return self._all("figures")

    @property
    def tables(self) -> dict[str, Path]:
        """The kept tables, by ``stage/name``."""
        return self._all("tables")

    @property
    def models(self) -> dict[str, Path]:
        """The fitted models' files, by ``stage/name``."""
        return self._all("models")

    def stage(self, name: str) -> StageView:
        """Return one stage.

        Raises
        ------
        UnknownName
            If the run has no complete stage of this name.
        """
        if name not in self.stages:
            raise UnknownName(f"complete stage in run {self.name}", name, self.stages)
        return self.stages[name]

    def of_notebook(self, notebook: str) -> list[StageView]:
        """Return the stages that ran a notebook, in the run's order."""
        return [s for s in self.stages.values() if s.notebook == notebook]

    def compare(
        self, other: RunView | Champion, replicates: int = 1000, seed: int = 0
    ) -> pd.DataFrame:
        """Return this run's metrics beside another's, or the champion's.

        Parameters
        ----------
        other
            Another run, or ``champion()``.
        replicates, seed
            Of the paired intervals, where both kept the same hold-out.

        Returns
        -------
        pandas.DataFrame
            One row per stage and metric that both have: value, other, difference, its
            95 % interval where it is paired, and ``reading`` in words.
        """
        return compare_metrics(self, other, replicates, seed)

    def _all(self, kind: str) -> dict[str, Path]:
        return {
            f"{stage.name}/{name}": path
            for stage in self.stages.values()
            for name, path in getattr(stage, kind).items()
        }


def load_run(run: str | Path, notebook: str | None = None) -> RunView:
    """Return a run by its name or its folder.

    A run by hand has no ``run.json``; its one stage is shown all the same. The name
    ``newest`` stands for the run that was started last, if it came to its end.

    Parameters
    ----------
    run
        Name or folder, or ``newest``.
    notebook
        The newest run is that of the runs with a stage of this notebook; None for all.

    Raises
    ------
    UnknownName
        If there is no such run.
    MissingInputs
        If the newest run did not come to its end.
    """
    folder = _newest(notebook) if run == "newest" else Path(run)
    if len(folder.parts) == 1:
        folder = places().runs / folder
    if not folder.is_dir():
        known = [path.name for path in places().runs.glob("*/")]
        raise UnknownName("run", str(run), known)
    file = folder / "run.json"
    state = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    found = [path.parent for path in sorted(folder.glob("*/record.json"))]
    stages = [open_stage(path) for path in found]
    done = {s.name: s for s in stages if s.record.get("state", "done") == "done"}
    return RunView(folder, state, done)


def _newest(notebook: str | None) -> Path:
    """Return the run that was started last; one that failed hides no older one."""
    found = []
    for file in places().runs.glob("*/run.json"):
        state = json.loads(file.read_text(encoding="utf-8"))
        if notebook is None or notebook in _notebooks(state):
            started = state.get("started_at") or ""
            found.append((started, file.parent, state.get("state")))
    if not found:
        having = f" with a stage of {notebook}" if notebook else ""
        raise MissingInputs(
            f"no run{having} in {places().runs}. Make one: "
            "workbench run experiments/demo.yaml --as-of DATE"
        )
    _, folder, state = max(found)
    if state != "done":
        raise MissingInputs(
            f"the newest run, {folder.name}, is {state}, expected done. Complete it "
            "with the same `workbench run`, or name the run that you mean."
        )
    return folder


def _notebooks(state: dict[str, Any]) -> set[str]:
    """Return the notebooks that a run has stages of, whatever became of them."""
    return {str(stage["notebook"]) for stage in state.get("stages", {}).values()}
