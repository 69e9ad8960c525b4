"""The counts of a load in, the account that is shown and kept out."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from workbench.ingest.rates_used import RatesUsed, rates_used, together

UNDECLARED = "undeclared"
_ORDERED = "ordered_on"
#: Records that are no order lines of a customer; the limit on losses leaves them out.
NOT_LOSSES = (
    *("missing_customer", "masked_customer", "total_row", "blank", "repeated_header"),
    *("status_unpaid", "status_closed", "status_refunded", "test_order"),
    "duplicate_exact",
)


@dataclass
class Account:
    """What became of the records of one source.

    ``day`` is the column of the day on which a row became true; empty for none.
    """

    day: str = _ORDERED
    records_in: int = 0
    accepted: int = 0
    repaired: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    notes: Counter[str] = field(default_factory=Counter)
    returns: int = 0
    first_on: date | None = None
    last_on: date | None = None
    currencies: set[str] = field(default_factory=set)
    rates: RatesUsed = field(default_factory=dict)

    def take_back(self, n_rows: int) -> None:
        """Take rows back that were accepted; what is left must be seen anew."""
        self.accepted -= n_rows
        self.repaired = min(self.repaired, self.accepted)
        self.returns, self.first_on, self.last_on = 0, None, None
        self.currencies, self.rates = set(), {}

    def see(self, rows: pa.Table) -> None:
        """Take the days of accepted rows into the account.

        Of order lines, returns, currencies and rates too.
        """
        if not len(rows) or self.day not in rows.column_names:
            return
        days = pc.min_max(rows[self.day]).as_py()
        if days["min"] is not None:
            self.first_on = min(self.first_on or days["min"], days["min"])
            self.last_on = max(self.last_on or days["max"], days["max"])
        if self.day == _ORDERED:
            self._see_money(rows)

    def _see_money(self, rows: pa.Table) -> None:
        self.returns += pc.sum(pc.equal(rows["kind"], "return")).as_py() or 0
        if "currency" in rows.column_names:
            self.currencies.update(pc.unique(rows["currency"]).to_pylist())
        else:
            self.currencies.add(UNDECLARED)
        self.rates = together(self.rates, rates_used(rows))

    @property
    def looks_at(self) -> tuple[str, ...]:
        """Columns of accepted rows that the account looks at."""
        if self.day != _ORDERED:
            return (self.day,)
        return (self.day, "kind", "currency", "original_currency", "rate_on")

    @property
    def quarantined(self) -> int:
        """Records that were set aside."""
        return self.reasons.total()

    @property
    def says_nothing_new(self) -> bool:
        """Whether all rows say once more what is known."""
        repeats = self.reasons["duplicate_exact"]
        return repeats > 0 and repeats + self.reasons["blank"] == self.records_in

    @property
    def lost_share(self) -> float:
        """Share of records that should have been readable and were not [1]."""
        lost = sum(n for code, n in self.reasons.items() if code not in NOT_LOSSES)
        return lost / max(1, self.records_in)

    @property
    def missing_customer_share(self) -> float:
        """Share of records without a customer [1]."""
        nobody = self.reasons["missing_customer"] + self.reasons["masked_customer"]
        return nobody / max(1, self.records_in)

    def as_dict(self) -> dict[str, Any]:
        """Return the account as plain values, for a manifest."""
        return {
            "records_in": self.records_in,
            "accepted": self.accepted,
            "quarantined": self.quarantined,
            "repaired": self.repaired,
            "reasons": dict(self.reasons.most_common()),
            "notes": dict(self.notes.most_common()),
            "returns": self.returns,
            "first_on": self.first_on.isoformat() if self.first_on else None,
            "last_on": self.last_on.isoformat() if self.last_on else None,
            "rates": self.rates,
        }


@dataclass(frozen=True)
class Receipt:
    """The account of the files that a load was given.

    ``records_in == accepted + quarantined``, always. Files that the store already had
    are counted as they were when they were loaded.

    Parameters
    ----------
    records_in
        Records in the files, headers not counted.
    accepted
        Rows in the clean table.
    quarantined
        Records set aside.
    repaired
        Accepted rows that were changed, each with a note.
    reasons
        Reason code → records set aside.
    store_version
        The version that holds the rows.
    sha256
        SHA-256 of that version's clean content.
    already_loaded
        Every file, or every row of it, was in the store before; nothing was changed.
    notes
        Repair or remark → rows (1 for a remark on a file), counted before repeated
        lines were set aside.
    returns
        Accepted rows that are returns.
    first_on, last_on
        First and last day of the accepted rows, ISO texts.
    quarantine
        Files of the records set aside, in the store's folder, as far as they are kept.
    currency
        The declared currency, if there is one for all files.
    orphans
        Reference of this table, or to it → ``rows`` and ``values`` of the store that
        are not found there, which are kept.
    dry_run
        Everything was judged and nothing published; the version is the one before.
    """

    records_in: int
    accepted: int
    quarantined: int
    repaired: int
    reasons: dict[str, int]
    store_version: str
    sha256: str
    already_loaded: bool = False
    notes: dict[str, int] = field(default_factory=dict)
    returns: int = 0
    first_on: str | None = None
    last_on: str | None = None
    quarantine: list[str] = field(default_factory=list)
    currency: str | None = None
    orphans: dict[str, dict[str, int]] = field(default_factory=dict)
    dry_run: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Return the receipt as plain values, for JSON."""
        return asdict(self)
