from datetime import date

import pandas as pd
import pytest

from workbench.features import campaign_outcomes
from workbench.features.campaign_outcomes import chosen_after_the_end
from workbench.window import Window

MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)


@pytest.fixture
def campaigns(table_of):
    rows = [
        {"campaign_id": "A", "starts_on": MARCH, "ends_on": date(2026, 3, 14)},
        {"campaign_id": "B", "starts_on": APRIL, "ends_on": None},
    ]
    return table_of("campaigns", rows)


@pytest.fixture
def contacts(table_of):
    names = ["campaign_id", "customer_id", "chosen_on", "is_treated"]
    rows = [
        ("A", "ann", MARCH, True),
        ("A", "bob", MARCH, False),
        ("A", "cat", date(2026, 3, 5), True),
        ("B", "ann", APRIL, True),
        ("B", "bob", None, False),
    ]
    return table_of("contacts", [dict(zip(names, r, strict=True)) for r in rows])


BOUGHT = [
    ("ann", "2026-02-28", 9),
    ("ann", "2026-03-01", 5),
    ("ann", "2026-03-14", 6),
    ("ann", "2026-03-15", 9),
    ("bob", "2026-03-04", -4),
    ("cat", "2026-03-04", 9),
    ("cat", "2026-03-06", 7),
]


def found(table, campaigns, contacts, as_of="2026-03-31", **settings):
    window = Window(as_of)
    rows = campaign_outcomes(table, campaigns, contacts, window, **settings).execute()
    return rows.set_index(["campaign_id", "customer_id"]).sort_index()


def test_the_days_of_the_campaign_count_alike_for_all(clean_table, campaigns, contacts):
    table = found(clean_table(BOUGHT), campaigns, contacts)
    assert table["orders"].to_dict() == {
        ("A", "ann"): 2,
        ("A", "bob"): 0,
        ("A", "cat"): 2,  # chosen on the fifth: the others were chosen before
    }
    assert table["spend"].tolist() == [11, 0, 16]
    assert table["is_treated"].tolist() == [True, False, True]


def chosen(table_of, *rows):
    names = ["campaign_id", "customer_id", "chosen_on", "is_treated"]
    return table_of("contacts", [dict(zip(names, r, strict=True)) for r in rows])


def days_of(table, campaigns, contacts, as_of="2026-04-30", **settings):
    """Return first and last days of judgement, one pair if all have the same."""
    rows = found(table, campaigns, contacts, as_of, **settings)
    each = rows[["from_on", "until_on"]].drop_duplicates()
    return [tuple(str(day)[:10] for day in row) for row in each.itertuples(index=False)]


def test_days_begin_with_the_choice_where_it_is_one_for_all(
    clean_table, campaigns, table_of
):
    fifth = date(2026, 3, 5)
    arms = chosen(table_of, ("A", "ann", fifth, True), ("A", "bob", fifth, False))
    table = clean_table(BOUGHT)
    assert days_of(table, campaigns, arms) == [("2026-03-05", "2026-03-14")]
    assert days_of(table, campaigns, arms, horizon_days=3) == [
        ("2026-03-05", "2026-03-07")
    ]


@pytest.mark.parametrize("held_back_on", [None, date(2026, 3, 2)])
def test_arms_chosen_on_other_days_are_judged_on_the_campaigns_own(
    clean_table, campaigns, table_of, held_back_on
):
    tenth = date(2026, 3, 10)
    arms = chosen(
        table_of, ("A", "ann", tenth, True), ("A", "bob", held_back_on, False)
    )
    table = clean_table(BOUGHT)
    assert days_of(table, campaigns, arms) == [("2026-03-01", "2026-03-14")]
    assert days_of(table, campaigns, arms, horizon_days=7) == [
        ("2026-03-01", "2026-03-16")
    ]  # seven days for who was chosen last, and as many for all


def test_a_campaign_that_chose_somebody_after_its_end_is_not_there(
    clean_table, campaigns, table_of
):
    late = date(2026, 3, 15)
    rows = [("A", "ann", late, True), ("A", "bob", MARCH, False)]
    arms = chosen(table_of, *rows)
    window = Window("2026-04-30")
    assert found(clean_table(BOUGHT), campaigns, arms, "2026-04-30").empty
    names = chosen_after_the_end(campaigns, arms, window).execute()
    assert names["campaign_id"].tolist() == ["A"]
    both = chosen(table_of, ("A", "ann", late, True), ("A", "bob", late, False))
    assert found(clean_table(BOUGHT), campaigns, both, "2026-04-30").empty
    assert chosen_after_the_end(campaigns, arms, window, 5).execute().empty


def test_a_campaign_that_is_not_over_is_not_there(clean_table, campaigns, contacts):
    assert found(clean_table(BOUGHT), campaigns, contacts, "2026-03-13").empty
    assert len(found(clean_table(BOUGHT), campaigns, contacts, "2026-03-14")) == 3


def test_a_campaign_without_an_end_needs_a_horizon(clean_table, campaigns, contacts):
    table = found(clean_table(BOUGHT), campaigns, contacts, "2026-04-10")
    assert set(table.index.get_level_values(0)) == {"A"}
    table = found(
        clean_table(BOUGHT), campaigns, contacts, "2026-04-10", horizon_days=10
    )
    assert set(table.index.get_level_values(0)) == {"A", "B"}
    days = table.loc[("B", "bob"), ["from_on", "until_on"]]
    assert [pd.Timestamp(day).date() for day in days] == [
        date(2026, 4, 1),
        date(2026, 4, 10),
    ]


def test_it_is_over_when_the_last_chosen_had_their_days(
    clean_table, campaigns, contacts
):
    last = "2026-03-13"
    assert found(
        clean_table(BOUGHT), campaigns, contacts, last, horizon_days=10
    ).empty  # Cat's tenth day is the 14th
    table = found(
        clean_table(BOUGHT), campaigns, contacts, "2026-03-14", horizon_days=10
    )
    assert table.loc[("A", "ann"), "orders"] == 2


def test_receipts_count_where_lines_name_them(rich_table, campaigns, contacts):
    names = ["customer_id", "ordered_at", "amount", "order_id"]
    rows = [
        ("ann", "2026-03-02", 5, "r1"),
        ("ann", "2026-03-02", 5, "r1"),
        ("ann", "2026-03-02", 5, "r2"),
        ("ann", "2026-03-03", 5, None),
    ]
    table = rich_table([dict(zip(names, row, strict=True)) for row in rows])
    ann = found(table, campaigns, contacts).loc[("A", "ann")]
    assert (ann["orders"], ann["spend"]) == (3, 20)


def test_who_stands_in_both_arms_is_in_neither(clean_table, campaigns, table_of):
    rows = [
        {"campaign_id": "A", "customer_id": who, "is_treated": arm}
        for who, arm in [("ann", True), ("ann", False), ("bob", True)]
    ]
    table = found(clean_table(BOUGHT), campaigns, table_of("contacts", rows))
    assert table.index.tolist() == [("A", "bob")]


def test_later_lines_change_nothing(clean_table, campaigns, contacts):
    whole = clean_table([*BOUGHT, ("bob", "2026-04-20", 50)])
    cut = whole.filter(whole.ordered_on <= date(2026, 3, 31))
    tables = [found(t, campaigns, contacts) for t in (whole, cut)]
    pd.testing.assert_frame_equal(*tables)
