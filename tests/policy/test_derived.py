"""Everything at once, on random customers: Ibis gives what a plain loop gives."""

import ibis
import numpy as np
import pyarrow as pa
import pytest

from workbench.policy import Policy

T = "title: {en: t, zh: t}"
MORE = f"""
measures:
  points: {{of: qualifying_points, window: calendar_year}}
cuts:
  often: {{column: orders, quantile: 0.6, per: market}}
  worth: {{column: value, abc: [0.5, 0.8], among: spend > least}}
thresholds:
  least: {{default: 20, markets: {{SG: 5}}}}
value_scores:
  value:
    {T}
    parts:
      - {{column: orders, weight: 2}}
      - {{column: spend, weight: 3, full: 80}}
      - {{column: points, weight: 1}}
classes:
  frequency:
    {T}
    of: orders
    levels: [{{name: high, {T}, at_least: often}}, {{name: low, {T}}}]
  worth_class:
    {T}
    of: value
    levels:
      - {{name: a, {T}, at_least: worth_a}}
      - {{name: b, {T}, at_least: worth_b}}
      - {{name: c, {T}}}
grids:
  cell:
    {T}
    rows: frequency
    columns: worth_class
    cells:
      high: {{a: core, b: core, c: rest}}
      low: {{a: to_develop, b: rest, c: rest}}
"""
N = 700


@pytest.fixture(scope="module")
def rows():
    """Make 700 customers of two markets and none, some of them without a number."""
    random = np.random.default_rng(11)
    return [
        {
            "customer_id": f"c{i:03d}",
            "as_of": "2026-06-30",
            "market": [None, "SG", "CN", "CN"][random.integers(4)],
            "orders": int(random.poisson(3)),
            "spend": round(float(random.exponential(40)), 2),
            "points": None if random.random() < 0.3 else float(random.integers(0, 50)),
        }
        for i in range(N)
    ]


@pytest.fixture
def policy(policy_text):
    return Policy.parse(
        policy_text(
            "\"cell = 'core' and spend >= least\"",
            "\"worth_class = 'a' or value >= worth_b and orders >= often\"",
            '"true"',
            more=MORE,
        )
    )


@pytest.fixture
def table(rows):
    return ibis.memtable(pa.Table.from_pylist(rows))


def test_tiers_and_derived_columns_are_those_of_a_plain_loop(policy, rows, table):
    cuts = policy.learn_cuts(table)
    found = policy.assign(table, cuts, as_of="2026-06-30", bundle_id="b")
    made = found.order_by("customer_id").to_pyarrow().to_pylist()
    seen = set()
    for row, out in zip(rows, made, strict=True):
        own = cuts.of(row["market"])
        value = value_of(row, cuts.values)
        worth = level(value, [("a", own["worth_a"]), ("b", own["worth_b"])], "c")
        often = level(row["orders"], [("high", own["often"])], "low")
        cell = CELLS[often][worth]
        if cell == "core" and row["spend"] >= own["least"]:
            tier = "tier_1"
        elif worth == "a" or (
            value >= own["worth_b"] and row["orders"] >= own["often"]
        ):
            tier = "tier_2"
        else:
            tier = "tier_3"
        assert out["value"] == pytest.approx(value, abs=1e-6)
        assert (out["frequency"], out["worth_class"]) == (often, worth)
        assert (out["cell"], out["tier"]) == (cell, tier)
        seen.add(tier)
    assert seen == {"tier_1", "tier_2", "tier_3"}


def test_numbers_are_those_of_numpy(policy, rows, table):
    cuts = policy.learn_cuts(table)
    assert set(cuts.values) == {
        *("often", "worth_a", "worth_b", "least"),
        *("value.orders", "value.spend", "value.points"),
    }
    above = [row["orders"] for row in rows if row["orders"] > 0]
    assert cuts.values["value.orders"] == np.quantile(above, 0.95)
    for market in ("SG", "CN"):
        own = [row["orders"] for row in rows if row["market"] == market]
        assert cuts.of(market)["often"] == pytest.approx(np.quantile(own, 0.6))
    worth = [
        value_of(row, cuts.values)
        for row in rows
        if row["spend"] > cuts.of(row["market"])["least"]
    ]
    best = np.sort(worth)[::-1]
    at = np.searchsorted(np.cumsum(best) / best.sum(), 0.5)
    assert cuts.values["worth_a"] == pytest.approx(best[at], abs=1e-6)


def test_assigning_again_gives_the_same_bytes(policy, table):
    cuts = policy.learn_cuts(table)
    assert cuts == policy.learn_cuts(table)
    first, again = (
        policy.assign(table, cuts, as_of="2026-06-30", bundle_id="b")
        .order_by("customer_id")
        .to_pyarrow()
        for _ in range(2)
    )
    assert first.equals(again)


def test_nothing_but_the_derived_columns_is_added(policy, table):
    found = policy.with_derived(table, policy.learn_cuts(table))
    assert found.columns == (*table.columns, *policy.derived)
    assert policy.columns == ("orders", "spend", "points")


@pytest.mark.parametrize("dialect", ["postgres", "snowflake", "bigquery", "trino"])
def test_it_stays_one_expression_for_other_engines(policy, table, dialect):
    cuts = policy.learn_cuts(table)
    tiers = policy.assign(table, cuts, as_of="2026-06-30", bundle_id="b")
    assert ibis.to_sql(tiers, dialect=dialect).lower().startswith("select")


CELLS = {
    "high": {"a": "core", "b": "core", "c": "rest"},
    "low": {"a": "to_develop", "b": "rest", "c": "rest"},
}


def value_of(row, numbers):
    parts = [("orders", 2.0), ("spend", 3.0), ("points", 1.0)]
    known = [(name, w) for name, w in parts if row[name] is not None]
    top = sum(
        w * min(max(row[name], 0) / numbers[f"value.{name}"], 1) for name, w in known
    )
    return round(100 * top / sum(w for _, w in known), 6)


def level(value, levels, rest):
    return next((name for name, number in levels if value >= number), rest)
