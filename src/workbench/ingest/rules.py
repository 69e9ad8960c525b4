"""A block of text columns in, clean rows and the records set aside out, with reasons.

A record has one reason, the first rule that refuses it in the order below; nothing is
changed without a note. The codes are explained in ``REASONS``.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from workbench.ingest.blocks import Block, SetAside
from workbench.ingest.csv_header import is_total
from workbench.ingest.headings import Headings
from workbench.ingest.mapping import UNIT_PRICE, Mapping
from workbench.ingest.numbers import mask, parse_money, parse_plain, times, to_cents
from workbench.ingest.times import end_of, parse_times
from workbench.tables import TRANSACTIONS

RULES_VERSION = "1"

#: Every reason why a record can be set aside, in the words shown to people.
REASONS = {
    "ambiguous_amount": "could be several numbers; declare decimal and thousands",
    "bad_amount": "the amount is no number",
    "bad_date": "the date is none, or not in a declared format",
    "bad_discount": "the discount is no number",
    "bad_encoding": "bytes that are not the declared encoding",
    "bad_kind": "neither a purchase nor a return",
    "bad_line_no": "the line number is no whole number",
    "bad_quantity": "the quantity is zero, too large or no number",
    "bad_quote": "text after a closing quote",
    "blank": "an empty line",
    "control_char": "a control character in a field",
    "currency": "the currency is missing or not the declared one",
    "field_count": "more or fewer fields than the header",
    "future_date": "later than the time of loading, or than the source's own end",
    "missing_customer": "no customer, or a word that stands for nobody",
    "negative_amount": "negative, and nothing says that it is a return",
    "placeholder_date": "a day that systems write when they have none",
    "repeated_header": "the header once more",
    "too_long": "a record of more than a million bytes",
    "too_old": "before the shop opened",
    "total_row": "a total, not an order line",
    "unterminated_quote": "a quoted field that does not end",
}

_TEXTS = tuple(
    column.name
    for column in TRANSACTIONS.columns
    if column.type == pa.string()
    and column.name not in ("customer_id", "kind", "currency")
)
_CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"


@dataclass(frozen=True)
class Rules:
    """What a source is judged by.

    Parameters
    ----------
    mapping, headings
        What its columns mean, and where they stand.
    loaded_at
        Time of loading, with a zone; nothing can be later.
    """

    mapping: Mapping
    headings: Headings
    loaded_at: datetime

    @property
    def latest(self) -> datetime:
        """The last instant that an order can have."""
        ends_on = self.mapping.ends_on
        if ends_on is None:
            return self.loaded_at
        return min(self.loaded_at, end_of(ends_on, self.mapping.time_zone))


@dataclass(frozen=True)
class Cleaned:
    """What became of a block; every one of its records is in exactly one place."""

    rows: pa.Table
    set_aside: list[SetAside]
    n_repaired: int
    notes: Counter[str]


class _Marks:
    """The first reason against each row, and what was repaired in it."""

    def __init__(self, n_rows: int) -> None:
        self.reasons: list[tuple[str, str | None]] = []
        self.against = np.full(n_rows, -1, dtype=np.int16)
        self.repairs: list[tuple[str, np.ndarray]] = []

    def refuse(self, where: np.ndarray, reason: str, column: str | None) -> None:
        where = where & (self.against < 0)
        if where.any():
            self.against[where] = len(self.reasons)
            self.reasons.append((reason, column))

    def repair(self, where: np.ndarray, note: str) -> None:
        if where.any():
            self.repairs.append((note, where))


def clean(block: Block, rules: Rules) -> Cleaned:
    """Judge a block of records.

    Parameters
    ----------
    block
        Columns as text, as a reader made them.
    rules
        What they are judged by.
    """
    marks = _Marks(len(block.records))
    source = _trimmed(block, marks)
    _no_order_lines(source, rules, marks)
    if block.may_hold_controls:
        _controls(source, marks)
    columns = _customer(source, rules, marks)
    columns |= _when(source, rules, marks)
    columns |= _money(source, rules, marks)
    columns |= _currency(source, rules, marks)
    columns |= _others(source, rules, marks)
    return _sorted_out(block, columns, marks)


def _trimmed(block: Block, marks: _Marks) -> dict[str, pa.Array]:
    """Strip blanks around every text."""
    source = dict(block.columns)
    for name, values in source.items():
        if pa.types.is_string(values.type):
            source[name] = pc.utf8_trim_whitespace(values)
            marks.repair(mask(pc.not_equal(source[name], values)), "trimmed")
    return source


def _no_order_lines(source: dict[str, pa.Array], rules: Rules, marks: _Marks) -> None:
    """Set aside blank lines, the header once more, and totals."""
    customer = source["customer_id"]
    empty = mask(pc.equal(customer, ""))
    if empty.any():
        for values in source.values():
            empty &= mask(pc.fill_null(_is_empty(values), True))
        marks.refuse(empty, "blank", None)
    again = mask(pc.equal(customer, rules.headings.found["customer_id"]))
    if again.any():
        for name, values in source.items():
            if pa.types.is_string(values.type):
                again &= mask(pc.equal(values, rules.headings.found[name]))
        marks.refuse(again, "repeated_header", None)
    for name in ("customer_id", "ordered_at"):
        if pa.types.is_string(source[name].type):
            marks.refuse(_totals(source[name]), "total_row", name)


def _is_empty(values: pa.Array) -> pa.Array:
    if pa.types.is_string(values.type):
        return pc.equal(values, "")
    return pc.is_null(values)


def _totals(values: pa.Array) -> np.ndarray:
    """Find totals: a quick look for their letters first, the exact rule after."""
    maybe = mask(
        pc.match_substring_regex(values, r"(?i)^\W*(grand|sub|total|sum|[合总小]计)")
    )
    for row in np.flatnonzero(maybe):
        maybe[row] = is_total(values[row].as_py())
    return maybe


def _controls(source: dict[str, pa.Array], marks: _Marks) -> None:
    for name, values in source.items():
        if pa.types.is_string(values.type):
            found = mask(pc.match_substring_regex(values, _CONTROL))
            marks.refuse(found, "control_char", name)


def _customer(
    source: dict[str, pa.Array], rules: Rules, marks: _Marks
) -> dict[str, pa.Array]:
    nobody = {"", *(word.lower() for word in rules.mapping.anonymous)}
    customer = source["customer_id"]
    if not pa.types.is_string(customer.type):
        customer = pc.fill_null(pc.cast(customer, pa.string()), "")
    missing = pc.is_in(pc.utf8_lower(customer), value_set=pa.array(sorted(nobody)))
    marks.refuse(mask(missing), "missing_customer", "customer_id")
    return {"customer_id": customer}


def _when(
    source: dict[str, pa.Array], rules: Rules, marks: _Marks
) -> dict[str, pa.Array]:
    found = parse_times(source["ordered_at"], rules.mapping)
    marks.refuse(found.is_placeholder, "placeholder_date", "ordered_at")
    marks.refuse(mask(pc.is_null(found.at)), "bad_date", "ordered_at")
    latest = pa.scalar(rules.latest.astimezone(UTC), found.at.type)
    marks.refuse(mask(pc.greater(found.at, latest)), "future_date", "ordered_at")
    if rules.mapping.opened_on is not None:
        opened = pa.scalar(rules.mapping.opened_on, pa.date32())
        marks.refuse(mask(pc.less(found.on, opened)), "too_old", "ordered_at")
    marks.repair(found.is_in_gap, "moved_past_clock_change")
    marks.repair(found.is_zone_assumed, "zone_assumed")
    return {"ordered_at": found.at, "ordered_on": found.on}


def _money(
    source: dict[str, pa.Array], rules: Rules, marks: _Marks
) -> dict[str, pa.Array]:
    """Read quantity, amount and kind, which explain each other."""
    quantity = _quantity(source, rules, marks)
    if UNIT_PRICE in source:
        price = parse_plain(source[UNIT_PRICE], rules.mapping)
        marks.refuse(mask(pc.is_null(price)), "bad_amount", UNIT_PRICE)
        marks.refuse(mask(pc.is_null(quantity)), "bad_quantity", "quantity")
        amount, rounded = times(quantity, price)
        marks.refuse(mask(pc.is_null(amount)), "bad_amount", UNIT_PRICE)
    else:
        money = parse_money(source["amount"], rules.mapping)
        amount, rounded = money.values, money.is_rounded
        marks.refuse(money.is_ambiguous, "ambiguous_amount", "amount")
        marks.refuse(mask(pc.is_null(amount)), "bad_amount", "amount")
        marks.repair(money.is_restyled, "amount_restyled")
    marks.repair(rounded, "rounded_to_cent")
    return _signed(source, amount, quantity, rules, marks)


def _quantity(
    source: dict[str, pa.Array], rules: Rules, marks: _Marks
) -> pa.Array | None:
    if "quantity" not in source:
        return None
    text = source["quantity"]
    exact = parse_plain(text, rules.mapping)
    size = pc.abs(pc.cast(exact, pa.float64()))
    wrong = pc.and_(pc.is_null(exact), pc.not_equal(text, ""))
    marks.refuse(mask(wrong), "bad_quantity", "quantity")
    marks.refuse(mask(pc.equal(size, 0.0)), "bad_quantity", "quantity")
    too_many = mask(pc.greater(size, rules.mapping.max_quantity))
    marks.refuse(too_many, "bad_quantity", "quantity")
    return exact


def _signed(
    source: dict[str, pa.Array],
    amount: pa.Array,
    quantity: pa.Array | None,
    rules: Rules,
    marks: _Marks,
) -> dict[str, pa.Array]:
    """Say which lines are returns, and give them their sign."""
    negative = mask(pc.less(amount, 0))
    returned = _said_to_return(source, rules, marks)
    if quantity is not None:
        returned = returned | mask(pc.less(quantity, 0))
    if rules.mapping.returns == "negative_amount":
        returned = returned | negative
    marks.refuse(negative & ~returned, "negative_amount", "amount")
    unsigned = returned & mask(pc.greater(amount, 0))
    if unsigned.any():
        amount = pc.if_else(pa.array(unsigned), pc.negate(amount), amount)
        marks.repair(unsigned, "return_made_negative")
    columns = {
        "amount": amount,
        "kind": pc.if_else(pa.array(returned), "return", "purchase"),
    }
    if quantity is not None:
        columns["quantity"] = pc.cast(quantity, pa.float64())
    return columns


def _said_to_return(
    source: dict[str, pa.Array], rules: Rules, marks: _Marks
) -> np.ndarray:
    if "kind" not in source:
        return np.zeros(len(source["customer_id"]), dtype=bool)
    said = pc.utf8_lower(source["kind"])
    known = {
        kind: pa.array([word.lower() for word in words], pa.string())
        for kind, words in rules.mapping.kinds.items()
    }
    is_return = mask(pc.is_in(said, value_set=known.get("return", said[:0])))
    is_purchase = mask(pc.is_in(said, value_set=known.get("purchase", said[:0])))
    marks.refuse(~is_return & ~is_purchase, "bad_kind", "kind")
    return is_return


def _currency(
    source: dict[str, pa.Array], rules: Rules, marks: _Marks
) -> dict[str, pa.Array]:
    declared = rules.mapping.currency
    if "currency" in source:
        code = source["currency"]
        fits = (
            pc.equal(code, declared)
            if declared
            else pc.match_substring_regex(code, "^[A-Z]{3}$")
        )
        marks.refuse(~mask(fits), "currency", "currency")
        return {"currency": code}
    if declared is None:
        return {}
    n_rows = len(source["customer_id"])
    return {"currency": pa.repeat(pa.scalar(declared, pa.string()), n_rows)}


def _others(
    source: dict[str, pa.Array], rules: Rules, marks: _Marks
) -> dict[str, pa.Array]:
    """Take over what is optional; an empty cell is null."""
    columns = {}
    for name, values in source.items():
        if name in _TEXTS or name.startswith("extra_"):
            if not pa.types.is_string(values.type):
                values = pc.cast(values, pa.string())
            columns[name] = pc.if_else(pc.equal(values, ""), None, values)
    if "line_no" in source:
        text = source["line_no"]
        whole = pc.match_substring_regex(text, r"^\d{1,18}$")
        columns["line_no"] = pc.cast(pc.if_else(whole, text, None), pa.int64())
        wrong = ~mask(whole) & mask(pc.not_equal(text, ""))
        marks.refuse(wrong, "bad_line_no", "line_no")
    if "discount" in source:
        text = source["discount"]
        exact = parse_plain(text, rules.mapping)
        columns["discount"], rounded = to_cents(exact)
        wrong = mask(pc.is_null(exact)) & mask(pc.not_equal(text, ""))
        marks.refuse(wrong, "bad_discount", "discount")
        marks.repair(rounded, "rounded_to_cent")
    return columns


def _sorted_out(block: Block, columns: dict[str, pa.Array], marks: _Marks) -> Cleaned:
    accepted = marks.against < 0
    extra = sorted(name for name in columns if name.startswith("extra_"))
    names = [name for name in TRANSACTIONS.names if name in columns] + extra
    rows = pa.table([columns[name] for name in names], names=names)
    refused = np.flatnonzero(~accepted)
    if len(refused):
        rows = rows.filter(pa.array(accepted))
    repaired = np.zeros(len(accepted), dtype=bool)
    notes: Counter[str] = Counter()
    for note, where in marks.repairs:
        notes[note] += int((where & accepted).sum())
        repaired |= where & accepted
    set_aside = [*block.broken, *_with_reasons(block, marks, refused)]
    return Cleaned(rows, set_aside, int(repaired.sum()), +notes)


def _with_reasons(block: Block, marks: _Marks, rows: np.ndarray) -> list[SetAside]:
    raw = block.raw(rows.tolist())
    reasons = [marks.reasons[code] for code in marks.against[rows]]
    return [
        SetAside(int(record), reason, column, data, offset)
        for record, (reason, column), (data, offset) in zip(
            block.records[rows], reasons, raw, strict=True
        )
    ]
