import pytest

from workbench.features import amount_bins, amount_cuts, drift
from workbench.window import Window

WINDOW = Window("2026-12-31")
BEFORE = [
    ("ann", "2026-01-01", 10),
    ("bob", "2026-01-09", 20),
    ("cat", "2026-01-10", 30),
    ("ann", "2026-01-10", -10),
]
NEWEST = [("bob", "2026-01-11", 40), ("dan", "2026-01-12", 60)]


def _parts(table, window=WINDOW):
    return drift(table, window).execute().set_index("part")


def test_the_two_parts_read_by_eye(loaded):
    found = _parts(loaded(BEFORE, NEWEST))
    assert found.index.tolist() == ["before", "newest"]
    assert found["rows"].tolist() == [4, 2]
    assert found["rows_per_day"].tolist() == [0.4, 1.0]
    assert found["median_amount"].tolist() == [20, 50]
    assert found["return_share"].tolist() == [0.25, 0]
    assert found["customers"].tolist() == [3, 2]


def test_new_customers_are_compared_with_as_many_days_just_before(loaded):
    found = _parts(loaded(BEFORE, NEWEST))["new_customer_share"]
    assert found["newest"] == 0.5  # dan, not bob
    assert found["before"] == 1.0  # the 9th and 10th: bob and cat, both new


def test_without_days_before_the_span_nothing_is_said_of_new_customers(loaded):
    long = [("bob", "2026-01-11", 40), ("dan", "2026-01-30", 60)]
    found = _parts(loaded(BEFORE, long))["new_customer_share"]
    assert found["newest"] == 0.5
    assert found.isna()["before"]


def test_late_rows_are_no_drift(loaded):
    late = [*NEWEST, ("eve", "2026-01-02", 999)]
    assert _parts(loaded(BEFORE, late)).loc["newest", "rows"] == 2


def test_a_load_of_late_rows_only_has_no_newest_part(loaded):
    assert _parts(loaded(BEFORE, [("eve", "2026-01-02", 9)])).index.tolist() == [
        "before"
    ]


def test_a_first_load_is_all_newest_and_teaches_no_cuts(loaded):
    table = loaded(BEFORE)
    found = _parts(table)
    assert found.index.tolist() == ["newest"]
    assert found["new_customer_share"].isna().all()
    assert amount_cuts(table, WINDOW) == []


def test_loads_after_as_of_are_not_seen(loaded):
    found = _parts(loaded(BEFORE, NEWEST), Window("2026-01-10"))
    assert found.index.tolist() == ["newest"]
    assert found["rows"].tolist() == [4]


def test_cuts_are_learned_before_and_applied_to_both(loaded):
    before = [(f"c{n}", "2026-01-01", n) for n in range(1, 12)]
    newest = [("ann", "2026-01-02", amount) for amount in (1, 2, "2.01", 100)]
    table = loaded(before, newest)
    cuts = amount_cuts(table, WINDOW)
    assert cuts == [2, 3, 4, 5, 6, 7, 8, 9, 10]
    bins = amount_bins(table, WINDOW, cuts).execute()
    newest = bins[bins["part"] == "newest"].set_index("bin")["lines"]
    assert newest.to_dict() == {0: 2, 1: 1, 9: 1}  # a value on a cut lies below it
    assert bins.loc[bins["part"] == "before", "lines"].sum() == 11


def test_equal_prices_make_fewer_cuts(loaded):
    before = [(f"c{n}", "2026-01-01", 5) for n in range(9)] + [("z", "2026-01-01", 9)]
    assert len(amount_cuts(loaded(before, NEWEST), WINDOW)) < 9


@pytest.mark.parametrize("column", ["median_amount", "new_customer_share"])
def test_a_part_of_returns_only_has_no_amount(loaded, column):
    found = _parts(loaded(BEFORE, [("ann", "2026-01-11", -5)]))
    assert found.isna().loc["newest", column]
    assert found.loc["newest", "return_share"] == 1
