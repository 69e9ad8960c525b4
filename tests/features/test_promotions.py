import pytest

from workbench.features import bought_on_promotion, promoted_days, promotion_shares
from workbench.promotion_days import Calendar
from workbench.window import Window

WINDOW = Window("2026-01-31")
SALE = {"name": "Sale", "from": "2026-01-05", "to": "2026-01-06"}
ROWS = [
    ("ann", "2026-01-04", 10),
    ("ann", "2026-01-05", 20),
    ("bob", "2026-01-05", 30),
    ("bob", "2026-01-06", -30),
    ("bob", "2026-01-07", 40),
]


def _calendar(*spans):
    return Calendar(days=list(spans))


def _shares(table, calendar, window=WINDOW):
    return promotion_shares(table, window, calendar).to_pyarrow().to_pylist()[0]


def test_both_ends_of_a_span_belong_to_it_and_returns_are_no_purchase(clean_table):
    found = bought_on_promotion(clean_table(ROWS), WINDOW, _calendar(SALE)).execute()
    (sale,) = found.to_dict("records")
    assert sale == {
        "promotion": "Sale",
        "days": 1,
        "customers": 2,
        "purchase_days": 2,
        "spend": 50.0,
    }


def test_shares_are_of_days_purchase_days_and_spend(clean_table):
    found = _shares(clean_table(ROWS), _calendar(SALE))
    assert found["share_of_days"] == pytest.approx(1 / 3)
    assert found["share_of_purchase_days"] == pytest.approx(2 / 4)
    assert found["share_of_spend"] == pytest.approx(50 / 100)


def test_a_day_in_two_promotions_counts_once_in_the_shares(clean_table):
    twice = _calendar(SALE, SALE | {"name": "Feast"})
    table = clean_table(ROWS)
    assert _shares(table, twice) == _shares(table, _calendar(SALE))
    names = bought_on_promotion(table, WINDOW, twice).execute()["promotion"]
    assert names.tolist() == ["Feast", "Sale"]


def test_a_market_holds_for_its_own_lines_only(rich_table):
    rows = [
        {"customer_id": "a", "ordered_at": "2026-01-05", "amount": 1, "market": "CN"},
        {"customer_id": "b", "ordered_at": "2026-01-05", "amount": 3, "market": "US"},
    ]
    table = rich_table(rows)
    assert _shares(table, _calendar(SALE | {"market": "CN"}))["share_of_spend"] == 0.25
    assert _shares(table, _calendar(SALE))["share_of_spend"] == 1
    french = _calendar(SALE | {"market": "FR"})
    assert _shares(table, french)["share_of_spend"] == 0
    assert promoted_days(table, WINDOW, french).count().execute() == 0


def test_without_the_column_a_market_holds_for_all(clean_table):
    found = _shares(clean_table(ROWS), _calendar(SALE | {"market": "CN"}))
    assert found["share_of_spend"] == 0.5


def test_promoted_days_end_with_as_of_and_need_no_purchase(clean_table):
    long = _calendar(SALE | {"to": "2026-02-10"})
    days = promoted_days(clean_table(ROWS), Window("2026-01-08"), long).execute()
    assert [f"{day:%d}" for day in days["day"]] == ["05", "06", "07", "08"]


@pytest.mark.parametrize("as_of", ["2026-01-31", "2025-01-01"])
def test_an_empty_calendar_or_an_empty_shop_says_nothing(clean_table, as_of):
    table, window = clean_table(ROWS), Window(as_of)
    assert bought_on_promotion(table, window, Calendar()).count().execute() == 0
    found = set(_shares(table, Calendar(), window).values())
    assert found == ({0.0} if as_of.startswith("2026") else {None})
