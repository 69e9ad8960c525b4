from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from workbench.churn_words import family_of
from workbench.delivery import WarningLevels
from workbench.delivery.warning_list import told_reasons
from workbench.delivery.warning_rows import (
    LEAST_CONTRIBUTION,
    learned_levels,
    warning_rows,
)
from workbench.delivery.warning_rows import told_reasons as reasons_of_the_day
from workbench.delivery.warning_sentences import plain_sentence
from workbench.features import Beside
from workbench.models import ChurnBGNBD
from workbench.models.reasons import ReasonTable

GAPS = {"overdue_ratio", "mean_gap_days", "gap_variation"}


@pytest.fixture(scope="module")
def buyers(full):
    shop = full.shop
    features = full.scorer.churn_features(shop.transactions, full.as_of, shop.beside)
    return features.to_pyarrow()


@pytest.fixture(scope="module")
def warned(full, buyers):
    return warning_rows(full.scorer, buyers, full.as_of)


@pytest.fixture(scope="module")
def scores(full):
    shop = full.shop
    found = full.scorer.scores(shop.transactions, full.as_of, shop.beside)
    return found.set_index("customer_id")


@pytest.fixture(scope="module")
def features(buyers):
    return buyers.to_pandas().set_index("customer_id")


def test_the_probability_is_that_of_the_score_table(warned, scores):
    p = {row["customer_id"]: row["p_churn_90d"] for row in warned.to_pylist()}
    assert p == scores.loc[scores["p_churn_90d"] >= 0.5, "p_churn_90d"].to_dict()


def test_value_at_risk_is_the_margin_of_what_is_usually_spent(warned, features):
    for row in warned.to_pylist()[::20]:
        known = features.loc[row["customer_id"]]
        days = min(max(known["age_days"], 90), 365)
        spend = known["spend_365d"] * 90 / days
        value = row["p_churn_90d"] * spend * 0.4  # the margin of the fixture
        assert float(row["value_at_risk"]) == pytest.approx(value, abs=0.0051)


def test_levels_follow_the_learned_limits(full, warned):
    limits = full.scorer.settings.levels
    for row in warned.to_pylist():
        is_warned = row["p_churn_90d"] >= 0.7 and not row["is_one_time"]
        is_urgent = is_warned and float(row["value_at_risk"]) >= limits.urgent_value
        level = "urgent" if is_urgent else "warn" if is_warned else "watch"
        assert row["level"] == level
    assert set(warned["level"].to_pylist()) == {"watch", "warn", "urgent"}


def test_only_who_can_churn_is_warned_of(warned, features):
    status = features.loc[warned["customer_id"].to_pylist(), "status"]
    assert set(status) == {"eligible"}
    assert (features["status"] == "lapsed").sum() > 100


def test_reasons_raise_are_told_once_a_family_and_the_largest_come_first(warned):
    counts = []
    for row in warned.to_pylist():
        reasons = row["reasons"]
        counts.append(len(reasons))
        sizes = [reason["contribution"] for reason in reasons]
        assert sizes == sorted(sizes, reverse=True)
        assert all(size >= LEAST_CONTRIBUTION for size in sizes)
        families = [reason["family"] for reason in reasons]
        assert len(families) == len(set(families))
        assert families == [family_of(reason["feature"]) for reason in reasons]
    assert max(counts) == 3
    loud = np.array(warned["level"].to_pylist()) != "watch"
    assert np.mean(np.array(counts)[loud] > 0) > 0.9
    assert np.mean(np.array(counts) > 0) > 0.85


def test_columns_say_what_the_model_says_row_by_row(full, warned, features):
    for row in warned.to_pylist()[::40]:
        own = features.loc[[row["customer_id"]]]
        said = {one["family"]: one for one in full.scorer.churn.reasons(own, n=20)[0]}
        for reason in row["reasons"]:
            one = said[reason["family"]]
            assert reason["contribution"] == pytest.approx(one["contribution"])
            if not row["is_one_time"]:
                assert reason["feature"] == one["feature"]
                assert reason["value"] == pytest.approx(one["value"])


def test_of_who_bought_once_nothing_speaks_of_gaps(warned):
    once = [row for row in warned.to_pylist() if row["is_one_time"]]
    assert len(once) > 50
    for row in once:
        assert row["level"] == "watch"
        assert row["mean_gap_days"] is row["overdue_ratio"] is None
        assert GAPS.isdisjoint(reason["feature"] for reason in row["reasons"])
        for reason in row["reasons"]:
            assert reason["value"] == pytest.approx(float(row[reason["feature"]]))
        assert "usually every" not in " ".join(told_reasons(row, {}))


def test_no_long_silence_is_told_of_who_bought_lately(full, warned):
    usual_gap = full.scorer.settings.levels.usual["mean_gap_days"]
    silent = [
        row
        for row in warned.to_pylist()
        if "silence" in {reason["family"] for reason in row["reasons"]}
    ]
    assert len(silent) > 50
    for row in silent:
        if not row["is_one_time"]:
            gap = row["mean_gap_days"]
            assert row["days_since_last_order"] > gap or gap > usual_gap


def test_every_reason_has_its_sentence(full, warned):
    usual = full.scorer.settings.levels.usual
    for row in warned.to_pylist():
        for lang in ("en", "zh"):
            said = told_reasons(row, usual, lang)
            assert len(said) == max(1, len(row["reasons"]))
            if not row["reasons"]:
                assert said == [plain_sentence(row, lang)]


class Says:
    """A churn model that gives everybody the same two reasons."""

    def top_reasons(self, customers, n, raising_only):
        table = ReasonTable.empty(("frequency", "overdue_ratio"), len(customers), n)
        table.codes[:, :2], table.contributions[:, :2] = (0, 1), (0.6, 0.4)
        return table


def test_one_time_buyers_are_told_nothing_twice():
    warned = pd.DataFrame(
        {
            "is_one_time": [True, True, False],
            "days_since_last_order": [183, 20, 98],
            "mean_gap_days": [183.0, 20.0, 12.4],
            "overdue_ratio": [1.0, 1.0, 7.9],
            "frequency": [0, 0, 8],
            "purchase_days_365d": [1, 1, 9],
        }
    )
    levels = WarningLevels(usual={"purchase_days_365d": 12})
    _, told = reasons_of_the_day(Says(), warned, levels)
    first_two = told[:, :2].tolist()
    assert first_two == [[False, True], [True, False], [True, True]]


def test_of_bg_nbd_too_who_is_overdue_is_told_so(full, buyers):
    """A silence is held against the own gap, so it raises for who is overdue."""
    known = buyers.to_pandas()
    churn = ChurnBGNBD(horizon_days=90).fit(known)
    levels = learned_levels(replace(full.scorer, churn=churn), buyers)
    told = replace(full.scorer.settings, levels=levels)
    scorer = replace(full.scorer, churn=churn, settings=told)
    usual, told = levels.usual, []
    for row in warning_rows(scorer, buyers, full.as_of).to_pylist():
        if row["level"] in ("urgent", "warn") and row["overdue_ratio"] >= 2:
            said = told_reasons(row, usual)
            assert any(text.startswith("last bought") for text in said), said
            told.append([reason["family"] for reason in row["reasons"]])
    assert len(told) > 50
    assert np.mean(["silence" in families for families in told]) > 0.95


def test_returns_and_answers_are_told_as_the_customer_made_them(full, warned):
    shop, usual = full.shop, full.scorer.settings.levels.usual
    lines = shop.transactions.select("customer_id", "kind").execute()
    counts = pd.crosstab(lines["customer_id"], lines["kind"])
    told = 0
    for row in warned.to_pylist():
        families = [reason["family"] for reason in row["reasons"]]
        if "returns" in families:
            own = counts.loc[row["customer_id"]]
            said = told_reasons(row, usual)[families.index("returns")]
            assert said.startswith(f"{own['return']} of {own['purchase']} line")
            told += 1
    assert told > 5


def test_the_order_of_the_features_means_nothing(full, buyers, warned):
    order = np.random.default_rng(3).permutation(buyers.num_rows)
    shuffled = buyers.take(pa.array(order))
    assert warning_rows(full.scorer, shuffled, full.as_of).equals(warned)


def test_one_customer_alone_is_warned_of_alike(full, buyers, warned):
    rows = {row["customer_id"]: row for row in warned.to_pylist()}
    ids = buyers["customer_id"].to_pylist()
    for place in range(0, len(ids), 200):
        alone = warning_rows(full.scorer, buyers.slice(place, 1), full.as_of)
        expected = [rows[ids[place]]] if ids[place] in rows else []
        assert alone.to_pylist() == expected


def test_who_have_all_lapsed_are_nobody_to_warn_of(full, buyers):
    lapsed = buyers.filter(pa.compute.equal(buyers["status"], "lapsed"))
    found = warning_rows(full.scorer, lapsed, full.as_of)
    assert found.num_rows == 0
    assert found.schema == warning_rows(full.scorer, buyers, full.as_of).schema


def test_a_store_of_transactions_only_is_warned_of_too(shop):
    features = shop.scorer.churn_features(shop.transactions, shop.as_of, Beside())
    buyers = features.to_pyarrow()
    levels = learned_levels(shop.scorer, buyers)
    scorer = replace(shop.scorer, settings=replace(shop.scorer.settings, levels=levels))
    found = warning_rows(scorer, buyers, shop.as_of)
    assert found.num_rows > 20
    assert "open_complaints" not in found.column_names
    assert isinstance(levels, WarningLevels)
