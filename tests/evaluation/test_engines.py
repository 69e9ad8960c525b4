import numpy as np
import pytest

from workbench.datasets import simulate_lives
from workbench.errors import NotConverged, Unchecked
from workbench.evaluation import both_engines, likeliest_models
from workbench.models import BGNBD, LifetimesBGNBD

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


def test_an_engine_without_a_maximum_leaves_a_gap_and_a_doubt(monkeypatch):
    customers = simulate_lives("bg_nbd", REGULAR, 500, seed=4)

    def no_maximum(self, frame):
        raise NotConverged("lifetimes found no maximum of the likelihood")

    monkeypatch.setattr(LifetimesBGNBD, "fit", no_maximum)
    with pytest.warns(Unchecked, match="cannot be held together: lifetimes found no"):
        table = both_engines(customers, 90)
    assert table["ours"].notna().all() and table["lifetimes"].isna().all()


def test_the_doubts_of_models_that_are_only_compared_are_remarks():
    truth = {"r": 0.8, "alpha": 30.0, "a": 0.002, "b": 2.0}
    loyal = simulate_lives("bg_nbd", truth, 1500, seed=3)
    table = likeliest_models(loyal, ("bg_nbd",))
    assert "no_drop_out" in table.loc["bg_nbd", "remark"]
