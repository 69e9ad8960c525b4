import pytest

from workbench.features import amount_deciles, outliers
from workbench.window import Window

WINDOW = Window("2026-12-31")
USUAL = [("ann", "2026-01-01", 10)] * 9


def _found(table, window=WINDOW):
    return outliers(table, window).to_pyarrow().to_pylist()[0]


@pytest.mark.parametrize(("amount", "n"), [("100000", 1), ("99999.99", 0)])
def test_52_an_outlier_is_ten_thousand_times_the_median(clean_table, amount, n):
    found = _found(clean_table([*USUAL, ("bob", "2026-01-02", amount)]))
    assert found["median_amount"] == 10
    assert (found["outlier_lines"], found["outlier_share"]) == (n, n / 10)


def test_a_return_can_be_an_outlier_and_does_not_move_the_median(clean_table):
    rows = [*USUAL, *[("bob", "2026-01-02", "-200000")] * 11]
    found = _found(clean_table(rows))
    assert (found["median_amount"], found["outlier_lines"]) == (10, 11)


def test_gifts_do_not_make_every_line_an_outlier(clean_table):
    rows = [("ann", "2026-01-01", 0)] * 9 + [("bob", "2026-01-02", 5)]
    assert _found(clean_table(rows))["outlier_lines"] == 0


def test_without_a_line_nothing_is_an_outlier(clean_table):
    found = _found(clean_table(USUAL), Window("2025-01-01"))
    assert (found["lines"], found["outlier_lines"], found["outlier_share"]) == (0, 0, 0)
    assert found["median_amount"] is None


def test_the_largest_tenth_comes_first_with_its_share(clean_table):
    rows = [(f"c{n}", "2026-01-01", n) for n in range(1, 21)] + [
        ("c1", "2026-01-01", -50)
    ]
    found = amount_deciles(clean_table(rows), WINDOW).execute().set_index("decile")
    assert found.index.tolist() == list(range(1, 11))
    assert set(found["lines"]) == {2} == set(found["customers"])
    assert found["mean_amount"].tolist()[:2] == [19.5, 17.5]
    assert found["share"].sum() == pytest.approx(1)
    assert found["share"][1] == pytest.approx(39 / 210)


def test_a_shop_that_gave_everything_away_has_shares_of_zero(clean_table):
    rows = [("ann", "2026-01-01", 0)] * 10
    assert set(amount_deciles(clean_table(rows), WINDOW).execute()["share"]) == {0.0}
