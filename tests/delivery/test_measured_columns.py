"""A policy's measures are columns of the score table, for one customer as for all."""

import ibis
import pytest

from workbench.delivery import Explainer, write_bundle
from workbench.errors import BadParameter
from workbench.measure_words import Measure

MEASURES = (
    Measure("days_of_year", "purchase_days", "calendar_year"),
    Measure("net_of_90d", "net_spend", "90d"),
    Measure("likes", "interest", "365d"),
    Measure("would_recommend", "recommendation", "365d"),
    Measure("card", "profile", column="membership"),
)
NAMES = [one.name for one in MEASURES]


@pytest.fixture(scope="module")
def measured(full):
    return full.scorer.with_measures(MEASURES)


@pytest.fixture(scope="module")
def scores(full, measured):
    return measured.scores(full.shop.transactions, full.as_of, full.shop.beside)


def test_measures_come_last_and_change_no_score(full, measured, scores):
    before = full.scorer.scores(full.shop.transactions, full.as_of, full.shop.beside)
    assert measured.schema.names == [*full.scorer.schema.names, *NAMES]
    found = measured.as_arrow(scores)
    assert found.drop_columns(NAMES).equals(full.scorer.as_arrow(before))


def test_prospects_have_bought_nothing_and_have_no_liking(scores):
    prospects = scores[scores["status"] == "prospect"]
    assert len(prospects) > 0
    assert (prospects[["days_of_year", "net_of_90d"]] == 0).all(axis=None)
    assert prospects["likes"].isna().all()
    assert prospects["card"].notna().all()


def test_a_measure_agrees_with_the_score_of_the_same(full, scores):
    like = (Measure("same", "net_spend", "365d"),)
    scorer = full.scorer.with_measures(like)
    found = scorer.scores(full.shop.transactions, full.as_of, full.shop.beside)
    bought = found["net_spend_365d"].notna()
    assert found["same"][bought].tolist() == found["net_spend_365d"][bought].tolist()


def test_one_customer_alone_has_the_same_measures(full, measured, scores):
    shop = full.shop
    everybody = measured.as_arrow(scores).select(["customer_id", *NAMES]).to_pylist()
    for known in everybody[::500]:
        own = [
            table.filter(table.customer_id == known["customer_id"])
            for table in (shop.transactions, shop.customers)
        ]
        beside = type(shop.beside)(**{**vars(shop.beside), "customers": own[1]})
        features = measured.features(own[0], full.as_of, beside).to_pyarrow()
        alone = measured.as_arrow(measured.score(features, full.as_of))
        assert alone.select(["customer_id", *NAMES]).to_pylist() == [known]


def test_a_bundle_and_its_explainer_measure_what_the_policy_asks(
    full, full_bundle, shop
):
    asked = "measures:\n  year: {of: spend, window: calendar_year}\n"
    text = shop.policy.text.replace("measures:\n", asked, 1)
    text = text.replace("purchase_days >= 4", "purchase_days >= 4 and year > 20", 1)
    files = {name: full_bundle.text(name) for name in full_bundle.manifest["files"]}
    facts = {name: full_bundle.manifest[name] for name in ("as_of", "valid_until")}
    bundle = write_bundle({**files, "policy.yaml": text}, facts)
    lines, beside = full.shop.transactions, full.shop.beside
    rows = bundle.tier_table(lines, full.as_of, beside=beside).to_pyarrow().to_pylist()
    explainer = Explainer(bundle, lines, full.as_of, beside=beside)
    for row in rows[::500]:
        assert row["year"] >= 0
        assert explainer.explain(row["customer_id"]).row == row


def test_a_measure_has_a_name_of_its_own(shop):
    twice = Measure("spend", "spend", "90d")
    with pytest.raises(BadParameter, match="found spend, which the score table has"):
        shop.scorer.with_measures([twice])
    with pytest.raises(BadParameter, match="found a"):
        shop.scorer.with_measures([Measure("a", "spend"), Measure("a", "net_spend")])


def test_what_a_shop_cannot_tell_is_null_for_everybody(shop):
    scorer = shop.scorer.with_measures(MEASURES)
    found = scorer.scores(shop.transactions, shop.as_of)
    assert found[["likes", "would_recommend", "card"]].isna().all(axis=None)
    assert found["days_of_year"].notna().all()
    ibis.memtable(scorer.as_arrow(found))
