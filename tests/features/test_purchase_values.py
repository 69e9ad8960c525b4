import pytest

from workbench.features import value_bars, value_quantiles
from workbench.window import Window

WINDOW = Window("2026-12-31")
HUNDRED = [(f"c{n}", "2026-01-01", n) for n in range(1, 101)]


def test_quantiles_are_of_purchase_days_not_of_lines(clean_table):
    rows = [
        ("ann", "2026-01-01", 4),
        ("ann", "2026-01-01", 6),
        ("bob", "2026-01-01", 20),
    ]
    found = value_quantiles(clean_table(rows), WINDOW).execute()
    assert found["quantile"].tolist() == [0.05, 0.25, 0.5, 0.75, 0.95]
    assert found["value"].tolist() == [10.5, 12.5, 15, 17.5, 19.5]


def test_twenty_bars_with_the_largest_joined_in_the_last(clean_table):
    rich = [*HUNDRED[:-1], ("c100", "2026-01-01", 1_000_000)]
    bars = value_bars(clean_table(rich), WINDOW).execute()
    assert bars["bar"].tolist() == list(range(20))
    assert bars["purchase_days"].sum() == 100 == bars["customers"].sum()
    assert bars["high"].iloc[-1] == pytest.approx(95.05)
    assert bars["purchase_days"].iloc[-1] == 10


def test_a_shop_that_gave_everything_away_has_one_bar(clean_table):
    bars = value_bars(clean_table([("ann", "2026-01-01", 0)] * 3), WINDOW).execute()
    assert bars["bar"].tolist() == [0]
    assert bars["purchase_days"].tolist() == [1]


def test_before_the_first_purchase_there_is_no_bar_and_no_quantile(clean_table):
    early = Window("2025-01-01")
    assert value_bars(clean_table(HUNDRED), early).count().execute() == 0
    assert value_quantiles(clean_table(HUNDRED), early).execute()["value"].isna().all()
