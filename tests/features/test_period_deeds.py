from datetime import date

import pytest

from workbench.errors import BadColumns, BadParameter
from workbench.features import Span, spans_before
from workbench.features.period_deeds import bought_in, parts_bought, silent_after

SPRING = Span(date(2026, 3, 31), date(2026, 6, 30))
ROWS = [
    ("ann", "2026-03-31", 99),  # the day of the tier itself is not in the period
    ("ann", "2026-04-01", 10),
    ("ann", "2026-04-01", 5),
    ("ann", "2026-06-30", 20),
    ("ann", "2026-06-30", -8),
    ("ben", "2026-05-01", 7),
    ("cat", "2026-05-01", -4),
    ("dan", "2026-07-01", 50),
]


def _by_customer(table):
    return table.execute().set_index("customer_id").sort_index()


def test_a_period_begins_on_the_day_after_the_tier_was_held(clean_table):
    found = _by_customer(bought_in(clean_table(ROWS), SPRING))
    assert found.index.tolist() == ["ann", "ben", "cat"]
    assert found["purchase_days"].tolist() == [2, 1, 0]
    assert found["net_spend"].tolist() == [27, 7, -4]


def test_who_bought_and_who_did_so_again(clean_table):
    found = _by_customer(bought_in(clean_table(ROWS), SPRING))
    assert found["bought"].tolist() == [1, 1, 0]
    assert found["repeated"].tolist() == [1, 0, 0]


def test_who_could_churn_had_bought_shortly_before(clean_table):
    rows = [*ROWS, ("eve", "2025-01-01", 9), ("eve", "2026-05-01", 9)]
    rows += [("fay", "2026-02-01", 9)]
    found = _by_customer(silent_after(clean_table(rows), SPRING.held_on, 60, 365))
    assert found["could_churn"].to_dict() == {"ann": 1, "fay": 1}
    assert found["away"].to_dict() == {"ann": 0, "fay": 1}


def test_the_horizon_ends_with_its_last_day(clean_table):
    rows = [("ann", "2026-03-31", 1), ("ann", "2026-05-30", 1)]
    table = clean_table(rows)
    away = [
        silent_after(table, SPRING.held_on, days, 365).execute()["away"].tolist()
        for days in (59, 60)
    ]
    assert away == [[1], [0]]


def test_parts_are_of_all_that_anybody_bought_in_the_period(rich_table):
    def line(customer, day, department):
        return {
            "customer_id": customer,
            "ordered_at": f"2026-{day}",
            "amount": 5,
            "category": department,
        }

    lines = rich_table(
        [
            line("ann", "04-02", "food"),
            line("ann", "04-03", "food"),
            line("ben", "04-03", "toys"),
            line("ben", "04-09", "food"),
            line("cat", "04-09", None),
            line("dan", "02-01", "books"),  # before the period: no part of it
        ]
    )
    found = _by_customer(parts_bought(lines, SPRING))
    assert found["parts_share"].to_dict() == {"ann": 0.5, "ben": 1.0}


def test_lines_that_say_no_part_of_the_shop_are_refused(clean_table):
    with pytest.raises(BadColumns, match="department, category, found none"):
        parts_bought(clean_table(ROWS), SPRING)


def test_spans_follow_each_other_up_to_the_day():
    spans = spans_before("2026-06-30", 91, 3)
    assert [span.days for span in spans] == [91, 91, 91]
    assert spans[-1].until == date(2026, 6, 30)
    assert [a.until == b.held_on for a, b in zip(spans, spans[1:], strict=False)] == [
        True,
        True,
    ]


@pytest.mark.parametrize("asked", [(0, 4), (91, 0)])
def test_spans_of_nothing_are_refused(asked):
    with pytest.raises(BadParameter, match="1 day or more"):
        spans_before("2026-06-30", *asked)
