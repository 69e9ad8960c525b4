import json

import numpy as np
import pandas as pd
import pytest

from workbench.datasets import simulate_lives
from workbench.errors import BadColumns, BadParameter, BadValues
from workbench.models import MBGNBD, MBGCNBDk
from workbench.models._regular_orders import _summed, regular_orders

TRUTH = {"r": 1.2, "alpha": 12.0, "a": 0.7, "b": 4.0}


@pytest.fixture(scope="module")
def regular():
    return simulate_lives("mbg_cnbd_k", TRUTH, 3000, seed=2, k=3)


def test_the_true_regularity_is_the_likeliest(regular):
    model = MBGCNBDk().fit(regular)
    assert model.k_ == 3 and model.get_params()["k"] is None
    beside = {k: MBGCNBDk(k=k).fit(regular).log_likelihood_ for k in (2, 3, 4)}
    assert model.log_likelihood_ == beside[3] == max(beside.values())


def test_buyers_by_chance_are_not_called_regular():
    customers = simulate_lives("mbg_nbd", TRUTH, 3000, seed=4)
    model, plain = MBGCNBDk().fit(customers), MBGNBD().fit(customers)
    assert model.k_ == 1
    assert model.log_likelihood_ == pytest.approx(plain.log_likelihood_, rel=1e-12)


def test_a_silence_says_more_about_a_regular_buyer():
    silent = pd.DataFrame({"frequency": 9, "recency_days": 90.0, "age_days": [120.0]})
    alive = [_known(k).p_alive(silent)[0] for k in (1, 2, 4)]
    assert alive[0] > alive[1] > alive[2]


def test_no_gaps_are_needed_where_k_is_1(regular):
    without = regular.drop(columns="sum_log_gaps")
    assert MBGCNBDk(k=1).fit(without).k_ == 1
    with pytest.raises(BadColumns, match="sum_log_gaps"):
        MBGCNBDk().fit(without)


def test_the_regularity_found_stands_in_the_json(regular):
    model = MBGCNBDk().fit(regular)
    assert json.loads(model.to_json())["k"] == 3
    again = MBGCNBDk.from_json(model.to_json())
    assert again.k_ == 3 and again.to_json() == model.to_json()
    assert (again.p_alive(regular) == model.p_alive(regular)).all()


@pytest.mark.parametrize("k", [0, 13, 1.5, True, "2"])
def test_k_is_a_whole_number_of_1_or_more(regular, k):
    with pytest.raises(BadParameter, match="k must be a whole number from 1 to 12"):
        MBGCNBDk(k=k).fit(regular)


@pytest.mark.parametrize("k", [1, 2, 3])
@pytest.mark.parametrize("horizon_days", [1, 90, 3000])
def test_the_transform_meets_the_sum(monkeypatch, k, horizon_days):
    busy = pd.DataFrame({"frequency": [50], "recency_days": 100.0, "age_days": [101.0]})
    model = _known(k)
    found = []
    for most_stages in (1e9, 0):
        limit = "workbench.models._regular_orders._MOST_STAGES"
        monkeypatch.setattr(limit, most_stages)
        found.append(model.expected_orders(busy, horizon_days=horizon_days))
    summed, transformed = found
    assert transformed != summed
    assert transformed == pytest.approx(summed, rel=1e-8)


def _known(k):
    """Return a model with a mean gap of ten days whatever the regularity."""
    parameters = {"r": 20.0, "alpha": 200.0 / k, "a": 0.7, "b": 4.0}
    fields = {"model": "mbg_cnbd_k", "time_unit": "D", "k": k, "parameters": parameters}
    return MBGCNBDk.from_json(json.dumps(fields))


@pytest.mark.parametrize("k", [2, 5])
def test_a_long_sum_and_its_transform_agree_and_the_longest_come_to_an_end(k):
    shape, b = np.array([0.05, 0.3, 1.2]), np.array([0.5, 3.0, 30.0])
    long = np.full(3, 150.0)
    by_sum = _summed(shape, long, 0.7, b, k, k - 1)
    assert regular_orders(shape, long, 0.7, b, k, k - 1) == pytest.approx(
        by_sum, rel=1e-7
    )
    endless = regular_orders(np.full(3, 1e-9), np.full(3, 1e10), 0.7, b, k, 0)
    assert np.isfinite(endless).all() and (endless > 0).all()


def test_gaps_in_another_unit_than_the_times_are_refused(regular):
    weekly = regular.assign(
        recency_days=regular["recency_days"] / 7, age_days=regular["age_days"] / 7
    )
    with pytest.raises(BadValues, match="must be of gaps that add up to recency_days"):
        MBGCNBDk(time_unit="W").fit(weekly)


def test_a_regularity_that_was_found_counts_as_a_number_learned(regular):
    assert MBGCNBDk().fit(regular).n_parameters_ == 5
    assert MBGCNBDk(k=3).fit(regular).n_parameters_ == 4
