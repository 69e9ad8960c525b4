import pytest

from workbench.errors import UnknownName
from workbench.evaluation.churn_candidates import CANDIDATES, RULES, candidate
from workbench.models import (
    RECENCY_FREQUENCY,
    ChurnBGNBD,
    ChurnBooster,
    ChurnLogistic,
)

FEATURES = ("days_since_last_order", "open_complaints")


def test_candidates_are_named_from_the_simplest_on():
    assert CANDIDATES == ("bg_nbd_p0", "recency_frequency", "logistic", "booster")
    assert not set(CANDIDATES) & set(RULES)


def test_each_name_makes_its_model():
    made = {name: candidate(name, 60, 2.0, FEATURES) for name in CANDIDATES}
    assert isinstance(made["bg_nbd_p0"], ChurnBGNBD)
    assert made["bg_nbd_p0"].horizon_days == 60
    assert isinstance(made["recency_frequency"], ChurnLogistic)
    assert made["recency_frequency"].features == RECENCY_FREQUENCY
    assert made["logistic"].features == FEATURES
    assert made["logistic"].penalty == made["recency_frequency"].penalty == 2.0
    assert isinstance(made["booster"], ChurnBooster)
    assert made["booster"].features == FEATURES


def test_an_unknown_candidate_is_refused_with_the_nearest_name():
    with pytest.raises(UnknownName, match=r"'boster'. Did you mean 'booster'\?"):
        candidate("boster", 90, 1.0, FEATURES)
