from workbench.features import equal_lines
from workbench.window import Window

WINDOW = Window("2026-12-31")


def _row(customer="ann", at="2026-01-05T10:00", amount=10, **more):
    return {"customer_id": customer, "ordered_at": at, "amount": amount, **more}


def test_of_three_equal_lines_two_are_repeats(clean_table):
    rows = [("ann", "2026-01-05", 10)] * 3 + [("bob", "2026-01-05", 10)]
    (month,) = equal_lines(clean_table(rows), WINDOW).execute().to_dict("records")
    assert (month["rows"], month["customers"], month["repeats"]) == (4, 2, 2)
    assert month["share"] == 0.5


def test_another_instant_product_amount_or_order_is_another_line(rich_table):
    rows = [
        _row(product_id="p", order_id="o"),
        _row(product_id="q", order_id="o"),
        _row(product_id="p", order_id="n"),
        _row(product_id="p", order_id="o", amount=11),
        _row(product_id="p", order_id="o", at="2026-01-05T10:01"),
    ]
    assert equal_lines(rich_table(rows), WINDOW).execute()["repeats"].sum() == 0
    rows.append(_row(product_id="p", order_id="o"))
    assert equal_lines(rich_table(rows), WINDOW).execute()["repeats"].sum() == 1


def test_unknown_products_are_alike(rich_table):
    rows = [_row(product_id=None), _row(product_id=None), _row(product_id="p")]
    assert equal_lines(rich_table(rows), WINDOW).execute()["repeats"].sum() == 1


def test_months_stand_in_order_and_end_with_as_of(clean_table):
    rows = [("ann", day, 1) for day in ("2026-02-01", "2026-01-31", "2026-03-01")] * 2
    months = equal_lines(clean_table(rows), Window("2026-02-28")).execute()
    assert [f"{month:%Y-%m-%d}" for month in months["month"]] == [
        "2026-01-01",
        "2026-02-01",
    ]
    assert months["repeats"].tolist() == [1, 1]
