"""The proof that exactly one condition holds for any customer that could be."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import BadPolicy
from workbench.policy import partition
from workbench.policy.conditions import Condition
from workbench.policy.partition import undecided_cell
from workbench.policy.reading import Place


def conditions(**texts):
    return {
        name: Condition.parse(text, Place("s.yaml", text, 0, len(text)))
        for name, text in texts.items()
    }


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("purchase_days < 3", "purchase_days >= 3"),
        ("purchase_days <= 2", "purchase_days > 2"),
        ("purchase_days < 2.5", "purchase_days > 2.5"),
        ("purchase_days in (0, 2)", "not (purchase_days in (0, 2))"),
        ("spend_365d between 10 and 20.5", "not (spend_365d between 10 and 20.5)"),
        ("days_since_comeback is null", "days_since_comeback >= 0"),
        ("status = 'lapsed'", "status <> 'lapsed'"),
        ("overdue_ratio < 0.5", "overdue_ratio >= 0.5 or status = 'prospect'"),
        ("purchase_days_90d > 0", "purchase_days_365d = 0 or purchase_days_90d = 0"),
    ],
)
def test_parts_that_cover_everybody_once_are_proved(one, other):
    assert undecided_cell(conditions(one=one, other=other)) is None


@pytest.mark.parametrize(
    ("one", "other", "row", "holding"),
    [
        ("purchase_days < 3", "purchase_days > 3", {"purchase_days": 3}, ()),
        (
            "purchase_days < 3",
            "purchase_days >= 2",
            {"purchase_days": 2},
            ("one", "other"),
        ),
        ("spend_365d < 3", "spend_365d > 3", {"spend_365d": 3.0}, ()),
        ("spend_365d < 3", "spend_365d >= 3.5", {"spend_365d": 3.0}, ()),
        ("spend_365d > 0", "spend_365d < 0", {"spend_365d": 0.0}, ()),
        (
            "days_since_comeback < 3",
            "days_since_comeback >= 3",
            {"days_since_comeback": None},
            (),
        ),
        (
            "days_since_comeback < 3",
            "not (days_since_comeback < 3)",
            {"days_since_comeback": None},
            (),
        ),
    ],
)
def test_a_customer_between_the_parts_is_found(one, other, row, holding):
    found = undecided_cell(conditions(one=one, other=other))
    assert found is not None
    assert found.holding == holding
    assert {name: found.row[name] for name in row} == row


def test_the_customer_is_said_in_one_line():
    found = undecided_cell(conditions(one="spend_365d < 3", other="spend_365d >= 2.5"))
    assert str(found) == (
        "found 'one' and 'other' for a customer with status = 'eligible', "
        "spend_365d = 2.5"
    )


def test_nobody_is_named_who_could_not_be():
    """More of the last 90 days than of the last 365, or a prospect who bought."""
    more = "purchase_days_90d >= 5 and purchase_days_365d < 5"
    both = conditions(one=more, other="purchase_days >= 0")
    assert undecided_cell(both) is None
    bought = "status = 'prospect' and purchase_days > 0"
    assert undecided_cell(conditions(one=bought, other="purchase_days >= 0")) is None


@settings(max_examples=20, deadline=None)
@given(cuts=st.lists(st.integers(0, 6), min_size=4, max_size=4))
def test_the_proof_agrees_with_trying_every_customer(cuts):
    """Boxes over two counts of which one is never larger than the other."""
    low, high, first, last = cuts
    both = conditions(
        one=f"purchase_days_90d >= {low} and purchase_days_365d < {high}",
        other=f"purchase_days_90d < {first} or purchase_days_365d >= {last}",
    )
    wrong = [
        (recent, whole)
        for recent, whole in product(range(9), repeat=2)
        if recent <= whole
        and (recent >= low and whole < high) + (recent < first or whole >= last) != 1
    ]
    assert (undecided_cell(both) is None) == (not wrong)


def test_what_the_proof_cannot_follow_is_refused_with_its_place():
    for text in (
        "purchase_days_90d > purchase_days_90d_before",
        "purchase_days_90d * 2 > 5",
        "coalesce(overdue_ratio, 0) > 5",
        "purchase_days > 2 * 3",
    ):
        with pytest.raises(BadPolicy, match=r"s.yaml, line 1, .*compares single col"):
            undecided_cell(conditions(one=text, other="purchase_days < 3"))


def test_a_status_that_nobody_has_is_refused():
    both = conditions(one="status in ('laps')", other="status = 'eligible'")
    with pytest.raises(BadPolicy, match="no customer has it. Did you mean 'lapsed'"):
        undecided_cell(both)


def test_too_many_cells_are_refused(monkeypatch):
    monkeypatch.setattr(partition, "MOST_CELLS", 5)
    both = conditions(one="purchase_days < 3", other="purchase_days >= 3")
    with pytest.raises(BadPolicy, match="cells, expected 5 at most. Use fewer columns"):
        undecided_cell(both)


def test_negative_numbers_and_fractions_are_thresholds():
    both = conditions(one="spend_365d > -1", other="spend_365d <= -1")
    assert undecided_cell(both) is None
    both = conditions(one="overdue_ratio > 0.1", other="overdue_ratio <= 0.1")
    found = undecided_cell(both)
    assert found is not None
    assert found.row["overdue_ratio"] is None
