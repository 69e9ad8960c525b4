"""Returns find their purchase: by order, else by customer and product, newest first."""

from datetime import date
from decimal import Decimal

import ibis
import pyarrow as pa
import pytest

from workbench.features import linked_returns, purchase_days, rfm_table
from workbench.window import Window

NAMES = ["customer_id", "order_id", "product_id", "day", "amount", "flags"]
AS_OF = Window("2026-06-30")


def shop(*rows, without=()):
    """Make a clean table of (customer, order, product, day, amount)."""
    filled = [(*row, None)[:6] for row in rows]
    columns = dict(zip(NAMES, map(list, zip(*filled, strict=True)), strict=True))
    days = pa.array([date.fromisoformat(day) for day in columns.pop("day")])
    amounts = [Decimal(str(amount)) for amount in columns.pop("amount")]
    table = {
        **{name: pa.array(values, pa.string()) for name, values in columns.items()},
        "ordered_at": days.cast(pa.timestamp("us", tz="UTC")),
        "ordered_on": days,
        "amount": pa.array(amounts, pa.decimal128(18, 2)),
        "kind": ["return" if amount < 0 else "purchase" for amount in amounts],
    }
    return ibis.memtable(pa.table({k: v for k, v in table.items() if k not in without}))


def links(table, window=AS_OF):
    found = linked_returns(table, window).order_by("returned_on").to_pyarrow()
    return [
        (str(row["bought_on"] or "-"), row["link"], row["exceeds_purchase"])
        for row in found.to_pylist()
    ]


def test_by_order_before_a_newer_purchase_of_the_product():
    table = shop(
        ("a", "o1", "p", "2026-01-01", 10),
        ("a", "o2", "p", "2026-02-01", 10),
        ("a", "o1", "p", "2026-03-01", -10),
    )
    assert links(table) == [("2026-01-01", "order", False)]


def test_by_product_the_newest_before_the_return():
    table = shop(
        ("a", "o1", "p", "2026-01-01", 10),
        ("a", "o2", "p", "2026-02-01", 10),
        ("a", "o3", "q", "2026-02-10", 10),
        ("a", "C9", "p", "2026-03-01", -10),
        ("a", "o4", "p", "2026-04-01", 10),
    )
    assert links(table) == [("2026-02-01", "product", False)]


def test_never_to_another_customer_and_never_to_a_later_purchase():
    table = shop(
        ("b", "o1", "p", "2026-01-01", 10),
        ("a", "o2", "p", "2026-02-01", -10),
        ("a", "o2", "p", "2026-03-01", 10),
    )
    assert links(table) == [("-", "none", False)]


def test_51_more_back_than_was_paid_is_said():
    table = shop(
        ("a", "o1", "p", "2026-01-01", 10),
        ("a", "o1", "p", "2026-02-01", -6),
        ("a", "o1", "p", "2026-03-01", -6),
    )
    assert links(table) == [("2026-01-01", "order", True)] * 2


def test_without_products_and_orders_the_customer_s_newest_purchase():
    table = shop(
        ("a", None, None, "2026-01-01", 10),
        ("a", None, None, "2026-02-01", 10),
        ("a", None, None, "2026-03-01", -5),
        without=("order_id", "product_id"),
    )
    assert links(table) == [("2026-02-01", "customer", False)]


def test_a_day_earlier_the_return_is_not_known():
    table = shop(("a", "o", "p", "2026-01-01", 10), ("a", "o", "p", "2026-02-01", -10))
    assert links(table, Window("2026-01-31")) == []


def test_net_of_a_year_takes_back_only_what_was_bought_in_it():
    table = shop(
        ("a", "o1", "p", "2025-01-01", 100),
        ("a", "o2", "p", "2026-01-01", 40),
        ("a", "o1", "p", "2026-02-01", -100),
        ("a", "o2", "p", "2026-03-01", -15),
        ("b", "o3", "p", "2026-01-01", 7),
        ("b", "??", "z", "2026-02-01", -3),
    )
    rows = rfm_table(table, AS_OF).order_by("customer_id").to_pyarrow().to_pylist()
    found = [(r["spend_365d"], r["net_spend_365d"], r["net_spend"]) for r in rows]
    assert found == [(40.0, 25.0, 25.0), (7.0, 4.0, 4.0)]


@pytest.mark.parametrize("flags", ["brushing", "late brushing"])
def test_staged_orders_are_no_purchases(flags):
    table = shop(
        ("a", "o1", "p", "2026-01-01", 10, "late"),
        ("a", "o2", "p", "2026-02-01", 10, flags),
    )
    assert purchase_days(table, AS_OF).count().execute() == 1
