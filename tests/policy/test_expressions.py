import duckdb
import ibis
import numpy as np
import pyarrow as pa
import pytest

from workbench.errors import BadPolicy
from workbench.policy.conditions import Condition
from workbench.policy.expressions import distance_to_enter, distance_to_lose, holds
from workbench.policy.reading import Place

CONDITIONS = [
    "a > 1",
    "not a > 1",
    "a >= 1 and b < 2 or c = 'x'",
    "not (a >= 1 and (b < 2 or c = 'x'))",
    "a between 0 and 2 and not b between 0 and 2",
    "c in ('x', 'y') or c is null",
    "c not in ('x') and b is not null",
    "flag and not (flag and a > 0)",
    "coalesce(a, 0) + abs(b) >= greatest(a, b, 1) * 2 - least(a, 3)",
    "a / b > 1",
    "1 < a or 0 = b",
]


def parse(text):
    return Condition.parse(text, Place("p.yaml", text, 0, len(text)))


@pytest.fixture
def rows():
    rng = np.random.default_rng(3)
    n = 300

    def some(values):
        return [None if rng.random() < 0.2 else v for v in values]

    return pa.table(
        {
            "a": pa.array(some(rng.integers(-1, 4, n).tolist()), pa.int64()),
            "b": pa.array(some(rng.normal(1, 1, n).round(1).tolist()), pa.float64()),
            "c": pa.array(some(rng.choice(["x", "y", "z"], n).tolist()), pa.string()),
            "flag": pa.array(some((rng.random(n) > 0.5).tolist()), pa.bool_()),
        }
    )


@pytest.mark.parametrize("text", CONDITIONS)
def test_a_condition_means_what_sql_means(rows, text):
    scores = ibis.memtable(rows)
    ours = scores.select(x=holds(parse(text), scores).fill_null(False)).to_pyarrow()
    asked = text.replace("a / b", "a / nullif(b, 0)")
    theirs = duckdb.sql(
        f"select coalesce({asked}, false) as x from rows"
    ).to_arrow_table()
    assert ours["x"].to_pylist() == theirs["x"].to_pylist()


def test_a_division_by_zero_does_not_hold():
    scores = ibis.memtable(pa.table({"a": [1.0], "b": [0.0]}))
    found = scores.select(x=holds(parse("a / b > 1"), scores)).to_pyarrow()
    assert found["x"].to_pylist() == [None]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("c > 1", "compares number with text"),
        ("a = 'x'", "compares number with text"),
        ("c < 'x'", "only numbers have an order"),
        ("a or b > 1", "is no yes/no column"),
        ("flag > 1", "compares number with yes/no"),
    ],
)
def test_types_do_not_mix(rows, text, why):
    with pytest.raises(BadPolicy, match=why):
        holds(parse(text), ibis.memtable(rows))


def distances(of, text, **row):
    scores = ibis.memtable(pa.table({name: [value] for name, value in row.items()}))
    found = scores.select(x=of(parse(text), scores)).to_pyarrow()["x"].to_pylist()[0]
    return [(d["column"], d["value"], d["threshold"], d["gap"]) for d in found]


def test_of_an_and_the_failing_comparisons_are_missing():
    found = distances(
        distance_to_enter, "a >= 5 and b > 1 and c < 9", a=2.0, b=3.0, c=9.5
    )
    assert found == [("a", 2.0, 5.0, 3.0), ("c", 9.5, 9.0, -0.5)]


def test_of_an_or_the_nearest_branch_is_missing():
    text = "a >= 10 and b >= 10 or c >= 10"
    assert distances(distance_to_enter, text, a=9.0, b=9.0, c=2.0) == [
        ("a", 9.0, 10.0, 1.0),
        ("b", 9.0, 10.0, 1.0),
    ]
    assert distances(distance_to_enter, text, a=1.0, b=9.0, c=8.0) == [
        ("c", 8.0, 10.0, 2.0)
    ]


def test_a_branch_that_needs_an_unknown_value_is_far_away():
    text = "a >= 10 or b >= 1000000"
    scores = ibis.memtable(
        pa.table({"a": pa.array([None], pa.float64()), "b": pa.array([1.0])})
    )
    found = scores.select(x=distance_to_enter(parse(text), scores)).to_pyarrow()
    assert [d["column"] for d in found["x"].to_pylist()[0]] == ["b"]


def test_what_holds_a_condition_is_named_with_the_way_to_its_limit():
    text = "a >= 5 and (b > 1 or c = 'x' or d between 1 and 2)"
    found = distances(distance_to_lose, text, a=7.0, b=0.0, c="x", d=1.5)
    assert found == [
        ("a", 7.0, 5.0, -2.0),
        ("c", None, None, None),
        ("d", 1.5, 1.0, -0.5),
        ("d", 1.5, 2.0, 0.5),
    ]


def test_a_text_is_missing_without_numbers():
    found = distances(distance_to_enter, "c = 'x' and a > 1", a=2.0, c="y")
    assert found == [("c", None, None, None)]


def test_the_expression_grows_with_the_condition_only():
    def size(n):
        text = " and ".join(f"(a > {i} or b > {i})" for i in range(n))
        scores = ibis.memtable(pa.table({"a": [1.0], "b": [1.0]}))
        return len(ibis.to_sql(scores.select(x=distance_to_enter(parse(text), scores))))

    assert size(12) < 2.5 * size(6)
