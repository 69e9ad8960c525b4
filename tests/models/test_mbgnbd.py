import json

import pandas as pd
import pytest

from workbench.datasets import simulate_lives
from workbench.models import MBGNBD, MBGCNBDk

TRUTH = {"r": 0.525, "alpha": 43.3, "a": 0.891, "b": 1.614}


def test_a_one_time_buyer_may_have_left_at_once():
    text = json.dumps({"model": "mbg_nbd", "time_unit": "D", "parameters": TRUTH})
    once = pd.DataFrame({"frequency": 0, "recency_days": 0.0, "age_days": [0, 30, 300]})
    alive = MBGNBD.from_json(text).p_alive(once)
    assert alive[0] == pytest.approx(1.614 / (0.891 + 1.614))
    assert alive[0] > alive[1] > alive[2] > 0


def test_equals_the_regular_model_with_k_1_whose_sums_are_another_way():
    customers = simulate_lives("mbg_nbd", TRUTH, 2000, seed=1)
    closed, summed = MBGNBD().fit(customers), MBGCNBDk(k=1).fit(customers)
    assert summed.parameters_ == pytest.approx(closed.parameters_, rel=1e-8)
    assert summed.log_likelihood_ == pytest.approx(closed.log_likelihood_, rel=1e-12)
    for horizon_days in (7, 365):
        horizon = {"horizon_days": horizon_days}
        assert summed.expected_orders(customers, **horizon) == pytest.approx(
            closed.expected_orders(customers, **horizon), rel=1e-7
        )
        assert summed.p_no_order(customers, **horizon) == pytest.approx(
            closed.p_no_order(customers, **horizon), rel=1e-9
        )
