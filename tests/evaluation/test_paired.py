import numpy as np
import pytest

from workbench.errors import BadValues
from workbench.evaluation import measure, paired_difference

rng = np.random.default_rng(4)
ACTUAL = rng.poisson(1.0, 800).astype(float)
MODEL = ACTUAL + rng.normal(0, 1.0, 800)
BASELINE = MODEL + 0.1 * rng.normal(0, 1.0, 800) + 0.05 * np.sign(MODEL - ACTUAL)


@pytest.mark.parametrize("name", ["mae", "rmse", "spearman"])
def test_value_is_the_difference_and_direction_the_metrics(name):
    difference = paired_difference(name, ACTUAL, MODEL, BASELINE, 100)
    alone = (measure(name, ACTUAL, said) for said in (MODEL, BASELINE))
    model, baseline = alone
    assert difference.value == pytest.approx(model.value - baseline.value)
    assert difference.higher_is_better is model.higher_is_better


def test_pairing_takes_out_what_both_have_in_common():
    paired = paired_difference("mae", ACTUAL, MODEL, BASELINE, 500, seed=1)
    alone = measure("mae", ACTUAL, MODEL, replicates=500, seed=1)
    assert (paired.high - paired.low) < 0.3 * (alone.high - alone.low)
    assert paired.high < 0


def test_interval_of_a_mean_difference_is_the_textbooks():
    loss = np.abs(MODEL - ACTUAL) - np.abs(BASELINE - ACTUAL)
    half = 1.96 * loss.std() / np.sqrt(len(loss))
    paired = paired_difference("mae", ACTUAL, MODEL, BASELINE, 4000, seed=2)
    assert paired.low == pytest.approx(loss.mean() - half, abs=0.1 * half)
    assert paired.high == pytest.approx(loss.mean() + half, abs=0.1 * half)


def test_the_interval_covers_no_difference_in_19_of_20():
    covered = 0
    for seed in range(200):
        draw = np.random.default_rng(seed)
        actual = draw.normal(size=60)
        one, two = actual + draw.normal(size=(2, 60))
        difference = paired_difference("mae", actual, one, two, 200, seed)
        covered += difference.low <= 0 <= difference.high
    assert 0.89 <= covered / 200 <= 0.99


def test_a_model_against_itself_differs_by_nothing():
    same = paired_difference("brier", ACTUAL > 0, MODEL, MODEL, 100)
    assert (same.value, same.low, same.high) == (0, 0, 0)


def test_lengths_are_checked():
    with pytest.raises(BadValues, match="shapes"):
        paired_difference("mae", ACTUAL, MODEL, BASELINE[:-1])
