"""What the records of a source are judged by."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from workbench.ingest.headings import Headings
from workbench.ingest.mapping import UNIT_PRICE, Mapping
from workbench.ingest.markets import Zoned
from workbench.ingest.pseudonyms import Pseudonyms
from workbench.ingest.rates import Rates


@dataclass(frozen=True)
class Rules:
    """What a source is judged by.

    Parameters
    ----------
    mapping, headings
        What its columns mean, and where they stand.
    loaded_at
        Time of loading, with a zone; nothing can be later.
    rates
        Rates to the base currency, where the mapping names one.
    pseudonyms
        What takes the place of customer ids, where the mapping names a key.
    zones
        Of the block at hand, which rows are on which clock; empty for the mapping's.
    """

    mapping: Mapping
    headings: Headings
    loaded_at: datetime
    rates: Rates | None = field(default=None, repr=False)
    pseudonyms: Pseudonyms | None = field(default=None, repr=False)
    zones: tuple[Zoned, ...] = ()

    @property
    def clocks(self) -> tuple[Zoned, ...]:
        """Which rows are on which clock."""
        return self.zones or (Zoned(self.mapping.time_zone),)

    @property
    def checks_price(self) -> bool:
        """Whether amounts are held against quantity and price."""
        return {"amount", "quantity", UNIT_PRICE} <= set(self.headings.found)

    @property
    def may_number_lines(self) -> bool:
        """Whether rows can say which line of which order they are."""
        return {"order_id", "line_no"} <= set(self.headings.found)

    @property
    def may_flag(self) -> bool:
        """Whether rows of this source can carry a flag."""
        return (
            self.checks_price
            or "brushing" in self.headings.found
            or self.mapping.closed_on is not None
        )
