import numpy as np
import pytest

from workbench.datasets import simulate_lives
from workbench.errors import NotConverged
from workbench.evaluation import both_engines, likeliest_models
from workbench.models import BGNBD

REGULAR = {"r": 1.2, "alpha": 12.0, "a": 0.7, "b": 4.0}


def test_the_model_that_made_the_customers_is_the_likeliest():
    customers = simulate_lives("mbg_cnbd_k", REGULAR, 1500, seed=2, k=3)
    table = likeliest_models(customers)
    assert table.index[0] == "mbg_cnbd_k"
    assert table.loc["mbg_cnbd_k", "remark"] == "k = 3"
    assert table["AIC above the best"].iloc[0] == 0
    assert (table["AIC above the best"].iloc[1:] > 100).all()
    assert table["share active"].between(0, 1).all()


def test_a_model_without_a_maximum_is_told_not_hidden(monkeypatch):
    customers = simulate_lives("mbg_nbd", REGULAR, 300, seed=2)

    def no_maximum(self, frame):
        raise NotConverged("no maximum of the likelihood was found")

    monkeypatch.setattr(BGNBD, "fit", no_maximum)
    table = likeliest_models(customers, ("bg_nbd", "mbg_nbd"))
    assert table.index.tolist() == ["mbg_nbd", "bg_nbd"]
    assert np.isnan(table.loc["bg_nbd", "AIC"])
    assert "no maximum" in table.loc["bg_nbd", "remark"]


def test_the_two_engines_are_one():
    truth = {"r": 0.8, "alpha": 40.0, "a": 0.9, "b": 2.5}
    customers = simulate_lives("bg_nbd", truth, 1500, seed=4)
    table = both_engines(customers, 90)
    assert table["relative difference"].abs().max() < 1e-3
    assert table.loc["log-likelihood", "relative difference"] == pytest.approx(
        0, abs=1e-9
    )
    assert "orders in 90 days" in table.index
