"""Points are earned by the line, come back with the goods, and expire."""

from datetime import date, timedelta

import ibis
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.features import Beside, measure_table
from workbench.measure_words import Measure, PointRules
from workbench.tables import TRANSACTIONS
from workbench.window import Window

AS_OF = Window("2026-08-15")
DOUBLE_TOYS = PointRules(per_unit=1.0, by_category={"toys": 2.0})
START = date(2025, 10, 1)


def points(table, rules=DOUBLE_TOYS, window="ever", as_of=AS_OF, beside=None):
    measure = Measure("points", "qualifying_points", window, points=rules)
    found = measure_table(table, as_of, [measure], beside or Beside()).to_pyarrow()
    return {row["customer_id"]: row["points"] for row in found.to_pylist()}


@pytest.fixture(scope="module")
def shop(rich_table):
    def make(*rows):
        names = ("ordered_at", "order_id", "product_id", "category", "amount")
        lines = [dict(zip(names, row, strict=True)) for row in rows]
        return rich_table([{"customer_id": "ann", **line} for line in lines])

    return make


def test_a_line_earns_by_amount_and_category(shop):
    bought = shop(
        ("2026-08-01", "o1", "p", "toys", 10), ("2026-08-01", "o1", "q", "food", 10)
    )
    assert points(bought) == {"ann": 30.0}


def test_a_line_of_no_known_category_earns_as_such(shop, rich_table):
    assert points(shop(("2026-08-01", "o1", "p", None, 10))) == {"ann": 10.0}
    bare = {"customer_id": "ann", "ordered_at": "2026-08-01", "amount": 10}
    assert points(rich_table([bare])) == {"ann": 10.0}


def test_a_category_can_be_looked_up_and_can_earn_nothing(rich_table, table_of):
    line = {"customer_id": "ann", "ordered_at": "2026-08-01", "product_id": "p"}
    products = table_of("products", [{"product_id": "p", "category": "gift cards"}])
    rules = PointRules(by_category={"gift cards": 0.0})
    found = points(
        rich_table([line | {"amount": 10}]), rules, beside=Beside(products=products)
    )
    assert found == {"ann": 0.0}


@pytest.mark.parametrize(
    ("per_unit", "amount", "earned"),
    [(0.1, 9.99, 0.99), (1.15, 1.0, 1.15), (0.29, 1.0, 0.29), (1 / 3, 0.01, 0.0)],
)
def test_points_are_rounded_down_to_two_decimals(shop, per_unit, amount, earned):
    bought = shop(("2026-08-01", "o1", "p", "food", amount))
    assert points(bought, PointRules(per_unit)) == {"ann": earned}


def test_a_return_takes_its_share_of_what_its_own_line_earned(shop):
    bought = [
        ("2026-08-01", "o1", "p", "toys", 100),
        ("2026-08-01", "o1", "q", "food", 100),
    ]
    back = ("2026-08-05", "o1", "p", "toys", -40)
    assert points(shop(*bought)) == {"ann": 300.0}
    assert points(shop(*bought, back)) == {"ann": 220.0}


def test_before_its_day_a_return_takes_nothing(shop):
    rows = shop(
        ("2026-08-01", "o1", "p", "food", 100), ("2026-08-05", "o1", "p", "food", -40)
    )
    assert points(rows, as_of=Window("2026-08-04")) == {"ann": 100.0}
    assert points(rows, as_of=Window("2026-08-05")) == {"ann": 60.0}


def test_a_return_after_the_turn_of_the_year_eats_no_points_of_the_new_year(shop):
    rows = shop(
        ("2025-12-24", "o1", "p", "food", 100),
        ("2026-01-03", "o2", "q", "food", 30),
        ("2026-01-04", "o1", "p", "food", -100),
    )
    assert points(rows, window="calendar_year") == {"ann": 30.0}
    assert points(rows) == {"ann": 30.0}


def test_one_return_of_two_purchases_takes_the_points_of_both(shop):
    rows = shop(
        ("2026-08-01", "o1", "p", "toys", 10),
        ("2026-08-02", "o2", "p", "food", 10),
        ("2026-08-05", None, "p", None, -20),
    )
    assert points(rows) == {"ann": 0.0}


def test_more_back_than_was_paid_leaves_other_purchases_alone(shop):
    rows = shop(
        ("2026-08-01", "o1", "p", "food", 10),
        ("2026-08-02", "o2", "q", "food", 10),
        ("2026-08-05", "o1", "p", "food", -15),
    )
    assert points(rows) == {"ann": 10.0}


def test_a_whole_order_without_a_product_comes_back(shop):
    rows = shop(
        ("2026-08-01", "o1", "p", "toys", 80),
        ("2026-08-01", "o1", "q", "food", 20),
        ("2026-08-05", "o1", None, None, -100),
    )
    assert points(rows) == {"ann": 0.0}


@pytest.mark.parametrize(
    ("days", "left"), [(15, 30.0), (14, 10.0), (4, 10.0), (3, 0.0), (1, 0.0)]
)
def test_points_expire_so_many_days_after_they_were_earned(shop, days, left):
    rows = shop(
        ("2026-08-01", "o1", "p", "food", 20), ("2026-08-12", "o2", "p", "food", 10)
    )
    assert points(rows, PointRules(expire_after_days=days)) == {"ann": left}


@pytest.mark.parametrize("days", [1, 3, 4, 15])
def test_points_that_expire_after_so_many_days_are_those_of_that_window(shop, days):
    rows = shop(
        ("2026-08-01", "o1", "p", "food", 20), ("2026-08-12", "o2", "p", "food", 10)
    )
    window = Measure("p", "qualifying_points", f"{days}d")
    (found,) = measure_table(rows, AS_OF, [window]).to_pyarrow().to_pylist()
    assert points(rows, PointRules(expire_after_days=days)) == {"ann": found["p"]}


def test_expired_points_cannot_be_taken_back(shop):
    rows = shop(
        ("2026-01-01", "o1", "p", "food", 20),
        ("2026-08-12", "o2", "q", "food", 10),
        ("2026-08-13", "o1", "p", "food", -20),
    )
    assert points(rows, PointRules(expire_after_days=30)) == {"ann": 10.0}


def test_two_rules_stand_side_by_side(shop):
    rows = shop(("2026-08-01", "o1", "p", "toys", 10))
    measures = [
        Measure("twice", "qualifying_points", points=DOUBLE_TOYS),
        Measure("once", "spendable_points", points=PointRules()),
    ]
    (found,) = measure_table(rows, AS_OF, measures).to_pyarrow().to_pylist()
    assert (found["twice"], found["once"]) == (20.0, 10.0)


line = st.tuples(
    st.sampled_from(["ann", "bob"]),
    st.integers(0, 400),
    st.sampled_from(["o1", "o2", None]),
    st.sampled_from(["p", "q", None]),
    st.sampled_from(["toys", "food", None]),
    st.integers(-900, 900),
)


def table(rows):
    """Make a clean table; a category may differ by line."""
    columns = dict(
        zip(
            ("customer_id", "day", "order_id", "product_id", "category", "cents"),
            map(list, zip(*rows, strict=True)),
            strict=True,
        )
    )
    day = pa.array([START + timedelta(days=n) for n in columns.pop("day")])
    cents = columns.pop("cents")
    text = {name: pa.array(values, pa.string()) for name, values in columns.items()}
    amount = pa.array([n / 100 for n in cents]).cast(TRANSACTIONS["amount"].type)
    kind = ["return" if n < 0 else "purchase" for n in cents]
    return ibis.memtable(
        pa.table({**text, "ordered_on": day, "amount": amount, "kind": kind})
    )


@settings(max_examples=5, deadline=None)
@given(rows=st.lists(line, min_size=1, max_size=12))
def test_points_are_never_below_zero_nor_above_what_was_earned(rows):
    earned = dict.fromkeys(("ann", "bob"), 0.0)
    for who, *_, category, cents in rows:
        times = 2 if category == "toys" else 1
        earned[who] += times * max(cents, 0) / 100
    for who, kept in points(table(rows)).items():
        assert 0 <= kept <= earned[who] + 1e-9


@settings(max_examples=4, deadline=None)
@given(
    rows=st.lists(
        line.map(lambda row: (*row[:2], None, *row[3:5], abs(row[5]))),
        min_size=1,
        max_size=8,
    )
)
def test_when_all_came_back_no_points_are_left(rows):
    """Each line comes back a year later, named as it was bought."""
    back = [(who, day + 365, order, *of, -n) for who, day, order, *of, n in rows if n]
    found = points(table(rows + back), as_of=Window("2028-01-01"))
    assert set(found.values()) == {0.0}
