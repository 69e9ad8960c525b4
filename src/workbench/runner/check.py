"""Give each stage its parameters, all of them checked before a kernel starts.

Defaults come from the notebook, then the experiment file, then ``-p`` on the command
line; day, data and inputs come from the runner alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from workbench.errors import BadParameter, BadSpec, UnknownName, UsageError
from workbench.parameters import SAME, Params
from workbench.runner.notebook import Notebook
from workbench.runner.spec import Spec
from workbench.yaml_text import read_yaml

TIERS = "50_tiers"
PROPOSES = {"clv_stage": "20_clv", "churn_stage": "30_churn"}
RESERVED = {
    "as_of": "give the day with --as-of, or as_of in the experiment file",
    "data": "give the store with --data, or data in the experiment file",
    "inputs": "the runner gives the folder of its own run",
}


@dataclass(frozen=True)
class Override:
    """One ``-p [stage.]name=value`` of the command line."""

    name: str
    value: Any
    stage: str | None = None


def parse_override(text: str) -> Override:
    """Read one override; the value is a YAML scalar or list, days stay text.

    Examples
    --------
    >>> parse_override("20_clv.penalizer=0.1")
    Override(name='penalizer', value=0.1, stage='20_clv')
    """
    address, equals, value = text.partition("=")
    stage, _, name = address.strip().rpartition(".")
    if not equals or not name:
        raise BadParameter(f"-p takes name=value or stage.name=value, found '{text}'")
    try:
        return Override(name, read_yaml(value, f"-p {address}"), stage or None)
    except BadSpec as error:
        raise BadParameter(str(error)) from error


def given_values(
    spec: Spec, notebooks: Mapping[str, Notebook], overrides: Iterable[Override]
) -> dict[str, dict[str, Any]]:
    """Return what differs from the notebook's defaults, by stage.

    Raises
    ------
    UnknownName
        For a stage or a name that nobody declares, with the nearest one.
    """
    given: dict[str, dict[str, Any]] = {}
    for stage, written in spec.stages.items():
        with naming(stage):
            _known(written.parameters, notebooks[stage].names)
        given[stage] = dict(written.parameters)
    for override in overrides:
        for stage in _stages_for(override, notebooks):
            given[stage][override.name] = override.value
    return given


def resolve(stage: str, notebook: Notebook, given: Mapping[str, Any]) -> Params:
    """Return all parameters of a stage, checked.

    Raises
    ------
    BadParameter
        Naming stage, parameter, what was expected and what was found.
    """
    with naming(stage):
        return notebook.checked_by(**{**notebook.defaults, **given})


def check_inputs(spec: Spec, stage: str, params: Params) -> None:
    """Refuse a stage that reads others without saying so in ``needs``."""
    values = params.model_dump()
    if "inputs" in values and not spec.stages[stage].needs:
        raise BadSpec(
            f"stage {stage} reads other stages: expected their names in its needs, "
            "found none"
        )
    upstream = spec.upstream(stage)
    if values.get("policy") == SAME and TIERS not in map(spec.notebook_of, upstream):
        raise BadSpec(
            f"stage {stage} judges the policy of {TIERS}: expected a stage of it in "
            "its needs, found none. Add it there, or name a policy in its parameters"
        )
    for name, value in values.items():
        if name.endswith("_stage") and value not in upstream:
            with naming(stage):
                raise UnknownName(f"stage for {name}", value, upstream)
        if name in PROPOSES and spec.notebook_of(value) != PROPOSES[name]:
            with naming(stage):
                raise BadParameter(
                    f"{name} must be a stage of notebook {PROPOSES[name]}, found "
                    f"'{value}', a stage of {spec.notebook_of(value)}"
                )


@contextmanager
def naming(stage: str) -> Iterator[None]:
    """Name the stage in whatever is refused inside."""
    try:
        yield
    except UsageError as error:
        error.args = (f"stage {stage}: {error}",)
        raise


def _stages_for(override: Override, notebooks: Mapping[str, Notebook]) -> Sequence[str]:
    _refuse_reserved([override.name])
    if override.stage is None:
        takers = [s for s, n in notebooks.items() if override.name in n.names]
        if not takers:
            declared = {name for n in notebooks.values() for name in n.names}
            raise UnknownName("parameter", override.name, declared - {*RESERVED})
        return takers
    if override.stage not in notebooks:
        raise UnknownName("stage", override.stage, notebooks)
    with naming(override.stage):
        _known([override.name], notebooks[override.stage].names)
    return [override.stage]


def _known(names: Iterable[str], declared: Sequence[str]) -> None:
    _refuse_reserved(names)
    for name in names:
        if name not in declared:
            raise UnknownName("parameter", name, {*declared} - {*RESERVED})


def _refuse_reserved(names: Iterable[str]) -> None:
    for name in names:
        if name in RESERVED:
            raise BadParameter(f"parameter '{name}' is not set here: {RESERVED[name]}")
