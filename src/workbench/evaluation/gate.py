"""The gate: limits from YAML and measured differences in, a verdict in words out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from workbench.errors import BadSpec, UnknownName
from workbench.evaluation.measured import Measured
from workbench.yaml_text import read_yaml_file


class Limits(BaseModel):
    """What one model must show: names of paired differences against its baselines.

    ``must_beat``: the whole interval lies on the good side of 0.
    ``not_worse_than``: the interval does not lie wholly on the bad side of 0.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    notebook: str
    must_beat: Annotated[list[str], Field(min_length=1)]
    not_worse_than: list[str] = []


class Acceptance(BaseModel):
    """The limits of all models, and how long an approval holds [days]."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    version: Annotated[int, Field(ge=1)]
    valid_days: Annotated[int, Field(ge=1, le=3650)]
    models: Annotated[dict[str, Limits], Field(min_length=1)]

    def limits(self, model: str) -> Limits:
        """Return the limits of one model.

        Raises
        ------
        UnknownName
            If the file has none under this name.
        """
        if model not in self.models:
            raise UnknownName("model with acceptance limits", model, self.models)
        return self.models[model]


@dataclass(frozen=True)
class Check:
    """One limit and how it went."""

    name: str
    passed: bool
    words: str


@dataclass(frozen=True)
class Verdict:
    """All checks of one model; accepted only if each was passed."""

    accepted: bool
    checks: list[Check]

    @property
    def words(self) -> str:
        """The verdict in one sentence, failed checks first."""
        ordered = sorted(self.checks, key=lambda check: check.passed)
        return "; ".join(check.words for check in ordered)

    def unless_kept_back(self, confirms: bool) -> Verdict:
        """Return the verdict, not accepted where the last origin was not looked at."""
        if confirms:
            return self
        return Verdict(False, [Check("last_origin", False, KEPT_BACK), *self.checks])


KEPT_BACK = (
    "the last origin was kept back for the run that is chosen; run that one again with "
    "chosen_from at the number of runs tried"
)


def load_acceptance(path: str | Path) -> Acceptance:
    """Read the limits from ``acceptance.yaml``.

    Raises
    ------
    BadSpec
        If the file is missing, is no YAML, or has a key that is not known.
    """
    if not Path(path).is_file():
        raise BadSpec(
            f"expected the acceptance limits in {path}, found no such file. "
            "`workbench init` writes one."
        )
    content = read_yaml_file(Path(path), "acceptance")
    try:
        return Acceptance.model_validate(content)
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(map(str, item['loc'])) or 'the file'}: {item['msg']}"
            for item in error.errors()[:5]
        )
        raise BadSpec(f"{path} does not state acceptance limits: {problems}") from error


def judge(limits: Limits, metrics: Mapping[str, Measured]) -> Verdict:
    """Hold measured differences against the limits.

    Parameters
    ----------
    limits
        What was stated before the result.
    metrics
        What was measured, by name; the differences need intervals and a direction.

    Returns
    -------
    Verdict
        A difference that is missing, or has no interval or direction, is not passed.
    """
    checks = [_must_beat(name, metrics.get(name)) for name in limits.must_beat]
    checks += [_not_worse(name, metrics.get(name)) for name in limits.not_worse_than]
    return Verdict(all(check.passed for check in checks), checks)


def limits_table(limits: Limits) -> pd.DataFrame:
    """Return the limits as a table, to be shown before the result."""
    asked = [(name, "whole 95 % interval better than 0") for name in limits.must_beat]
    asked += [
        (name, "95 % interval not wholly worse than 0")
        for name in limits.not_worse_than
    ]
    return pd.DataFrame(asked, columns=["difference", "limit"])


def _must_beat(name: str, found: Measured | None) -> Check:
    ends = found.ends_for_the_better if found else None
    if found is None or ends is None:
        return _unmeasured(name, found)
    if ends[0] > 0:
        return Check(name, True, f"{_spoken(name)} shows a gain: {found}")
    shown = "a loss" if ends[1] < 0 else "no gain"
    return Check(name, False, f"{_spoken(name)} shows {shown}: {found}")


def _not_worse(name: str, found: Measured | None) -> Check:
    ends = found.ends_for_the_better if found else None
    if found is None or ends is None:
        return _unmeasured(name, found)
    if ends[1] < 0:
        return Check(name, False, f"{_spoken(name)} shows a loss: {found}")
    if found.value == ends[0] == ends[1] == 0:
        words = f"{_spoken(name)} compares the champion with itself"
        return Check(name, True, words)
    return Check(name, True, f"{_spoken(name)} shows no loss: {found}")


def _unmeasured(name: str, found: Measured | None) -> Check:
    if found is None:
        return Check(name, False, f"{_spoken(name)} was not measured")
    lacks = "interval" if found.low is None else "direction"
    return Check(name, False, f"{_spoken(name)} has no {lacks}: {found}")


def _spoken(name: str) -> str:
    return name.replace("_minus_", " minus ").replace("_", " ")
