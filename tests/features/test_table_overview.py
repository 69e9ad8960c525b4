import pytest

from workbench.features import buyers_covered, seen_rows, table_overview, table_rhythm
from workbench.tables import TABLES
from workbench.window import Window

WINDOW = Window("2026-01-31")
FEEDBACK, CUSTOMERS = TABLES["feedback"], TABLES["customers"]


def _answer(who, day, answer="f1"):
    return {
        "feedback_id": answer,
        "customer_id": who,
        "kind": "survey",
        "opened_on": day,
    }


def _line(who, day, kind="purchase"):
    return {"customer_id": who, "ordered_on": day, "amount": 1, "kind": kind}


def _one(expression):
    return expression.to_pyarrow().to_pylist()[0]


def test_the_totals_read_by_eye(any_table):
    rows = [
        _answer("ann", "2026-01-05", "f1"),
        _answer("ann", "2026-01-09", "f1"),
        _answer("bob", "2026-01-07", "f2"),
        _answer("cat", "2026-02-01", "f3"),
    ]
    found = _one(table_overview(any_table("feedback", rows), FEEDBACK, WINDOW))
    days = (str(found.pop("first_on")), str(found.pop("last_on")))
    assert days == ("2026-01-05", "2026-01-09")
    assert found == {
        "rows": 3,
        "rows_after_as_of": 1,
        "customers": 2,
        "key_repeats": 1,
    }


def test_a_table_without_a_day_a_customer_or_rows(any_table):
    goods = any_table("products", [{"product_id": "p1"}, {"product_id": "p1"}])
    found = _one(table_overview(goods, TABLES["products"], WINDOW))
    assert (found["rows"], found["key_repeats"]) == (2, 1)
    assert found["first_on"] is found["customers"] is None
    empty = _one(table_overview(goods.limit(0), TABLES["products"], WINDOW))
    assert (empty["rows"], empty["key_repeats"], empty["rows_after_as_of"]) == (0, 0, 0)


def test_where_no_key_is_nothing_repeats(any_table):
    happened = {"coupon_id": "o1", "customer_id": "ann", "redeemed_on": "2026-01-05"}
    found = table_overview(
        any_table("redemptions", [happened, happened]), TABLES["redemptions"], WINDOW
    )
    assert found.count().to_pyarrow().as_py() == 1
    assert _one(found)["key_repeats"] is None


def test_rows_without_any_key_are_no_repeats_and_empty_parts_are_equal(any_table):
    nameless = [_answer("ann", "2026-01-05", None)] * 3
    found = _one(table_overview(any_table("feedback", nameless), FEEDBACK, WINDOW))
    assert found["key_repeats"] == 0
    price = {"product_id": "p", "valid_from": "2026-01-01", "currency": "CNY"}
    prices = any_table("prices", [price | {"market": None}] * 2)
    found = _one(table_overview(prices, TABLES["prices"], WINDOW))
    assert found["key_repeats"] == 1


def test_a_row_whose_day_is_not_known_is_seen(any_table):
    people = [("ann", None), ("bob", "2026-01-31"), ("cat", "2026-02-01")]
    rows = [{"customer_id": who, "joined_on": day} for who, day in people]
    seen = seen_rows(any_table("customers", rows), CUSTOMERS, WINDOW)
    assert sorted(seen.customer_id.execute()) == ["ann", "bob"]


def test_the_rhythm_is_that_of_days_with_rows(any_table):
    days = ["01", "01", "03", "05", "15"]
    rows = [_answer("ann", f"2026-01-{day}") for day in days]
    found = _one(table_rhythm(any_table("feedback", rows), FEEDBACK, WINDOW))
    assert (found["gaps"], found["days_since_last"]) == (3, 16)
    assert found["usual_gap_days"] == pytest.approx(9.2)


def test_a_silence_is_measured_at_as_of(any_table):
    rows = [_answer("ann", f"2026-01-{day}") for day in ("01", "11", "21")]
    window = Window("2026-01-13")
    found = _one(table_rhythm(any_table("feedback", rows), FEEDBACK, window))
    assert (found["gaps"], found["days_since_last"]) == (1, 2)


def test_buyers_are_covered_by_their_id_or_by_a_further_key(any_table):
    tables = {
        "transactions": any_table(
            "transactions",
            [
                _line("ann", "2026-01-05"),
                _line("k7", "2026-01-06"),  # bob's card
                _line("cat", "2026-01-07"),
                _line("dan", "2026-02-07"),  # after as_of
                _line("eve", "2026-01-07", "return"),
            ],
        ),
        "identities": any_table("identities", [{"key": "k7", "customer_id": "bob"}]),
        "feedback": any_table(
            "feedback",
            [_answer("ann", "2026-01-08"), _answer("bob", "2026-01-08")],
        ),
    }
    found = _one(buyers_covered(tables, FEEDBACK, WINDOW))
    assert found == {"buyers": 3, "covered": 2}
    without = {name: rows for name, rows in tables.items() if name != "identities"}
    assert _one(buyers_covered(without, FEEDBACK, WINDOW))["covered"] == 1


def test_a_key_that_is_learned_later_is_not_known_yet(any_table):
    key = {"key": "k7", "customer_id": "bob", "known_since": "2026-02-01"}
    tables = {
        "transactions": any_table("transactions", [_line("k7", "2026-01-06")]),
        "identities": any_table("identities", [key]),
        "feedback": any_table("feedback", [_answer("bob", "2026-01-08")]),
    }
    assert _one(buyers_covered(tables, FEEDBACK, WINDOW))["covered"] == 0
    later = Window("2026-02-01")
    assert _one(buyers_covered(tables, FEEDBACK, later))["covered"] == 1
