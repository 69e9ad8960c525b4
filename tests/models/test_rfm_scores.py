from itertools import product

import numpy as np
import pandas as pd
import pytest

from workbench.errors import BadParameter, BadValues, NotEnoughData, NotFitted
from workbench.models import SEGMENTS, RFMScores

TEN = pd.DataFrame(
    {
        "days_since_last_order": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
        "purchase_days": [10, 9, 8, 7, 6, 5, 4, 3, 2, 1],
        "spend": np.arange(100.0, 0, -10),
    }
)


def test_ten_segments_cover_all_25_cells_once():
    assert set(SEGMENTS) == set(product(range(1, 6), range(1, 6)))
    assert len(SEGMENTS) == 25
    assert len(set(SEGMENTS.values())) == 10


def test_quintiles_of_ten_customers_read_by_eye():
    scored = RFMScores().fit(TEN).score(TEN)
    expected = [5, 5, 4, 4, 3, 3, 2, 2, 1, 1]
    assert scored["r_score"].tolist() == expected
    assert scored["f_score"].tolist() == expected
    assert scored["m_score"].tolist() == expected
    assert scored["segment"].iloc[[0, 9]].tolist() == ["champions", "hibernating"]


def test_score_is_one_plus_the_cuts_strictly_worse():
    scores = RFMScores().fit(TEN)
    assert scores.cuts_["f_score"] == [2, 4, 6, 8]
    assert scores.cuts_["r_score"] == [9, 7, 5, 3]
    row = pd.DataFrame(
        {
            "days_since_last_order": [9, 8.9, 3, 2.9],
            "purchase_days": [2, 2.1, 8, 8.1],
            "spend": [0.0, 1e9, 20, 20.01],
        }
    )
    scored = scores.score(row)
    assert scored["r_score"].tolist() == [1, 2, 4, 5]
    assert scored["f_score"].tolist() == [1, 2, 4, 5]
    assert scored["m_score"].tolist() == [1, 5, 1, 2]


def test_cdnow_cuts_leave_score_2_empty_and_say_so():
    """Cut points 1, 1, 2, 3 as CDNOW's: equal counts never get different scores."""
    counts = [1] * 50 + [2] * 20 + [3] * 15 + [7] * 15
    frame = pd.DataFrame(
        {"days_since_last_order": range(100), "purchase_days": counts, "spend": 5.0}
    )
    scores = RFMScores().fit(frame)
    assert scores.cuts_["f_score"] == [1, 1, 2, 3]
    assert scores.empty_scores_["f_score"] == [2]
    assert scores.empty_scores_["r_score"] == []
    assert scores.empty_scores_["m_score"] == [2, 3, 4, 5]


def test_stored_cuts_score_tomorrow_as_today():
    scores = RFMScores().fit(TEN)
    again = RFMScores.from_json(scores.to_json())
    assert again.to_json() == scores.to_json()
    alone = again.score(TEN.iloc[[3]])
    pd.testing.assert_frame_equal(alone, scores.score(TEN).iloc[[3]])


def test_other_than_five_scores_have_no_segment():
    scored = RFMScores(n_scores=3).fit(TEN).score(TEN)
    assert scored["r_score"].max() == 3
    assert scored["segment"].isna().all()


def test_the_frame_is_not_changed():
    before = TEN.copy()
    RFMScores().fit(TEN).score(TEN)
    pd.testing.assert_frame_equal(TEN, before)


@pytest.mark.parametrize("n_scores", [1, 11, 2.0, True])
def test_number_of_scores_out_of_range_is_refused(n_scores):
    with pytest.raises(BadParameter, match="n_scores"):
        RFMScores(n_scores=n_scores).fit(TEN)


def test_bad_frames_are_refused():
    with pytest.raises(BadValues, match="spend must be 0 or more"):
        RFMScores().fit(TEN.assign(spend=-1.0))
    with pytest.raises(NotEnoughData):
        RFMScores().fit(TEN.iloc[:0])
    with pytest.raises(NotFitted):
        RFMScores().score(TEN)


@pytest.mark.parametrize(
    ("cuts", "words"),
    [
        ('{"r_score": [1], "f_score": [1]}', "must be for"),
        ('{"r_score": [1], "f_score": [1], "m_score": [1, 2]}', "must be 1 numbers"),
    ],
)
def test_a_json_with_wrong_cuts_is_refused(cuts, words):
    text = f'{{"model": "rfm_scores", "n_scores": 2, "cuts": {cuts}}}'
    with pytest.raises(BadValues, match=words):
        RFMScores.from_json(text)


def test_cuts_in_the_wrong_order_are_refused():
    text = RFMScores(n_scores=3).fit(TEN).to_json()
    turned = text.replace("4.0,", "9.0,", 1)
    assert turned != text
    with pytest.raises(BadValues, match="the worst first"):
        RFMScores.from_json(turned)
