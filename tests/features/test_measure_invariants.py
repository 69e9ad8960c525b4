"""Measures of any shop: of the day they stand on, of the customer alone, in order."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.features import Beside, measure_table
from workbench.measure_words import QUANTITIES, Measure, PointRules
from workbench.window import Window

START = date(2025, 1, 1)
WINDOWS = ["30d", "90d", "calendar_quarter", "calendar_year", "anniversary", "ever"]
RULES = PointRules(1.5, {"toys": 2.0}, 200)
EVERY = [
    Measure(
        f"{one.name}_{window}",
        one.name,
        window,
        column="membership",
        points=RULES if one.unit == "points" else PointRules(),
    )
    for one in QUANTITIES
    for window in (["anniversary"] if one.windows else ["ever"])
    if one.name != "spendable_points"
]
WHO = st.sampled_from(["ann", "bob", "cat"])
DAY = st.integers(0, 700).map(lambda n: START + timedelta(days=n))
GOODS = st.sampled_from([("p", "toys", "a"), ("q", "toys", "b"), ("r", "food", "c")])

shops = st.fixed_dictionaries(
    {
        "transactions": st.lists(
            st.tuples(WHO, DAY, GOODS, st.integers(-500, 5000)), min_size=1, max_size=20
        ),
        "events": st.lists(
            st.tuples(WHO, DAY, st.sampled_from(["view", "cart_add"]), GOODS),
            min_size=1,
            max_size=8,
        ),
        "feedback": st.lists(
            st.tuples(WHO, DAY, st.sampled_from(["survey", "complaint"])),
            min_size=1,
            max_size=5,
        ),
        "joined": st.lists(DAY, min_size=2, max_size=2),
    }
)


def opened(shop, rich_table, table_of):
    """Make a shop of drawn rows; who joined and never bought is there too."""
    lines = rich_table(
        [
            {"customer_id": who, "ordered_at": day, "product_id": product}
            | {"category": kind, "brand": brand, "amount": cents / 100}
            for who, day, (product, kind, brand), cents in shop["transactions"]
        ]
    )
    people = zip(["ann", "dan"], shop["joined"], strict=True)
    customers = [
        {"customer_id": who, "joined_on": day, "membership": "basic"}
        for who, day in people
    ]
    events = [
        {"customer_id": who, "happened_on": day, "kind": kind, "product_id": goods[0]}
        for who, day, kind, goods in shop["events"]
    ]
    said = [
        {"customer_id": who, "opened_on": day, "kind": kind}
        | {"nps": day.day % 11, "satisfaction": day.day % 5 + 1}
        | {"closed_on": day + timedelta(days=20)}
        for who, day, kind in shop["feedback"]
    ]
    tables = {"customers": customers, "events": events, "feedback": said}
    return lines, Beside(
        **{name: table_of(name, rows) for name, rows in tables.items()}
    )


def rows_of(lines, window, beside):
    found = measure_table(lines, window, EVERY, beside).order_by("customer_id")
    return found.to_pyarrow().to_pylist()


def cut(lines, beside, as_of):
    """Return what stood in the tables on the day."""
    days = {"customers": "joined_on", "events": "happened_on", "feedback": "opened_on"}
    tables = {name: getattr(beside, name) for name in days}
    known = {name: t.filter(t[days[name]] <= as_of) for name, t in tables.items()}
    return lines.filter(lines.ordered_on <= as_of), Beside(**known)


@settings(max_examples=2, deadline=None)
@given(shop=shops, as_of=DAY)
def test_cut_at_the_day_alone_and_in_any_order_a_row_is_the_same(
    rich_table, table_of, shop, as_of
):
    window = Window(as_of)
    lines, beside = opened(shop, rich_table, table_of)
    whole = rows_of(lines, window, beside)
    then, known = cut(lines, beside, as_of)
    assert rows_of(then, window, known) == whole
    turned = {name: rows[::-1] for name, rows in shop.items() if name != "joined"}
    back, other = opened({**shop, **turned}, rich_table, table_of)
    assert rows_of(back, window, other) == whole
    for row in whole[:1]:
        own = {
            name: table.filter(table.customer_id == row["customer_id"])
            for name, table in (("lines", lines), *vars(beside).items())
            if table is not None
        }
        alone = own.pop("lines")
        assert rows_of(alone, window, Beside(**own)) == [row]


GROWING = [
    one
    for one in QUANTITIES
    if one.windows and one.zero and one.name not in ("spendable_points", "net_spend")
]


@settings(max_examples=3, deadline=None)
@given(shop=shops, as_of=DAY)
def test_a_wider_window_never_holds_less(rich_table, table_of, shop, as_of):
    lines, beside = opened(shop, rich_table, table_of)
    measures = [
        Measure(f"{one.name}_{window}", one.name, window, points=RULES)
        for one in GROWING
        for window in WINDOWS
    ]
    found = measure_table(lines, Window(as_of), measures, beside).to_pyarrow()
    for row in found.to_pylist():
        for one in GROWING:
            narrow, wide, quarter, year, own, ever = (
                row[f"{one.name}_{window}"] for window in WINDOWS
            )
            assert 0 <= narrow <= wide <= ever
            assert 0 <= quarter <= year <= ever
            assert 0 <= own <= ever
