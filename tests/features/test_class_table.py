from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.features import (
    activity_table,
    brand_table,
    class_table,
    geography_table,
    interest_table,
)
from workbench.window import Window

WINDOW = Window("2026-06-30")


@pytest.fixture
def lines(rich_table):
    return rich_table(
        [
            {"customer_id": who, "ordered_at": day, "amount": amount}
            | {"product_id": "P1"}
            for who, day, amount in (
                ("ann", "2026-01-01", 5),
                ("ann", "2026-02-01", 5),
                ("ann", "2026-03-01", 5),
                ("bob", "2026-03-01", 7),
                ("cat", "2026-03-01", -7),
            )
        ]
    )


@pytest.fixture
def products(table_of):
    row = {"product_id": "P1", "category": "toys", "brand": "Elm", "department": "play"}
    return table_of("products", [row])


def test_transactions_alone_give_frequency_amount_and_activity(clean_table):
    rows = clean_table([("ann", "2026-01-01", 5), ("ann", "2026-02-01", 6)])
    found, off = class_table(rows, WINDOW)
    (ann,) = found.execute().to_dict("records")
    assert (ann["purchase_days_365d"], ann["net_spend_365d"]) == (2, 11)
    assert [line.split(":")[0] for line in off] == [
        "interest",
        "brand loyalty",
        "geography",
        "browsing",
    ]


def test_with_every_table_nothing_is_switched_off(lines, products, table_of):
    customers = table_of("customers", [{"customer_id": "ann", "market": "CN"}])
    events = table_of(
        "events",
        [{"customer_id": "ann", "happened_on": None, "kind": "view"}],
    )
    found, off = class_table(
        lines, WINDOW, customers=customers, events=events, products=products
    )
    assert off == ()
    table = found.execute().set_index("customer_id")
    assert sorted(table.index) == ["ann", "bob"]
    assert table.loc["ann", ["interest", "market"]].to_list() == ["toys", "CN"]
    assert table.loc["ann", "brand_share"] == 1


def test_the_level_and_the_least_share_are_handed_on(lines, products):
    found, _ = class_table(lines, WINDOW, products=products, level="department")
    assert found.execute()["interest"].dropna().to_list() == ["play"]
    found, _ = class_table(lines, WINDOW, products=products, least_share=1.1)
    assert found.execute()["interest"].isna().all()
    _, off = class_table(lines, WINDOW, level="department")
    assert off[0] == "interest: no line has a department; give it, or products"


START = date(2025, 1, 1)
rows_of_a_shop = st.lists(
    st.tuples(
        st.sampled_from(["ann", "bob", "cat"]),
        st.integers(0, 500),
        st.integers(-50, 500),
        st.sampled_from(["toys", "books", None]),
        st.sampled_from(["Elm", "Ash"]),
        st.sampled_from(["CN", "SG"]),
    ),
    min_size=1,
    max_size=25,
)
steps_of_a_shop = st.lists(
    st.tuples(
        st.sampled_from(["ann", "bob", "zoe"]),
        st.integers(0, 500),
        st.sampled_from(["view", "cart_add"]),
    ),
    min_size=1,
    max_size=10,
)


def _lines(rich_table, rows):
    names = ("category", "brand", "market")
    return rich_table(
        [
            {"customer_id": who, "ordered_at": START + timedelta(days=day)}
            | {"amount": amount, "product_id": f"P of {kind}"}
            | dict(zip(names, (kind, *others), strict=True))
            for who, day, amount, kind, *others in rows
        ]
    )


def _events(table_of, steps):
    return table_of(
        "events",
        [
            {"customer_id": who, "happened_on": START + timedelta(days=day)}
            | {"kind": kind, "product_id": "P of toys"}
            for who, day, kind in steps
        ],
    )


def _activity(lines, window, events):
    return activity_table(lines, window, events)


def _interests(lines, window, events):
    return interest_table(lines, window)


def _brands(lines, window, events):
    return brand_table(lines, window)


def _geography(lines, window, events):
    return geography_table(lines, window)


PARTS = [_activity, _interests, _brands, _geography]


def _executed(part, lines, as_of, events):
    found = part(lines, Window(as_of), events).execute()
    return found.sort_values("customer_id", ignore_index=True)


@pytest.mark.parametrize("part", PARTS)
@settings(max_examples=10, deadline=None)
@given(rows=rows_of_a_shop, steps=steps_of_a_shop, day=st.integers(0, 500))
def test_cutting_the_tables_at_a_day_equals_standing_there(
    rich_table, table_of, part, rows, steps, day
):
    as_of = START + timedelta(days=day)
    lines, events = _lines(rich_table, rows), _events(table_of, steps)
    whole = _executed(part, lines, as_of, events)
    cut = _executed(
        part,
        lines.filter(lines.ordered_on <= as_of),
        as_of,
        events.filter(events.happened_on <= as_of),
    )
    pd.testing.assert_frame_equal(whole, cut, check_exact=True)


@pytest.mark.parametrize("part", PARTS)
@settings(max_examples=10, deadline=None)
@given(rows=rows_of_a_shop, steps=steps_of_a_shop, turn=st.randoms())
def test_the_order_of_rows_says_nothing(rich_table, table_of, part, rows, steps, turn):
    turned_rows, turned_steps = [*rows], [*steps]
    turn.shuffle(turned_rows)
    turn.shuffle(turned_steps)
    found = [
        _executed(part, _lines(rich_table, some), "2026-06-30", _events(table_of, more))
        for some, more in ((rows, steps), (turned_rows, turned_steps))
    ]
    pd.testing.assert_frame_equal(*found, check_exact=True)
