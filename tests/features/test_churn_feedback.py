"""Answers and complaints, as they were known on the day."""

from datetime import date

import pytest

from workbench.features import Beside, Priors, churn_table
from workbench.window import Window

WINDOW = Window("2026-06-30")
LINES = [
    {"customer_id": who, "ordered_at": day, "amount": 5, "order_id": order}
    for who, day, order in [
        ("ann", "2026-01-01", "O1"),
        ("ann", "2026-06-10", "O2"),
        ("bob", "2026-06-10", "O3"),
    ]
]


@pytest.fixture
def of(rich_table, table_of):
    """Return ann's features with feedback of (kind, opened, more)."""

    def make(*said, drop=()):
        rows = [
            {"customer_id": "ann", "kind": kind, "order_id": None, "satisfaction": None}
            | {"closed_on": None, "opened_on": date.fromisoformat(day)}
            | more
            for kind, day, more in said
        ]
        feedback = table_of("feedback", rows).drop(*drop)
        table = churn_table(
            rich_table(LINES),
            WINDOW,
            beside=Beside(feedback=feedback),
            priors=Priors(satisfaction=3.5),
        )
        return table.execute().set_index("customer_id").loc["ann"]

    return make


def test_a_complaint_after_the_last_order_counts_as_since_it(of):
    ann = of(
        ("complaint", "2026-06-11", {}),
        ("complaint", "2026-06-10", {}),  # that day, about nobody knows what
        ("complaint", "2026-07-01", {}),  # not yet
        ("survey", "2026-06-12", {"satisfaction": 1}),
    )
    assert (ann.complaints_365d, ann.complaints_since_order) == (2, 1)


def test_a_complaint_about_the_last_order_counts_as_since_it(of):
    assert of(("complaint", "2026-06-10", {"order_id": "O2"})).complaints_since_order
    older = ("complaint", "2026-06-10", {"order_id": "O1"})
    assert of(older).complaints_since_order == 0
    of_another = ("complaint", "2026-06-10", {"order_id": "O3"})
    assert of(of_another).complaints_since_order == 0


def test_a_complaint_is_open_until_its_day_of_closing_has_come(of):
    ann = of(
        ("complaint", "2024-01-01", {}),
        ("complaint", "2026-06-11", {"closed_on": date(2026, 7, 1)}),
        ("complaint", "2026-06-11", {"closed_on": date(2026, 6, 30)}),
        ("survey", "2026-06-11", {}),
    )
    assert (ann.open_complaints, ann.complaints_365d) == (2, 2)


def test_satisfaction_is_drawn_to_the_shops(of):
    ann = of(
        ("survey", "2026-06-11", {"satisfaction": 1}),
        ("survey", "2026-05-11", {"satisfaction": 2}),
        ("survey", "2026-05-12", {}),
        ("survey", "2025-06-30", {"satisfaction": 5}),  # 365 days ago
    )
    assert ann.satisfaction_score == pytest.approx((1 + 2 + 2 * 3.5) / (2 + 2))
    assert (ann.satisfaction_answers, ann.satisfaction_own_score) == (2, 1.5)


def test_who_said_nothing_is_the_shops_mean(of):
    other = {"customer_id": "bob", "satisfaction": 1}
    ann = of(("survey", "2026-06-11", other))
    assert ann.satisfaction_score == ann.satisfaction_own_score == 3.5
    assert ann.satisfaction_answers == 0
    counts = ["complaints_365d", "complaints_since_order", "open_complaints"]
    assert ann[counts].tolist() == [0, 0, 0]


def test_columns_that_are_missing_switch_off_their_features_only(of):
    ann = of(("complaint", "2026-06-11", {}), drop=["closed_on", "satisfaction"])
    assert ann.complaints_since_order == 1
    assert not {"open_complaints", "satisfaction_score"} & {*ann.index}
    assert of(("complaint", "2026-06-11", {}), drop=["order_id"]).complaints_365d == 1
