"""A few hundred simulated customers, both models fitted to them, and replicates."""

import json
import warnings

import numpy as np
import pytest

from workbench.datasets import simulate_summary
from workbench.errors import AssumptionWarning
from workbench.models import BGNBD, GammaGamma, Replicates, bootstrap


@pytest.fixture(scope="session")
def customers():
    return simulate_summary(800, seed=21, r=1.0, a=0.9, q=6.0, gamma=25.0)


@pytest.fixture(scope="session")
def models(customers):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", AssumptionWarning)
        return BGNBD().fit(customers), GammaGamma().fit(customers)


@pytest.fixture(scope="session")
def replicates(models, customers):
    return bootstrap(*models, customers, replicates=60, seed=1, processes=1)


@pytest.fixture(scope="session")
def certain(models):
    """Replicates of models whose parameters are known for sure."""
    orders_model, value_model = models
    return Replicates(
        orders_model.to_json(),
        value_model.to_json(),
        _rows(orders_model, 200),
        _rows(value_model, 200),
        n_failed=0,
        n_customers=800,
        seed=0,
    )


def _rows(model, n):
    return np.tile(list(json.loads(model.to_json())["parameters"].values()), (n, 1))
