"""Run an experiment: each notebook once, in order of need, one process each.

A spec, a day and a store come in; a run folder with every stage's record goes out, and
MLflow gets a copy. The same command goes on where an earlier one stopped.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from types import FrameType
from typing import Any

from workbench.errors import (
    Cancelled,
    CellFailed,
    Refused,
    RunRefused,
    TrackingFailed,
)
from workbench.locking import held
from workbench.record import git_state
from workbench.runner.check import Override
from workbench.runner.plan import Plan, as_dict, make_plan
from workbench.runner.progress import Progress, shown_progress
from workbench.runner.reuse import find_complete, is_complete, take_over
from workbench.runner.schedule import Schedule
from workbench.runner.spec import Spec
from workbench.runner.state import (
    CANCELLED,
    CRASHED,
    DONE,
    FAILED,
    PARTIAL,
    RUNNING,
    end_crashed,
    mark_crashed,
    now,
    read_state,
    write_state,
)
from workbench.settings import places
from workbench.tracking import is_published


@dataclass(frozen=True)
class StageOutcome:
    """What became of one stage: run, reused, planned, failed, crashed or waiting."""

    name: str
    state: str
    key: str
    seconds: float = 0.0
    message: str = ""


@dataclass(frozen=True)
class RunOutcome:
    """What became of a run."""

    name: str
    folder: Path
    state: str
    key: str
    stages: tuple[StageOutcome, ...]
    seconds: float = 0.0

    def as_dict(self) -> dict[str, Any]:
        """Return it for ``--json``."""
        return {**asdict(self), "folder": str(self.folder)}


def run_experiment(
    spec: str | Path | Spec,
    as_of: str | date | None = None,
    data: str | None = None,
    overrides: Iterable[str | Override] = (),
    *,
    jobs: int = 2,
    only_stages: Sequence[str] = (),
    dry_run: bool = False,
    publish: bool = True,
) -> RunOutcome:
    """Run an experiment, or what is missing of it.

    Parameters
    ----------
    spec
        An experiment file, its bare name, or a checked `Spec`.
    as_of
        Last day a model may see [ISO date], or ``yesterday``.
    data
        A store's name or folder; the experiment's own by default.
    overrides
        Texts ``[stage.]name=value``.
    jobs
        Most notebooks at work at the same time [processes].
    only_stages
        Run these stages and what they need; by default all.
    dry_run
        Only say what would be run and what would be reused.
    publish
        Whether MLflow gets a copy.

    Raises
    ------
    UsageError
        For every wrong name, type, range or file, before anything starts.
    RunRefused
        If all that failed were refusals of a notebook, for want of data say.
    CellFailed
        Naming notebook, cell and cause; what was complete stays and is reused.
    Locked
        If the same run is at work in another process.
    Cancelled
        After Ctrl-C or SIGTERM, when all children are gone.
    TrackingFailed
        If the run is whole but MLflow did not take it.
    """
    plan = make_plan(
        spec, as_of=as_of, data=data, overrides=overrides, only_stages=only_stages
    )
    if dry_run:
        return _preview(plan)
    with stopping_on_signals(), held(plan.folder):
        mark_crashed(places().runs)
        return _Run(plan, jobs, publish).work()


class _Run:
    """One run at work; writes ``run.json`` at each step."""

    def __init__(self, plan: Plan, jobs: int, publish: bool) -> None:
        self.plan, self.jobs, self.publish = plan, max(1, jobs), publish
        self.started = time.monotonic()
        self.state = _first_state(plan, read_state(plan.folder))

    def work(self) -> RunOutcome:
        write_state(self.plan.folder, self.state)
        self._reuse()
        schedule = Schedule(self.plan, self.state, self.jobs)
        try:
            with shown_progress(len(self.plan.chosen)) as progress:
                self._go_on(schedule, progress)
        except KeyboardInterrupt as stop:
            schedule.stop()
            self._finish(CANCELLED)
            self._publish(strict=False)
            raise Cancelled(
                f"run {self.plan.name} was stopped; the same command goes on from here"
            ) from stop
        except BaseException:
            schedule.stop()
            self._finish(FAILED)
            raise
        return self._end()

    def _go_on(self, schedule: Schedule, progress: Progress) -> None:
        for name in schedule.run():
            stage = self.state["stages"][name]
            progress(name, stage["state"])
            write_state(self.plan.folder, self.state)

    def _end(self) -> RunOutcome:
        failed = [s for s in self._chosen() if s["state"] not in ("run", "reused")]
        broken = [s for s in failed if "message" in s]
        crashed = any(s["state"] == CRASHED for s in failed)
        ended = DONE if self.plan.whole else PARTIAL
        self._finish(CRASHED if crashed else FAILED if failed else ended)
        self._publish(strict=not failed)
        if broken:
            words = "; ".join(s["message"] for s in broken)
            refused = all(_is_refusal(s["message"]) for s in broken)
            raise RunRefused(words) if refused else CellFailed(words)
        return self._outcome()

    def _chosen(self) -> list[dict[str, Any]]:
        return [self.state["stages"][name] for name in self.plan.chosen]

    def _reuse(self) -> None:
        for name in self.plan.chosen:
            stage, here = self.plan.stages[name], self.plan.folder / name
            if not is_complete(here, stage.key):
                found = find_complete(places().runs, name, stage.key)
                if found is None:
                    continue
                take_over(found, here)
            self.state["stages"][name]["state"] = "reused"

    def _finish(self, state: str) -> None:
        for stage in self.state["stages"].values():
            if stage["state"] == RUNNING:
                stage["state"] = state
        self.state |= {"state": state, "finished_at": now()}
        write_state(self.plan.folder, self.state)

    def _publish(self, strict: bool) -> None:
        if not self.publish or is_published(self.plan.folder):
            return
        answer = subprocess.run(
            [sys.executable, "-m", "workbench.tracking", str(self.plan.folder)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        if answer.returncode and strict:
            lines = answer.stderr.strip().splitlines() or ["no reason given"]
            raise TrackingFailed(
                f"run {self.plan.name} is whole in {self.plan.folder}, but MLflow did "
                f"not take it: {lines[-1]}. The same command publishes what is missing."
            )

    def _outcome(self) -> RunOutcome:
        stages = tuple(
            StageOutcome(
                name,
                self.state["stages"][name]["state"],
                self.plan.stages[name].key,
                self.state["stages"][name].get("seconds", 0.0),
                _not_accepted(self.plan.folder / name),
            )
            for name in self.plan.chosen
        )
        seconds = round(time.monotonic() - self.started, 1)
        plan = self.plan
        return RunOutcome(
            plan.name, plan.folder, self.state["state"], plan.key, stages, seconds
        )


def _not_accepted(stage: Path) -> str:
    """Return what a stage says that did not meet its own limits, else nothing."""
    record = json.loads((stage / "record.json").read_text(encoding="utf-8"))
    return "" if record.get("accepted") else f"not accepted: {record.get('verdict')}"


@contextmanager
def stopping_on_signals() -> Iterator[None]:
    """Treat SIGTERM as Ctrl-C, so that both end the children first."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _is_refusal(message: str) -> bool:
    """Whether a cell ended in one of the refusals, ``…: UnfitData: …``."""
    return any(f": {cls.__name__}: " in message for cls in Refused.__subclasses__())


def _first_state(plan: Plan, before: dict[str, Any] | None) -> dict[str, Any]:
    """Return the state at the start, with what earlier attempts came to."""
    attempts = list(before["attempts"]) if before else []
    if before and before["state"] not in (DONE, PARTIAL):
        ended = end_crashed(before) if before["state"] == RUNNING else before
        kept = ("state", "pid", "started_at", "finished_at")
        attempts.append({name: ended.get(name) for name in kept})
    return {
        "name": plan.name,
        "experiment": plan.spec.name,
        "why": plan.spec.why,
        "state": RUNNING,
        "as_of": plan.as_of,
        "data": as_dict(plan.data),
        "key": plan.key,
        "pid": os.getpid(),
        "started_at": now(),
        "finished_at": None,
        "git": git_state(places().root),
        "spec": plan.spec.model_dump(),
        "stages": {name: _stage_state(plan, name) for name in plan.stages},
        "attempts": attempts,
    }


def _stage_state(plan: Plan, name: str) -> dict[str, Any]:
    stage = plan.stages[name]
    return {
        "state": "waiting" if name in plan.chosen else "not chosen",
        "key": stage.key,
        "notebook": stage.notebook.name,
        "needs": list(stage.needs),
        "parameters": stage.params.model_dump() | plan.injected(name),
    }


def _preview(plan: Plan) -> RunOutcome:
    stages = []
    for name in plan.chosen:
        key = plan.stages[name].key
        found = find_complete(places().runs, name, key)
        state = "would reuse" if found else "would run"
        stages.append(StageOutcome(name, state, key))
    return RunOutcome(plan.name, plan.folder, "planned", plan.key, tuple(stages))
