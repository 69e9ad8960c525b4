"""Of every shipped policy: each way that is told gives the tier, by the engine too."""

from datetime import date
from pathlib import Path

import ibis
import numpy as np
import pyarrow as pa
import pytest

from workbench.delivery import ScoringSettings
from workbench.policy import Counterfactuals, Policy

POLICIES = Path(__file__).parents[2] / "experiments" / "policies"
AS_OF = date(2026, 6, 30)
WORDS = {
    "status": ["eligible", "lapsed"],
    "market": [None, "CN", "SG"],
    "membership": [None, "basic", "premium"],
}


@pytest.fixture(params=sorted(file.stem for file in POLICIES.glob("*.yaml")))
def policy(request):
    return Policy.load(POLICIES / f"{request.param}.yaml")


def schema_of(policy):
    own = [pa.field(one.name, one.quantity.type) for one in policy.measures]
    return pa.schema([*ScoringSettings().schema(), *own])


def value(draw, field):
    """Return something that the column can hold; one in twelve is null."""
    name, kind = field.name, field.type
    if name in WORDS:
        return WORDS[name][draw.integers(len(WORDS[name]))]
    if draw.random() < 1 / 12:
        return None
    if pa.types.is_integer(kind):
        return int(draw.integers(0, 40 if "days_since" in name else 12))
    if pa.types.is_boolean(kind):
        return bool(draw.integers(2))
    if pa.types.is_date(kind):
        return date(2025, 1, 1)
    if pa.types.is_string(kind):
        return ["home", "electronics"][draw.integers(2)]
    if name.startswith("p_") or "share" in name or "repeat" in name:
        return float(f"{draw.random():.9g}")
    return round(draw.exponential(600), 2)


def customers(policy, n, seed):
    """Make rows of customers, one in seven of whom never bought."""
    draw, rows = np.random.default_rng(seed), []
    measures = {one.name for one in policy.measures}
    for number in range(n):
        row = {field.name: value(draw, field) for field in schema_of(policy)}
        if draw.random() < 1 / 7:
            row = {k: v if k in measures else None for k, v in row.items()}
            row["status"] = "prospect"
        rows.append(row | {"customer_id": f"{number:07d}", "as_of": AS_OF})
    return rows


def table(policy, rows):
    return ibis.memtable(pa.Table.from_pylist(rows, schema=schema_of(policy)))


def tiers_of(policy, cuts, rows):
    given = policy.assign(table(policy, rows), cuts, as_of=AS_OF, bundle_id="b")
    return given.order_by("customer_id").to_pyarrow()["tier"].to_pylist()


def test_every_customer_has_ways_and_each_gives_its_tier(policy):
    rows = customers(policy, 120, seed=5)
    cuts = policy.learn_cuts(table(policy, rows))
    find = Counterfactuals(policy, cuts, schema_of(policy))
    found = [find.of(row) for row in rows]
    assert [one.tier for one in found] == tiers_of(policy, cuts, rows)
    changed, told = [], []
    for row, one in zip(rows, found, strict=True):
        assert one.up or one.tier == policy.tiers[0]
        assert one.down or one.tier == policy.tiers[-1]
        for sign, ways in ((-1, one.up), (1, one.down)):
            for way in ways:
                number = {"customer_id": f"{len(changed):07d}"}
                targets = {c.column: c.target for c in way.changes}
                changed.append({**row, **targets, **number})
                told.append((one.tier, sign, way.tier))
    place = policy.tiers.index
    for now, (before, sign, tier) in zip(
        tiers_of(policy, cuts, changed), told, strict=True
    ):
        assert now == tier
        assert sign * (place(now) - place(before)) > 0
