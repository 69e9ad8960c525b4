"""What a policy asks to be measured, for everybody, readable by eye."""

from datetime import date

import pytest

from workbench.features import (
    Beside,
    activity_table,
    brand_table,
    interest_table,
    measure_table,
)
from workbench.measure_words import QUANTITIES, Measure
from workbench.window import Window

AS_OF = Window("2026-08-15")
PEOPLE = [
    {"customer_id": "ann", "joined_on": date(2025, 3, 10), "membership": "basic"},
    {"customer_id": "bob", "joined_on": date(2026, 7, 1), "membership": None},
    {"customer_id": "zoe", "joined_on": date(2026, 8, 1), "membership": "premium"},
]
LINES = [
    ("ann", "2025-01-05", "o1", "toys", "lego", 100),  # before she joined
    ("ann", "2025-12-31", "o2", "toys", "lego", 40),
    ("ann", "2026-02-01", "o3", "books", "penguin", 30),
    ("ann", "2026-07-20", "o4", "toys", "bruder", 20),
    ("ann", "2026-07-20", "o4", "food", "nestle", 5),
    ("ann", "2026-07-25", "o2", "toys", "lego", -40),  # back, of last year's
    ("ann", "2026-07-26", "o4", "toys", "bruder", -10),
    ("cat", "2026-01-01", "o5", None, None, 7),
    ("cat", "2026-08-16", "o6", "food", "nestle", 9),  # tomorrow
]
EVENTS = [
    ("ann", "2026-08-10", "view", "p1"),
    ("ann", "2026-08-10", "cart_add", "p1"),
    ("zoe", "2026-08-02", "cart_add", "p1"),
    ("zoe", "2026-08-04", "view", "p1"),
]
SAID = [
    {"customer_id": "ann", "kind": "survey", "opened_on": date(2025, 12, 1)}
    | {"nps": 9, "satisfaction": 5, "closed_on": None},
    {"customer_id": "ann", "kind": "survey", "opened_on": date(2026, 7, 1)}
    | {"nps": 6, "satisfaction": 2, "closed_on": None},
    {"customer_id": "ann", "kind": "complaint", "opened_on": date(2026, 8, 1)}
    | {"nps": None, "satisfaction": None, "closed_on": date(2026, 8, 20)},
    {"customer_id": "zoe", "kind": "complaint", "opened_on": date(2026, 8, 1)}
    | {"nps": None, "satisfaction": None, "closed_on": date(2026, 8, 3)},
]


@pytest.fixture(scope="module")
def lines(rich_table):
    names = ("customer_id", "ordered_at", "order_id", "category", "brand", "amount")
    return rich_table([dict(zip(names, row, strict=True)) for row in LINES])


@pytest.fixture(scope="module")
def beside(table_of):
    days = [date.fromisoformat(day) for _, day, _, _ in EVENTS]
    names = ("customer_id", "happened_on", "kind", "product_id")
    rows = [
        dict(zip(names, (who, day, kind, what), strict=True))
        for (who, _, kind, what), day in zip(EVENTS, days, strict=True)
    ]
    return Beside(
        customers=table_of("customers", PEOPLE),
        events=table_of("events", rows),
        feedback=table_of("feedback", SAID),
    )


@pytest.fixture(scope="module")
def measured(lines, beside):
    def measure(*asked, table=lines, beside=beside):
        """Return each customer's values of ``of window`` asked for."""
        measures = [
            Measure(f"m{n}", *text.split(), column="membership")
            for n, text in enumerate(asked)
        ]
        rows = measure_table(table, AS_OF, measures, beside).to_pyarrow().to_pylist()
        return {row.pop("customer_id"): [*row.values()] for row in rows}

    return measure


WINDOWS = ["30d", "calendar_year", "calendar_quarter", "anniversary", "since_joining"]


def asked(quantity):
    return [f"{quantity} {window}" for window in (*WINDOWS, "ever")]


def test_spend_in_every_window(measured):
    assert measured(*asked("spend")) == {
        "ann": [25.0, 55.0, 25.0, 25.0, 95.0, 195.0],
        "bob": [0.0] * 6,
        "cat": [0.0, 7.0, 0.0, 7.0, 7.0, 7.0],
        "zoe": [0.0] * 6,
    }


def test_what_came_back_counts_when_it_was_bought(measured):
    assert measured(*asked("net_spend"))["ann"] == [15.0, 45.0, 15.0, 15.0, 45.0, 145.0]


def test_a_return_that_spans_two_years_is_parted_among_them(measured, rich_table):
    rows = [("2025-12-01", 50), ("2026-01-02", 30), ("2026-01-05", -60)]
    names = {"customer_id": "ann", "product_id": "p"}
    table = rich_table([{**names, "ordered_at": d, "amount": a} for d, a in rows])
    of_year = "net_spend calendar_year", "qualifying_points calendar_year"
    found = measured(*of_year, "net_spend 365d", "net_spend 226d", table=table)
    assert found["ann"] == [0.0, 0.0, 20.0, 0.0]


def test_what_no_purchase_covers_counts_where_it_is_linked(measured, rich_table):
    rows = [("2025-12-01", 50), ("2026-01-02", 30), ("2026-01-05", -90)]
    names = {"customer_id": "ann", "product_id": "p"}
    table = rich_table([{**names, "ordered_at": d, "amount": a} for d, a in rows])
    found = measured("net_spend calendar_year", "net_spend ever", table=table)
    assert found["ann"] == [-10.0, -10.0]


def test_days_and_lines(measured):
    assert measured(*asked("purchase_days"))["ann"] == [1, 2, 1, 1, 3, 4]
    assert measured(*asked("purchase_lines"))["ann"] == [2, 3, 2, 2, 4, 5]


def test_lines_sent_back_count_on_their_own_day(measured):
    assert measured("return_lines 30d", "return_lines ever")["ann"] == [2, 2]
    assert measured("return_lines 21d", "return_lines 20d")["ann"] == [1, 0]


def test_a_category_is_in_the_window_of_its_last_purchase(measured):
    found = measured(*asked("categories"))
    assert found["ann"] == [2, 3, 2, 2, 3, 3]
    assert found["cat"] == [0] * 6  # of unnamed goods


def test_goods_of_a_window_are_those_of_its_lines_alone(measured, lines):
    since = lines.filter(lines.ordered_on >= date(2025, 3, 10))
    likes = interest_table(since, AS_OF).execute().set_index("customer_id")
    brands = brand_table(since, AS_OF).execute().set_index("customer_id")
    found = measured(
        "interest since_joining", "brand_share since_joining", "brand_repeat ever"
    )
    assert found["ann"] == [likes["interest"]["ann"], brands["brand_share"]["ann"], 0.5]
    assert found["ann"][:2] == ["toys", 0.5]
    assert found["zoe"] == [None, None, None]


def test_who_only_browses_is_seen(measured):
    found = measured("event_days 30d", "carts_left 30d", "days_since_last_activity")
    assert found == {
        "ann": [1, 1, 5],
        "bob": [0, 0, None],
        "cat": [0, 0, 226],
        "zoe": [2, 1, 11],
    }


def test_activity_agrees_with_its_table(measured, lines, beside):
    table = activity_table(lines, AS_OF, beside.events).execute()
    known = table.set_index("customer_id")
    names = ["event_days_365d", "carts_left_365d", "days_since_last_activity"]
    found = measured("event_days 365d", "carts_left 365d", "days_since_last_activity")
    for who in known.index:
        assert found[who] == known.loc[who, names].to_list()


def test_the_newest_answer_and_the_mean_of_all(measured):
    found = measured(
        "recommendation 365d",
        "recommendation 30d",
        "satisfaction ever",
        "satisfaction 90d",
        "satisfaction 30d",
    )
    assert found["ann"] == [6, None, 3.5, 2.0, None]
    assert found["bob"] == [None] * 5


def test_of_two_answers_of_a_day_the_lower_stands(measured, table_of):
    day = {"customer_id": "ann", "kind": "survey", "opened_on": date(2026, 8, 1)}
    said = table_of("feedback", [day | {"nps": 9}, day | {"nps": 3}])
    found = measured("recommendation ever", beside=Beside(feedback=said))
    assert found["ann"] == [3]


def test_complaints_and_those_not_settled_on_the_day(measured):
    found = measured("complaints calendar_year", "open_complaints")
    assert found == {"ann": [1, 1], "bob": [0, 0], "cat": [0, 0], "zoe": [1, 0]}


def test_since_registration_or_else_the_first_purchase(measured):
    found = measured("days_since_joining", "profile")
    assert found == {
        "ann": [523, "basic"],
        "bob": [45, None],
        "cat": [226, None],
        "zoe": [14, "premium"],
    }


def test_a_shop_of_three_columns_measures_what_it_can(measured, clean_table):
    rows = clean_table([("ann", "2026-08-01", 10), ("ann", "2026-08-09", -4)])
    told = ["spend 30d", "net_spend anniversary", "purchase_days ever"]
    dark = ["categories ever", "event_days 9d", "complaints 9d", "recommendation 9d"]
    found = measured(*told, *dark, "profile", table=rows, beside=Beside())
    assert found == {"ann": [10.0, 6.0, 1, None, None, None, None, None]}


def test_columns_have_the_type_of_their_quantity(lines, beside):
    every = [Measure(one.name, one.name, column="membership") for one in QUANTITIES]
    table = measure_table(lines, AS_OF, every, beside).to_pyarrow()
    assert [table.schema.field(one.name).type for one in QUANTITIES] == [
        one.type for one in QUANTITIES
    ]


def test_staged_orders_are_nobodys_purchases(measured, rich_table):
    line = {"customer_id": "ann", "ordered_at": "2026-08-01", "amount": 5}
    rows = rich_table([line | {"flags": "late brushing"}, line | {"flags": None}])
    found = measured("spend ever", "qualifying_points ever", table=rows)
    assert found["ann"] == [5.0, 5.0]


def test_nothing_asked_is_everybody_and_nothing_more(lines, beside):
    found = measure_table(lines, AS_OF, [], beside).order_by("customer_id").to_pyarrow()
    assert found.to_pydict() == {"customer_id": ["ann", "bob", "cat", "zoe"]}
