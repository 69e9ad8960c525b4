"""Quantities, amounts, signs and currencies of a block: what a line is worth."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from workbench.ingest.mapping import UNIT_PRICE
from workbench.ingest.markets import currencies_of
from workbench.ingest.marks import Marks
from workbench.ingest.numbers import (
    mask,
    numbers_at_once,
    parse_money,
    parse_plain,
    times,
    to_cents,
    to_float,
)
from workbench.ingest.rates import Rates
from workbench.ingest.terms import Rules

_CODE = "^[A-Z]{3}$"


def worth(
    source: dict[str, pa.Array], on: pa.Array, rules: Rules, marks: Marks
) -> dict[str, pa.Array]:
    """Read quantity, amount, kind, currency and discount, which explain each other.

    Parameters
    ----------
    source
        Text columns, by our words.
    on
        Days of the orders, for the rates.
    rules, marks
        What they are judged by, and where it is noted.
    """
    columns = _money(source, rules, marks)
    columns |= _currency(source, rules, marks)
    if "discount" in source:
        columns |= _discount(source["discount"], rules, marks)
    if rules.rates is not None and "currency" in columns:
        columns |= _in_base(columns, on, rules.rates, marks)
    marks.note(mask(pc.equal(columns["amount"], 0)), "zero_amount")
    return columns


def _money(
    source: dict[str, pa.Array], rules: Rules, marks: Marks
) -> dict[str, pa.Array]:
    quantity = _quantity(source, rules, marks)
    if "amount" in source:
        amount, rounded = _amount(source, rules, marks)
    else:
        amount, rounded = _times_price(source, quantity, rules, marks)
    marks.repair(rounded, "rounded_to_cent")
    if rules.checks_price:
        _check_price(source, amount, quantity, rules, marks)
    return _signed(source, amount, quantity, rules, marks)


def _amount(
    source: dict[str, pa.Array], rules: Rules, marks: Marks
) -> tuple[pa.Array, np.ndarray]:
    money = parse_money(source["amount"], rules.mapping)
    marks.refuse(money.is_ambiguous, "ambiguous_amount", "amount")
    marks.refuse(mask(pc.is_null(money.values)), "bad_amount", "amount")
    marks.repair(money.is_restyled, "amount_restyled")
    return money.values, money.is_rounded


def _times_price(
    source: dict[str, pa.Array],
    quantity: pa.Array | None,
    rules: Rules,
    marks: Marks,
) -> tuple[pa.Array, np.ndarray]:
    price = parse_plain(source[UNIT_PRICE], rules.mapping)
    marks.refuse(mask(pc.is_null(price)), "bad_amount", UNIT_PRICE)
    marks.refuse(mask(pc.is_null(quantity)), "bad_quantity", "quantity")
    amount, rounded = times(quantity, price)
    marks.refuse(mask(pc.is_null(amount)), "bad_amount", UNIT_PRICE)
    return amount, rounded


def _check_price(
    source: dict[str, pa.Array],
    amount: pa.Array,
    quantity: pa.Array | None,
    rules: Rules,
    marks: Marks,
) -> None:
    """Flag amounts that are not quantity × price, where both can be read."""
    price = parse_plain(source[UNIT_PRICE], rules.mapping)
    product, _ = times(quantity, price)
    off = pc.greater(pc.abs(pc.subtract(pc.abs(product), pc.abs(amount))), 0)
    marks.flag(mask(off), "amount_not_price")


def _quantity(
    source: dict[str, pa.Array], rules: Rules, marks: Marks
) -> pa.Array | None:
    if "quantity" not in source:
        return None
    text = source["quantity"]
    if UNIT_PRICE not in source:
        usual = numbers_at_once(text)
        if usual is not None and _are_usual(usual, rules.mapping.max_quantity):
            return usual
    exact = parse_plain(text, rules.mapping)
    size = pc.abs(pc.cast(exact, pa.float64()))
    wrong = pc.and_(pc.is_null(exact), pc.not_equal(text, ""))
    marks.refuse(mask(wrong), "bad_quantity", "quantity")
    marks.refuse(mask(pc.equal(size, 0.0)), "bad_quantity", "quantity")
    too_many = mask(pc.greater(size, rules.mapping.max_quantity))
    marks.refuse(too_many, "bad_quantity", "quantity")
    return exact


def _are_usual(quantity: pa.Array, most: float) -> bool:
    size = pc.min_max(pc.abs(quantity)).as_py()
    return size["min"] is not None and size["min"] > 0 and size["max"] <= most


def _signed(
    source: dict[str, pa.Array],
    amount: pa.Array,
    quantity: pa.Array | None,
    rules: Rules,
    marks: Marks,
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
        is_float = pa.types.is_floating(quantity.type)
        columns["quantity"] = quantity if is_float else to_float(quantity)
    return columns


def _said_to_return(
    source: dict[str, pa.Array], rules: Rules, marks: Marks
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


def _discount(text: pa.Array, rules: Rules, marks: Marks) -> dict[str, pa.Array]:
    exact = parse_plain(text, rules.mapping)
    discount, rounded = to_cents(exact)
    wrong = mask(pc.is_null(exact)) & mask(pc.not_equal(text, ""))
    marks.refuse(wrong, "bad_discount", "discount")
    marks.repair(rounded, "rounded_to_cent")
    return {"discount": discount}


def _currency(
    source: dict[str, pa.Array], rules: Rules, marks: Marks
) -> dict[str, pa.Array]:
    """Read the code of each row, or take the declared one."""
    declared = rules.mapping.currency
    if rules.mapping.market_currencies:
        return _currency_by_market(source, rules, marks)
    if "currency" in source:
        code = source["currency"]
        fits = (
            pc.equal(code, declared)
            if declared
            else pc.match_substring_regex(code, _CODE)
        )
        marks.refuse(~mask(fits), "currency", "currency")
        return {"currency": code}
    if declared is None:
        return {}
    n_rows = len(source["customer_id"])
    return {"currency": pa.repeat(pa.scalar(declared, pa.string()), n_rows)}


def _currency_by_market(
    source: dict[str, pa.Array], rules: Rules, marks: Marks
) -> dict[str, pa.Array]:
    """Read the code of each row, or take the one declared for its market."""
    mapping, n_rows = rules.mapping, len(source["customer_id"])
    declared = currencies_of(source.get("market"), n_rows, mapping)
    if "currency" not in source:
        marks.refuse(mask(pc.is_null(declared)), "currency", "market")
        return {"currency": declared}
    own = source["currency"]
    is_open = pc.fill_null(pc.equal(own, ""), True)
    code = pc.if_else(is_open, declared, own)
    known = pa.array(sorted({mapping.currency or "", *mapping.market_currencies}))
    fits = (
        pc.is_in(code, value_set=known)
        if mapping.currency
        else pc.match_substring_regex(code, _CODE)
    )
    marks.refuse(~mask(fits), "currency", "currency")
    marks.repair(mask(is_open) & mask(fits), "currency_of_market")
    return {"currency": code}


def _in_base(
    columns: dict[str, pa.Array], on: pa.Array, rates: Rates, marks: Marks
) -> dict[str, pa.Array]:
    """Convert amounts at the rate of the day, and keep what was paid and which day."""
    rate, rate_on = rates.of(columns["currency"], on)
    marks.refuse(mask(pc.is_null(rate)), "missing_rate", "currency")
    amount, _ = times(columns["amount"], rate)
    marks.refuse(mask(pc.is_null(amount)), "bad_amount", "amount")
    converted = {
        "amount": amount,
        "currency": pa.repeat(pa.scalar(rates.base, pa.string()), len(rate)),
        "original_amount": columns["amount"],
        "original_currency": columns["currency"],
        "rate_on": rate_on,
    }
    if "discount" in columns:
        converted["discount"], _ = times(columns["discount"], rate)
        lost = mask(pc.is_null(converted["discount"]))
        lost &= mask(pc.is_valid(columns["discount"]))
        marks.refuse(lost, "bad_discount", "discount")
    return converted
