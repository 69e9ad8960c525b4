"""Pareto cut points: by hand, and as brute force finds them on numbers with ties."""

from fractions import Fraction

import ibis
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from workbench.policy import Policy
from workbench.policy.pareto import pareto_points, pareto_table


def values_of(numbers, **more):
    column = pa.array(numbers, pa.float64())
    return ibis.memtable(pa.table({"value": column, **more}))


def points(numbers, *shares):
    (found,) = pareto_points(values_of(numbers), shares)
    return found["points"]


def test_the_best_who_bring_four_fifths():
    assert points([50.0, 30.0, 10.0, 5.0, 5.0], 0.8) == [30.0]
    assert points([50.0, 30.0, 10.0, 5.0, 5.0], 0.81, 0.95) == [10.0, 5.0]


def test_equal_values_are_never_parted():
    assert points([4.0, 4.0, 1.0, 1.0], 0.3, 0.8, 0.85) == [4.0, 4.0, 1.0]


def test_a_share_that_is_met_to_the_cent_is_met():
    assert points([0.3, 0.1], 0.75) == [0.3]
    assert points([55.0, 45.0], 0.55) == [55.0]
    assert points([0.7, 0.2, 0.1], 0.9) == [0.2]


def test_who_has_no_number_is_not_asked_and_returns_count():
    assert points([8.0, None, 4.0, -2.0], 0.8) == [8.0]
    assert points([8.0, None, 4.0, -2.0], 0.81) == [4.0]


@pytest.mark.parametrize("numbers", [[], [0.0, 0.0], [1.0, -1.0], [None]])
def test_no_sum_above_0_has_no_point(numbers):
    assert points(numbers, 0.8) == [None]


def test_each_group_has_its_own():
    table = values_of([9.0, 1.0, 3.0, 3.0], market=["CN", "CN", "SG", "SG"])
    assert pareto_points(table, [0.8], by=["market"]) == [
        {"market": "CN", "n_customers": 2, "points": [9.0]},
        {"market": "SG", "n_customers": 2, "points": [3.0]},
    ]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(-300, 2000), min_size=1, max_size=40),
    st.sampled_from(["0.2", "0.5", "0.55", "0.8", "0.95"]),
)
@example([10, 10, 10, 10, 10], "0.2")
@example([-5, 5, 5], "0.8")
def test_it_is_what_brute_force_finds(cents, share):
    """Every value is tried, in exact fractions."""
    (found,) = points([cent / 100 for cent in cents], float(share))
    total = sum(cents)
    reached = [
        value
        for value in cents
        if total > 0
        and Fraction(sum(c for c in cents if c >= value), total) >= Fraction(share)
    ]
    assert found == (max(reached) / 100 if reached else None)


def test_a_policy_learns_them_among_some_and_per_market(policy_text):
    random = np.random.default_rng(5)
    spent = (random.pareto(1.5, 300) * 100).round(2)
    market = ["CN"] * 180 + ["SG"] * 120
    table = ibis.memtable(
        pa.table(
            {
                "customer_id": [f"c{i:03d}" for i in range(300)],
                "as_of": ["2026-06-30"] * 300,
                "market": market,
                "a": spent,
            }
        )
    )
    cuts = '{worth: {column: a, abc: [0.8, 0.95], among: "a > 20", per: market}}'
    policy = Policy.parse(
        policy_text("a >= worth_a", "a >= worth_b", '"true"', cuts=cuts)
    )
    learned = policy.learn_cuts(table)
    for name, share in (("worth_a", 0.8), ("worth_b", 0.95)):
        assert learned.values[name] == _brute(spent[spent > 20], share)
        for place in ("CN", "SG"):
            own = spent[(np.array(market) == place) & (spent > 20)]
            if len(own) >= 100:
                assert learned.by_market[name].numbers[place] == _brute(own, share)
            else:
                assert place in learned.by_market[name].too_few
    assert "SG" in learned.by_market["worth_a"].too_few
    assert "CN" in learned.by_market["worth_a"].numbers
    found = policy.assign(table, learned, as_of="2026-06-30", bundle_id="b")
    rows = found.order_by("customer_id").to_pyarrow().to_pydict()
    own = [learned.of(name if name == "CN" else None)["worth_a"] for name in market]
    assert [t == "tier_1" for t in rows["tier"]] == list(spent >= own)


def _brute(values, share):
    best = np.sort(values)[::-1]
    so_far = np.cumsum(best) / best.sum()
    return best[np.searchsorted(so_far, share - 1e-12)]


@pytest.mark.parametrize("dialect", ["duckdb", "postgres", "snowflake", "trino"])
def test_it_is_one_question_for_other_engines(dialect):
    table = pareto_table(values_of([1.0], market=["SG"]), [0.8, 0.95], by=["market"])
    assert "decimal(38, 0)" in ibis.to_sql(table, dialect=dialect).lower()


@pytest.mark.parametrize(
    "numbers",
    [
        [200 / 3] * 3,
        [1077.7299999999998, 100.0, 100.0, 50.0],
        [12345678.97, 100.0, 100.0],
    ],
)
def test_who_a_point_was_taken_from_reaches_it(numbers):
    (point,) = points(numbers, 0.8)
    reached = [number for number in numbers if number >= point]
    assert sum(reached) >= 0.8 * sum(numbers)
    assert point == pytest.approx(min(reached), rel=1e-8)
