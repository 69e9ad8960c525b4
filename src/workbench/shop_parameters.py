"""What every notebook takes: typed, closed parameters, refused in words.

The classes of the single notebooks stand in ``parameters`` and ``churn_parameters``.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from workbench.errors import BadParameter, UnknownName
from workbench.scope import parse_scope
from workbench.window import Window, parse_day


def _iso_day(value: str) -> str:
    return parse_day(value).isoformat()


def _known_scope(value: str) -> str:
    parse_scope(value)
    return value


Day = Annotated[str, AfterValidator(_iso_day)]
Days = Annotated[int, Field(ge=1, le=3650)]
Seed = Annotated[int, Field(ge=0, le=2**32 - 1)]
Share = Annotated[float, Field(ge=0, le=1)]
Weight = Annotated[float, Field(ge=0, le=1000)]


class Params(BaseModel):
    """What every notebook takes: a data set, a day and a seed."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    data: str
    as_of: Day
    seed: Seed

    def __init__(self, **values: Any) -> None:
        try:
            super().__init__(**values)
        except ValidationError as error:
            raise _as_bad_parameter(error, type(self)) from error

    @property
    def day(self) -> date:
        """The last day the model may see."""
        return parse_day(self.as_of)

    @property
    def window(self) -> Window:
        """The day and the horizon as one."""
        return Window(self.as_of, getattr(self, "horizon_days", 90))

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td><code>{name}</code></td><td>{value}</td></tr>"
            for name, value in self.model_dump().items()
        )
        return f"<table><tr><th>parameter</th><th>value</th></tr>{rows}</table>"


class ShopParams(Params):
    """What every notebook takes that reads a shop: also which of its lines."""

    scope: Annotated[str, AfterValidator(_known_scope)]

    @property
    def shop(self) -> dict[str, str]:
        """What opens the shop: store, day and scope."""
        return {"data": self.data, "as_of": self.as_of, "scope": self.scope}


def _as_bad_parameter(error: ValidationError, cls: type[Params]) -> BadParameter:
    """Say all that is wrong in one line a parameter."""
    known = cls.model_fields
    lines = []
    for item in error.errors():
        name = ".".join(str(part) for part in item["loc"])
        if not name:
            lines.append(item["msg"].removeprefix("Value error, "))
        elif item["type"] == "extra_forbidden":
            lines.append(str(UnknownName("parameter", name, known)))
        elif item["type"] == "missing":
            lines.append(f"parameter '{name}' is missing")
        else:
            message = item["msg"].removeprefix("Value error, ")
            lines.append(f"parameter '{name}': {message}, found {item['input']!r}")
    return BadParameter("; ".join(lines))
