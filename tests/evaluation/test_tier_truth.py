"""The synthetic retailer, whose truth is known: are planted differences found?"""

from datetime import date

import ibis
import pytest

from workbench.datasets.retailer import (
    BASE,
    NAME,
    TIME_ZONE,
    Plan,
    days_file,
    write_retailer,
)
from workbench.evaluation import deeds_by_tier, judge_tier_effect
from workbench.features import spans_before
from workbench.ingest import Mapping, Origin, publish
from workbench.shop import open_shop

AS_OF = date(2026, 5, 31)
(YEAR,) = spans_before(AS_OF, 364, 1)


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    plan = Plan(12_000, 7)
    mapping = Mapping(time_zone=TIME_ZONE, currency=BASE, ends_on=plan.ends_on)
    origin = Origin(NAME, plan.parameters, mapping, days_file(plan))
    folder = tmp_path_factory.mktemp("retailer") / "shop"
    return publish(lambda draft: write_retailer(plan, draft), folder, origin).snapshot


@pytest.fixture(scope="module")
def truth(store):
    return store.read("truth")


def judged(store, tier_of, tiers):
    """Return what became of those to whom the truth gives a tier, within a year."""
    known = tier_of.filter(tier_of.tier.notnull())
    held = known.select("customer_id", "tier", as_of=ibis.literal(YEAR.held_on))
    deeds = deeds_by_tier(held, open_shop(store, AS_OF), [YEAR], horizon_days=90)
    return judge_tier_effect(deeds, tiers, replicates=300)


def rows(effect, figure):
    return effect.table[effect.table["figure"] == figure].set_index("tier")


def test_answers_are_those_of_the_hidden_satisfaction(store, truth):
    """An answer is about 1 + 4 s; of those whom nothing struck, s never changed."""
    calm = truth.filter(~truth.is_late_delivered & ~truth.is_faulty)
    s = calm.satisfaction
    tier = ibis.cases(
        (s.between(0.72, 0.85), "content"), (s.between(0.4, 0.6), "so so")
    )
    tier_of = calm.mutate(tier=tier)
    found = judged(store, tier_of, ("content", "so so"))
    means = tier_of.group_by("tier").agg(s=tier_of.satisfaction.mean()).execute()
    true = (1 + 4 * means.set_index("tier")["s"]).to_dict()
    answers = rows(found, "satisfaction")
    for name in ("content", "so so"):
        row = answers.loc[name]
        assert row["low"] - 0.1 <= true[name] <= row["high"] + 0.1
    assert answers.loc["so so", "high"] < answers.loc["content", "low"]
    nps = rows(found, "nps")
    assert nps.loc["so so", "high"] < nps.loc["content", "low"]


def test_who_had_left_for_good_churns_and_others_do_less(store, truth):
    left = truth.left_at.date() <= YEAR.held_on
    bought = truth.first_order_at.date() <= YEAR.held_on
    tier = ibis.cases((left, "gone"), (bought, "there"))
    found = judged(store, truth.mutate(tier=tier), ("there", "gone"))
    churn = rows(found, "churn")
    assert churn.loc["gone", "value"] > 0.97, "only a campaign brings one more order"
    assert churn.loc["there", "high"] < churn.loc["gone", "low"]


def test_who_buys_fast_has_more_days_and_dear_orders_more_spend(store, truth):
    bought = truth.first_order_at.date() <= YEAR.held_on
    there = truth.filter(bought & truth.left_at.isnull())
    middle = there.mean_value > there.mean_value.median().over(ibis.window())
    fast = there.rate_per_day > 1 / 60
    tier = ibis.cases(
        (fast & middle, "fast, dear"), (fast, "fast, cheap"), else_="slow"
    )
    tiers = ("fast, dear", "fast, cheap", "slow")
    found = judged(store, there.mutate(tier=tier), tiers)
    days, spend = rows(found, "purchase_days"), rows(found, "net_spend")
    assert days.loc["slow", "high"] < days.loc["fast, cheap", "low"]
    assert spend.loc["fast, cheap", "high"] < spend.loc["fast, dear", "low"]
    assert found.apart > 2
