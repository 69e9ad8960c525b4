"""Faulty input at every door of the churn models: named, counted, with a cure.

Doors are the fit and what is asked of a fitted model, of each model with the churn
face, the baselines and the recalibrated among them.
"""

import numpy as np
import pandas as pd
import pytest

from workbench.datasets import simulate_summary
from workbench.errors import BadColumns, BadValues, NotEnoughData
from workbench.models import (
    Calibrated,
    ChurnBGNBD,
    ChurnBooster,
    ChurnLogistic,
    Hiatus,
    OwnGap,
    Prevalence,
    Recency,
)

N = 400
LAPSES = np.arange(N) % 3 == 0
DOORS = ("fit", "p_churn", "log_odds", "reasons", "top_reasons", "p_and_reasons")


class OnAnother(Calibrated):
    """A recalibration whose inner model is fitted when it is."""

    def __init__(self):
        super().__init__(ChurnLogistic().fit(customers(), LAPSES))


READING = (ChurnLogistic, ChurnBooster, ChurnBGNBD, Hiatus, OwnGap, Recency, OnAnother)
EVERY = (*READING, Prevalence)


def customers(n=N):
    """Return n simulated customers, the one-time buyers among them."""
    summary = simulate_summary(N, seed=3, r=0.8, alpha=40.0, joining_days=300)
    age = summary["age_days"].round() + 1.0
    recency = np.minimum(summary["recency_days"].round(), age - 1)
    orders = summary["frequency"].where(recency > 0, 0)
    silence = np.where(orders > 0, age - recency, age)
    gap = np.where(orders > 0, recency / orders.clip(lower=1), age)
    return pd.DataFrame(
        {
            "days_since_last_order": silence,
            "frequency": orders.astype("int64"),
            "age_days": age,
            "overdue_ratio": silence / gap,
            "quarter_drop_z": np.sin(np.arange(N)),
        }
    ).head(n)


def ask(cls, door):
    """Return the call to make and the columns that it reads."""
    model = cls().fit(customers(), LAPSES)
    if door == "fit":
        return (lambda frame: cls().fit(frame, LAPSES)), model.features_used
    return getattr(model, door), model.features_used


@pytest.fixture(params=READING, ids=lambda cls: cls.__name__)
def cls(request):
    """Each model that reads a column, in turn."""
    return request.param


@pytest.fixture(params=DOORS)
def door(request, cls):
    """Each call in turn: what to call, and the columns it reads."""
    return ask(cls, request.param)


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_a_number_nobody_can_have_is_named_counted_and_cured(door, wrong):
    call, columns = door
    for column in columns:
        bad = customers().astype("float64")
        bad.loc[[3, 7], column] = wrong
        with pytest.raises(BadValues) as caught:
            call(bad)
        words = str(caught.value)
        assert f"column {column} must be a finite number: found 2 of {N}" in words
        assert f"for example {wrong} in row 3" in words
        assert words.endswith("churn_table.")


def test_missing_columns_are_named(cls):
    for name in DOORS[1:]:
        call, columns = ask(cls, name)
        for column in columns:
            with pytest.raises(BadColumns, match=f"missing {column}"):
                call(customers().drop(columns=column))


def test_text_in_a_column_of_numbers_is_shown(door):
    call, columns = door
    for column in columns:
        texts = customers()[column].astype(object)
        texts.iloc[4] = "twelve"
        words = f"column {column} must be numbers, .* 1 of {N} .* twelve in row 4"
        with pytest.raises(BadColumns, match=words):
            call(customers().assign(**{column: texts}))


def test_spans_are_not_taken_for_their_nanoseconds(door):
    call, columns = door
    spans = pd.to_timedelta(np.arange(N), unit="D")
    with pytest.raises(BadColumns, match=f"{columns[0]} must be numbers"):
        call(customers().assign(**{columns[0]: spans}))


@pytest.mark.parametrize("model", EVERY)
def test_an_empty_frame_is_refused(model):
    for name in DOORS[1:]:
        call, _ = ask(model, name)
        with pytest.raises(NotEnoughData, match="found an empty frame"):
            call(customers(0))


@pytest.mark.parametrize("model", [one for one in EVERY if one is not ChurnBGNBD])
def test_a_label_for_each_customer(model):
    with pytest.raises(BadValues, match="one value for each of 400 customers"):
        model().fit(customers(), LAPSES[:-1])
    with pytest.raises(BadValues, match="true or false"):
        model().fit(customers(), np.full(N, 0.5))
    with pytest.raises(NotEnoughData, match="found 400 and 0"):
        model().fit(customers(), np.ones(N, dtype=bool))


def test_below_zero_is_refused_where_it_is_logged_only():
    model = ChurnLogistic().fit(customers(), LAPSES)
    bad = customers()
    bad.loc[5, "frequency"] = -1
    with pytest.raises(BadValues, match="frequency must be 0 or more: found 1 of 400"):
        model.p_churn(bad)
    below = customers().assign(quarter_drop_z=-3.0)
    assert np.isfinite(model.p_churn(below)).all()


def test_bg_nbd_refuses_a_silence_longer_than_the_age():
    model = ChurnBGNBD().fit(customers())
    bad = customers()
    bad.loc[5, "age_days"] = 1.0
    for call in (model.p_churn, model.reasons):
        with pytest.raises(BadValues, match="1 of 400"):
            call(bad)


@pytest.mark.parametrize("model", EVERY)
def test_the_frame_stays_as_it_is_and_its_order_has_no_meaning(model):
    frame = customers()
    before, back = frame.copy(), frame.iloc[::-1]
    fitted = model().fit(frame, LAPSES)
    p, table = fitted.p_and_reasons(frame)
    backwards, its_table = fitted.p_and_reasons(back)
    assert (p == backwards[::-1]).all()
    assert table.rows() == its_table.rows()[::-1]
    pd.testing.assert_frame_equal(frame, before)


@pytest.mark.parametrize("model", EVERY)
def test_integers_flags_and_nullable_numbers_say_what_floats_say(model):
    fitted = model().fit(customers(), LAPSES)
    whole = customers().assign(frequency=customers()["frequency"].astype("Int64"))
    floats = customers().astype("float64")
    assert (fitted.p_churn(whole) == fitted.p_churn(floats)).all()
    assert fitted.reasons(whole) == fitted.reasons(floats)
