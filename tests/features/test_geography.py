from datetime import date

import pytest

from workbench.errors import BadColumns
from workbench.features import geography_table
from workbench.window import Window

WINDOW = Window("2026-06-30")


@pytest.fixture(scope="module")
def lines(rich_table):
    bought = [
        ("ann", "2026-01-01", "CN"),
        ("ann", "2026-01-01", "CN"),
        ("ann", "2026-01-02", "SG"),
        ("ann", "2026-01-03", "SG"),
        ("ann", "2026-07-01", "CN"),
        ("bob", "2026-01-01", "CN"),
        ("bob", "2026-01-02", "SG"),
        ("cat", "2026-01-01", "SG"),
        ("cat", "2026-01-01", "CN"),
        ("dan", "2026-01-01", None),
    ]
    return rich_table(
        [
            {"customer_id": who, "ordered_at": day, "amount": 1, "market": market}
            for who, day, market in bought
        ]
    )


def _found(*tables):
    return geography_table(*tables).execute().set_index("customer_id")


def test_a_buyer_is_where_most_purchase_days_are_then_the_last(lines):
    market = _found(lines, WINDOW)["market"]
    assert market.fillna("?").to_dict() == {
        "ann": "SG",
        "bob": "SG",
        "cat": "CN",
        "dan": "?",
    }


def test_what_is_registered_goes_before_what_is_bought(lines, table_of):
    customers = table_of(
        "customers",
        [
            {"customer_id": "ann", "market": "CN", "city": "Wuhan"},
            {"customer_id": "bob", "market": None, "city": "Xian"},
            {"customer_id": "zoe", "market": "SG", "city": "Singapore"},
        ],
    )
    found = _found(lines, WINDOW, customers)
    assert found["market"].fillna("?").to_dict() == {
        "ann": "CN",
        "bob": "SG",
        "cat": "CN",
        "dan": "?",
    }
    assert found["city"].dropna().to_dict() == {"ann": "Wuhan", "bob": "Xian"}
    assert "region" not in found


def test_a_later_registration_is_not_known_yet(lines, table_of):
    rows = [
        {"customer_id": who, "joined_on": day, "market": "DE"}
        for who, day in (
            ("ann", date(2026, 7, 1)),
            ("bob", date(2026, 6, 30)),
            ("cat", None),
        )
    ]
    market = _found(lines, WINDOW, table_of("customers", rows))["market"]
    assert market.fillna("?").to_dict() == {
        "ann": "SG",
        "bob": "DE",
        "cat": "DE",
        "dan": "?",
    }


def test_cities_alone_make_no_market(clean_table, table_of):
    customers = table_of("customers", [{"customer_id": "ann", "city": "Wuhan"}])
    found = _found(clean_table([("ann", "2026-01-01", 1)]), WINDOW, customers)
    assert found.to_dict() == {"city": {"ann": "Wuhan"}}


def test_where_nothing_says_a_place_it_says_what_to_do(clean_table, table_of):
    bare = clean_table([("ann", "2026-01-01", 1)])
    with pytest.raises(BadColumns, match="geography needs market"):
        geography_table(bare, WINDOW, table_of("customers", [{"customer_id": "ann"}]))
