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


class CutSpec(Closed):
    """A cut point to be learned: a quantile of a column among some customers.

    With ``per`` it is learned for each value of that score column by its own.
    """

    column: Name
    quantile: Annotated[float, Field(gt=0, lt=1)]
    among: Condition = "true"
    per: Literal["market"] | None = None


class Marketing(Closed):
    """How the shop speaks to a tier: where, with what, how often."""

    channel: Text
    offer: Text
    rhythm: Text


class Plan(Closed):
    """What follows from a tier, and who acts."""

    benefits: Annotated[list[Text], Field(min_length=1)]
    service: Text
    marketing: Marketing
    department: Text


class TierSpec(Closed):
    """One tier: its name, the condition to enter it, and its plan."""

    name: Name
    title: Text
    about: Text
    enter: Condition
    plan: Plan


class PolicySpec(Closed):
    """A whole scheme; its tiers stand best first."""

    name: Name
    version: Annotated[int, Field(ge=1)]
    title: Text
    about: Text
    lacks: list[Text] = []
    cuts: dict[Name, CutSpec] = {}
    tiers: Annotated[list[TierSpec], Field(min_length=2, max_length=30)]


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
