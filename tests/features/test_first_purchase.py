from datetime import date, timedelta

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.features import first_purchase_table
from workbench.window import Window

START = date(2025, 1, 1)


def line(who, day, amount, category=None, channel=None, product_id=None):
    return {
        "customer_id": who,
        "ordered_at": day,
        "amount": amount,
        "category": category,
        "channel": channel,
        "product_id": product_id,
    }


def found(table, as_of="2025-12-31", products=None):
    rows = first_purchase_table(table, Window(as_of), products).execute()
    return rows.set_index("customer_id").sort_index()


def test_a_buyer_belongs_to_the_quarter_of_the_first_purchase(clean_table):
    rows = [
        ("ann", "2025-03-31", 5),
        ("ann", "2025-04-01", 5),
        ("bob", "2025-04-01", 5),
    ]
    table = found(clean_table(rows))
    assert table["cohort"].to_dict() == {"ann": "2025-Q1", "bob": "2025-Q2"}
    assert list(table.columns) == ["first_ordered_on", "cohort"]


def test_a_return_is_no_first_purchase(clean_table):
    rows = [("ann", "2025-01-02", -5), ("ann", "2025-05-01", 5)]
    assert found(clean_table(rows)).loc["ann", "cohort"] == "2025-Q2"


def test_most_of_the_first_day_went_to_the_first_category(rich_table):
    rows = [
        line("ann", "2025-01-02", 5, "tea", "store"),
        line("ann", "2025-01-02", 4, "books", "online"),
        line("ann", "2025-01-02", 3, "books", "online"),
        line("ann", "2025-01-03", 90, "toys", "store"),
    ]
    ann = found(rich_table(rows)).loc["ann"]
    assert (ann["first_category"], ann["first_channel"]) == ("books", "online")


def test_among_equals_it_is_the_first_by_the_alphabet(rich_table):
    rows = [line("ann", "2025-01-02", 5, name) for name in ("tea", "books")]
    assert found(rich_table(rows)).loc["ann", "first_category"] == "books"


def test_a_category_may_come_from_the_product(rich_table, table_of):
    table = rich_table([line("ann", "2025-01-02", 5, product_id="p1")])
    products = table_of("products", [{"product_id": "p1", "category": "tea"}])
    assert found(table, products=products).loc["ann", "first_category"] == "tea"


def test_who_bought_what_nobody_named_has_no_first_category(rich_table):
    table = found(
        rich_table([line("ann", "2025-01-02", 5), line("bob", "2025-01-02", 5, "tea")])
    )
    assert pd.isna(table.loc["ann", "first_category"])


lines_of_a_shop = st.lists(
    st.tuples(
        st.sampled_from(["ann", "bob"]),
        st.integers(0, 60),
        st.integers(-50, 500),
        st.sampled_from(["tea", "books", None]),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=15, deadline=None)
@given(rows=lines_of_a_shop, day=st.integers(0, 60))
def test_later_lines_change_nothing(rich_table, rows, day):
    as_of = START + timedelta(days=day)
    whole = rich_table(
        [
            line(who, START + timedelta(days=n), amount, category, "store")
            for who, n, amount, category in rows
        ]
    )
    cut = whole.filter(whole.ordered_on <= as_of)
    pd.testing.assert_frame_equal(found(whole, as_of), found(cut, as_of))
