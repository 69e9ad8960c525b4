"""Decide a whole run before anything starts: data, day, parameters, keys, folder."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from workbench.errors import BadParameter, UnknownName
from workbench.ingest import open_store
from workbench.parameters import Params
from workbench.promotion_days import calendar_file
from workbench.runner.check import (
    Override,
    check_inputs,
    given_values,
    naming,
    parse_override,
    resolve,
)
from workbench.runner.keys import run_key, stage_key
from workbench.runner.notebook import Notebook, read_notebook
from workbench.runner.spec import Spec, load_spec
from workbench.settings import places
from workbench.storage import sha256_of, sha256_of_parts
from workbench.window import parse_day, resolve_day


@dataclass(frozen=True)
class Data:
    """One version of a store, and the text by which a notebook opens the same one."""

    name: str
    version: str
    sha256: str
    account_sha256: str
    rows: int
    parameter: str


@dataclass(frozen=True)
class PlannedStage:
    """One notebook with everything it needs to run."""

    name: str
    notebook: Notebook
    params: Params
    injected: dict[str, Any]
    needs: tuple[str, ...]
    key: str


@dataclass(frozen=True)
class Plan:
    """A run that has been decided."""

    spec: Spec
    as_of: str
    data: Data
    stages: dict[str, PlannedStage]
    chosen: tuple[str, ...]
    key: str

    @property
    def name(self) -> str:
        """The run's name: experiment, day and the head of its key."""
        return f"{self.spec.name}-{self.as_of}-{self.key[:8]}"

    @property
    def folder(self) -> Path:
        """The run's folder."""
        return places().runs / self.name

    @property
    def whole(self) -> bool:
        """Whether every stage of the experiment is chosen."""
        return len(self.chosen) == len(self.stages)

    def injected(self, stage: str) -> dict[str, Any]:
        """Return what papermill injects into a stage's notebook."""
        planned = self.stages[stage]
        values = {**planned.injected, "as_of": self.as_of, "data": self.data.parameter}
        if "inputs" in planned.notebook.names:
            values["inputs"] = str(self.folder)
        return {n: values[n] for n in planned.notebook.names if n in values}


def make_plan(
    spec: str | Path | Spec,
    *,
    as_of: str | date | None = None,
    data: str | None = None,
    overrides: Iterable[str | Override] = (),
    only_stages: Sequence[str] = (),
) -> Plan:
    """Resolve and check everything; nothing is written.

    Parameters
    ----------
    spec
        An experiment file, its bare name, or a checked `Spec`.
    as_of
        Last day a model may see [ISO date], or ``yesterday``.
    data
        A store's name or folder, with ``@version`` for a certain version.
    overrides
        Texts ``[stage.]name=value``.
    only_stages
        Run these stages and what they need; by default all.

    Raises
    ------
    UsageError
        For every wrong name, type, range or file.
    StoreError
        If the store cannot be opened.
    LateData
        If its receipts do not reach to the day.
    """
    spec = spec if isinstance(spec, Spec) else load_spec(spec)
    wanted = as_of or spec.as_of
    if wanted is None:
        raise BadParameter(
            "no day: expected --as-of YYYY-MM-DD (or yesterday), or as_of in the "
            "experiment file"
        )
    day = resolve_day(wanted).isoformat()
    notebooks = {name: read_notebook(spec.notebook_of(name)) for name in spec.stages}
    asked = [parse_override(o) if isinstance(o, str) else o for o in overrides]
    given = given_values(spec, notebooks, asked)
    params = {s: _params(spec, s, notebooks[s], given[s], day) for s in spec.stages}
    chosen = _chosen(spec, only_stages)
    source = resolve_data(data or spec.data, parse_day(day))
    stages = _with_keys(spec, notebooks, params, given, day, source)
    key = run_key(stage.key for stage in stages.values())
    return Plan(spec, day, source, stages, chosen, key)


def resolve_data(name: str, as_of: date) -> Data:
    """Open a store, pin its version, and see that its receipts reach to the day."""
    store = open_store(name)
    store.require_reaches(as_of)
    return Data(
        name=store.name,
        version=store.version,
        sha256=store.sha256,
        account_sha256=sha256_of_parts(
            [json.dumps(store.sources, sort_keys=True), _calendar_sha256(store.home)]
        ),
        rows=store.rows,
        parameter=f"{store.name}@{store.version}",
    )


def _calendar_sha256(store: Path) -> str:
    """Return the hash of the calendar of promotion days, empty where there is none."""
    path = calendar_file(store)
    return sha256_of(path) if path else ""


def as_dict(data: Data) -> dict[str, Any]:
    """Return the data's identity for a run's state."""
    values = asdict(data)
    values.pop("parameter")
    return values


def _params(
    spec: Spec, stage: str, notebook: Notebook, given: Mapping[str, Any], day: str
) -> Params:
    fixed = {"as_of": day, "data": spec.data}
    values = {**given, **{n: v for n, v in fixed.items() if n in notebook.names}}
    params = resolve(stage, notebook, values)
    check_inputs(spec, stage, params)
    return params


def _chosen(spec: Spec, only_stages: Sequence[str]) -> tuple[str, ...]:
    order = spec.in_order()
    if not only_stages:
        return order
    wanted = set(only_stages)
    for stage in only_stages:
        if stage not in spec.stages:
            raise UnknownName("stage", stage, spec.stages)
        wanted |= {*spec.upstream(stage)}
    return tuple(name for name in order if name in wanted)


def _with_keys(
    spec: Spec,
    notebooks: Mapping[str, Notebook],
    params: Mapping[str, Params],
    given: Mapping[str, Mapping[str, Any]],
    day: str,
    data: Data,
) -> dict[str, PlannedStage]:
    stages: dict[str, PlannedStage] = {}
    for name in spec.in_order():
        needs = tuple(spec.stages[name].needs)
        values = params[name].model_dump()
        with naming(name):
            key = stage_key(
                stage=name,
                notebook=notebooks[name],
                parameters=values,
                as_of=day,
                data_sha256=data.sha256 + data.account_sha256,
                upstream={need: stages[need].key for need in needs},
            )
        injected = {n: values[n] for n in given[name]}
        stages[name] = PlannedStage(
            name, notebooks[name], params[name], injected, needs, key
        )
    return stages
