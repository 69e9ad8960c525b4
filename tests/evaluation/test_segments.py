import numpy as np
import pandas as pd
import pytest

from workbench.errors import NotEnoughData
from workbench.evaluation import (
    grid_counts,
    segment_summary,
    value_deciles,
    without_small_groups,
)


@pytest.fixture
def scores():
    """Return 20 champions, 12 hibernating and 9 new ones."""
    return pd.DataFrame(
        {
            "segment": np.repeat(["champions", "hibernating", "new"], [20, 12, 9]),
            "spend": np.repeat([30.0, 25.0, 100 / 9], [20, 12, 9]),
            "days_since_last_order": np.r_[np.arange(20), np.full(12, 300), np.ones(9)],
        }
    )


def test_customers_are_counted_by_both_scores():
    scores = pd.DataFrame({"r_score": [5, 5, 1, 5], "f_score": [1, 2, 1, 2]})
    assert grid_counts(scores).to_numpy().tolist() == [[1, 1, 1], [5, 1, 1], [5, 2, 2]]


def test_a_segment_is_told_by_its_shares_and_its_silence(scores):
    champions = segment_summary(scores).loc["champions"]
    assert champions["n_customers"] == 20
    assert champions["share_of_customers"] == pytest.approx(20 / 41)
    assert champions["spend"] == 600
    assert champions["share_of_spend"] == pytest.approx(0.6)
    assert champions["median_days_since_last_order"] == 9.5


def test_the_largest_spend_stands_first(scores):
    assert list(segment_summary(scores).index) == ["champions", "hibernating"]
    turned = segment_summary(scores.assign(spend=scores["spend"].rsub(31)))
    assert list(turned.index) == ["hibernating", "champions"]


def test_a_segment_under_ten_is_not_shown_but_counts_in_the_whole(scores):
    summary = segment_summary(scores)
    assert "new" not in summary.index
    assert summary["share_of_spend"].sum() == pytest.approx(0.9)
    assert summary["share_of_customers"].sum() == pytest.approx(32 / 41)


def test_a_segment_of_ten_is_shown(scores):
    more = pd.concat([scores, scores.tail(1)])
    assert segment_summary(more).loc["new", "n_customers"] == 10


def test_without_segment_names_everybody_is_in_one_group(scores):
    nameless = scores.assign(segment=pd.Series([None] * 41, dtype="str"))
    summary = segment_summary(nameless)
    assert list(summary.index) == ["all customers"]
    assert summary["share_of_spend"].tolist() == [1.0]


def test_a_shop_that_gave_everything_away_has_no_shares_of_spend(scores):
    summary = segment_summary(scores.assign(spend=0.0))
    assert set(summary["share_of_spend"]) == {0.0}


def test_the_frame_that_is_given_stays_as_it_is(scores):
    before = scores.copy()
    segment_summary(scores)
    pd.testing.assert_frame_equal(scores, before)


def test_small_counts_are_hidden_and_none_is_said():
    counts = pd.DataFrame({"n": [0, 1, 9, 10, 12_345]})
    assert without_small_groups(counts)["n"].tolist() == [
        "–",
        "<10",
        "<10",
        "10",
        "12,345",
    ]


def test_the_best_tenth_is_the_first():
    deciles = value_deciles(pd.Series(np.arange(200.0)))
    assert list(deciles.index) == list(range(1, 11))
    assert set(deciles["n_customers"]) == {20}
    assert deciles["mean_value"].iloc[0] == np.arange(180, 200).mean()
    assert deciles["mean_value"].is_monotonic_decreasing
    assert deciles["share"].sum() == pytest.approx(1)
    best = np.arange(180, 200).sum() / np.arange(200).sum()
    assert deciles["share"].iloc[0] == pytest.approx(best)


def test_tenths_are_equal_in_size_even_where_values_are():
    deciles = value_deciles(pd.Series(np.full(105, 3.0)))
    assert deciles["n_customers"].sum() == 105
    assert set(deciles["n_customers"]) == {10, 11}
    assert set(deciles["mean_value"]) == {3.0}


def test_where_nothing_is_expected_of_anybody_the_shares_are_zero():
    deciles = value_deciles(pd.Series(np.zeros(100)))
    assert list(deciles.index) == list(range(1, 11))
    assert deciles["share"].tolist() == [0.0] * 10


@pytest.mark.parametrize(
    ("n_customers", "sizes"),
    [(100, [10] * 10), (99, [11] * 9), (29, [15, 14]), (19, [19]), (10, [10])],
)
def test_no_group_has_fewer_than_ten(n_customers, sizes):
    deciles = value_deciles(pd.Series(np.arange(1.0, n_customers + 1)))
    assert deciles["n_customers"].tolist() == sizes
    assert deciles["share"].sum() == pytest.approx(1)


def test_fewer_than_ten_customers_make_no_group():
    with pytest.raises(NotEnoughData, match="at least 10 customers, found 9"):
        value_deciles(pd.Series(np.arange(9.0)))
