"""What a file of rules must look like: closed shapes, and refusals with their places.

Comes in: the values of a file and where each stands. Goes out: the values in their
shape, or every key that is wrong, in words.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import UnionType
from typing import Annotated, Any, Generic, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from workbench.errors import BadPolicy, did_you_mean
from workbench.policy.condition_text import MOST_CHARACTERS
from workbench.policy.reading import KEY, Path, Place

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
#: Not blank: something is said.
Words = Annotated[str, Field(min_length=1, pattern=r"\S")]
Condition = Annotated[str, Field(min_length=1, max_length=MOST_CHARACTERS)]


class Closed(BaseModel):
    """A part of a file that has no other keys than those listed."""

    model_config = ConfigDict(
        extra="forbid", strict=True, frozen=True, allow_inf_nan=False
    )


class Text(Closed):
    """One text in the two languages of the shops.

    Parameters
    ----------
    en
        In English.
    zh
        In Chinese.
    """

    en: Words
    zh: Words

    def __getitem__(self, lang: str) -> str:
        """Return the text in ``en`` or ``zh``."""
        return self.zh if lang == "zh" else self.en


_Model = TypeVar("_Model", bound=BaseModel)


@dataclass(frozen=True)
class Shape(Generic[_Model]):
    """What a file must look like, and what it is called in a refusal.

    Parameters
    ----------
    model
        The whole file.
    what
        What it is, for messages: ``policy``.
    """

    model: type[_Model]
    what: str

    def fields(self, path: Path) -> list[str]:
        """Return the keys that are known at a place."""
        kinds: list[Any] = [self.model]
        for part in path:
            kinds = [inner for kind in kinds for inner in _within(kind, part)]
        return [key for kind in kinds for key in _keys(kind)]


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
    path = tuple(part for part in item["loc"] if part != KEY)
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


def _within(kind: Any, part: str | int) -> list[Any]:
    """Return the types that may stand under a key or at a place of a list."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        field = kind.model_fields.get(str(part))
        return [field.annotation] if field else []
    origin, args = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return [inner for one in args for inner in _within(one, part)]
    if origin is Annotated:
        return _within(args[0], part)
    return list(args[-1:]) if origin in (list, dict) else []


def _keys(kind: Any) -> list[str]:
    """Return the keys of a part of a file; a text has none."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return list(kind.model_fields)
    origin, args = get_origin(kind), get_args(kind)
    inner = args if origin in (Union, UnionType) else args[:1]
    if origin in (Union, UnionType, Annotated):
        return [key for one in inner for key in _keys(one)]
    return []
