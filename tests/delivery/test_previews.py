import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

from workbench.delivery import preview
from workbench.delivery.previews import _is_near
from workbench.errors import MissingInputs, UnknownName
from workbench.policy import Policy

EARLIER = "2026-03-30"
FOLDER = Path(__file__).parents[2] / "experiments" / "policies"
SHIPPED = sorted(FOLDER.glob("*.yaml"))
PLAN = (
    "{benefits: [{en: b, zh: b}], service: {en: s, zh: s}, marketing: "
    "{channel: {en: c, zh: c}, offer: {en: o, zh: o}, rhythm: {en: r, zh: r}}, "
    "department: {en: d, zh: d}}"
)
POLICY = f"""\
name: small
version: 1
title: {{en: Small, zh: 小}}
about: {{en: For tests, zh: 测试}}
cuts: {{spend_high: {{column: spend_365d, quantile: 0.9, among: spend_365d > 0}}}}
tiers:
  - name: best
    title: {{en: Best, zh: 优}}
    about: {{en: a, zh: a}}
    enter: spend_365d >= spend_high
    plan: {PLAN}
  - name: often
    title: {{en: Often, zh: 常}}
    about: {{en: a, zh: a}}
    enter: purchase_days >= 4
    plan: {PLAN}
  - name: rest
    title: {{en: Rest, zh: 余}}
    about: {{en: a, zh: a}}
    enter: "true"
    plan: {PLAN}
"""
CLV = {"value_horizon_days": 365, "annual_discount_rate": 0.1, "margin": 0.5}
STAGES = {
    "10_rfm": (["rfm"], {}, "record.json"),
    "20_clv": (["orders", "value"], CLV, "record.json"),
    "30_churn": (["churn"], {"horizon_days": 90, "eligible_days": 365}, "started.json"),
}


@pytest.fixture(scope="module")
def run_folder(shop, tmp_path_factory):
    """Return a run with the shop's models in three stages, one of them still open."""
    folder = tmp_path_factory.mktemp("run")
    texts = shop.scorer.to_texts()
    for stage, (names, parameters, file) in STAGES.items():
        (folder / stage / "models").mkdir(parents=True)
        for name in names:
            (folder / stage / "models" / f"{name}.json").write_text(texts[name])
        (folder / stage / file).write_text(json.dumps({"parameters": parameters}))
    return folder


@pytest.fixture(scope="module")
def seen(shop, run_folder):
    """Return the preview of a small policy."""
    return preview(run_folder, Policy.parse(POLICY), shop.transactions, shop.as_of)


@pytest.fixture(scope="module")
def shipped(shop, run_folder):
    """Return the preview of the shipped five levels."""
    return preview(run_folder, shop.policy, shop.transactions, shop.as_of)


@pytest.fixture(scope="module")
def rows(seen):
    """Return scores and tier of every customer beside each other."""
    assert seen.tiers["customer_id"].to_pylist() == seen.scores["customer_id"].tolist()
    return seen.scores.assign(tier=seen.tiers["tier"].to_pylist())


@pytest.fixture(scope="module")
def cut(seen):
    """Return the spend from which on the best tier begins."""
    return json.loads(seen.cuts.to_json())["values"]["spend_high"]


def test_a_candidate_learns_its_cuts_and_gives_everybody_a_tier(shipped, shop):
    halved = {
        name: number / 2 if name.startswith("value_") else number
        for name, number in shop.cuts.values.items()
    }
    assert shipped.cuts.values == pytest.approx(halved)
    assert len(shipped.tiers) == len(shipped.scores)
    assert set(shipped.tiers["tier"].to_pylist()) <= set(shop.policy.tiers)
    assert shipped.summary().index.tolist() == list(shop.policy.tiers)


@pytest.fixture
def with_sizes(seen):
    """Return a function that gives the first ``best`` customers the best tier."""

    def give(best):
        ids = seen.tiers["customer_id"]
        names = ["best"] * best + ["rest"] * (len(ids) - best)
        return replace(seen, tiers=pa.table({"customer_id": ids, "tier": names}))

    return give


def test_the_numbers_of_a_tier_under_ten_are_not_shown(with_sizes):
    summary = with_sizes(9).summary()
    assert summary.loc["best"].isna().all()
    assert summary.loc["often", "customers"] == 0
    assert summary.loc["rest"].isna().all(), "the rest would tell of the nine"


def test_a_tier_of_ten_is_shown(with_sizes):
    summary = with_sizes(10).summary()
    assert summary["customers"].tolist() == [10, 0, 490]
    assert summary["share_of_expected_value"].sum() == pytest.approx(1)


@pytest.mark.parametrize(("best", "small"), [(0, 2), (1, 2), (9, 2), (10, 1)])
def test_tiers_under_ten_are_counted_and_those_that_nobody_has(with_sizes, best, small):
    assert with_sizes(best).tiers_under_ten == small


def test_the_cuts_are_learned_from_the_scores_of_the_day(seen, shop, cut):
    spend = seen.scores["spend_365d"]
    assert cut == pytest.approx(spend[spend > 0].quantile(0.9))
    assert seen.cuts.as_of == shop.as_of


def test_everybody_gets_the_first_tier_that_holds(rows, cut):
    best = rows["spend_365d"] >= cut
    often = ~best & (rows["purchase_days"] >= 4)
    expected = pd.Series("rest", rows.index).mask(often, "often").mask(best, "best")
    assert rows["tier"].tolist() == expected.tolist()
    assert set(rows["tier"]) == {"best", "often", "rest"}


def test_it_says_that_it_is_no_more_than_a_candidate(seen, shop):
    assert set(seen.tiers["bundle_id"].to_pylist()) == {"candidate"}
    assert set(seen.tiers["policy_id"].to_pylist()) == {"small@1"}
    assert seen.as_of == date.fromisoformat(shop.as_of)


def test_the_parameters_of_the_stages_are_those_of_the_scores(seen, shop):
    full = shop.scorer.scores(shop.transactions, shop.as_of)["clv_365d"]
    half = seen.scores["clv_365d"].to_numpy()
    assert half == pytest.approx(0.5 * full.to_numpy())


def test_the_summary_adds_up_tier_by_tier(seen, rows):
    summary = seen.summary()
    assert list(summary.index) == ["best", "often", "rest"]
    tiers = rows.groupby("tier")
    for name, row in summary.iterrows():
        group = tiers.get_group(name)
        assert row["customers"] == len(group)
        assert row["share_of_customers"] == pytest.approx(len(group) / len(rows))
        spend = group["spend"].sum() / rows["spend"].sum()
        assert row["share_of_spend"] == pytest.approx(spend)
        value = group["clv_365d"].sum()
        assert row["expected_value"] == pytest.approx(value)
        share = value / rows["clv_365d"].sum()
        assert row["share_of_expected_value"] == pytest.approx(share)


def test_only_behaviour_moves_customers_not_the_cut_points(seen, shop, cut):
    moves = seen.moves_since(EARLIER)
    assert list(moves.index) == list(moves.columns) == ["best", "often", "rest"]
    earlier = seen.scorer.scores(shop.transactions, EARLIER)
    assert moves.loc["best"].sum() == (earlier["spend_365d"] >= cut).sum()
    assert moves["best"].sum() == (seen.scores["spend_365d"] >= cut).sum()


def test_moves_count_those_who_were_there_on_both_days(seen, shop):
    day = date(2025, 3, 30)
    known = shop.transactions.filter(shop.transactions.ordered_on <= day)
    n_known = known.customer_id.nunique().execute()
    assert 0 < n_known < len(seen.scores)
    assert seen.moves_since(day).to_numpy().sum() == n_known


def test_on_the_day_itself_nobody_has_moved(seen):
    moves = seen.moves_since(seen.as_of)
    stayed = sum(moves.loc[name, name] for name in moves.index)
    assert stayed == moves.to_numpy().sum() == len(seen.scores)


def test_near_are_those_who_miss_one_comparison_by_little(seen, rows, cut):
    near = seen.near_the_next_tier(within=0.6)
    often = rows["tier"] == "often"
    expected = (often & (cut - rows["spend_365d"] <= 0.6 * cut)).sum()
    assert 10 <= expected < often.sum()
    assert near.loc["often", "near"] == expected
    assert near.loc["often", "customers"] == often.sum()


def test_the_best_tier_has_no_next_one(seen):
    assert list(seen.near_the_next_tier(within=10.0).index) == ["often", "rest"]


def test_a_count_under_ten_is_left_out(seen, rows, cut):
    often = rows.loc[rows["tier"] == "often", "spend_365d"]
    ninth, tenth = ((cut - often) / cut).nsmallest(10).iloc[[8, 9]]
    assert "often" not in seen.near_the_next_tier(within=(ninth + tenth) / 2).index
    assert seen.near_the_next_tier(within=tenth + 1e-6).loc["often", "near"] == 10
    assert seen.near_the_next_tier(within=0.0).empty


@pytest.mark.parametrize(
    ("gaps", "near"),
    [
        ([{"gap": 10.0, "threshold": 100.0}], True),
        ([{"gap": -10.0, "threshold": 100.0}], True),
        ([{"gap": 10.1, "threshold": 100.0}], False),
        ([{"gap": 0.1, "threshold": -1.0}], True),
        ([{"gap": 1.0, "threshold": 100.0}] * 2, False),
        ([{"gap": None, "threshold": 100.0}], False),
        ([{"gap": 1.0, "threshold": None}], False),
        ([], False),
        (None, False),
    ],
)
def test_near_is_one_small_gap(gaps, near):
    assert _is_near(gaps, 0.1) is near


def test_a_stage_that_is_not_there_is_refused_with_the_nearest(shop, run_folder):
    with pytest.raises(UnknownName, match="Did you mean '20_clv'"):
        preview(run_folder, shop.policy, shop.transactions, shop.as_of, "20_cvl")


def test_a_stage_that_kept_no_model_is_refused(shop, run_folder):
    stages = ("20_clv", "20_clv")
    with pytest.raises(MissingInputs, match="kept no model 'churn'"):
        preview(run_folder, shop.policy, shop.transactions, shop.as_of, *stages)


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_a_run_is_previewed_with_every_shipped_policy(run_folder, shop, file):
    """Notebook 50 does no more with ``-p 50_tiers.policy=NAME``."""
    policy = Policy.load(file)
    found = preview(run_folder, policy, shop.transactions, shop.as_of)
    summary = found.summary()
    assert list(summary.index) == list(policy.tiers)
    assert len(found.tiers) == shop.frame["customer_id"].nunique()
    moves = found.moves_since(EARLIER)
    assert list(moves.columns) == list(policy.tiers)
