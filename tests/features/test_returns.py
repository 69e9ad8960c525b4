"""Returns find their purchase, by order, product or customer, and use it up."""

from datetime import date, timedelta
from decimal import Decimal

import ibis
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.features import linked_returns, purchase_days, rfm_table, with_goods
from workbench.features.returns import net_spend_within
from workbench.window import Window

NAMES = ["customer_id", "order_id", "product_id", "day", "amount", "flags"]
AS_OF = Window("2026-06-30")
START = date(2026, 1, 1)


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


def test_two_purchases_and_two_returns_are_two_pairs():
    table = shop(
        ("a", "o1", "p", "2026-01-01", 10),
        ("a", "o2", "p", "2026-02-01", 10),
        ("a", None, "p", "2026-03-01", -10),
        ("a", None, "p", "2026-03-02", -10),
    )
    newest_first = [("2026-02-01", "product", False), ("2026-01-01", "product", False)]
    assert links(table) == newest_first


def test_a_third_return_exceeds_the_newest_of_two_purchases():
    table = shop(
        ("a", "o1", "p", "2026-01-01", 10),
        ("a", "o2", "p", "2026-02-01", 10),
        ("a", None, "p", "2026-03-01", -10),
        ("a", None, "p", "2026-03-02", -10),
        ("a", None, "p", "2026-03-03", -10),
    )
    assert links(table) == [
        ("2026-02-01", "product", True),
        ("2026-01-01", "product", False),
        ("2026-02-01", "product", True),
    ]


def test_a_return_of_two_purchases_exceeds_neither():
    table = shop(
        ("a", "o1", "p", "2026-01-01", 10),
        ("a", "o2", "p", "2026-02-01", 10),
        ("a", None, "p", "2026-03-01", -20),
    )
    assert links(table) == [("2026-02-01", "product", False)]


def test_what_came_back_by_order_is_not_there_by_product():
    table = shop(
        ("a", "o1", "p", "2026-01-01", 10),
        ("a", "o2", "p", "2026-02-01", 10),
        ("a", None, "p", "2026-03-01", -10),
        ("a", "o2", "p", "2026-03-02", -10),
    )
    found = [("2026-01-01", "product", False), ("2026-02-01", "order", False)]
    assert links(table) == found


WHOLE_ORDER = [("a", "o1", "p", "2026-01-01", 80), ("a", "o1", "q", "2026-01-01", 20)]


@pytest.mark.parametrize("without", [(), ("product_id",)])
def test_a_refund_without_a_product_is_held_against_the_whole_order(without):
    refund = ("a", "o1", None, "2026-03-01", -100)
    table = shop(*WHOLE_ORDER, refund, without=without)
    assert links(table) == [("2026-01-01", "order", False)]
    (found,) = linked_returns(table, AS_OF).to_pyarrow().to_pylist()
    assert (float(found["paid"]), found["held"]) == (100.0, 100.0)


def test_a_whole_order_is_not_refunded_after_one_of_its_products_was():
    table = shop(
        *WHOLE_ORDER,
        ("a", "o1", "q", "2026-02-01", -20),
        ("a", "o1", None, "2026-03-01", -100),
    )
    found = [("2026-01-01", "order", False), ("2026-01-01", "order", True)]
    assert links(table) == found


def test_a_product_that_is_not_in_its_order_is_sought_by_product():
    table = shop(
        ("a", "o1", "p", "2026-01-01", 10),
        ("a", "o2", "q", "2026-02-01", 10),
        ("a", "o2", "p", "2026-03-01", -10),
    )
    assert links(table) == [("2026-01-01", "product", False)]


def test_an_order_that_knows_no_product_takes_any_product_back():
    table = shop(
        ("a", "o1", None, "2026-01-01", 10),
        ("a", "o1", "p", "2026-03-01", -10),
    )
    assert links(table) == [("2026-01-01", "order", False)]


def test_a_return_without_a_time_belongs_to_a_purchase_of_its_day():
    table = shop(
        ("a", "o1", "p", "2026-01-01", 10),
        ("a", "o1", "p", "2026-01-01", -10),
        ("a", None, "q", "2026-01-01", 7),
        ("a", None, "q", "2026-01-01", -7),
    )
    noon = ibis.interval(hours=12)
    later = table.ordered_at + noon
    timed = table.mutate(
        ordered_at=(table.kind == "purchase").ifelse(later, table.ordered_at)
    )
    found = [("2026-01-01", "order", False), ("2026-01-01", "product", False)]
    assert sorted(links(timed)) == found
    assert sorted(links(table.drop("ordered_at"))) == found


def test_a_return_without_a_product_is_the_customer_s_newest_purchase():
    table = shop(
        ("a", "o1", "p", "2026-01-01", 10),
        ("a", "o2", "q", "2026-02-01", 10),
        ("a", "C1", None, "2026-03-01", -10),
        ("a", None, None, "2026-03-02", -10),
    )
    found = [("2026-02-01", "customer", False), ("2026-01-01", "customer", False)]
    assert links(table) == found


def test_a_return_with_a_product_is_never_another_product():
    table = shop(
        ("a", "o1", "p", "2026-01-01", 10), ("a", None, "q", "2026-02-01", -10)
    )
    assert links(table) == [("-", "none", False)]


def test_without_products_and_orders_the_customer_s_newest_purchase():
    table = shop(
        ("a", None, None, "2026-01-01", 10),
        ("a", None, None, "2026-02-01", 10),
        ("a", None, None, "2026-03-01", -5),
        without=("order_id", "product_id"),
    )
    assert links(table) == [("2026-02-01", "customer", False)]


def test_lines_that_were_joined_with_their_goods_find_their_purchase_too():
    table = shop(
        ("a", "o1", "p", "2026-01-01", 10), ("a", "o1", "p", "2026-02-01", -10)
    )
    products = ibis.memtable({"product_id": ["p"], "category": ["toys"]})
    assert links(with_goods(table, products)) == [("2026-01-01", "order", False)]


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


lines = st.lists(
    st.tuples(
        st.sampled_from(["ann", "bob"]),
        st.integers(0, 9).map(lambda n: (START + timedelta(days=n)).isoformat()),
        st.sampled_from(["p", "q", None]),
        st.integers(-900, 900).map(lambda cents: cents / 100),
        st.sampled_from(["its day", "2026-01-02", "C1", None]),
    ),
    min_size=1,
    max_size=14,
)


def with_orders(rows):
    """Name each purchase's order after its day; a return may name any."""
    return [
        (who, day if amount >= 0 or order == "its day" else order, product, day, amount)
        for who, day, product, amount, order in rows
    ]


@settings(max_examples=12, deadline=None)
@given(rows=lines)
def test_each_return_counts_once_and_no_purchase_is_used_twice(rows):
    rows = with_orders(rows)
    found = linked_returns(shop(*rows), AS_OF).to_pyarrow().to_pylist()
    sent = sorted((row[0], row[3], row[4]) for row in rows if row[4] < 0)
    assert sent == sorted(
        (r["customer_id"], str(r["returned_on"]), float(r["returned"])) for r in found
    )
    assert all(r["bought_on"] <= r["returned_on"] for r in found if r["bought_on"])
    paid, held, linked = {}, {}, {}
    for who, _, _, day, amount in rows:
        paid[who, day] = paid.get((who, day), 0) + max(amount, 0)
    for row in found:
        place = row["customer_id"], str(row["bought_on"])
        held[place] = held.get(place, 0) + row["held"]
        if row["bought_on"] and not row["exceeds_purchase"]:
            who = row["customer_id"]
            linked[who] = linked.get(who, 0) - float(row["returned"])
    for place, amount in held.items():
        assert amount <= paid.get(place, 0) + 0.001
    for who, amount in linked.items():
        bought = sum(value for (name, _), value in paid.items() if name == who)
        assert amount <= bought + 0.001


@settings(max_examples=5, deadline=None)
@given(rows=lines)
def test_net_spend_takes_each_return_back_once(rows):
    table = shop(*with_orders(rows))
    back = net_spend_within(table, AS_OF, 365).sent_back.sum()
    sent = sum(amount for *_, amount, _ in rows if amount < 0)
    assert float(back.fill_null(0).execute()) == pytest.approx(sent)
