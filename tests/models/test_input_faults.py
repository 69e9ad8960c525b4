"""Faulty input at every door of the lifetime-value room: named, counted, with a cure.

Doors are the fit and the predictions of each purchase model, those of Gamma-Gamma, and
``customer_lifetime_value``.
"""

import json

import numpy as np
import pandas as pd
import pytest

from workbench.errors import BadColumns, BadValues, NotEnoughData, UnitMismatch
from workbench.models import GammaGamma, customer_lifetime_value

N = 40
TIMES = ("frequency", "recency_days", "age_days")


def customers(n=N):
    """Return n customers of whom every second came back."""
    x = np.arange(n) % 2 * (1 + np.arange(n) % 7)
    age = 100.0 + np.arange(n)
    return pd.DataFrame(
        {
            "frequency": x,
            "recency_days": np.where(x > 0, age / 2, 0.0),
            "age_days": age,
            "mean_repeat_value": np.where(x > 0, 10.0 + np.arange(n) % 5, 0.0),
            "sum_log_gaps": np.where(x > 0, x * 3.0, 0.0),
        }
    )


def known_value():
    numbers = {"p": 6.25, "q": 3.74, "gamma": 15.44}
    text = json.dumps({"model": "gamma_gamma", "parameters": numbers})
    return GammaGamma.from_json(text)


def doors(case):
    """Return every call that takes customers, and the columns it reads."""
    model, value, ahead = case.known(), known_value(), {"horizon_days": 90}
    rate = {"annual_discount_rate": 0.1}

    def clv(frame):
        return customer_lifetime_value(model, value, frame, **ahead, **rate)

    def steps(frame):
        return model.discounted_orders(frame, [30, 60], np.array([1.0, 0.9]))

    of_value = ("frequency", "mean_repeat_value")
    return {
        "fit": (case.model().fit, TIMES),
        "p_alive": (model.p_alive, TIMES),
        "expected_orders": (lambda c: model.expected_orders(c, **ahead), TIMES),
        "p_no_order": (lambda c: model.p_no_order(c, **ahead), TIMES),
        "p_orders": (lambda c: model.p_orders(c, **ahead, most=3), TIMES),
        "discounted_orders": (steps, TIMES),
        "residual_orders": (lambda c: model.residual_orders(c, **rate), TIMES),
        "value_fit": (GammaGamma().fit, of_value),
        "expected_value": (value.expected_value, of_value),
        "clv": (clv, (*TIMES, "mean_repeat_value")),
    }


NAMES = (
    "fit p_alive expected_orders p_no_order p_orders discounted_orders residual_orders "
    "value_fit expected_value clv"
).split()


TIMED = [name for name in NAMES if name not in ("value_fit", "expected_value")]


@pytest.fixture(params=NAMES)
def door(request, case):
    """Each call in turn: what to call, and the columns it reads."""
    return doors(case)[request.param]


@pytest.fixture(params=TIMED)
def timed_door(request, case):
    """Each call that reads times."""
    return doors(case)[request.param][0]


def test_every_door_is_listed(case):
    assert list(doors(case)) == NAMES


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -1.0])
def test_a_number_nobody_can_have_is_named_counted_and_cured(door, wrong):
    call, columns = door
    for column in columns:
        bad = customers().astype("float64")
        bad.loc[[3, 7], column] = wrong
        with pytest.raises(BadValues) as caught:
            call(bad)
        words = str(caught.value)
        assert f"column {column} must" in words
        assert f"found 2 of {N} rows" in words
        assert f"for example {wrong} in row 3" in words
        assert words.endswith("btyd_table.")


def test_a_last_purchase_after_today_is_refused(timed_door):
    bad = customers()
    bad.loc[5, "recency_days"] = 1000.0
    words = r"age_days must not be less .* found 1 of 40 .* in row 5"
    with pytest.raises(BadValues, match=words):
        timed_door(bad)


def test_missing_columns_are_named(door):
    call, columns = door
    for column in columns:
        with pytest.raises(BadColumns, match=f"missing {column}"):
            call(customers().drop(columns=column))


def test_text_in_a_column_of_numbers_is_shown(door):
    call, columns = door
    for column in columns:
        texts = customers()[column].astype(object)
        texts.iloc[4] = "twelve"
        words = f"column {column} must be numbers, .* 1 of 40 .* twelve in row 4"
        with pytest.raises(BadColumns, match=words):
            call(customers().assign(**{column: texts}))


def test_spans_and_moments_are_not_taken_for_their_nanoseconds(timed_door):
    spans = pd.to_timedelta(customers()["age_days"], unit="D")
    for wrong in (spans, pd.Timestamp("2026-01-01") + spans):
        words = "column age_days must be numbers, found .* 40 of 40 rows"
        with pytest.raises(BadColumns, match=words):
            timed_door(customers().assign(age_days=wrong))


def test_an_empty_frame_is_refused(door):
    call, _ = door
    with pytest.raises(NotEnoughData, match="found an empty frame"):
        call(customers(0))


def test_mixed_units_are_refused(timed_door):
    units = ["D"] * (N - 1) + ["W"]
    with pytest.raises(UnitMismatch, match="'D', 'W'.*time_unit='D'"):
        timed_door(customers().assign(time_unit=units))


def test_all_one_time_buyers_teach_nothing(case):
    once = customers().assign(
        frequency=0, recency_days=0.0, mean_repeat_value=0.0, sum_log_gaps=0.0
    )
    for fit in (case.model().fit, GammaGamma().fit):
        with pytest.raises(NotEnoughData, match="at least 10 .* found 0 of 40"):
            fit(once)
    value = known_value()
    told = customer_lifetime_value(
        case.known(), value, once, horizon_days=90, annual_discount_rate=0.1
    )
    assert (told > 0).all(), "a fitted model still predicts them"
    assert value.expected_value(once) == pytest.approx(value.population_mean_)


def test_one_customer_teaches_nothing_but_can_be_predicted(case):
    one = customers().iloc[[3]]
    for fit in (case.model().fit, GammaGamma().fit):
        with pytest.raises(NotEnoughData, match="at least 10 .* found 1 of 1"):
            fit(one)
    assert np.isfinite(case.known().expected_orders(one, horizon_days=90)).all()


def test_zero_spend_is_left_out_and_given_the_mean_of_the_others():
    value = known_value()
    free = customers().assign(mean_repeat_value=0.0)
    assert value.expected_value(free) == pytest.approx(value.population_mean_)
    with pytest.raises(NotEnoughData, match="found 0 of 40"):
        GammaGamma().fit(free)
