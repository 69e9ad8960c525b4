import json
import math

import numpy as np
import pandas as pd
import pytest
from scipy.special import gammaln

from workbench.datasets import simulate_summary
from workbench.errors import (
    BadValues,
    FitWarning,
    NoDropOut,
)
from workbench.models import BGNBD

PUBLISHED = {"r": 0.2425945, "alpha": 4.4136, "a": 0.79292, "b": 2.42589}
FEW = pd.DataFrame(
    {
        "frequency": [0, 1, 2, 26, 7],
        "recency_days": [0.0, 5.0, 30.43, 30.857, 12.0],
        "age_days": [38.86, 30.0, 38.86, 31.0, 12.0],
    }
)


@pytest.fixture(scope="module")
def simulated():
    return simulate_summary(4000, seed=11)


@pytest.fixture
def published():
    text = json.dumps({"model": "bg_nbd", "time_unit": "W", "parameters": PUBLISHED})
    return BGNBD.from_json(text)


def test_log_likelihood_is_the_sum_of_the_papers_equation(simulated):
    model = BGNBD().fit(simulated)
    by_hand = _log_likelihood(simulated, **model.parameters_).sum()
    assert model.log_likelihood_ == pytest.approx(by_hand, rel=1e-12)


def test_a_penalizer_draws_the_parameters_together(simulated):
    free, held = BGNBD().fit(simulated), BGNBD(penalizer=1.0).fit(simulated)
    assert abs(math.log(held.parameters_["a"])) < abs(math.log(free.parameters_["a"]))
    assert held.log_likelihood_ < free.log_likelihood_


def test_one_time_buyers_are_always_alive_so_p_alive_is_no_churn_score(published):
    assert published.p_alive(FEW)[0] == 1
    assert published.p_no_order(FEW, horizon_days=90)[0] > 0.7


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("not json", "expected a model as JSON"),
        ("[1]", "as a JSON object"),
        ('{"model": "gamma_gamma"}', "expected the JSON of model 'bg_nbd'"),
        ('{"model": "bg_nbd", "time_unit": "D"}', "lacks parameters"),
        (
            '{"model": "bg_nbd", "time_unit": "D", "parameters": '
            '{"r": -1, "alpha": 1, "a": 1, "b": 1}}',
            "r must be a number above 0",
        ),
    ],
)
def test_a_json_that_is_not_ours_is_refused(text, words):
    with pytest.raises(BadValues, match=words):
        BGNBD.from_json(text)


def test_customers_who_never_leave_are_told():
    rng = np.random.default_rng(0)
    n = 400
    age = rng.uniform(200, 400, n)
    frequency = rng.poisson(rng.gamma(2, 0.05, n) * age)
    recency = np.where(frequency > 0, age * frequency / (frequency + 1), 0)
    loyal = pd.DataFrame(
        {"frequency": frequency, "recency_days": recency, "age_days": age}
    )
    with pytest.warns(FitWarning) as caught:
        model = BGNBD().fit(loyal)
    assert NoDropOut in {w.category for w in caught}
    assert np.isfinite(model.expected_orders(loyal, horizon_days=90)).all()
    assert BGNBD.from_json(model.to_json()).to_json() == model.to_json()


def _log_likelihood(
    customers, r=PUBLISHED["r"], alpha=PUBLISHED["alpha"], a=PUBLISHED["a"], b=2.42589
):
    """Fader, Hardie & Lee (2005), equation 6, term by term."""
    x, t_x, age = (
        customers[name] for name in ("frequency", "recency_days", "age_days")
    )

    def log_beta(first, second):
        return gammaln(first) + gammaln(second) - gammaln(first + second)

    head = gammaln(r + x) - gammaln(r) + r * np.log(alpha) - log_beta(a, b)
    alive = np.exp(log_beta(a, b + x) - (r + x) * np.log(alpha + age))
    again = np.maximum(x, 1)
    left = np.exp(log_beta(a + 1, b + again - 1) - (r + x) * np.log(alpha + t_x))
    return head + np.log(alive + (x > 0) * left)
