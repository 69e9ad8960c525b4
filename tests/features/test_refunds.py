from workbench.features import refunds
from workbench.window import Window


def _found(table, as_of="2026-12-31"):
    return refunds(table, Window(as_of)).to_pyarrow().to_pylist()[0]


def test_51_who_got_back_more_than_they_paid_is_counted(clean_table):
    rows = [
        ("ann", "2026-01-01", 10),
        ("ann", "2026-01-05", -10),
        ("bob", "2026-01-01", 10),
        ("bob", "2026-01-05", "-10.01"),
    ]
    found = _found(clean_table(rows))
    assert (found["people"], found["net_below_zero"]) == (2, 1)
    assert found["share_net_below_zero"] == 0.5
    assert (found["return_lines"], found["returns_without_purchase"]) == (2, 0)


def test_51_a_return_older_than_the_first_purchase_is_counted(clean_table):
    rows = [
        ("ann", "2026-01-01", -5),
        ("ann", "2026-01-02", 10),
        ("bob", "2026-01-03", -5),
    ]
    found = _found(clean_table(rows))
    assert (found["return_lines"], found["returns_without_purchase"]) == (2, 2)


def test_bought_and_returned_at_the_same_instant_is_bought_before(clean_table):
    rows = [("ann", "2026-01-01", -5), ("ann", "2026-01-01", 5)]
    assert _found(clean_table(rows))["returns_without_purchase"] == 0


def test_what_comes_after_as_of_changes_nothing(clean_table):
    rows = [("ann", "2026-01-01", 10), ("ann", "2026-02-01", -20)]
    found = _found(clean_table(rows), "2026-01-31")
    assert (found["net_below_zero"], found["return_lines"]) == (0, 0)


def test_a_shop_without_rows_has_shares_of_zero(clean_table):
    found = _found(clean_table([("ann", "2026-01-01", 10)]), "2025-01-01")
    assert found["people"] == 0
    assert found["share_net_below_zero"] == 0
