"""No prediction is ever silently not a number: wild histories, wild parameters."""

import json
import math
import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workbench.errors import AssumptionWarning, WorkbenchError
from workbench.models import (
    BGNBD,
    MBGNBD,
    GammaGamma,
    MBGCNBDk,
    ParetoNBD,
    customer_lifetime_value,
)

LATEST = 1e6
MOST_ORDERS = 10_000
WILD = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
PER_DAY = {"hours": 24.0, "days": 1.0, "weeks": 1 / 7}


def powers(low, high):
    """Return numbers spread evenly over powers of ten."""
    return st.floats(math.log10(low), math.log10(high)).map(lambda e: 10.0**e)


@st.composite
def histories(draw):
    """Return one to five customers, every one possible, most of them unlikely."""
    per_day = draw(st.sampled_from(sorted(PER_DAY.values())))
    rows = []
    for _ in range(draw(st.integers(1, 5))):
        age = draw(st.one_of(powers(1e-3, LATEST), st.integers(1, 1000).map(float)))
        x = draw(st.one_of(st.just(0), powers(1, MOST_ORDERS).map(int)))
        share = draw(st.sampled_from([1e-6, 0.01, 0.5, 0.999, 1.0]))
        value = draw(powers(1e-2, 1e9))
        rows.append((x, age * share * (x > 0), age, value * (x > 0)))
    if draw(st.booleans()):
        rows.append((0, 0.0, 0.0, 0.0))
    names = ["frequency", "recency_days", "age_days", "mean_repeat_value"]
    frame = pd.DataFrame(rows, columns=names)
    times = ["recency_days", "age_days"]
    return frame.assign(**(frame[times] * per_day).clip(upper=LATEST))


@st.composite
def models(draw):
    """Return a purchase model with parameters of a wide range, in days or weeks."""
    cls, k = draw(
        st.sampled_from(
            [(BGNBD, 1), (MBGNBD, 1), (ParetoNBD, 1), (MBGCNBDk, 1), (MBGCNBDk, 3)]
        )
    )
    parameters = {
        name: draw(powers(1e-2, 1e4) if name in ("alpha", "beta") else powers(0.03, 30))
        for name in cls.parameter_names
    }
    fields = {"model": cls.name, "time_unit": draw(st.sampled_from("DW")), "k": k}
    return cls.from_json(json.dumps({**fields, "parameters": parameters}))


@st.composite
def value_models(draw):
    """Return a Gamma-Gamma whose mean exists, if only just."""
    numbers = {
        "p": draw(powers(1e-2, 1e3)),
        "q": 1 + draw(powers(1e-3, 1e2)),
        "gamma": draw(powers(1e-2, 1e6)),
    }
    text = json.dumps({"model": "gamma_gamma", "parameters": numbers})
    return GammaGamma.from_json(text)


def in_range(values, low=0.0, high=math.inf):
    assert np.isfinite(values).all(), values
    assert (values >= low).all() and (values <= high).all(), values


@WILD
@given(models(), histories(), st.sampled_from([0, 0.001, 1, 90, 365, 1e4, 1e6]))
def test_every_prediction_is_finite_and_in_range(model, customers, horizon_days):
    ahead = {"horizon_days": horizon_days}
    in_range(model.p_alive(customers), 0, 1)
    in_range(model.p_no_order(customers, **ahead), 0, 1)
    in_range(model.expected_orders(customers, **ahead))
    table = model.p_orders(customers, **ahead, most=12)
    in_range(table, 0, 1)
    in_range(table.sum(axis=1), 0, 1 + 1e-9)
    in_range(np.array([model.new_customer_orders(horizon_days)]))


@WILD
@given(models(), value_models(), histories(), st.sampled_from([1, 45, 365, 3650]))
def test_every_lifetime_value_is_finite_and_in_range(model, value, customers, horizon):
    in_range(value.expected_value(customers))
    worth = customer_lifetime_value(
        model, value, customers, horizon_days=horizon, annual_discount_rate=0.1
    )
    in_range(worth)
    ends, factors = [30, 60, 3650], np.array([1.0, 0.9, 0.1])
    in_range(model.discounted_orders(customers, ends, factors))


@pytest.mark.slow
@WILD
@given(models(), histories(), st.sampled_from([0.0, 1e-3, 0.1, 1.0]))
def test_all_orders_to_come_are_finite_or_refused(model, customers, rate):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", AssumptionWarning)
        try:
            orders = model.residual_orders(customers, annual_discount_rate=rate)
        except WorkbenchError as refused:
            assert rate == 0 and "are infinite" in str(refused)
            return
    in_range(orders)
