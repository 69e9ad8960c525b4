import numpy as np
import pandas as pd
import pytest

from workbench.errors import BadParameter, NotEnoughData
from workbench.evaluation import choose_over_origins

rng = np.random.default_rng(9)
ACTUAL = rng.poisson(2.0, 500).astype(float)
NOISE = rng.normal(size=500)
GOOD = ACTUAL + NOISE
HARDLY_BETTER = ACTUAL + 0.999 * NOISE + 0.02 * rng.normal(size=500)
BAD = ACTUAL + 3 * NOISE


def choose(candidates, metric):
    """Choose from what was said at one origin, each customer once."""
    said = pd.DataFrame({"actual": ACTUAL, **candidates})
    said = said.assign(origin="2024-01-01", customer_id=said.index.astype(str))
    return choose_over_origins(said, "actual", list(candidates), metric)


def test_on_a_tie_the_simpler_one_is_champion():
    choice = choose({"simple": GOOD, "complex": HARDLY_BETTER}, "mae")
    assert (choice.champion, choice.best) == ("simple", "complex")
    assert "simple is simpler and not shown worse" in choice.words


def test_a_simpler_one_that_is_shown_worse_is_passed_over():
    candidates = {"naive": BAD, "simple": GOOD, "complex": HARDLY_BETTER}
    choice = choose(candidates, "mae")
    assert choice.champion == "simple"
    assert choice.differences["naive"].low > 0
    assert "complex" not in choice.differences


def test_the_direction_of_the_metric_counts():
    choice = choose({"naive": BAD, "simple": GOOD}, "pearson")
    assert choice.champion == choice.best == "simple"
    assert "no simpler one ties" in choice.words


def test_equal_candidates_go_to_the_simplest():
    assert choose({"one": GOOD, "two": GOOD}, "mae").best == "one"


def test_what_cannot_be_chosen_is_refused():
    with pytest.raises(NotEnoughData):
        choose({}, "mae")
    with pytest.raises(BadParameter, match="no direction"):
        choose({"one": GOOD}, "bias_of_total")
