import json
from dataclasses import replace

import ibis
import numpy as np
import pytest

from workbench.delivery import Scorer, ScoringSettings
from workbench.errors import (
    BadSpec,
    MissingFeatures,
    MissingInputs,
    NotEnoughData,
    UnknownName,
)
from workbench.policy import Stages
from workbench.settings import places


@pytest.fixture(scope="module")
def scores(shop):
    return shop.scorer.scores(shop.transactions, shop.as_of)


def test_one_row_per_buyer_by_customer_id(shop, scores):
    assert len(scores) == shop.frame["customer_id"].nunique()
    assert scores["customer_id"].is_monotonic_increasing


def test_horizons_stand_in_the_names():
    names = ScoringSettings(
        horizon_days=30, value_horizon_days=180, churn_horizon_days=60
    ).schema()
    assert {"expected_orders_30d", "clv_180d", "p_churn_60d"} <= set(names.names)


def test_the_lapsed_have_no_churn_probability(shop, scores):
    lapsed = scores["status"] == "lapsed"
    assert 0 < lapsed.sum() < len(scores)
    assert scores.loc[lapsed, "p_churn_90d"].isna().all()
    assert scores.loc[~lapsed, "p_churn_90d"].between(0, 1).all()
    nulls = shop.scorer.as_arrow(scores)["p_churn_90d"].null_count
    assert nulls == lapsed.sum()


def test_nothing_else_is_missing(scores):
    unregistered = ["joined_on", "market", "membership", "is_business"]
    assert scores[unregistered].isna().all(axis=None)
    told = scores[ScoringSettings().schema().names]
    assert not told.drop(columns=["p_churn_90d", *unregistered]).isna().any().any()


def test_numbers_have_nine_significant_digits(scores):
    for name in ("p_alive", "clv_365d", "expected_value_per_order"):
        assert [float(f"{v:.9g}") for v in scores[name]] == scores[name].tolist()


def test_a_customer_alone_scores_the_same_bits(shop, scores, one_customer):
    for row in range(0, len(scores), 60):
        customer_id = scores["customer_id"].iloc[row]
        alone = shop.scorer.scores(one_customer(customer_id), shop.as_of)
        together = shop.scorer.as_arrow(scores.iloc[[row]])
        assert shop.scorer.as_arrow(alone).to_pylist() == together.to_pylist()


def test_later_rows_change_nothing(shop, scores):
    table = shop.transactions
    later = table.mutate(ordered_on=ibis.date("2026-07-15"))
    more = shop.scorer.scores(table.union(later), shop.as_of)
    assert shop.scorer.as_arrow(more).equals(shop.scorer.as_arrow(scores))


def test_before_the_first_purchase_there_is_nobody(shop):
    with pytest.raises(NotEnoughData, match="nobody has a purchase up to 2020-01-01"):
        shop.scorer.scores(shop.transactions, "2020-01-01")


def test_models_come_back_from_their_texts(shop, scores):
    settings = ScoringSettings.from_json(shop.scorer.settings.to_json())
    again = Scorer.from_texts(shop.scorer.to_texts(), settings)
    again = again.with_measures(shop.scorer.measures)
    assert settings == shop.scorer.settings
    found = again.scores(shop.transactions, shop.as_of)
    assert again.as_arrow(found).equals(shop.scorer.as_arrow(scores))


def test_other_settings_are_refused():
    with pytest.raises(BadSpec, match="expected scoring settings"):
        ScoringSettings.from_json('{"model": "bg_nbd"}')


def test_a_missing_model_is_named(shop):
    texts = shop.scorer.to_texts()
    del texts["value"]
    with pytest.raises(MissingInputs, match="missing: value"):
        Scorer.from_texts(texts, shop.scorer.settings)


@pytest.fixture
def run_folder(tmp_path, shop):
    parameters = {
        "10_rfm": {},
        "20_clv": {
            "value_horizon_days": 180,
            "annual_discount_rate": 0.2,
            "margin": 0.5,
        },
        "30_churn": {"horizon_days": 60, "eligible_days": 300},
    }
    kept = {"10_rfm": ["rfm"], "20_clv": ["orders", "value"], "30_churn": ["churn"]}
    texts = shop.scorer.to_texts()
    for stage, names in kept.items():
        (tmp_path / stage / "models").mkdir(parents=True)
        for name in names:
            (tmp_path / stage / "models" / f"{name}.json").write_text(texts[name])
        record = json.dumps({"parameters": parameters[stage]})
        (tmp_path / stage / "record.json").write_text(record)
    return tmp_path


def test_a_run_says_horizons_and_money(shop, run_folder):
    settings = Scorer.from_run(run_folder).settings
    assert settings == ScoringSettings(
        horizon_days=90,
        value_horizon_days=180,
        annual_discount_rate=0.2,
        margin=0.5,
        churn_horizon_days=60,
        eligible_days=300,
        stages_sha256=Stages.load(places().stages).sha256,
    )


def test_an_unknown_stage_names_the_nearest(run_folder):
    with pytest.raises(UnknownName, match="Did you mean '20_clv'"):
        Scorer.from_run(run_folder, clv_stage="20_clw")


def test_a_stage_without_its_model_is_named(run_folder):
    (run_folder / "30_churn" / "models" / "churn.json").unlink()
    with pytest.raises(MissingInputs, match="30_churn .* kept no model 'churn'"):
        Scorer.from_run(run_folder)


def test_more_margin_is_more_value(shop, scores):
    half = ScoringSettings(margin=0.5)
    scorer = Scorer.from_texts(shop.scorer.to_texts(), half)
    found = scorer.scores(shop.transactions, shop.as_of)
    np.testing.assert_allclose(found["clv_365d"] * 2, scores["clv_365d"], rtol=1e-8)


class Reads:
    """A churn model that reads what it is told to."""

    def __init__(self, *features_used):
        self.features_used = features_used


def test_a_model_of_own_or_older_features_is_refused_with_the_cure(shop):
    older = replace(shop.scorer, churn=Reads("frequency", "gone_one"))
    with pytest.raises(MissingFeatures, match="reads gone_one, .*without own_features"):
        older.features(shop.transactions, shop.as_of)


def test_what_a_model_reads_and_no_table_tells_is_named(shop):
    more = replace(shop.scorer, churn=Reads("open_complaints"))
    with pytest.raises(MissingFeatures, match="reads open_complaints.* feedback"):
        more.scores(shop.transactions, shop.as_of)
