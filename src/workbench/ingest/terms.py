"""What the records of a source are judged by."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from workbench.ingest.headings import Headings
from workbench.ingest.mapping import UNIT_PRICE, Mapping
from workbench.ingest.pseudonyms import Pseudonyms
from workbench.ingest.rates import Rates
from workbench.ingest.times import end_of


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
    """

    mapping: Mapping
    headings: Headings
    loaded_at: datetime
    rates: Rates | None = field(default=None, repr=False)
    pseudonyms: Pseudonyms | None = field(default=None, repr=False)

    @property
    def latest(self) -> datetime:
        """The last instant that an order can have."""
        ends_on = self.mapping.ends_on
        if ends_on is None:
            return self.loaded_at
        return min(self.loaded_at, end_of(ends_on, self.mapping.time_zone))

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
