"""The shape of a policy file: which keys there are, closed, each with its meaning.

A policy is read by business people, compared by reviewers and evaluated by engines;
this is the part that all three share.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from workbench.policy.plan_spec import CostSpec, Marketing, Plan
from workbench.policy.shape import Closed, Condition, Name, Shape, Text

Label = Annotated[str, Field(min_length=1, max_length=60)]
Days = Annotated[int, Field(ge=0, le=3650)]
Share = Annotated[float, Field(gt=0, lt=1)]


class PointsSpec(Closed):
    """How points are earned, and after how many days they are gone.

    Parameters
    ----------
    per_unit
        Points for one unit of currency [points / currency].
    by_category
        Times as many points in some categories, by the category's name [1].
    expire_after_days
        So many days after they were earned points are gone; without it never [days].
    """

    per_unit: Annotated[float, Field(gt=0)] = 1.0
    by_category: dict[str, Annotated[float, Field(ge=0)]] = {}
    expire_after_days: Annotated[int, Field(ge=1)] | None = None


class MeasureSpec(Closed):
    """One more column of the score table: what is measured, and over which days.

    Parameters
    ----------
    of
        The quantity that is measured.
    window
        The days it is measured over: ``365d`` for so many days up to the day itself,
        or a window by its name; a state of the day has none.
    title
        What the column is called on pages and in letters.
    column
        Of a profile: the column of ``customers`` that it is.
    points
        Of points: how they are earned and when they are gone.
    """

    of: Name
    window: Annotated[str, Field(max_length=20)] = "ever"
    title: Text | None = None
    column: str = ""
    points: PointsSpec | None = None


class CutSpec(Closed):
    """A cut point to be learned from a column, in one of three ways.

    Parameters
    ----------
    column
        Score column, measure or value score that the number is taken from.
    quantile
        The number below which this share of the customers lies [0 to 1].
    pareto_share
        The number such that those at or above it bring this share of the column's sum,
        equal values never parted [0 to 1].
    abc
        Two such shares, where A ends and where B ends; they make the cut points
        ``NAME_a`` and ``NAME_b`` [0 to 1].
    among
        From which customers it is learned; without it from all.
    per
        Learned for each value of this score column by its own, where it has 100
        customers to learn from.
    """

    column: Name
    quantile: Share | None = None
    pareto_share: Share | None = None
    abc: Annotated[list[Share], Field(min_length=2, max_length=2)] | None = None
    among: Condition = "true"
    per: Literal["market"] | None = None


class ThresholdSpec(Closed):
    """A number with a name, and other numbers in some markets.

    Parameters
    ----------
    default
        The number, in the unit of what it is held against.
    markets
        Other numbers, by the market's name; a customer of any other market, or of
        none, is held against the default.
    """

    default: float
    markets: dict[Label, float] = {}


class PartSpec(Closed):
    """One indicator of a value score.

    Parameters
    ----------
    column
        Score column or measure; a customer for whom it is null is judged by the rest.
    weight
        How much it counts beside the others; only their proportion matters [1].
    full
        From which number on it counts in full, below in proportion; without it the
        95 % quantile among those above 0, learned like a cut point.
    """

    column: Name
    weight: Annotated[float, Field(gt=0)]
    full: Annotated[float, Field(gt=0)] | None = None


class ValueScoreSpec(Closed):
    """A weighted value of 0 to 100, made of several indicators.

    Parameters
    ----------
    title
        What it is called.
    parts
        Its indicators, each with its weight.
    """

    title: Text
    parts: Annotated[list[PartSpec], Field(min_length=1, max_length=12)]


class LevelSpec(Closed):
    """One class of a column.

    Parameters
    ----------
    name
        The word by which conditions ask for it.
    title
        What it is called.
    at_least
        From which number, cut point or threshold on; the last level has none and takes
        the rest.
    """

    name: Name
    title: Text
    at_least: float | Name | None = None


class ClassSpec(Closed):
    """A column cut into named classes, the highest first.

    Parameters
    ----------
    title
        What the classes are called together.
    of
        Score column, measure or value score; who has no number has no class.
    levels
        The classes: the first whose number is reached counts.
    """

    title: Text
    of: Name
    levels: Annotated[list[LevelSpec], Field(min_length=2, max_length=12)]


class GridSpec(Closed):
    """Two columns of classes laid across each other: a word for every cell.

    Parameters
    ----------
    title
        What it is called.
    rows
        The class that gives the row.
    columns
        The class that gives the column.
    cells
        For every level of the rows, for every level of the columns, the word of the
        cell; several cells may have one word.
    """

    title: Text
    rows: Name
    columns: Name
    cells: dict[Name, dict[Name, Name]]


class TierSpec(Closed):
    """One tier: its name, the conditions to enter and to keep it, and its plan.

    Parameters
    ----------
    name
        The word that stands in the tier table.
    title
        What customers and staff call it.
    about
        Who is in it.
    enter
        The condition to reach it; the last tier has ``"true"`` and takes the rest.
    keep
        The condition to keep it, easier than to enter; without it as it is entered.
    grace_days
        In place of the policy's: days before it is lost [days].
    minimum_hold_days
        In place of the policy's: days for which it is held at least [days].
    plan
        What follows from it, and who acts.
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
        Calendar days from the first day on which the tier was no longer kept [days].
    minimum_hold_days
        A tier is not lost so soon after it was reached [days].
    downgrade
        Where a lost tier leads: one tier down, direct to the tier whose condition
        holds, to the last (base), or nowhere (never).
    protect_while
        Nobody is downgraded while this condition holds.
    """

    grace_days: Days = 0
    minimum_hold_days: Days = 0
    downgrade: Literal["one_step", "direct", "base", "never"] = "direct"
    protect_while: Condition | None = None


class ListSpec(Closed):
    """A list of customers beside the tiers.

    Parameters
    ----------
    name
        The word that stands in the tier table's ``lists``.
    title
        What it is called.
    about
        What to do with whom is on it, and why.
    when
        The condition to be on it; it may name ``tier`` beside the columns.
    department
        Who does it.
    """

    name: Name
    title: Text
    about: Text
    when: Condition
    department: Text


class PolicySpec(Closed):
    """A whole scheme of tiers.

    Parameters
    ----------
    name
        The word that names the policy, with its version, in every tier table.
    version
        Raised with every change that moves customers.
    title
        What it is called.
    about
        What it is for, in a few sentences.
    lacks
        What the scheme would need and the shop's data do not tell.
    measures
        More columns of the score table, by their names.
    cuts
        Numbers that are learned from the scores once and kept, by their names.
    thresholds
        Numbers that are given, by their names.
    value_scores
        Values of 0 to 100 of several weighted indicators, by their names.
    classes
        Columns cut into named classes, by their names.
    grids
        Two classes laid across each other, by their names.
    exclusive
        No customer meets the conditions of two tiers; else the first counts.
    monotone
        Columns of which more never leads to a lower tier.
    sensitive
        Columns about the person that the policy uses all the same, each with its
        reason.
    memory
        How a tier is kept and lost.
    tiers
        The tiers, best first.
    lists
        Lists of customers beside the tiers: whom, what to do, and who does it.
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


POLICY = Shape(PolicySpec, "policy")

__all__ = [
    "POLICY",
    "ClassSpec",
    "Condition",
    "CostSpec",
    "CutSpec",
    "GridSpec",
    "LevelSpec",
    "ListSpec",
    "Marketing",
    "MeasureSpec",
    "MemorySpec",
    "PartSpec",
    "Plan",
    "PointsSpec",
    "PolicySpec",
    "Text",
    "ThresholdSpec",
    "TierSpec",
    "ValueScoreSpec",
]
