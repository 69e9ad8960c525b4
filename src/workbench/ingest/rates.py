"""Days and currency codes in, the stored rate to the base currency out, or none.

A day without a rate has none: nothing is guessed, and nothing is taken to be 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from workbench.errors import StoreError
from workbench.ingest.numbers import mask
from workbench.ingest.snapshot import Snapshot

RATE = pa.decimal128(18, 10)
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

    def of(self, codes: pa.Array, on: pa.Array) -> pa.Array:
        """Return each row's rate, null where there is none, ``(n_rows,)``.

        Parameters
        ----------
        codes
            ISO 4217 codes, text.
        on
            Days, ``date32``.
        """
        found = pa.nulls(len(codes), RATE)
        day = pc.fill_null(pc.cast(on, pa.int32()), 0).to_numpy()
        for code in pc.unique(codes).to_pylist():
            here = mask(pc.equal(codes, code))
            if code == self.base:
                one = pa.scalar(Decimal(1), RATE)
                found = pc.if_else(pa.array(here), one, found)
            elif code in self.days:
                rate = self._known(code, day)
                found = pc.if_else(pa.array(here), rate, found)
        return found

    def _known(self, code: str, day: np.ndarray) -> pa.Array:
        """Return the rate of the day, or of the last one that still holds."""
        days = self.days[code]
        place = np.searchsorted(days, day, side="right") - 1
        age = day - days[np.maximum(place, 0)]
        holds = (place >= 0) & (age <= self.carried_days)
        return self.values[code].take(pa.array(place, mask=~holds))


def read_rates(store: Snapshot | None, base: str, carried_days: int) -> Rates:
    """Return the rates in a store.

    Raises
    ------
    StoreError
        If the store has none to this base; the message has the command.
    """
    rows = []
    if store is not None and "rates" in store.tables:
        table = store.read("rates").to_pyarrow()
        rows = [r for r in table.to_pylist() if r.get("base") in (None, base)]
    if not rows:
        raise StoreError(
            f"the mapping wants amounts in {base}, but the store has no rates to it. "
            "Bring them in first: workbench ingest RATES.csv --table rates --into "
            "STORE (columns rate_on, currency, rate, base)"
        )
    rows.sort(key=lambda row: row["rate_on"])
    days: dict[str, list[int]] = {}
    values: dict[str, list[Decimal]] = {}
    for row in rows:
        days.setdefault(row["currency"], []).append((row["rate_on"] - _EPOCH).days)
        exact = Decimal(repr(row["rate"])).quantize(Decimal("1e-10"))
        values.setdefault(row["currency"], []).append(exact)
    return Rates(
        base,
        {code: np.array(found) for code, found in days.items()},
        {code: pa.array(found, RATE) for code, found in values.items()},
        carried_days,
    )
