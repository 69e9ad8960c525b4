import json
import warnings

import numpy as np
import pandas as pd
import pytest

from workbench.datasets import simulate_lives, simulate_summary
from workbench.errors import (
    BadValues,
    NoDropOut,
    NotConverged,
    NotEnoughData,
    Unchecked,
    UnitMismatch,
)
from workbench.models import BGNBD, LifetimesBGNBD


@pytest.fixture(scope="module")
def customers():
    return simulate_summary(1500, seed=4)


def test_same_face_and_same_numbers_as_ours(customers):
    ours, theirs = BGNBD().fit(customers), LifetimesBGNBD().fit(customers)
    assert theirs.parameters_ == pytest.approx(ours.parameters_, rel=1e-3)
    assert theirs.log_likelihood_ == pytest.approx(ours.log_likelihood_, rel=1e-9)
    assert theirs.n_customers_ == ours.n_customers_ == 1500
    assert theirs.expected_orders(customers, horizon_days=90) == pytest.approx(
        ours.expected_orders(customers, horizon_days=90), rel=1e-3, abs=1e-6
    )
    assert theirs.new_customer_orders(90) == pytest.approx(
        ours.new_customer_orders(90), rel=1e-3
    )


def test_json_predicts_without_the_training_data(customers):
    model = LifetimesBGNBD().fit(customers)
    again = LifetimesBGNBD.from_json(model.to_json())
    fields = json.loads(model.to_json())
    assert fields["model"] == "lifetimes_bg_nbd" and len(fields["parameters"]) == 4
    few = customers.head(9)
    assert (again.p_alive(few) == model.p_alive(few)).all()
    assert (
        again.p_no_order(few, horizon_days=30) == model.p_no_order(few, horizon_days=30)
    ).all()


def test_our_checks_stand_before_its_own(customers):
    model = LifetimesBGNBD()
    with pytest.raises(NotEnoughData):
        model.fit(customers.assign(frequency=0, recency_days=0.0))
    with pytest.raises(BadValues, match="frequency"):
        model.fit(customers.assign(frequency=-1))
    with pytest.raises(UnitMismatch):
        model.fit(customers.assign(time_unit="W"))


def test_warning_filters_stay_as_they_were(customers):
    before = list(warnings.filters)
    LifetimesBGNBD().fit(customers)
    assert warnings.filters == before


def test_no_maximum_is_an_error_and_prints_nothing(customers, monkeypatch, capsys):
    from scipy.optimize import OptimizeResult

    def fails(*args, **kwargs):
        return OptimizeResult(success=False, x=np.zeros(4), message="stuck")

    monkeypatch.setattr("lifetimes.fitters.minimize", fails)
    with pytest.raises(NotConverged, match="Try model bg_nbd"):
        LifetimesBGNBD().fit(customers)
    assert capsys.readouterr().out == ""


def test_where_lifetimes_has_no_number_ours_stands_in_and_it_is_said():
    """Its 2F1 overflows here, and with P(alive) of 0 its orders are 0/0."""
    text = (
        '{"model": "lifetimes_bg_nbd", "time_unit": "D", "parameters": '
        '{"r": 6.0305, "alpha": 78.498, "a": 0.00422, "b": 0.12105}}'
    )
    theirs = LifetimesBGNBD.from_json(text)
    ours = BGNBD.from_json(text.replace("lifetimes_", ""))
    ages = np.arange(10.0, 700.0, 5.0)
    customers = pd.DataFrame({"frequency": 0, "recency_days": 0.0, "age_days": ages})
    with pytest.warns(Unchecked, match="lifetimes gives no number for expected orders"):
        told = theirs.expected_orders(customers, horizon_days=365)
    assert told == pytest.approx(ours.expected_orders(customers, horizon_days=365))
    gone = pd.DataFrame({"frequency": [500], "recency_days": 50.0, "age_days": 3650.0})
    steps = theirs.discounted_orders(gone, [30, 60], np.array([1.0, 0.9]))
    assert steps == 0


def test_its_own_fit_says_that_nobody_leaves():
    truth = {"r": 0.8, "alpha": 30.0, "a": 0.002, "b": 2.0}
    loyal = simulate_lives("bg_nbd", truth, 1500, seed=3)
    with pytest.warns(NoDropOut):
        LifetimesBGNBD().fit(loyal)
