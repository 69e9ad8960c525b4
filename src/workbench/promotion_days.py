"""A small calendar in, the days on which a shop sold for less out, for whoever counts.

``promotion_days.yaml`` is a list of spans; both ends belong to a span::

    days:
      - {name: Double 11, from: 2025-11-01, to: 2025-11-11, market: CN}

The shipped one lies with the experiments; one in a store's folder counts instead.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Annotated

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from workbench.errors import BadSpec, UnknownName
from workbench.settings import places
from workbench.window import parse_day
from workbench.yaml_text import read_yaml_file

FILE = "promotion_days.yaml"
_KEYS = ("name", "from", "to", "market")


def _iso_day(value: str) -> date:
    day = parse_day(value)
    if day.isoformat() != value:
        raise ValueError(f"a day is written YYYY-MM-DD, found {value!r}")
    return day


class Promotion(BaseModel):
    """One span of days.

    Parameters
    ----------
    name
        What people call it.
    first_on, last_on
        First and last day; ``from`` and ``to`` in the file.
    market
        Value of the column ``market`` it holds for; every market without it.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    name: Annotated[str, Field(min_length=1)]
    first_on: Annotated[date, Field(alias="from"), BeforeValidator(_iso_day)]
    last_on: Annotated[date, Field(alias="to"), BeforeValidator(_iso_day)]
    market: Annotated[str, Field(min_length=1)] | None = None

    @property
    def every_day(self) -> list[date]:
        """Its days, first and last included."""
        n_days = (self.last_on - self.first_on).days + 1
        return [self.first_on + timedelta(days=n) for n in range(n_days)]

    @model_validator(mode="after")
    def _in_order(self) -> Promotion:
        if self.first_on > self.last_on:
            raise ValueError(
                f"from must not be after to, found {self.first_on} and {self.last_on}"
            )
        return self


class Calendar(BaseModel):
    """All spans of one file."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    days: list[Promotion] = []


def promotion_days(store: Path) -> Calendar:
    """Return the calendar that counts for a store.

    Parameters
    ----------
    store
        The store's folder; its own ``promotion_days.yaml`` comes first.

    Returns
    -------
    Calendar
        Empty where neither the store nor the project has one.
    """
    path = calendar_file(store)
    return load_promotion_days(path) if path else Calendar()


def calendar_file(store: Path) -> Path | None:
    """Return the calendar's file that counts for a store; None where there is none."""
    for path in (store / FILE, places().promotion_days):
        if path.is_file():
            return path
    return None


def load_promotion_days(path: str | Path) -> Calendar:
    """Read one calendar.

    Raises
    ------
    BadSpec
        If the file is missing, is no YAML, or says what is not understood: the span,
        the key, and what was expected.
    """
    content = read_yaml_file(Path(path), "calendar", as_text=True)
    if not isinstance(content, dict):
        raise BadSpec(
            f"calendar {path}: expected 'days:' and a list of spans, found {content!r}"
        )
    try:
        return Calendar(**{str(key): value for key, value in content.items()})
    except ValidationError as error:
        raise BadSpec(f"calendar {path}: {_in_words(error)}") from error


def _in_words(error: ValidationError) -> str:
    lines = []
    for item in error.errors()[:5]:
        *steps, key = [str(step) for step in item["loc"]] or ["the file"]
        where = "".join(f"{step}." if step == "days" else f"{step}: " for step in steps)
        if item["type"] == "extra_forbidden":
            known = _KEYS if steps else tuple(Calendar.model_fields)
            lines.append(f"{where}{UnknownName('key', key, known)}")
        else:
            message = item["msg"].removeprefix("Value error, ")
            lines.append(f"{where}{key}: {message}")
    return "; ".join(lines)
