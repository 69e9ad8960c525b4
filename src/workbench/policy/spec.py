"""The shape of a policy file: which keys there are, closed, each with its meaning.

A policy is read by business people, compared by reviewers and evaluated by engines;
this is the part that all three share.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from workbench.errors import BadPolicy, did_you_mean
from workbench.policy.reading import Path, Place

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
Condition = Annotated[str, Field(min_length=1, max_length=2000)]


class Closed(BaseModel):
    """A part of a file that has no other keys than those listed."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Text(Closed):
    """One text in the two languages of the shops."""

    en: Annotated[str, Field(min_length=1)]
    zh: Annotated[str, Field(min_length=1)]

    def __getitem__(self, lang: str) -> str:
        """Return the text in ``en`` or ``zh``."""
        return self.zh if lang == "zh" else self.en


Label = Annotated[str, Field(min_length=1, max_length=60)]
Days = Annotated[int, Field(ge=0, le=3650)]
Share = Annotated[float, Field(gt=0, lt=1)]


class PointsSpec(Closed):
    """How points are earned, and after how many days they are gone."""

    per_unit: Annotated[float, Field(gt=0)] = 1.0
    by_category: dict[str, Annotated[float, Field(ge=0)]] = {}
    expire_after_days: Annotated[int, Field(ge=1)] | None = None


class MeasureSpec(Closed):
    """One more column of the score table: what is measured, and over which days."""

    of: Name
    window: Annotated[str, Field(max_length=20)] = "ever"
    title: Text | None = None
    column: str = ""
    points: PointsSpec | None = None


class CutSpec(Closed):
    """A cut point to be learned from a column among some customers.

    Either a ``quantile``; or a ``pareto_share``: whoever is at or above it brings that
    share of the column's sum; or ``abc``, two such shares, which make the cut points
    ``NAME_a`` and ``NAME_b``. With ``per`` it is learned for each value of that score
    column by its own.
    """

    column: Name
    quantile: Share | None = None
    pareto_share: Share | None = None
    abc: Annotated[list[Share], Field(min_length=2, max_length=2)] | None = None
    among: Condition = "true"
    per: Literal["market"] | None = None


class ThresholdSpec(Closed):
    """A number with a name, and other numbers in some markets."""

    default: float
    markets: dict[Label, float] = {}


class PartSpec(Closed):
    """One indicator of a value score.

    It counts in full from ``full`` on and in proportion below; by default from the
    95 % quantile among those above 0, learned like a cut point.
    """

    column: Name
    weight: Annotated[float, Field(gt=0)]
    full: Annotated[float, Field(gt=0)] | None = None


class ValueScoreSpec(Closed):
    """A weighted value of 0 to 100, made of several indicators."""

    title: Text
    parts: Annotated[list[PartSpec], Field(min_length=1, max_length=12)]


class LevelSpec(Closed):
    """One class of a column: from which number or cut point on; the last has none."""

    name: Name
    title: Text
    at_least: float | Name | None = None


class ClassSpec(Closed):
    """A column cut into named classes, the highest first."""

    title: Text
    of: Name
    levels: Annotated[list[LevelSpec], Field(min_length=2, max_length=12)]


class GridSpec(Closed):
    """Two columns of classes laid across each other: a word for every cell."""

    title: Text
    rows: Name
    columns: Name
    cells: dict[Name, dict[Name, Name]]


class Marketing(Closed):
    """How the shop speaks to a tier: where, with what, how often.

    ``consent`` lists the columns of ``customers`` one of which has to be true before
    anything is sent there.
    """

    channel: Text
    offer: Text
    rhythm: Text
    consent: list[Literal["consent_sms", "consent_mail", "consent_app"]] = []


class CostSpec(Closed):
    """What a tier's benefits cost: for a customer and year, and of what is spent."""

    per_customer_year: Annotated[float, Field(ge=0)] = 0.0
    share_of_spend: Annotated[float, Field(ge=0, le=1)] = 0.0


class Plan(Closed):
    """What follows from a tier, and who acts."""

    benefits: Annotated[list[Text], Field(min_length=1)]
    service: Text
    marketing: Marketing
    department: Text
    cost: CostSpec = CostSpec()


class TierSpec(Closed):
    """One tier: its name, the conditions to enter and to keep it, and its plan.

    Without ``keep`` the tier is kept as long as it would be entered. The days stand in
    place of those of the whole policy.
    """

    name: Name
    title: Text
    about: Text
    enter: Condition
    keep: Condition | None = None
    grace_days: Days | None = None
    minimum_hold_days: Days | None = None
    plan: Plan


class MemorySpec(Closed):
    """How a tier is kept and lost.

    Parameters
    ----------
    grace_days
        Calendar days from the first day on which the tier was no longer kept.
    minimum_hold_days
        A tier is not lost so soon after it was reached.
    downgrade
        Where a lost tier leads: one tier down, direct to the tier whose condition
        holds, to the last (base), or nowhere (never).
    protect_while
        Nobody is downgraded while this holds.
    """

    grace_days: Days = 0
    minimum_hold_days: Days = 0
    downgrade: Literal["one_step", "direct", "base", "never"] = "direct"
    protect_while: Condition | None = None


class ListSpec(Closed):
    """A list of customers beside the tiers: whom, what to do, and who does it.

    ``when`` may name ``tier`` beside the columns.
    """

    name: Name
    title: Text
    about: Text
    when: Condition
    department: Text


class PolicySpec(Closed):
    """A whole scheme; its tiers stand best first.

    Parameters
    ----------
    exclusive
        No customer meets the conditions of two tiers; else the first counts.
    monotone
        Columns of which more never leads to a lower tier.
    sensitive
        Columns about the person that the policy uses all the same, each with its
        reason.
    """

    name: Name
    version: Annotated[int, Field(ge=1)]
    title: Text
    about: Text
    lacks: list[Text] = []
    measures: dict[Name, MeasureSpec] = {}
    cuts: dict[Name, CutSpec] = {}
    thresholds: dict[Name, ThresholdSpec] = {}
    value_scores: dict[Name, ValueScoreSpec] = {}
    classes: dict[Name, ClassSpec] = {}
    grids: dict[Name, GridSpec] = {}
    exclusive: bool = False
    monotone: list[Name] = []
    sensitive: dict[Name, Text] = {}
    memory: MemorySpec = MemorySpec()
    tiers: Annotated[list[TierSpec], Field(min_length=2, max_length=30)]
    lists: Annotated[list[ListSpec], Field(max_length=20)] = []


_Model = TypeVar("_Model", bound=BaseModel)


@dataclass(frozen=True)
class Shape(Generic[_Model]):
    """What a file must look like, and how its parts are called in a refusal.

    Parameters
    ----------
    model
        The whole file.
    what
        What it is, for messages: ``policy``.
    parts
        The shape of what stands under a key; texts elsewhere.
    """

    model: type[_Model]
    what: str
    parts: Mapping[str, type[BaseModel]]

    def fields(self, path: Path) -> list[str]:
        """Return the keys that are known at a place."""
        keys = [part for part in path if isinstance(part, str)]
        if not keys:
            return list(self.model.model_fields)
        key = "cuts" if keys[0] == "cuts" else keys[-1]
        return list(self.parts.get(key, Text).model_fields)


POLICY = Shape(
    PolicySpec,
    "policy",
    {"tiers": TierSpec, "cuts": CutSpec, "plan": Plan, "marketing": Marketing},
)


def check_shape(
    values: object, places: dict[Path, Place], source: str, shape: Shape[_Model]
) -> _Model:
    """Return the values in their shape.

    Raises
    ------
    BadPolicy
        Naming every key that is wrong, with its line and column.
    """
    try:
        return shape.model.model_validate(values)
    except ValidationError as error:
        lines = [_line(dict(item), places, source, shape) for item in error.errors()]
        raise BadPolicy("; ".join(lines)) from error


def _line(
    item: dict, places: dict[Path, Place], source: str, shape: Shape[_Model]
) -> str:
    path = tuple(part for part in item["loc"] if part != "[key]")
    near = path
    while near not in places and near:
        near = near[:-1]
    where = places[near].here if near in places else source
    name = ".".join(str(part) for part in path) or f"the {shape.what}"
    if item["type"] == "extra_forbidden":
        cure = did_you_mean(str(path[-1]), shape.fields(path[:-1]))
        return f"{where}: '{name}' is not a key of a {shape.what}. {cure}"
    if item["type"] == "missing":
        return f"{where}: '{name}' is missing"
    return f"{where}: '{name}': {item['msg']}, found {str(item['input'])[:60]!r}"
