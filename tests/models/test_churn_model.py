import numpy as np
import pandas as pd
import pytest

from workbench.errors import BadParameter, BadValues, NotEnoughData
from workbench.models import (
    Calibrated,
    ChurnBGNBD,
    ChurnBooster,
    ChurnLogistic,
    ChurnModel,
    Hiatus,
    OwnGap,
    Prevalence,
    Recency,
)
from workbench.models.churn_model import (
    checked_lapses,
    finite_log_odds,
    named_weights,
    signed_spread,
)

FACE = (
    "features_used fit from_json log_odds p_and_reasons p_churn reasons to_json "
    "top_reasons weights_"
).split()
EVERY = (
    Calibrated,
    ChurnBGNBD,
    ChurnBooster,
    ChurnLogistic,
    Hiatus,
    OwnGap,
    Prevalence,
    Recency,
)


@pytest.mark.parametrize("model", EVERY)
def test_every_churn_model_has_the_same_face(model):
    assert issubclass(model, ChurnModel)
    for name in FACE:
        own = getattr(model, name)
        assert own.__doc__
        abstract = ("features_used", "fit", "to_json", "weights_")
        assert name not in abstract or own is not getattr(ChurnModel, name)


def test_log_odds_are_finite_where_the_probability_is_certain():
    said = finite_log_odds(np.array([0.0, 0.5, 1.0]))
    assert said == pytest.approx([-27.63, 0, 27.63], abs=0.01)


def test_a_linear_part_has_its_coefficient_per_deviation_as_weight():
    values = np.array([1.0, 2.0, 3.0, 6.0])
    standard = (values - values.mean()) / values.std()
    assert signed_spread(values, 0.7 * standard) == pytest.approx(0.7)
    assert signed_spread(values, -0.7 * standard) == pytest.approx(-0.7)
    assert signed_spread(values, np.zeros(4)) == 0


def test_weights_are_a_series_by_feature():
    weights = named_weights({"frequency": -0.5})
    assert (weights.name, weights.index.name) == ("weight", "feature")
    assert named_weights({}).dtype == np.float64


def test_labels_are_one_yes_or_no_a_customer():
    customers = pd.DataFrame(index=range(20))
    label = [0, 1] * 10
    assert checked_lapses(customers, label).tolist() == [False, True] * 10
    with pytest.raises(BadValues, match="one value for each of 20"):
        checked_lapses(customers, label[1:])
    with pytest.raises(BadValues, match="true or false"):
        checked_lapses(customers, [0.5] * 20)
    with pytest.raises(NotEnoughData, match="found 1 and 19"):
        checked_lapses(customers, [1] + [0] * 19)


def test_how_many_reasons_is_checked_before_anything_is_read():
    days = pd.DataFrame({"days_since_last_order": np.arange(40.0)})
    model = Recency().fit(days, np.arange(40) % 3 == 0)
    with pytest.raises(BadParameter, match="whole number from 1 up, found 0"):
        model.top_reasons(days, n=0)
