"""What a season leaves over is found, and none where none was planted."""

import warnings

import ibis
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from scipy.stats import chi2, poisson

from workbench.datasets import simulate_customers
from workbench.errors import BadColumns, Seasonal
from workbench.evaluation import judge_seasonality, tracking_table, weekly_ratios
from workbench.evaluation.seasonality import (
    FEWEST_WEEKS,
    Seasonality,
    warn_if_seasonal,
)
from workbench.features import btyd_table
from workbench.models import BGNBD
from workbench.window import Window

WINDOW = Window("1998-06-30", 273)


def _weeks(actual, expected, n_fit=None):
    n = len(actual)
    return pd.DataFrame(
        {
            "last_on": pd.date_range("2026-01-04", periods=n, freq="7D"),
            "in_fit": np.arange(n) < (n if n_fit is None else n_fit),
            "repeat_customers": actual,
            "actual": actual,
            "expected": expected,
        }
    )


def _tracked(frame):
    table = pa.table(
        {
            "customer_id": pa.array(frame["customer_id"].astype(str), pa.string()),
            "ordered_on": pa.array(frame["ordered_at"].dt.date, pa.date32()),
            "amount": pa.array(frame["amount"]),
            "kind": ["purchase"] * len(frame),
        }
    )
    shop = ibis.duckdb.connect().create_table("transactions", table)
    model = BGNBD().fit(btyd_table(shop, WINDOW.judging()).execute())
    return tracking_table(shop, WINDOW, model)


@pytest.fixture(scope="module")
def plain():
    """Return the purchases of 2,000 customers who know no season."""
    return simulate_customers(2000, seed=11)


def _with_christmas(frame, seed):
    """Bring half of what is bought in November and January to 8 to 24 December."""
    random = np.random.default_rng(seed)
    at = frame["ordered_at"]
    near = at.between("1997-11-01", "1997-11-30") | at.between(
        "1998-01-01", "1998-01-31"
    )
    moved = near & (random.random(len(frame)) < 0.5)
    days = pd.to_timedelta(random.integers(0, 17, len(frame)), unit="D")
    return frame.assign(ordered_at=at.mask(moved, pd.Timestamp("1997-12-08") + days))


def test_christmas_is_found_and_its_weeks_are_named(plain):
    found = judge_seasonality(_tracked(_with_christmas(plain, seed=1)))
    assert found.is_found
    assert found.p_value < 1e-10
    assert found.swing > 0.15
    top = found.weeks.loc[found.weeks["ratio"].idxmax()]
    assert "1997-12-08" <= f"{top['last_on']:%Y-%m-%d}" <= "1997-12-30"
    assert top["is_outside"] and top["ratio"] > 1.4
    assert found.words.startswith("a season or promotions are left over: weeks differ")
    assert f"week to {top['last_on']:%Y-%m-%d}" in found.words


def test_without_a_season_none_is_found(plain):
    """Of 300 such shops none was found to have one; see ``judge_seasonality``."""
    nothing = judge_seasonality(_tracked(plain))
    assert nothing.is_judged and not nothing.is_found
    assert nothing.dispersion == pytest.approx(1, abs=0.5)  # 3 standard deviations
    assert abs(nothing.autocorrelation) < 0.4
    assert nothing.words.startswith("no season is seen: weeks differ from the model by")


def test_chance_alone_is_found_as_rarely_as_is_said():
    """Of 400 draws of 60 Poisson weeks 5 % have a p-value under .05."""
    random = np.random.default_rng(4)
    expected = np.linspace(60, 20, 60)
    draws = [
        judge_seasonality(_weeks(random.poisson(expected), expected))
        for _ in range(400)
    ]
    share = np.mean([draw.p_value < 0.05 for draw in draws])
    assert share == pytest.approx(0.05, abs=3 * (0.05 * 0.95 / 400) ** 0.5)
    assert not any(draw.is_found for draw in draws)
    outside = np.mean([draw.weeks["is_outside"].mean() for draw in draws])
    assert 0.02 < outside < 0.05  # the exact interval holds a little more than 95 %


def test_the_interval_is_the_exact_one_of_a_poisson_count():
    weeks = weekly_ratios(_weeks([0, 20, 16], [12.0, 12.0, 12.0]))
    assert weeks["ratio"].tolist() == pytest.approx([0, 20 / 12, 16 / 12])
    for came, low, high in weeks[["actual", "low", "high"]].to_numpy():
        assert poisson.cdf(came, high * 12) == pytest.approx(0.025)
        assert poisson.sf(came - 1, low * 12) == pytest.approx(0.025 if came else 1)
    assert weeks["is_outside"].tolist() == [True, True, False]


def test_a_model_that_is_off_throughout_has_no_season():
    """Half too much in the fit and a third too little after it: the levels are met."""
    actual = np.array([40] * 20 + [30] * 20)
    off = judge_seasonality(_weeks(actual, np.r_[[60.0] * 20, [20.0] * 20], n_fit=20))
    assert off.dispersion == pytest.approx(0)
    assert off.weeks["expected"].tolist() == pytest.approx(actual.tolist())


def test_the_numbers_of_forty_weeks_readable_by_eye():
    """Every other week 60, else 40, where 50 are expected: chi-square 2 a week."""
    found = judge_seasonality(_weeks([60, 40] * 20, [50.0] * 40))
    assert found.dispersion == pytest.approx(80 / 39)
    assert found.p_value == pytest.approx(chi2.sf(80, 39))
    assert found.swing == pytest.approx((50 / 2500) ** 0.5)
    assert found.autocorrelation == pytest.approx(-39 / 40)
    assert found.is_found


def test_a_small_swing_of_a_large_shop_is_no_season():
    small = judge_seasonality(_weeks([10_500, 9500] * 20, [10_000.0] * 40))
    assert small.p_value < 1e-50
    assert not small.is_found
    assert "by 5% beyond chance, about 10% would show" in small.words


def test_weeks_of_few_repeats_are_not_judged():
    weeks = weekly_ratios(_weeks([9, 10, 50], [9.99, 10.0, 50.0]))
    assert weeks["actual"].tolist() == [10, 50]


@pytest.mark.parametrize("n", [0, 1, FEWEST_WEEKS - 1])
def test_with_too_few_weeks_nothing_is_said(n):
    few = judge_seasonality(_weeks([90, 10] * 10, [50.0] * 20).head(n))
    assert not few.is_judged and not few.is_found
    assert few.words == (
        f"nothing can be said of seasons: {n} weeks expect 10 repeats or more, "
        "13 are needed"
    )


def test_a_shop_that_nobody_came_back_to_has_no_season():
    silent = judge_seasonality(_weeks([0] * 20, [50.0] * 20))
    assert not silent.is_judged


def test_another_table_is_refused_with_what_lacks():
    with pytest.raises(BadColumns, match="found no expected among last_on, in_fit"):
        weekly_ratios(_weeks([1], [1.0]).drop(columns="expected"))


def test_a_season_that_is_found_is_a_doubt_of_its_own():
    weeks = pd.DataFrame({"is_outside": [True] * 20, "repeat_customers": 50})
    found = Seasonality(weeks, 9.0, 0.0, 0.3, 0.05, 0.1)
    with pytest.warns(Seasonal, match="differ from the model by 30% beyond chance"):
        warn_if_seasonal(found)
    none = Seasonality(weeks, 1.0, 0.5, 0.0, 0.05, 0.0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warn_if_seasonal(none)
