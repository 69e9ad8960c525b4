import json
from dataclasses import asdict

import numpy as np
import pytest

import workbench.evaluation
from workbench.errors import BadValues
from workbench.evaluation import Measured


def test_it_becomes_json_as_it_is():
    measured = Measured(np.float64(0.5), "orders", False, low=0.4, high=0.6)
    assert json.loads(json.dumps(asdict(measured))) == {
        "value": 0.5,
        "unit": "orders",
        "higher_is_better": False,
        "low": 0.4,
        "high": 0.6,
    }


def test_what_a_record_could_not_hold_is_refused():
    with pytest.raises(BadValues, match="finite"):
        Measured(float("nan"), "", True)
    with pytest.raises(BadValues, match="two ends"):
        Measured(1.0, "", True, low=0.5)


@pytest.mark.parametrize(
    ("higher_is_better", "ends"), [(True, (-1, 3)), (False, (-3, 1)), (None, None)]
)
def test_an_interval_is_turned_so_that_above_zero_is_better(higher_is_better, ends):
    measured = Measured(1.0, "", higher_is_better, low=-1.0, high=3.0)
    assert measured.ends_for_the_better == ends
    assert Measured(1.0, "", higher_is_better).ends_for_the_better is None


def test_the_door_is_complete_and_sorted():
    names = workbench.evaluation.__all__
    assert names == sorted(names)
    for name in names:
        assert getattr(workbench.evaluation, name) is not None
    with pytest.raises(AttributeError):
        workbench.evaluation.mesure  # noqa: B018
