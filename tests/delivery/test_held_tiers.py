from datetime import date
from types import SimpleNamespace

import ibis
import pandas as pd
import pyarrow as pa
import pytest

from workbench.delivery import Preview, fairness_of, tiers_by_day
from workbench.delivery.held_tiers import plan_costs
from workbench.errors import NotEnoughData
from workbench.policy import Policy
from workbench.window import parse_day

PLAN = (
    "{benefits: [{en: b, zh: b}], service: {en: s, zh: s}, marketing: "
    "{channel: {en: c, zh: c}, offer: {en: o, zh: o}, rhythm: {en: r, zh: r}}, "
    "department: {en: d, zh: d}, cost: COST}"
)
RICH = "{per_customer_year: 20.0, share_of_spend: 0.1}"
TEXT = f"""\
name: small
version: 1
title: {{en: Small, zh: 小}}
about: {{en: For tests, zh: 测试}}
memory: {{minimum_hold_days: HOLD}}
tiers:
  - name: often
    title: {{en: Often, zh: 常}}
    about: {{en: a, zh: a}}
    enter: net_spend_365d >= 150
    plan: {PLAN.replace("COST", RICH)}
  - name: rest
    title: {{en: Rest, zh: 余}}
    about: {{en: a, zh: a}}
    enter: "true"
    plan: {PLAN.replace("COST", "{}")}
"""
DAYS = [date(2025, 12, 29), date(2026, 3, 30), date(2026, 6, 29)]


def _seen(shop, hold=0):
    policy = Policy.parse(TEXT.replace("HOLD", str(hold)))
    scores = shop.scorer.scores(shop.transactions, shop.as_of)
    cuts = policy.learn_cuts(ibis.memtable(shop.scorer.as_arrow(scores)))
    day = parse_day(shop.as_of)
    parts = (shop.scorer, policy, cuts, shop.transactions, day, scores)
    return Preview(*parts, tiers=pa.table({}))


@pytest.fixture(scope="module")
def found(shop):
    return tiers_by_day(_seen(shop), DAYS)


def test_every_day_has_the_tiers_of_what_was_known_on_it(shop, found):
    held = found.held.execute()
    assert found.days == tuple(DAYS)
    for day in DAYS:
        scores = shop.scorer.scores(shop.transactions, day)
        rows = held[pd.to_datetime(held["as_of"]).dt.date == day]
        expected = scores.set_index("customer_id")["net_spend_365d"] >= 150
        often = rows.set_index("customer_id")["tier"] == "often"
        assert often.sort_index().tolist() == expected.sort_index().tolist()


def test_what_the_policy_remembers_is_carried_from_day_to_day(shop, found):
    """With a hold of two years nobody loses a tier within these days."""
    held = tiers_by_day(_seen(shop, hold=730), DAYS).held.execute()
    wide = held.pivot_table(
        index="customer_id", columns="as_of", values="tier", aggfunc="first"
    )
    assert (wide[wide.columns[0]] == "often").sum() > 10
    for before, after in zip(wide.columns, wide.columns[1:], strict=False):
        assert (wide.loc[wide[before] == "often", after] == "often").all()
    assert (found.held.execute()["tier"] == "often").sum() < (
        held["tier"] == "often"
    ).sum()


def test_a_day_before_the_first_purchase_is_left_out_and_said(shop):
    found = tiers_by_day(_seen(shop), [date(2020, 1, 1), *DAYS[2:]])
    assert found.days == (DAYS[2],)
    assert found.off == ("nobody had bought by 2020-01-01: no tiers on that day",)


def test_no_day_with_anybody_is_refused(shop):
    with pytest.raises(NotEnoughData, match="nobody had bought by 2020-01-01"):
        tiers_by_day(_seen(shop), [date(2020, 1, 1)])


def test_a_plan_costs_so_much_a_year_and_so_much_of_the_spend(found, shop):
    scores = shop.scorer.scores(shop.transactions, shop.as_of)
    spend = scores.set_index("customer_id")["net_spend_365d"]
    for row in found.newest.head(20).to_dict("records"):
        own = 20 + 0.1 * spend[row["customer_id"]] if row["tier"] == "often" else 0
        assert row["cost"] == pytest.approx(own)


def test_who_got_back_more_than_they_paid_costs_no_share():
    policy = Policy.parse(TEXT.replace("HOLD", "0"))
    tiers = pa.table({"customer_id": ["ann"], "tier": ["often"]})
    scores = pd.DataFrame({"customer_id": ["ann"], "net_spend_365d": [-50.0]})
    assert plan_costs(policy, tiers, scores)["cost"].tolist() == [20.0]


def test_upper_tiers_are_told_by_group_of_the_shop(full):
    shop = SimpleNamespace(
        scorer=full.scorer, transactions=full.shop.transactions, as_of=full.as_of
    )
    scores = full.scorer.scores(shop.transactions, shop.as_of, full.shop.beside)
    policy = Policy.parse(TEXT.replace("HOLD", "0"))
    cuts = policy.learn_cuts(ibis.memtable(full.scorer.as_arrow(scores)))
    seen = Preview(
        full.scorer,
        policy,
        cuts,
        shop.transactions,
        full.as_of,
        scores,
        pa.table({}),
        full.shop.beside,
    )
    tiers = tiers_by_day(seen, [full.as_of])
    found = fairness_of(tiers, full.shop, policy, ["market", "shoe_size"])
    assert {*found.table["group"]} == {"CN", "SG"}
    assert found.table["n_customers"].sum() == len(scores)
    assert found.off == ("nobody's shoe_size is known: not split by it",)


def test_the_chances_of_a_preview_are_of_a_sample_where_there_are_many(shop):
    policy = Policy.parse(
        TEXT.replace("HOLD", "0").replace("net_spend_365d >= 150", "clv_365d >= 60")
    )
    seen = _seen(shop)
    seen = Preview(
        seen.scorer,
        policy,
        seen.cuts.__class__(policy_id=policy.id),
        seen.transactions,
        seen.as_of,
        seen.scores,
        seen.tiers,
    )
    found = seen.chances(draws=20, most_customers=100)
    assert len(found.table) == 100
    assert found.drawn == ("clv_365d",)
    assert len(seen.chances(draws=20).table) == len(seen.scores)
