import numpy as np
import pytest

from workbench.errors import BadValues, NotEnoughData
from workbench.evaluation import choose_simplest

rng = np.random.default_rng(9)
ACTUAL = rng.poisson(2.0, 500).astype(float)
NOISE = rng.normal(size=500)
GOOD = ACTUAL + NOISE
HARDLY_BETTER = ACTUAL + 0.999 * NOISE + 0.02 * rng.normal(size=500)
BAD = ACTUAL + 3 * NOISE


def test_on_a_tie_the_simpler_one_is_champion():
    choice = choose_simplest({"simple": GOOD, "complex": HARDLY_BETTER}, "mae", ACTUAL)
    assert (choice.champion, choice.best) == ("simple", "complex")
    assert "simple is simpler and not shown worse" in choice.words


def test_a_simpler_one_that_is_shown_worse_is_passed_over():
    candidates = {"naive": BAD, "simple": GOOD, "complex": HARDLY_BETTER}
    choice = choose_simplest(candidates, "mae", ACTUAL)
    assert choice.champion == "simple"
    assert choice.differences["naive"].low > 0
    assert choice.differences["complex"].value == 0


def test_the_direction_of_the_metric_counts():
    choice = choose_simplest({"naive": BAD, "simple": GOOD}, "pearson", ACTUAL)
    assert choice.champion == choice.best == "simple"
    assert "no simpler one ties" in choice.words


def test_equal_candidates_go_to_the_simplest():
    assert choose_simplest({"one": GOOD, "two": GOOD}, "mae", ACTUAL).best == "one"


def test_what_cannot_be_chosen_is_refused():
    with pytest.raises(NotEnoughData):
        choose_simplest({}, "mae", ACTUAL)
    with pytest.raises(BadValues, match="no direction"):
        choose_simplest({"one": GOOD}, "bias_of_total", ACTUAL)
