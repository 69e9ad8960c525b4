import pytest

from workbench.errors import UnfitData, UnknownName
from workbench.evaluation import (
    checks_table,
    judge_quality,
    needs_table,
    quality_words,
    require_bearable,
    verdicts_table,
)
from workbench.evaluation.readiness import NEEDS

#: A shop that stands on every limit.
ON_EVERY_LIMIT = {
    "customers": 500,
    "repeat_customers": 100,
    "history_days": 180,
    "days_before_origin": 90,
    "days_before_fit": 90,
    "share_one_time": 0.9,
    "share_lost": 0.05,
    "share_without_customer": 0.5,
    "share_repeated": 0.05,
    "share_outliers": 0.0001,
    "share_net_below_zero": 0.05,
    "share_silent_days": 0.05,
    "longest_gap_days": 14,
    "warned_days_of_last_28": 7,
    "share_late": 0.05,
    "psi": 0.25,
}


def _failed(change):
    verdicts = judge_quality(ON_EVERY_LIMIT | change)
    return {
        use: [check.name for check in verdict.checks if not check.passed]
        for use, verdict in verdicts.items()
        if not verdict.accepted
    }


def test_a_shop_on_every_limit_bears_everything():
    assert list(judge_quality(ON_EVERY_LIMIT)) == ["rfm", "clv", "churn"]
    assert _failed({}) == {}


def test_every_total_of_the_limits_is_tried_here():
    assert {need.total for need in NEEDS} == set(ON_EVERY_LIMIT)


@pytest.mark.parametrize(
    ("total", "beside", "uses"),
    [
        ("customers", 499, {"clv", "churn"}),
        ("customers", 249, {"rfm", "clv", "churn"}),
        ("repeat_customers", 99, {"clv", "churn"}),
        ("history_days", 179, {"clv", "churn"}),
        ("history_days", 89, {"rfm", "clv", "churn"}),
        ("days_before_origin", 89, {"clv"}),
        ("days_before_fit", 89, {"churn"}),
        ("share_one_time", 0.901, {"clv"}),
        ("share_lost", 0.0501, {"rfm", "clv", "churn"}),
        ("share_without_customer", 0.501, {"rfm", "clv", "churn"}),
        ("share_repeated", 0.0501, {"rfm", "clv", "churn"}),
        ("share_outliers", 0.00011, {"rfm", "clv"}),
        ("share_net_below_zero", 0.0501, {"rfm", "clv"}),
        ("share_silent_days", 0.0501, {"clv", "churn"}),
        ("longest_gap_days", 15, {"clv", "churn"}),
        ("warned_days_of_last_28", 8, {"churn"}),
        ("share_late", 0.0501, {"churn"}),
        ("psi", 0.251, {"clv", "churn"}),
    ],
)
def test_one_total_beside_its_limit_is_enough_to_refuse(total, beside, uses):
    assert _failed({total: beside}) == {use: [total] for use in uses}


def test_what_cannot_be_compared_is_no_reason_to_refuse():
    verdicts = judge_quality(ON_EVERY_LIMIT | {"psi": None, "share_late": None})
    assert all(verdict.accepted for verdict in verdicts.values())
    words = [check.words for check in verdicts["churn"].checks]
    assert "PSI of amounts: nothing to compare (at most 0.25)" in words


def test_the_words_have_what_was_found_and_the_limit():
    found = ON_EVERY_LIMIT | {"customers": 23_570, "share_one_time": 0.51141}
    words = [check.words for check in judge_quality(found)["clv"].checks]
    assert words[:2] == [
        "customers: 23,570 (at least 500)",
        "repeat customers: 100 (at least 100)",
    ]
    assert "share one time: 51.1% (at most 90%)" in words
    assert "share outliers: 0.01% (at most 0.01%)" in words


def test_the_limits_can_be_shown_before_the_result():
    table = needs_table()
    assert len(table) == len(NEEDS)
    assert table.iloc[1].tolist()[:3] == ["customers", "at least 500", "CLV, churn"]
    sourced = ("Klaviyo", "Segment", "Siddiqi", "Online Retail", "our own", "door")
    unsourced = [why for why in table["why"] if not any(s in why for s in sourced)]
    assert unsourced == [
        "one line of 10,000 × the median in 10,000 weighs as much as all others"
    ]


def test_the_sentence_names_every_use():
    assert quality_words(judge_quality(ON_EVERY_LIMIT)) == (
        "the data bears RFM, CLV and churn"
    )
    few = judge_quality(ON_EVERY_LIMIT | {"customers": 300})
    assert quality_words(few) == (
        "the data bears RFM, and cannot bear CLV (customers: 300 (at least 500)) and "
        "churn (customers: 300 (at least 500))"
    )
    none = judge_quality(ON_EVERY_LIMIT | {"customers": 3})
    assert quality_words(none).startswith("the data cannot bear RFM (customers: 3")


def test_use_verdict_and_reasons_stand_in_one_table():
    table = verdicts_table(
        judge_quality(ON_EVERY_LIMIT | {"psi": 0.3, "share_late": 0.1})
    )
    assert table.index.tolist() == ["RFM", "CLV", "churn"]
    assert table.loc["RFM"].tolist() == ["the data bears it", "all 7 limits are kept"]
    assert table.loc["churn", "reasons"] == (
        "share late: 10% (at most 5%); PSI of amounts: 0.30 (at most 0.25)"
    )


def test_a_margin_of_one_is_the_limit_and_below_it_is_not_met():
    found = ON_EVERY_LIMIT | {"customers": 250, "longest_gap_days": 28, "psi": None}
    table = checks_table(found | {"share_silent_days": 0.0}).set_index(["use", "total"])
    assert table.loc[("RFM", "customers"), "margin"] == 1
    assert table.loc[("CLV", "customers"), ["met", "margin"]].tolist() == [False, 0.5]
    assert table.loc[("CLV", "longest gap days"), "margin"] == 0.5
    assert table.loc[("CLV", "share silent days"), "margin"] == float("inf")
    nothing = table.loc[("CLV", "PSI of amounts")]
    assert (nothing["found"], nothing["met"]) == ("nothing to compare", True)
    assert str(nothing["margin"]) == "nan"


def test_a_stage_can_refuse_in_words():
    verdicts = judge_quality(ON_EVERY_LIMIT | {"customers": 300, "psi": 0.3})
    require_bearable(verdicts, "rfm")
    with pytest.raises(UnfitData) as caught:
        require_bearable(verdicts, "clv")
    assert caught.value.exit_code == 3
    assert str(caught.value).startswith(
        "the data cannot bear CLV: customers: 300 (at least 500); PSI of amounts: 0.30 "
        "(at most 0.25). Bring what is missing"
    )
    with pytest.raises(UnknownName, match="Did you mean 'churn'"):
        require_bearable(verdicts, "chrun")
