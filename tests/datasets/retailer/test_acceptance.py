"""Recovery at full size, by hand with ``make acceptance``; each prints its figures."""

import pytest

from workbench.datasets.retailer import Plan, matched_parameters
from workbench.datasets.retailer.segments import SEGMENTS
from workbench.features import btyd_table, future_orders
from workbench.models import BGNBD
from workbench.window import Window

pytestmark = pytest.mark.acceptance
PARAMETERS = ("r", "alpha", "a", "b")


def test_a_pure_shop_of_200_000_gives_its_parameters_back(tmp_path, to_store):
    made = to_store(Plan(200_000, 1, is_pure=True), tmp_path / "pure", jobs=2)
    names = {"x": "frequency", "t_x": "recency_days", "T": "age_days"}
    customers = made.snapshot.read("truth").to_pandas().rename(columns=names)
    true = made.snapshot.read("truth_parameters").to_pandas().iloc[0]
    model = BGNBD().fit(customers)
    off = {
        name: (model.parameters_[name] - true[name]) / model.standard_errors_[name]
        for name in PARAMETERS
    }
    for name in PARAMETERS:
        print(f"\n{name}: {true[name]:g}, found {model.parameters_[name]:.4f}", end="")
        print(f" ± {model.standard_errors_[name]:.4f}, off by {off[name]:+.2f} errors")
    assert max(abs(value) for value in off.values()) < 3


@pytest.fixture(scope="module", params=[101, 102])
def transactions(request, tmp_path_factory, to_store):
    """Return a shop's lines; its seed was not looked at when the shop was designed."""
    folder = tmp_path_factory.mktemp("full") / "full"
    return to_store(Plan(100_000, request.param), folder, jobs=2).snapshot.read()


def _judged(transactions, origin, horizon_days=365):
    """Return the fitted model, expected and actual purchase days of the horizon."""
    window = Window(origin, horizon_days)
    customers = btyd_table(transactions, window).execute()
    came = future_orders(transactions, window).execute()
    known = came["customer_id"].isin(set(customers["customer_id"]))
    model = BGNBD().fit(customers)
    expected = model.expected_orders(customers, horizon_days=horizon_days).sum()
    return model, expected, came.loc[known, "orders_in_horizon"].sum()


def test_orders_of_the_third_year_come_within_five_percent(transactions):
    model, expected, actual = _judged(transactions, "2025-05-31")
    print(f"\n{actual:,} purchase days in the third year, expected {expected:,.0f}:")
    print(f"{expected / actual - 1:+.2%}")
    true = matched_parameters(SEGMENTS)  # moments of λ and p over all segments
    for name in PARAMETERS:
        found = model.parameters_[name]
        print(f"{name}: of the mixture {true[name]:.4f}, found {found:.4f}", end="")
        print(f" ({found / true[name] - 1:+.1%})")
    assert abs(expected / actual - 1) < 0.05


@pytest.mark.parametrize(
    ("origin", "horizon_days"),
    [("2024-08-31", 365), ("2024-11-30", 365), ("2025-02-28", 365), ("2026-03-02", 90)],
)
def test_from_other_days_the_season_shows(transactions, origin, horizon_days):
    """BG/NBD knows no season: what it misses from other days is printed, too."""
    _, expected, actual = _judged(transactions, origin, horizon_days)
    print(f"\n{origin} + {horizon_days} days: {expected / actual - 1:+.2%}")
    assert abs(expected / actual - 1) < 0.10
