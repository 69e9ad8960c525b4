import numpy as np
import pandas as pd
import pytest

from workbench.evaluation import value_bands


@pytest.fixture
def scores():
    """Return 20 customers at 5 points, 10 at 10, 9 at 55, 11 at 100, one without."""
    return pd.Series(np.repeat([5.0, 10.0, 55.0, 100.0, np.nan], [20, 10, 9, 11, 1]))


@pytest.fixture
def parts(scores):
    amount = scores * 0.8
    return pd.DataFrame({"amount": amount, "brand_share": (scores - amount)})


def test_a_score_at_the_end_of_a_band_is_in_the_next(scores, parts):
    bands = value_bands(scores, parts)
    assert bands[["low", "high", "n_customers"]].to_numpy().tolist() == [
        [0, 10, 20],
        [10, 20, 10],
        [90, 100, 11],
    ]


def test_bands_under_ten_and_who_has_no_score_are_left_out(scores, parts):
    bands = value_bands(scores, parts)
    assert 50 not in set(bands["low"])
    assert bands["share_of_customers"].sum() == pytest.approx(41 / 50)


def test_the_parts_are_means_and_a_missing_one_adds_nothing(scores, parts):
    bands = value_bands(scores, parts).set_index("low")
    assert bands.loc[90, ["amount", "brand_share"]].to_list() == pytest.approx([80, 20])
    without = parts.assign(brand_share=parts["brand_share"].where(scores > 5))
    assert value_bands(scores, without)["brand_share"].iloc[0] == 0


def test_nobody_with_a_score_makes_no_band(scores, parts):
    assert value_bands(scores * np.nan, parts).empty
