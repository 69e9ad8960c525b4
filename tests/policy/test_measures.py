import pytest

from workbench.errors import BadPolicy
from workbench.measure_words import Measure, PointRules
from workbench.policy import Policy


def parse(policy_text, measures, condition="m > 1"):
    return Policy.parse(
        policy_text(condition, '"true"', more=f"measures:\n{measures}"), "p.yaml"
    )


def test_measures_are_what_the_features_count(policy_text):
    policy = parse(
        policy_text,
        "  m: {of: net_spend, window: 90d}\n"
        "  points: {of: qualifying_points, window: calendar_year, "
        "points: {per_unit: 0.5, by_category: {tea: 2.0}, expire_after_days: 365}}\n"
        "  held: {of: profile, column: membership}\n"
        "  open: {of: open_complaints}\n",
    )
    assert policy.measures == (
        Measure("m", "net_spend", "90d"),
        Measure(
            "points",
            "qualifying_points",
            "calendar_year",
            points=PointRules(0.5, {"tea": 2.0}, 365),
        ),
        Measure("held", "profile", column="membership"),
        Measure("open", "open_complaints"),
    )


@pytest.mark.parametrize(
    ("measure", "words"),
    [
        ("{of: net_spent}", "line 6, column 11: .*Did you mean 'net_spend'"),
        ("{of: spend, window: 365}", "line 6, column 26: .*valid string"),
        ("{of: spend, window: year}", "line 6, column 26: measure 'm': 'year' is no w"),
        ("{of: spend, window: calender_year}", "Did you mean 'calendar_year'"),
        ("{of: spend, window: 0d}", "'0d' is no window"),
        ("{of: open_complaints, window: 90d}", "column 36: .*a state of the day"),
        ("{of: profile}", "line 6, column 6: .*found profile with no column"),
        ("{of: spend, column: membership}", "found spend with membership"),
        ("{of: spend, points: {per_unit: 1}}", "only qualifying_points and spendable"),
        ("{of: qualifying_points, points: {per_unti: 1}}", "Did you mean 'per_unit'"),
        ("{window: 90d}", "'measures.m.of' is missing"),
    ],
)
def test_what_cannot_be_measured_is_refused_with_its_place(policy_text, measure, words):
    with pytest.raises(BadPolicy, match=words):
        parse(policy_text, f"  m: {measure}\n")


def test_a_score_table_without_the_measures_is_refused_with_the_cure(
    policy_text, scores
):
    policy = parse(policy_text, "  m: {of: spend, window: 90d}\n")
    with pytest.raises(BadPolicy, match=r"no column m\. .*Scorer\.with_measures"):
        policy.learn_cuts(scores(a=[1.0]))
    policy.check_columns(["a"])
