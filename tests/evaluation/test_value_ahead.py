from datetime import date

import ibis
import numpy as np
import pandas as pd
import pytest

from workbench.datasets import simulate_summary
from workbench.errors import AssumptionWarning, NotEnoughData
from workbench.evaluation import (
    books_words,
    certainty_of_top,
    residual_words,
    value_by_group,
)
from workbench.evaluation.intervals import checked_intervals
from workbench.evaluation.value_ahead import _by_certainty
from workbench.models import (
    BGNBD,
    GammaGamma,
    bootstrap,
    customer_lifetime_value,
    latent_draws,
)
from workbench.window import Window

MONEY = {"horizon_days": 180, "annual_discount_rate": 0.1}


@pytest.fixture(scope="module")
def customers():
    return simulate_summary(600, seed=3, r=0.9, alpha=30.0)


@pytest.fixture(scope="module")
def replicates(customers):
    models = BGNBD().fit(customers), GammaGamma().fit(customers)
    return bootstrap(*models, customers, 40, 1, processes=1)


def test_each_group_has_the_three_kinds_and_they_widen(replicates, customers):
    table = value_by_group(replicates, customers, seed=2, **MONEY)
    assert len(table) == 30 and checked_intervals(table).equals(table)
    width = {
        kind: (rows["high"] - rows["low"]).to_numpy()
        for kind, rows in table.groupby("kind")
    }
    assert (width["parameter"] < width["latent"])[:5].all()
    assert (width["latent"] < width["predictive"])[:5].all()
    means = table[table["kind"] == "parameter"]["median"].to_numpy()
    assert (np.diff(means) <= 0).all()


def test_few_customers_make_fewer_groups_of_ten(replicates, customers):
    table = value_by_group(replicates, customers.head(35), seed=2, **MONEY)
    assert table["group"].max() == 3
    with pytest.raises(NotEnoughData, match="at least 10 customers, found 9"):
        value_by_group(replicates, customers.head(9), seed=2, **MONEY)


def test_how_many_of_the_ranked_belong_to_the_top(replicates, customers):
    draws = latent_draws(replicates, customers, seed=5, **MONEY)
    pair = next(replicates.models())
    expected = customer_lifetime_value(*pair, customers, **MONEY)
    table, found = certainty_of_top(draws, expected)
    assert table["customers"].sum() == 600 and (table["customers"] >= 10).all()
    assert 0.1 < found < 1
    shares = table["customers"] * table["mean chance"]
    assert shares.sum() == pytest.approx(60, abs=3)


def test_groups_under_ten_are_joined():
    chance = np.r_[np.zeros(50), np.full(4, 0.1), np.full(30, 0.4), np.full(16, 1.0)]
    table = _by_certainty(chance)
    assert (table["customers"] >= 10).all() and table["customers"].sum() == 100


def test_all_time_to_come_is_told_with_its_rate(replicates, customers):
    orders = next(replicates.models())[0]
    with pytest.warns(AssumptionWarning, match="lie beyond 3 times"):
        words = residual_words(orders, customers, 0.0)
    assert "of 600 customers, discounted at 2% a year" in words


def test_the_books_are_held_against_a_year_before_margin_and_discount(
    replicates, customers
):
    pair = next(replicates.models())
    rows = pd.DataFrame(
        {
            "customer_id": ["ann", "ann", "bob"],
            "ordered_on": [date(2026, 1, 5), date(2026, 3, 1), date(2024, 1, 1)],
            "amount": [10.0, 5.0, 100.0],
            "kind": "purchase",
        }
    )
    table = ibis.duckdb.connect().create_table("transactions", rows)
    words = books_words(*pair, customers, table, Window("2026-06-30", 90))
    year = customer_lifetime_value(
        *pair, customers, horizon_days=365, annual_discount_rate=0.0
    )
    assert words.startswith("spent in the 365 days before 2026-06-30: 15; ")
    assert words.endswith(f"the 365 days after: {year.sum():,.0f}")
