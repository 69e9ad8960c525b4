"""A tier by the thresholds of the customer's own market, and why, in words."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import ibis
import pytest

from workbench.delivery import Explainer
from workbench.policy import MarketCuts, Policy


class WithMarket:
    """The shop's scorer, whose scores also say each customer's market."""

    def __init__(self, scorer, markets):
        self.scorer, self.markets = scorer, markets
        schema = self._with(scorer.schema.empty_table()).schema
        self.schema, self.measures = schema, scorer.measures
        named = ("clv", "p_churn", "levels")
        known = {name: getattr(scorer.settings, name) for name in named}
        self.settings = SimpleNamespace(schema=lambda: schema, **known)
        self.features, self.score = scorer.features, scorer.score
        self.reasons = scorer.reasons

    def as_arrow(self, scores):
        return self._with(self.scorer.as_arrow(scores))

    def _with(self, table):
        ids = table["customer_id"].to_pylist()
        column = ibis.memtable(
            {"market": [self.markets.get(one) for one in ids]},
            schema={"market": "string"},
        ).to_pyarrow()["market"]
        if "market" in table.column_names:
            place = table.schema.get_field_index("market")
            return table.set_column(place, "market", column)
        return table.append_column("market", column)


@pytest.fixture(scope="module")
def per_market(shop):
    """Give every second customer to CN, others to SG, one to XX and one to none."""
    ids = sorted(
        shop.transactions.select("customer_id").distinct().execute().iloc[:, 0]
    )
    markets = dict(zip(ids, ["CN", "SG"] * len(ids), strict=False))
    markets |= {ids[0]: "XX", ids[1]: None, ids[2]: "YY"}
    text = shop.policy.text
    for name in ("spend_high", "spend_middle", "spend_key"):
        text = text.replace(f"{name}: {{column", f"{name}: {{per: market, column")
    policy, scorer = Policy.parse(text), WithMarket(shop.scorer, markets)
    scores = scorer.as_arrow(shop.scorer.scores(shop.transactions, shop.as_of))
    cuts = policy.learn_cuts(ibis.memtable(scores))
    bundle = SimpleNamespace(policy=policy, cuts=cuts, scorer=scorer, id="b-1")
    return SimpleNamespace(bundle=bundle, scores=scores, ids=ids, markets=markets)


@pytest.fixture(scope="module")
def explainer(per_market, shop):
    return Explainer(per_market.bundle, shop.transactions, shop.as_of)


def test_two_markets_have_numbers_and_the_few_have_not(per_market):
    for own in per_market.bundle.cuts.by_market.values():
        assert set(own.numbers) == {"CN", "SG"}
        assert set(own.too_few) == {"XX", "YY"}


def test_every_explained_row_is_that_of_the_tier_table(per_market, explainer, shop):
    bundle = per_market.bundle
    tiers = bundle.policy.assign(
        ibis.memtable(per_market.scores), bundle.cuts, as_of=shop.as_of, bundle_id="b-1"
    )
    for row in tiers.order_by("customer_id").to_pyarrow().to_pylist()[::25]:
        assert explainer.explain(row["customer_id"]).row == row


def test_the_comparisons_are_with_the_markets_own_number(per_market, explainer):
    cuts = per_market.bundle.cuts
    for place, market in ((4, "CN"), (5, "SG"), (0, None), (1, None)):
        found = explainer.explain(per_market.ids[place])
        spend = next(c for c in found.comparisons if c.tier == "key")
        number = cuts.of(market)["spend_key"]
        assert spend.threshold == number
        assert spend.text == f"net_spend_365d >= {number:.9g}"
    assert cuts.of("CN")["spend_key"] != cuts.of("SG")["spend_key"]


@pytest.mark.parametrize(
    ("place", "en", "zh"),
    [
        (5, "The thresholds are those of market SG.", "适用 SG 市场自己的门槛。"),
        (
            0,
            "The thresholds are those of the whole shop: market XX had fewer than 100 "
            "customers to learn from.",
            "适用全店门槛（XX 市场的顾客不足 100 人）。",
        ),
        (
            1,
            "The thresholds are those of the whole shop: the customer has no market.",
            "适用全店门槛（该客户没有所属市场）。",
        ),
    ],
)
def test_the_sentences_say_whose_thresholds_these_are(
    per_market, explainer, place, en, zh
):
    found = explainer.explain(per_market.ids[place])
    assert en in found.sentences("en")
    assert zh in found.sentences("zh")


def test_a_market_that_came_later_and_one_with_a_part_are_told(per_market, explainer):
    found = explainer.explain(per_market.ids[5])
    new = replace(found, scores=found.scores | {"market": "ZZ"})
    said = "whole shop: market ZZ has no number of its own."
    assert any(said in sentence for sentence in new.sentences("en"))
    own = found.cuts.by_market | {"spend_key": MarketCuts({"CN": 1.0}, ("SG",))}
    part = replace(found, cuts=replace(found.cuts, by_market=own))
    assert (
        "The thresholds are those of market SG, and of the whole shop for spend_key."
    ) in part.sentences("en")


def test_a_policy_without_markets_says_nothing_of_them(bundle, shop):
    found = Explainer(bundle, shop.transactions, shop.as_of)
    first = shop.transactions.customer_id.min().execute()
    assert not any("threshold" in said for said in found.explain(first).sentences())
