"""What a mapping says of one market in, its shape checked, for ``mapping`` to hold."""

from __future__ import annotations

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import BaseModel, ConfigDict, Field, field_validator


class MarketSpec(BaseModel):
    """What the rows of one market have of their own; what is left out is the mapping's.

    Parameters
    ----------
    time_zone
        Zone of its times that carry none, and of its days.
    currency
        ISO 4217 code of its amounts, where a row has none of its own.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    time_zone: str | None = None
    currency: str | None = Field(default=None, pattern="^[A-Z]{3}$")

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, zone: str | None) -> str | None:
        return None if zone is None else known_zone(zone)


def known_zone(zone: str) -> str:
    """Return a zone's name, or refuse one in which days cannot be counted.

    Raises
    ------
    ValueError
        With one that can.
    """
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"no time zone '{zone}', say Asia/Shanghai") from error
    try:
        pc.local_timestamp(pa.scalar(0, pa.timestamp("us", tz=zone)))
    except pa.ArrowException as error:
        raise ValueError(
            f"'{zone}' is no zone that days can be counted in, say Asia/Shanghai"
        ) from error
    return zone
