import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import betaln

from workbench.models.hyp2f1 import orders_if_alive

CASES = [
    # x, T, t, r, alpha, a, b
    (0, 0, 30, 0.2426, 30.9, 0.7929, 2.4259),
    (3, 200, 90, 0.2426, 30.9, 0.7929, 2.4259),
    (3, 200, 0.01, 0.2426, 30.9, 0.7929, 2.4259),
    (3, 200, 1e5, 0.2426, 30.9, 0.7929, 2.4259),
    (10_000, 3000, 365, 0.2426, 30.9, 0.7929, 2.4259),
    (10_000, 3000, 365, 3.0, 5000.0, 60.0, 2.4),
    (5, 100, 90, 0.5, 30.0, 1.0, 2.4),
    (5, 100, 90, 0.5, 30.0, 1.0 + 1e-7, 2.4),
    (0, 100, 90, 0.5, 30.0, 0.5, 0.5),
    (0, 100, 90, 0.5, 30.0, 0.01, 0.05),
    (0, 0, 90, 50.0, 0.1, 60.0, 40.0),
    (100, 10, 1e5, 50.0, 0.1, 8.0, 0.05),
]


@pytest.mark.parametrize("case", CASES)
def test_equals_the_integral_over_the_drop_out_probability(case):
    """E[(1 - ((α+T)/(α+T+pt))^(r+x))/p] for p ~ Beta(a, b+x), in ln(p/(1-p))."""
    x, age, horizon, r, alpha, a, b = case
    centre = np.log(a / (b + x))
    width = np.sqrt(1 / a + 1 / (b + x))
    ends = [-60 * max(width, 1 / a), -8 * width, -2 * width, 0, 2 * width, 8 * width]
    ends = centre + np.array([*ends, 40 * width + 45 / b])

    def integrand(logit):
        log_p, log_rest = -np.logaddexp(0, -logit), -np.logaddexp(0, logit)
        density = np.exp(a * log_p + (b + x) * log_rest - betaln(a, b + x))
        p = np.exp(log_p)
        ratio = horizon / (alpha + age)
        if p < 1e-300:
            return density * (r + x) * ratio
        return density * -np.expm1(-(r + x) * np.log1p(p * ratio)) / p

    truth = sum(
        quad(integrand, low, high, epsabs=0, epsrel=1e-11, limit=400)[0]
        for low, high in zip(ends, ends[1:], strict=False)
    )
    parameters = {"r": r, "alpha": alpha, "a": a, "b": b}
    found = orders_if_alive(
        np.array([float(x)]), np.array([float(age)]), float(horizon), parameters
    )
    assert found[0] == pytest.approx(truth, rel=1e-8)


def test_closed_form_and_integral_meet(monkeypatch):
    x, age = np.array([0.0, 2.0, 9.0]), np.array([10.0, 40.0, 400.0])
    parameters = {"r": 0.24, "alpha": 30.9, "a": 0.79, "b": 2.43}
    closed = orders_if_alive(x, age, 60.0, parameters)
    monkeypatch.setattr("workbench.models.hyp2f1._LARGEST_Z", 0.0)
    integrated = orders_if_alive(x, age, 60.0, parameters)
    assert (closed != integrated).any()
    assert closed == pytest.approx(integrated, rel=1e-11)


def test_each_distinct_pair_is_computed_once(monkeypatch):
    seen = []

    def counted(first, second, c, z):
        seen.append(len(z))
        return 1 - z

    monkeypatch.setattr("workbench.models.hyp2f1.hyp2f1", counted)
    x, age = np.repeat([0.0, 1.0, 2.0], 100), np.tile([5.0, 6.0], 150)
    orders_if_alive(x, age, 3.0, {"r": 0.5, "alpha": 9.0, "a": 0.8, "b": 2.0})
    assert seen == [6]
