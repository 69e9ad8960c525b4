import numpy as np
import pytest
from scipy.integrate import quad

from workbench.datasets import simulate_lives
from workbench.errors import FitWarning, NoDropOut
from workbench.models import ParetoNBD
from workbench.models._pareto_integral import integrate

CASES = [
    # n, begin, end, alpha, beta, s
    (0.5, 0.0, 40.0, 10.6, 11.7, 0.6),
    (26.5, 30.8, 31.0, 10.6, 11.7, 0.6),
    (0.09, 0.0, 2884.0, 1.8, 1052.0, 12.0),
    (3.0, 5.0, 3000.0, 400.0, 0.1, 0.05),
    (10_000.5, 10.0, 3000.0, 0.4, 0.6, 1.3),
]


@pytest.mark.parametrize("case", CASES)
def test_the_integral_and_its_means_equal_adaptive_quadrature(case):
    n, begin, end, alpha, beta, s = case
    found = integrate(*(np.array([v]) for v in (n, begin, end)), alpha, beta, s)

    def height(when):
        fall = n * np.log((alpha + when) / (alpha + begin))
        return np.exp(-fall - (s + 1) * np.log((beta + when) / (beta + begin)))

    def area(of):
        middle = begin + np.array([0, 1e-4, 1e-3, 1e-2, 0.1, 1, 10, 100, 1000])
        ends = [*middle[middle < end], end]
        pairs = zip(ends, ends[1:], strict=False)
        return sum(
            quad(lambda t: height(t) * of(t), *pair, epsabs=0, epsrel=1e-12, limit=400)[
                0
            ]
            for pair in pairs
        )

    whole = area(lambda when: 1.0)
    log = np.log(whole) - n * np.log(alpha + begin) - (s + 1) * np.log(beta + begin)
    assert found.log[0] == pytest.approx(log, rel=1e-10)
    mean = area(lambda when: np.log(alpha + when)) / whole
    assert found.log_alpha[0] == pytest.approx(mean, rel=1e-9)
    assert found.per_beta[0] == pytest.approx(area(lambda t: 1 / (beta + t)) / whole)


def test_nobody_can_have_left_in_no_time():
    none = integrate(np.array([2.5]), np.array([7.0]), np.array([7.0]), 3.0, 4.0, 0.5)
    assert none.log[0] == -np.inf


def test_customers_who_never_leave_are_told():
    truth = {"r": 2.0, "alpha": 30.0, "s": 1.0, "beta": 1e7}
    loyal = simulate_lives("pareto_nbd", truth, 800, seed=0)
    with pytest.warns(FitWarning) as caught:
        model = ParetoNBD().fit(loyal)
    assert NoDropOut in {w.category for w in caught}
    assert np.isfinite(model.expected_orders(loyal, horizon_days=90)).all()
