from pathlib import Path

import pytest

from workbench.errors import BadSpec, UnknownName
from workbench.evaluation import (
    Check,
    Limits,
    Measured,
    Verdict,
    judge,
    limits_table,
    load_acceptance,
)

LIMITS = Limits(
    notebook="30_churn",
    must_beat=["brier_minus_prevalence"],
    not_worse_than=["brier_minus_recency_frequency"],
)
GAIN = Measured(-0.05, "squared probability", False, low=-0.06, high=-0.04)
TIE = Measured(0.001, "squared probability", False, low=-0.001, high=0.003)
LOSS = Measured(0.02, "squared probability", False, low=0.01, high=0.03)


def test_a_gain_over_the_naive_and_a_tie_with_the_simple_are_accepted():
    verdict = _verdict(GAIN, TIE)
    assert verdict.accepted
    assert [check.passed for check in verdict.checks] == [True, True]
    assert "brier minus prevalence shows a gain: -0.05 [-0.06, -0.04]" in verdict.words


@pytest.mark.parametrize(
    ("naive", "simple", "words"),
    [
        (TIE, TIE, "brier minus prevalence shows no gain: 0.001"),
        (LOSS, TIE, "brier minus prevalence shows a loss: 0.02"),
        (GAIN, LOSS, "brier minus recency frequency shows a loss: 0.02"),
        (None, TIE, "brier minus prevalence was not measured"),
        (GAIN, Measured(-1, "", False), "has no interval"),
        (GAIN, Measured(-1, "", None, low=-2, high=-0.5), "has no direction"),
    ],
)
def test_anything_else_is_refused_with_its_numbers(naive, simple, words):
    verdict = _verdict(naive, simple)
    assert not verdict.accepted
    assert sum(not check.passed for check in verdict.checks) == 1
    assert words in verdict.words.split(";")[0]


def test_direction_turns_the_interval():
    better = Measured(0.02, "probability", True, low=0.01, high=0.03)
    assert _verdict(better, better).accepted
    worse = Measured(-0.02, "probability", True, low=-0.03, high=-0.01)
    assert [c.passed for c in _verdict(worse, worse).checks] == [False, False]


def test_an_interval_that_touches_0_is_no_gain_and_no_loss():
    touching = Measured(0.0, "", False, low=0.0, high=0.0)
    assert [c.passed for c in _verdict(touching, touching).checks] == [False, True]


def test_a_champion_that_is_the_simple_model_itself_is_said_to_be_it():
    itself = Measured(0.0, "", False, low=0.0, high=0.0)
    verdict = _verdict(GAIN, itself)
    assert verdict.accepted
    words = "brier minus recency frequency compares the champion with itself"
    assert words in verdict.words


def test_limits_can_be_shown_before_the_result():
    table = limits_table(LIMITS)
    assert table["difference"].tolist() == [
        "brier_minus_prevalence",
        "brier_minus_recency_frequency",
    ]


def test_the_projects_own_limits_are_read():
    root = Path(__file__).parents[2]
    acceptance = load_acceptance(root / "experiments" / "acceptance.yaml")
    assert acceptance.valid_days == 92
    assert acceptance.limits("clv").must_beat == ["mae_minus_same_count_again"]
    churn = acceptance.limits("churn")
    assert {"brier_minus_hiatus", "brier_minus_own_gap"} <= set(churn.must_beat)
    assert "brier_minus_recency" in churn.not_worse_than
    assert len(churn.not_worse_than) == 3
    with pytest.raises(UnknownName, match="Did you mean 'churn'"):
        acceptance.limits("chrun")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("version: 1\nvalid_dayz: 3\nmodels: {}", "valid_dayz: Extra inputs"),
        ("version: 1\nvalid_days: 0\nmodels: {}", "valid_days"),
        ("version: [", "line 1, column 11"),
        ("", "does not state acceptance limits"),
        ("version: 1\nvalid_days: 9\nmodels: {clv: {notebook: x}}", "must_beat"),
    ],
)
def test_limits_that_are_not_valid_are_refused(tmp_path, text, words):
    file = tmp_path / "acceptance.yaml"
    file.write_text(text)
    with pytest.raises(BadSpec, match=words):
        load_acceptance(file)


def test_no_limits_at_all_is_said(tmp_path):
    with pytest.raises(BadSpec, match="no such file"):
        load_acceptance(tmp_path / "acceptance.yaml")


def _verdict(naive, simple):
    metrics = {
        "brier_minus_prevalence": naive,
        "brier_minus_recency_frequency": simple,
    }
    return judge(LIMITS, {name: m for name, m in metrics.items() if m is not None})


@pytest.mark.parametrize(
    "models", ["{}", "{clv: {notebook: 20_clv, must_beat: [], not_worse_than: []}}"]
)
def test_a_gate_without_limits_is_no_gate(tmp_path, models):
    file = tmp_path / "acceptance.yaml"
    file.write_text(f"version: 1\nvalid_days: 92\nmodels: {models}\n")
    with pytest.raises(BadSpec, match="at least 1 item"):
        load_acceptance(file)


def test_while_the_last_origin_is_kept_back_nothing_is_accepted():
    passed = Verdict(True, [Check("mae", True, "mae shows a gain")])
    assert passed.unless_kept_back(confirms=True) is passed
    kept_back = passed.unless_kept_back(confirms=False)
    assert not kept_back.accepted
    assert kept_back.words.startswith("the last origin was kept back")
    assert "mae shows a gain" in kept_back.words
