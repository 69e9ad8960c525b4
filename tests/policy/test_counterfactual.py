"""Every way that is told is tried: applied to the row, the policy gives that tier."""

from datetime import date

import ibis
import numpy as np
import pyarrow as pa
import pytest

from workbench.errors import BadColumns
from workbench.policy import Cuts, Policy
from workbench.policy.counterfactual import Change, Counterfactuals

SCHEMA = pa.schema(
    {
        "customer_id": pa.string(),
        "as_of": pa.date32(),
        "market": pa.string(),
        "status": pa.string(),
        "is_business": pa.bool_(),
        "joined_on": pa.date32(),
        "purchase_days": pa.int64(),
        "days_since_last_order": pa.int64(),
        "return_lines": pa.int64(),
        "net_spend_365d": pa.float64(),
        "spend_365d": pa.float64(),
        "clv_365d": pa.float64(),
        "p_churn_90d": pa.float64(),
    }
)
AS_OF = date(2026, 6, 30)


def customers(n, seed):
    """Make rows of customers, one in six of whom never bought."""
    draw, rows = np.random.default_rng(seed), []
    for number in range(n):
        row = dict.fromkeys(SCHEMA.names)
        row |= {"customer_id": f"c{number:05d}", "as_of": AS_OF, "status": "prospect"}
        row |= {"market": [None, "CN", "SG"][draw.integers(3)]}
        row |= {"is_business": [None, True, False][draw.integers(3)]}
        row |= {"joined_on": [None, date(2024, 5, 1)][draw.integers(2)]}
        if draw.random() > 1 / 6:
            row |= {"status": ["eligible", "lapsed"][draw.integers(2)]}
            row |= {"purchase_days": int(draw.integers(1, 12))}
            row |= {"days_since_last_order": int(draw.integers(0, 500))}
            row |= {"return_lines": int(draw.integers(0, 4))}
            row |= {"net_spend_365d": round(draw.exponential(300), 2)}
            row |= {"spend_365d": round(draw.exponential(300), 2)}
            row |= {"clv_365d": float(f"{draw.exponential(200):.9g}")}
            row |= {"p_churn_90d": float(f"{draw.random():.9g}")}
        rows.append(row)
    return rows


def table(rows):
    return ibis.memtable(pa.Table.from_pylist(rows, schema=SCHEMA))


def applied(rows, ways):
    """Return each row with a way's changes, under a number of its own."""
    return [
        {**row, **{c.column: c.target for c in way.changes}, "customer_id": f"{i:07d}"}
        for i, (row, way) in enumerate(zip(rows, ways, strict=True))
    ]


def tiers_of(policy, cuts, rows):
    given = policy.assign(table(rows), cuts, as_of=AS_OF, bundle_id="b")
    return given.order_by("customer_id").to_pyarrow()["tier"].to_pylist()


POLICIES = {
    "strict and loose": (
        ["purchase_days > 5 and net_spend_365d >= 400", "net_spend_365d > 100"],
        "",
    ),
    "smaller is better": (
        ["days_since_last_order <= 30 and p_churn_90d < 0.25", "p_churn_90d <= 0.6"],
        "",
    ),
    "equal, in, not": (
        [
            "status = 'eligible' and purchase_days in (3, 5, 7)",
            "market not in ('SG') and not purchase_days = 4",
            "status <> 'lapsed'",
        ],
        "",
    ),
    "between and null": (
        [
            "purchase_days between 4 and 6 or clv_365d is null",
            "joined_on is not null and net_spend_365d not between 50 and 250",
        ],
        "",
    ),
    "yes and no": (["is_business and spend_365d > 10", "not is_business"], ""),
    "arithmetic": (
        [
            "net_spend_365d / purchase_days >= 80 and spend_365d - net_spend_365d < 50",
            "abs(spend_365d - 200) <= 20 or spend_365d + 2 * purchase_days >= 300",
            "return_lines / purchase_days < 0.2",
        ],
        "",
    ),
    "functions": (
        [
            "least(purchase_days * 50, net_spend_365d) >= 300",
            "greatest(net_spend_365d, spend_365d, 20) >= 250.5",
            "coalesce(clv_365d, 0) + coalesce(net_spend_365d, 0) > 99.99",
        ],
        "",
    ),
    "learned per market": (
        ["net_spend_365d >= high and purchase_days >= 3", "net_spend_365d >= middle"],
        "{high: {column: net_spend_365d, quantile: 0.9, among: net_spend_365d > 0, "
        "per: market}, middle: {column: net_spend_365d, quantile: 0.5}}",
    ),
    "shadowed": (
        [
            "spend_365d >= 500 and return_lines < 1",
            "spend_365d >= 200 and (purchase_days >= 6 or is_business)",
            "spend_365d < 100 or purchase_days < 3",
        ],
        "",
    ),
}


@pytest.fixture(params=POLICIES, ids=lambda name: name.replace(" ", "_"))
def policy(request, policy_text):
    conditions, cuts = POLICIES[request.param]
    return Policy.parse(policy_text(*map(repr_yaml, conditions), "'true'", cuts=cuts))


def repr_yaml(condition):
    return '"' + condition + '"'


def test_every_way_gives_the_tier_that_it_tells(policy):
    rows = customers(400, seed=7)
    cuts = policy.learn_cuts(table(rows))
    find = Counterfactuals(policy, cuts, SCHEMA)
    found = [find.of(row) for row in rows]
    assert [one.tier for one in found] == tiers_of(policy, cuts, rows)
    for direction in ("up", "down"):
        every = [
            (row, one, way)
            for row, one in zip(rows, found, strict=True)
            for way in getattr(one, direction)
        ]
        changed = applied([row for row, *_ in every], [way for *_, way in every])
        now = tiers_of(policy, cuts, changed)
        assert now == [way.tier for *_, way in every]
        for tier, (_, one, _) in zip(now, every, strict=True):
            moved = policy.tiers.index(tier) - policy.tiers.index(one.tier)
            assert moved < 0 if direction == "up" else moved > 0


ABSENT = """
cuts:
  worth: {column: clv_365d, quantile: 0.8}
  best: {column: clv_365d, abc: [0.5, 0.8]}
classes:
  size:
    title: {en: s, zh: s}
    of: spend_365d
    levels:
      - {name: top, title: {en: t, zh: t}, at_least: worth}
      - {name: big, title: {en: b, zh: b}, at_least: 300}
      - {name: small, title: {en: s, zh: s}}
"""


@pytest.mark.parametrize(
    "conditions",
    [
        ["size = 'top' or best_a < spend_365d", "size = 'big'", "size is null"],
        ["purchase_days >= 8 or clv_365d >= best_a + best_b", "size <> 'small'"],
        ["size = 'small' and least(spend_365d, worth) > 100", "not size = 'top'"],
    ],
)
def test_a_number_that_the_shop_does_not_tell_is_reached_by_nobody(
    policy_text, conditions
):
    text = policy_text(*map(repr_yaml, conditions), "'true'", more=ABSENT)
    used = "spend_365d > 5 or clv_365d > worth or clv_365d > best_b"
    text = text.replace("    plan:", f'    keep: "{used}"\n    plan:', 1)
    policy = Policy.parse(text)
    rows = [row | {"clv_365d": None} for row in customers(200, seed=9)]
    cuts = policy.learn_cuts(table(rows))
    assert {*cuts.absent} == {"worth", "best_a", "best_b"}
    find = Counterfactuals(policy, cuts, SCHEMA)
    found = [find.of(row) for row in rows]
    assert [one.tier for one in found] == tiers_of(policy, cuts, rows)
    ups = [(r, way) for r, one in zip(rows, found, strict=True) for way in one.up]
    changed = applied(*zip(*ups, strict=True))
    assert tiers_of(policy, cuts, changed) == [way.tier for _, way in ups]
    assert all(find.of(row, "tier_1").tier == "tier_1" for row in rows[:20])


def test_everybody_has_a_way_up_and_a_way_down(policy):
    rows = customers(200, seed=8)
    find = Counterfactuals(policy, policy.learn_cuts(table(rows)), SCHEMA)
    for row in rows:
        found = find.of(row)
        assert found.up or found.tier == policy.tiers[0]
        assert found.down or found.tier == policy.tiers[-1]
        assert not found.unreachable


def one(policy_text, conditions, row, **more):
    texts = [repr_yaml(text) for text in (*conditions, "true")]
    policy = Policy.parse(policy_text(*texts))
    find = Counterfactuals(policy, policy.learn_cuts(table([row])), SCHEMA)
    return find.of({**row, **more})


@pytest.fixture
def buyer():
    row = dict.fromkeys(SCHEMA.names) | {"customer_id": "c1", "as_of": AS_OF}
    row |= {"status": "eligible", "purchase_days": 3, "net_spend_365d": 200.0}
    return row | {"spend_365d": 220.0, "clv_365d": 90.0, "p_churn_90d": 0.4}


def told(way):
    return [(c.column, c.value, c.target) for c in way.changes]


def test_the_way_is_the_nearest_cent_order_and_digit(policy_text, buyer):
    def up(condition):
        return told(one(policy_text, [condition], buyer).up[0])

    assert up("net_spend_365d > 312.5") == [("net_spend_365d", 200.0, 312.51)]
    assert up("net_spend_365d >= 312.501") == [("net_spend_365d", 200.0, 312.51)]
    assert up("purchase_days > 4.5") == [("purchase_days", 3, 5)]
    assert up("p_churn_90d < 0.25") == [("p_churn_90d", 0.4, 0.249999999)]
    assert up("clv_365d > 123.456789") == [("clv_365d", 90.0, 123.456790)]
    assert up("net_spend_365d / purchase_days >= 80") == [
        ("net_spend_365d", 200.0, 240.0)
    ]


def test_of_an_or_a_customers_own_way_comes_before_a_nearer_one(policy_text, buyer):
    found = one(policy_text, ["clv_365d >= 91 or purchase_days >= 6"], buyer)
    assert [told(way) for way in found.up] == [
        [("purchase_days", 3, 6)],
        [("clv_365d", 90.0, 91.0)],
    ]
    assert told(found.by_customer) == [("purchase_days", 3, 6)]
    assert told(found.nearest) == [("clv_365d", 90.0, 91.0)]


def test_an_and_is_lost_by_one_part_and_an_or_by_all(policy_text, buyer):
    both = one(policy_text, ["purchase_days >= 3 and net_spend_365d >= 150"], buyer)
    assert [told(way) for way in both.down] == [
        [("net_spend_365d", 200.0, 149.99)],
        [("purchase_days", 3, 2)],
    ]
    either = one(policy_text, ["purchase_days >= 3 or net_spend_365d >= 150"], buyer)
    assert [told(way) for way in either.down] == [
        [("purchase_days", 3, 2), ("net_spend_365d", 200.0, 149.99)]
    ]


def test_a_change_that_leads_to_a_better_tier_loses_nothing(policy_text, buyer):
    found = one(policy_text, ["purchase_days < 3", "purchase_days in (2, 3)"], buyer)
    assert [told(way) for way in found.down] == [[("purchase_days", 3, 4)]]


def test_an_out_of_reach_tier_is_said_to_be(policy_text, buyer):
    never = "purchase_days > 5 and purchase_days < 4"
    found = one(policy_text, [never, "p_churn_90d > 1", "spend_365d > 300"], buyer)
    assert (found.better, found.unreachable) == ("tier_3", ())
    found = one(policy_text, [never, "p_churn_90d > 1"], buyer)
    assert (found.better, found.up) == (None, ())
    assert found.unreachable == ("tier_2", "tier_1")


def test_who_never_bought_starts_at_nothing(policy_text, buyer):
    prospect = dict.fromkeys(SCHEMA.names) | {"customer_id": "p", "status": "prospect"}
    row = buyer | prospect
    found = one(policy_text, ["status = 'eligible' and purchase_days >= 2"], row)
    assert {c.column: c.target for c in found.up[0].changes} == {
        "status": "eligible",
        "purchase_days": 2,
    }
    assert found.up[0].by_customer


def test_what_a_customer_can_do(buyer):
    assert Change("purchase_days", None, 2, "orders").by_customer
    assert not Change("purchase_days", 5, 2, "orders").by_customer
    assert not Change("p_churn_90d", 0.5, 0.2).by_customer
    assert Change("status", "lapsed", "eligible").by_customer


def test_a_column_that_the_scores_lack_is_named(policy_text, buyer):
    policy = Policy.parse(policy_text('"recency_class > 3"', "'true'"))
    with pytest.raises(BadColumns, match="recency_class"):
        Counterfactuals(policy, Cuts(), SCHEMA).of(buyer | {"recency_class": 1})
