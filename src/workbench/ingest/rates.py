"""Days and currency codes in, the stored rate to the base currency out, or none.

Of a day that several loads know the newest load's rate counts. A day without a rate has
none: nothing is guessed, and nothing is taken to be 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from workbench.errors import StoreError
from workbench.ingest.numbers import mask
from workbench.ingest.snapshot import Snapshot

RATE = pa.decimal128(38, 18)
_SMALLEST_STEP = Decimal("1e-18")
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class Rates:
    """Rates to one base currency.

    Parameters
    ----------
    base
        ISO 4217 code of the base currency.
    days, values
        By code: the days that have a rate, ascending, as days since 1970, and the
        rate of each [base currency per unit].
    carried_days
        For how many days a rate holds when later days have none [days].
    """

    base: str
    days: dict[str, np.ndarray]
    values: dict[str, pa.Array]
    carried_days: int = 0

    def of(self, codes: pa.Array, on: pa.Array) -> tuple[pa.Array, pa.Array]:
        """Return each row's rate and the day it is of, each ``(n_rows,)``.

        Both are null where there is no rate; the base currency's rate of 1 is of no
        day.

        Parameters
        ----------
        codes
            ISO 4217 codes, text.
        on
            Days, ``date32``.
        """
        found, of_day = pa.nulls(len(codes), RATE), pa.nulls(len(codes), pa.date32())
        day = pc.fill_null(pc.cast(on, pa.int32()), 0).to_numpy()
        for code in pc.unique(codes).to_pylist():
            here = pa.array(mask(pc.equal(codes, code)))
            if code == self.base:
                found = pc.if_else(here, pa.scalar(Decimal(1), RATE), found)
            elif code in self.days:
                rate, rate_on = self._known(code, day)
                found = pc.if_else(here, rate, found)
                of_day = pc.if_else(here, rate_on, of_day)
        return found, of_day

    def _known(self, code: str, day: np.ndarray) -> tuple[pa.Array, pa.Array]:
        """Return the rate of the day, or of the last one that still holds, and when."""
        days = self.days[code]
        place = np.searchsorted(days, day, side="right") - 1
        age = day - days[np.maximum(place, 0)]
        taken = pa.array(place, mask=(place < 0) | (age > self.carried_days))
        known = pc.cast(pa.array(days.astype(np.int32)), pa.date32())
        return self.values[code].take(taken), known.take(taken)


def read_rates(store: Snapshot | None, base: str, carried_days: int) -> Rates:
    """Return the rates in a store.

    Raises
    ------
    StoreError
        If the store has none to this base, or two of one load that differ for one day,
        as a load of before rates had a key may have.
    """
    rows = []
    if store is not None and "rates" in store.tables:
        every = store.read("rates").to_pyarrow().to_pylist()
        rows = [row for row in every if row["base"] == base]
    if not rows:
        raise StoreError(
            f"the mapping wants amounts in {base}, but the store has no rates to it. "
            "Bring them in first: workbench ingest RATES.csv --table rates --into "
            "STORE (columns rate_on, currency, rate, base)"
        )
    by_code = _one_a_day(rows, base)
    ordered = {code: sorted(found) for code, found in by_code.items()}
    return Rates(
        base,
        {code: np.array(days) for code, days in ordered.items()},
        {
            code: pa.array([by_code[code][day] for day in days], RATE)
            for code, days in ordered.items()
        },
        carried_days,
    )


def _one_a_day(rows: list[dict[str, Any]], base: str) -> dict[str, dict[int, Decimal]]:
    """Return the rate by code and day since 1970; two that differ are refused."""
    by_code: dict[str, dict[int, Decimal]] = {}
    for row in rows:
        known = by_code.setdefault(row["currency"], {})
        day = (row["rate_on"] - _EPOCH).days
        rate = Decimal(repr(row["rate"])).quantize(_SMALLEST_STEP)
        if known.setdefault(day, rate) != rate:
            raise StoreError(
                f"the store has two rates of {row['currency']} to {base} on "
                f"{row['rate_on']}, {known[day].normalize()} and {rate.normalize()}. "
                "Load the right one again, in a file of its own: a later load replaces."
            )
    return by_code
