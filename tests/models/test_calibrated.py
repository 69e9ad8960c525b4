import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit, logit
from sklearn.linear_model import LogisticRegression

from workbench.errors import BadColumns, BadValues, NotEnoughData, NotFitted
from workbench.models import Calibrated, ChurnLogistic, Prevalence, load_model
from workbench.models.calibrated import NO_ORIGIN

N = 3000


def drawn(seed, intercept=0.0, slope=1.0, n=N):
    """Return customers, and lapses that the same weights made, then were moved."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "days_since_last_order": rng.gamma(1, 60, n),
            "frequency": rng.poisson(3, n),
            "quarter_drop_z": rng.normal(0, 1, n),
        }
    )
    pull = np.log1p(frame["days_since_last_order"]) - 4 + frame["quarter_drop_z"]
    said = intercept + slope * pull
    return frame, (rng.uniform(size=n) < expit(said)).to_numpy()


@pytest.fixture(scope="module")
def inner():
    return ChurnLogistic().fit(*drawn(1))


def test_it_finds_how_another_origin_was_moved(inner):
    frame, lapses = drawn(2, intercept=-0.8, slope=0.5, n=40_000)
    model = Calibrated(inner).fit(frame, lapses)
    assert model.parameters_["intercept"] == pytest.approx(-0.8, abs=0.06)
    assert model.parameters_["slope"] == pytest.approx(0.5, abs=0.04)
    assert model.note_ == ""
    assert model.p_churn(frame).mean() == pytest.approx(lapses.mean(), abs=1e-9)
    assert model.n_customers_ == 40_000


def test_it_equals_a_free_logistic_regression_on_the_log_odds(inner):
    frame, lapses = drawn(3, intercept=0.5, slope=1.4)
    said = logit(inner.p_churn(frame))[:, np.newaxis]
    theirs = LogisticRegression(C=np.inf, tol=1e-12, max_iter=1000)
    theirs.fit(said, lapses)
    ours = Calibrated(inner).fit(frame, lapses).parameters_
    assert ours["intercept"] == pytest.approx(theirs.intercept_[0], abs=1e-5)
    assert ours["slope"] == pytest.approx(theirs.coef_[0, 0], abs=1e-5)


def test_ranks_stay_and_reasons_are_stretched(inner):
    frame, lapses = drawn(4, intercept=-1, slope=0.6)
    model = Calibrated(inner).fit(frame, lapses)
    slope = model.parameters_["slope"]
    order = np.argsort(inner.p_churn(frame), kind="stable")
    assert (np.diff(model.p_churn(frame)[order]) >= 0).all()
    plain, told = inner.top_reasons(frame), model.top_reasons(frame)
    assert (plain.codes == told.codes).all()
    assert told.contributions == pytest.approx(plain.contributions * slope)
    assert model.weights_.to_dict() == (inner.weights_ * slope).to_dict()
    assert model.features_used == inner.features_used
    assert model.inner is inner


def test_one_pass_gives_what_two_give(inner):
    frame, lapses = drawn(5)
    model = Calibrated(inner).fit(frame, lapses)
    p, table = model.p_and_reasons(frame, 2)
    assert (p == model.p_churn(frame)).all()
    assert table.rows() == model.reasons(frame, 2)
    said = model.parameters_["intercept"] + model.parameters_["slope"] * logit(
        inner.p_churn(frame)
    )
    assert p == pytest.approx(expit(said), abs=1e-12)


def test_a_row_alone_gives_the_bits_it_gives_in_a_batch(inner):
    frame, lapses = drawn(6)
    model = Calibrated(inner).fit(frame, lapses)
    batch, told = model.p_churn(frame), model.reasons(frame)
    for row in range(0, N, 311):
        assert model.p_churn(frame.iloc[[row]])[0] == batch[row]
        assert model.reasons(frame.iloc[[row]]) == [told[row]]


def test_a_model_that_ranks_backwards_keeps_its_slope_and_says_so(inner):
    frame, lapses = drawn(7)
    model = Calibrated(inner).fit(frame, ~lapses)
    assert model.parameters_["slope"] == 1.0
    assert model.p_churn(frame).mean() == pytest.approx((~lapses).mean())
    assert "only the level was recalibrated" in model.note_
    assert "ranks customers backwards (slope -" in model.note_


def test_outcomes_that_are_parted_have_no_slope(inner):
    frame, _ = drawn(8)
    parted = inner.p_churn(frame) > 0.5
    model = Calibrated(inner).fit(frame, parted)
    assert model.parameters_["slope"] == 1.0
    assert "parts the two outcomes" in model.note_
    backwards = Calibrated(inner).fit(frame, ~parted)
    assert "backwards" in backwards.note_
    assert backwards.parameters_["slope"] == 1.0


def test_who_says_the_same_of_everybody_is_moved_to_the_new_rate():
    frame, lapses = drawn(9, intercept=1.0)
    same = Prevalence().fit(frame, np.arange(N) % 2 == 0)
    model = Calibrated(same).fit(frame, lapses)
    assert model.p_churn(frame) == pytest.approx(lapses.mean())
    assert "says the same of everybody" in model.note_


def level_of(model, origin):
    """Return the intercept at which the model is right on an origin."""
    alone = Calibrated(model).fit(*origin)
    assert alone.parameters_["slope"] == 1.0
    return alone.parameters_["intercept"]


@pytest.mark.parametrize(
    ("apart", "weight"), [(0.1, 0.5), (-0.1, 0.5), (1.0, 0.99), (-1.0, 0.99)]
)
def test_the_level_of_two_origins_lies_between_nearer_to_one_that_is_far(apart, weight):
    frame, lapses = drawn(9, intercept=0.3, n=40_000)
    said = Prevalence().fit(frame, lapses)
    share = expit(logit(lapses.mean()) + apart)
    season = frame, np.arange(len(frame)) < share * len(frame)
    model = Calibrated(said).fit(*season, (frame, lapses))
    assert level_of(said, season) == pytest.approx(apart, abs=1e-3)
    assert level_of(said, (frame, lapses)) == pytest.approx(0, abs=1e-9)
    learned = model.parameters_["intercept"] / level_of(said, season)
    assert learned == pytest.approx(weight, abs=0.002)
    assert model.n_customers_ == 80_000


def test_few_customers_move_the_level_less_than_many_do():
    newest = drawn(9, n=40_000)
    said = Prevalence().fit(*newest)
    share = expit(logit(newest[1].mean()) + 0.3)

    def weight(n):
        season = newest[0].head(n), np.arange(n) < share * n
        far = level_of(said, season)
        return Calibrated(said).fit(*season, newest).parameters_["intercept"] / far

    assert weight(50) == pytest.approx(0.5)
    assert 0.7 < weight(1000) < weight(20_000) < 0.9


def test_the_slope_is_that_of_the_first_origin_alone(inner):
    season, newest = drawn(2, intercept=-0.8, slope=0.5), drawn(3, slope=1.5)
    both = Calibrated(inner).fit(*season, newest).parameters_
    alone = Calibrated(inner).fit(*season).parameters_
    assert both["slope"] == alone["slope"]
    assert alone["intercept"] < both["intercept"]


def test_the_identity_says_what_the_inner_says_and_why(inner):
    frame, _ = drawn(10)
    model = Calibrated.identity(inner)
    assert (model.p_churn(frame) == inner.p_churn(frame)).all()
    assert model.reasons(frame) == inner.reasons(frame)
    assert model.note_ == NO_ORIGIN
    assert load_model(model.to_json()).note_ == NO_ORIGIN


def test_json_keeps_every_bit_with_the_inner_model_inside(inner):
    frame, lapses = drawn(11, intercept=0.2)
    model = Calibrated(inner).fit(frame, lapses)
    again = load_model(model.to_json())
    assert isinstance(again, Calibrated)
    assert isinstance(again.inner, ChurnLogistic)
    assert (again.p_churn(frame) == model.p_churn(frame)).all()
    assert again.reasons(frame) == model.reasons(frame)
    assert again.to_json() == model.to_json()


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"intercept": 0.0, "slope": 0.0}, "slope must be a number above 0"),
        ({"intercept": None, "slope": 1.0}, "intercept must be a number"),
        ({"intercept": 0.0}, "slope"),
    ],
)
def test_a_json_with_a_wrong_number_is_refused(inner, parameters, words):
    fields = json.loads(Calibrated.identity(inner).to_json())
    with pytest.raises(BadValues, match=words):
        Calibrated.from_json(json.dumps(fields | {"parameters": parameters}))


def test_what_it_cannot_use_is_refused(inner):
    frame, lapses = drawn(12)
    with pytest.raises(NotEnoughData, match="who lapsed"):
        Calibrated(inner).fit(frame, np.zeros(N, dtype=bool))
    with pytest.raises(BadColumns, match="missing frequency"):
        Calibrated(inner).fit(frame.drop(columns="frequency"), lapses)
    with pytest.raises(NotFitted, match="Calibrated has no numbers yet"):
        Calibrated(inner).p_churn(frame)


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    intercept=st.floats(-3, 3),
    slope=st.floats(0.2, 3),
)
def test_the_mean_is_the_share_that_lapsed(inner, seed, intercept, slope):
    frame, lapses = drawn(seed, intercept, slope, n=400)
    if 10 <= lapses.sum() <= 390:
        p = Calibrated(inner).fit(frame, lapses).p_churn(frame)
        assert p.mean() == pytest.approx(lapses.mean(), abs=1e-7)
