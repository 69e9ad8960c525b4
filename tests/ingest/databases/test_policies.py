"""The numbers and classes of a policy on the PostgreSQL where the scores lie."""

import ibis
import numpy as np
import pyarrow as pa
import pytest

from workbench.policy import Policy

from .conftest import PASSWORD

PLAN = (
    "{benefits: [{en: b, zh: b}], service: {en: s, zh: s}, marketing: "
    "{channel: {en: c, zh: c}, offer: {en: o, zh: o}, rhythm: {en: r, zh: r}}, "
    "department: {en: d, zh: d}}"
)
T = "title: {en: t, zh: t}"
TEXT = f"""
name: p
version: 1
{T}
about: {{en: a, zh: a}}
cuts:
  often: {{column: orders, quantile: 0.5, per: market}}
  worth: {{column: value, abc: [0.8, 0.95]}}
  core: {{column: spend, pareto_share: 0.8, per: market, among: spend > floor}}
thresholds: {{floor: {{default: 1, markets: {{SG: 2}}}}}}
value_scores:
  value:
    {T}
    parts: [{{column: orders, weight: 1}}, {{column: spend, weight: 3}}]
classes:
  frequency:
    {T}
    of: orders
    levels: [{{name: high, {T}, at_least: often}}, {{name: low, {T}}}]
  amount:
    {T}
    of: value
    levels: [{{name: large, {T}, at_least: worth_a}}, {{name: small, {T}}}]
grids:
  cell:
    {T}
    rows: frequency
    columns: amount
    cells: {{high: {{large: a, small: b}}, low: {{large: b, small: c}}}}
tiers:
  - {{name: top, {T}, about: {{en: t, zh: t}}, enter: spend >= core, plan: {PLAN}}}
  - {{name: rest, {T}, about: {{en: t, zh: t}}, enter: "true", plan: {PLAN}}}
"""


@pytest.fixture
def elsewhere(cluster):
    """Open the scores' database, and close it again."""
    con = ibis.postgres.connect(
        host="127.0.0.1",
        port=cluster.port,
        user="shop",
        password=PASSWORD,
        database="shop",
    )
    yield con
    con.drop_table("policy_scores", force=True)
    con.disconnect()


def test_postgres_learns_and_classes_as_duckdb_does(elsewhere):
    random = np.random.default_rng(2)
    n = 1500
    here = pa.table(
        {
            "customer_id": [f"c{i:04d}" for i in range(n)],
            "as_of": ["2026-06-30"] * n,
            "market": random.choice(["SG", "CN"], n),
            "orders": random.poisson(3, n),
            "spend": random.exponential(50, n).round(2),
        }
    )
    policy = Policy.parse(TEXT)
    there = elsewhere.create_table("policy_scores", here)
    cuts = policy.learn_cuts(there)
    assert cuts == policy.learn_cuts(ibis.memtable(here))
    made = [
        policy.with_derived(table, cuts).order_by("customer_id").to_pyarrow()
        for table in (there, ibis.memtable(here))
    ]
    for name in policy.derived:
        assert made[0][name].to_pylist() == made[1][name].to_pylist()
    assert set(made[0]["cell"].to_pylist()) == {"a", "b", "c"}
