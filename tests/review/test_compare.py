import json

import pytest

from workbench.errors import MissingInputs, NoChampion
from workbench.evaluation import Measured
from workbench.review import (
    approve,
    champion,
    compare_stages,
    differences,
    doubts_table,
    load_run,
    stage_table,
)
from workbench.review.compare import reading


def test_models_and_baselines_on_the_same_customers(make_run):
    found = compare_stages([load_run(make_run()).stage("20_clv")], replicates=200)
    assert found["metric"].tolist() == ["mae", "mae", "rmse", "rmse"]
    assert found["model"].tolist() == ["label of 20_clv", "same_count_again"] * 2
    model, baseline = found.iloc[0], found.iloc[1]
    assert (model["reading"], baseline["reading"]) == ("reference", "worse")
    assert baseline["difference"] == pytest.approx(baseline["value"] - model["value"])
    assert baseline["low"] > 0
    assert found["n_customers"].unique().tolist() == [300]


def test_yes_or_no_outcomes_get_the_metrics_of_probabilities(make_run):
    found = compare_stages([load_run(make_run()).stage("30_churn")], replicates=200)
    assert found["metric"].unique().tolist() == ["brier", "auc"]


def test_two_stages_are_paired_and_a_baseline_is_shown_once(make_run):
    stages = [
        load_run(make_run(n, seed=s)).stage("20_clv") for n, s in (("a", 1), ("b", 2))
    ]
    found = compare_stages(stages, metrics=["mae"], replicates=200)
    assert found["model"].tolist() == [
        "label of 20_clv",
        "same_count_again",
        "label of 20_clv",
    ]
    assert found["reading"].iloc[2] == "no difference shown"


def test_a_stage_without_a_holdout_is_named(make_run):
    with pytest.raises(MissingInputs, match=r"10_rfm kept no tables/holdout\.parquet"):
        compare_stages([load_run(make_run()).stage("10_rfm")])


def test_a_run_beside_another_is_paired_where_it_can_be(make_run):
    first, other = load_run(make_run("a")), load_run(make_run("b", seed=2))
    found = first.compare(other, replicates=200).set_index("metric")
    assert found.loc["mae", "reading"] == "no difference shown"
    assert found.loc["mae", "low"] <= found.loc["mae", "difference"]
    assert found.loc["brier_minus_prevalence", "reading"] == "not paired"


def test_a_run_beside_the_champion(make_run):
    with pytest.raises(NoChampion):
        champion()
    approve(make_run("a"), "Ann", "good")
    found = load_run(make_run("b", seed=2)).compare(champion(), replicates=200)
    assert set(found["metric"]) == {
        "mae",
        "mae_minus_same_count_again",
        "brier_minus_prevalence",
    }
    assert "no difference shown" in set(found["reading"])


@pytest.mark.parametrize(
    ("low", "high", "higher_is_better", "words"),
    [
        (0.1, 0.2, True, "better"),
        (0.1, 0.2, False, "worse"),
        (-0.2, -0.1, True, "worse"),
        (-0.2, -0.1, False, "better"),
        (-0.1, 0.1, True, "no difference shown"),
        (0.1, 0.2, None, "no direction"),
    ],
)
def test_reading(low, high, higher_is_better, words):
    assert reading(Measured(0.15, "", higher_is_better, low, high)) == words


def test_the_picture_gets_the_differences_to_the_reference(make_run):
    found = compare_stages([load_run(make_run()).stage("20_clv")], replicates=200)
    table = differences(found, "mae")
    assert table.index.tolist() == ["20_clv · same_count_again"]
    assert table["low"].iloc[0] < table["value"].iloc[0] < table["high"].iloc[0]


def test_every_stage_has_its_own_verdict(make_run):
    table = stage_table(load_run(make_run()), ["20_clv", "30_churn"])
    assert table.index.tolist() == ["20_clv", "30_churn"]
    assert table["notebook"].tolist() == ["20_clv", "30_churn"]
    assert table.loc["20_clv", "model"] == "label of 20_clv"
    assert table.loc["20_clv", "verdict"] == "verdict of 20_clv"
    assert table["accepted"].all()
    assert table.loc["20_clv", "doubts"] == "doubt", "of a record of older times"


def test_the_doubts_of_two_runs_and_the_champion_are_shown_with_their_words(make_run):
    told = {"code": "no_gain", "words": "no better than same count again"}
    files = [make_run(name) / "20_clv" / "record.json" for name in ("a", "b")]
    files[1].write_text(
        json.dumps(json.loads(files[1].read_text()) | {"doubts": [told]})
    )
    found = doubts_table(load_run("a"), load_run("b"))
    of_clv = found[found["stage"] == "20_clv"].set_index("run")
    assert of_clv.loc["a", ["doubt", "words"]].tolist() == [
        "doubt",
        "doubt about 20_clv",
    ]
    assert of_clv.loc["b", ["doubt", "words"]].tolist() == list(told.values())
    assert stage_table(load_run("b"), ["20_clv"]).loc["20_clv", "doubts"] == "no_gain"
    approve(make_run("c"), by="Ann", reason="better")
    assert set(doubts_table(champion())["words"]) >= {"doubt about 20_clv"}
    assert doubts_table().empty


def test_only_the_stages_of_the_notebooks_asked_for_are_listed(make_run):
    run = make_run()
    file = run / "10_rfm" / "record.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"notebook": "20_clv"}))
    found = stage_table(load_run(run), ["20_clv"])
    assert found["notebook"].to_dict() == {"10_rfm": "20_clv", "20_clv": "20_clv"}
    assert stage_table(load_run(run), ["10_rfm"]).empty
