"""Which churn features a shop's tables allow."""

from datetime import date

from workbench.churn_words import FEATURES
from workbench.features import Beside, churn_features, churn_table
from workbench.promotion_days import Calendar
from workbench.window import Window

SPAN = {"name": "Sale", "from": "2026-01-01", "to": "2026-01-02"}


def test_three_columns_run_everything_else_is_off_in_a_line_each(clean_table):
    table = clean_table([("ann", "2026-06-01", 5)])
    found = churn_features(table, Beside())
    plain = tuple(one.name for one in FEATURES if not one.needs)
    assert found.names == plain
    assert found.switched_off == (
        "no promotion_days: promotion_share is switched off",
        "no transactions.category or products: categories_365d and "
        "categories_lost_share are switched off",
        "no transactions.discount: discount_share is switched off",
        "no transactions.channel: online_share is switched off",
        "no events: view_days_since_order and carts_left_90d are switched off",
        "no feedback: satisfaction_score, satisfaction_answers, "
        "satisfaction_own_score, complaints_365d, complaints_since_order and "
        "open_complaints are switched off",
    )
    columns = churn_table(table, Window("2026-06-30")).columns
    assert columns == ("customer_id", *plain, "status")


def test_a_rich_shop_switches_nothing_off(rich_table, table_of):
    line = {"customer_id": "ann", "ordered_at": "2026-06-01", "amount": 5}
    line |= {"category": "toys", "discount": 0, "channel": "store"}
    day = date(2026, 6, 1)
    event = {"customer_id": "ann", "happened_on": day, "kind": "view"}
    said = {"customer_id": "ann", "opened_on": day, "kind": "survey"}
    said |= {"satisfaction": 5, "closed_on": day}
    beside = Beside(
        events=table_of("events", [event]),
        feedback=table_of("feedback", [said]),
        calendar=Calendar(days=[SPAN]),
    )
    found = churn_features(rich_table([line]), beside)
    assert found.switched_off == ()
    assert found.names == tuple(one.name for one in FEATURES)


def test_a_missing_column_is_named_where_its_table_is_there(clean_table, table_of):
    said = {"customer_id": "ann", "opened_on": date(2026, 6, 1), "kind": "complaint"}
    beside = Beside(feedback=table_of("feedback", [said]))
    found = churn_features(clean_table([("ann", "2026-06-01", 5)]), beside)
    assert found.switched_off[-2:] == (
        "no feedback.satisfaction: satisfaction_score, satisfaction_answers and "
        "satisfaction_own_score are switched off",
        "no feedback.closed_on: open_complaints is switched off",
    )


def test_products_tell_nothing_without_a_product_in_the_lines(clean_table, table_of):
    products = table_of("products", [{"product_id": "P1", "category": "toys"}])
    table = clean_table([("ann", "2026-06-01", 5)])
    found = churn_features(table, Beside(products=products))
    assert "categories_365d" not in found.names
    assert "categories_365d" not in churn_table(table, Window("2026-06-30")).columns


def test_an_empty_calendar_is_none(clean_table):
    table = clean_table([("ann", "2026-06-01", 5)])
    found = churn_features(table, Beside(calendar=Calendar()))
    assert "promotion_share" not in found.names
