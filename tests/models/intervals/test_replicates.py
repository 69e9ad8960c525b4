import json

import numpy as np
import pytest

from workbench.errors import BadParameter, BadValues, UnknownName
from workbench.models import Replicates


def test_the_json_gives_the_same_numbers_back(replicates):
    again = Replicates.from_json(replicates.to_json())
    assert again.to_json() == replicates.to_json()
    assert (again.orders_parameters == replicates.orders_parameters).all()
    assert (again.value_parameters == replicates.value_parameters).all()
    assert (len(again), again.n_failed, again.n_customers) == (60, 0, 800)


def test_each_replicate_is_a_pair_of_models(replicates):
    pairs = list(replicates.models())
    orders_model, value_model = pairs[3]
    row = {**orders_model.parameters_, **value_model.parameters_}
    assert row == replicates.parameters.iloc[3].to_dict()
    assert len(pairs) == len(replicates) == 60


def test_an_interval_lies_around_the_fit(replicates, models):
    alpha = models[0].parameters_["alpha"]
    wide, narrow = (replicates.interval("alpha", level) for level in (0.9, 0.5))
    assert wide["low"] < narrow["low"] < alpha < narrow["high"] < wide["high"]
    assert wide["median"] == narrow["median"]


def test_ends_are_the_draws_of_their_rank(certain):
    rising = np.linspace(1, 2, 19)[:, None] * np.ones((1, 4))
    few = Replicates(
        certain.orders_model,
        certain.value_model,
        rising,
        np.full((19, 3), 2.0),
        n_failed=0,
        n_customers=8,
        seed=0,
    )
    assert few.interval("r", 0.9) == {"low": 1.0, "median": 1.5, "high": 2.0}
    with pytest.raises(BadParameter, match="needs at least 39 draws, found 19"):
        few.interval("r", 0.95)


def test_a_parameter_that_is_not_there_is_refused(replicates):
    with pytest.raises(UnknownName, match="Did you mean 'alpha'"):
        replicates.interval("alfa")


@pytest.mark.parametrize(
    ("field", "wrong", "message"),
    [
        ("orders_parameters", [[1.0, 2.0]], "replicates of 4 numbers"),
        ("orders_parameters", [[1.0, 2.0, 3.0, -4.0]], "above 0"),
        ("value_parameters", [[1.0, "x", 2.0]], "rows of 3 numbers"),
        ("value_parameters", [[1.0, 3.0, 2.0]], "60 and 1"),
        ("model", "gamma_gamma", "expected the JSON of model 'replicates'"),
    ],
)
def test_json_that_does_not_fit_is_refused(replicates, field, wrong, message):
    fields = json.loads(replicates.to_json())
    with pytest.raises(BadValues, match=message):
        Replicates.from_json(json.dumps({**fields, field: wrong}))
