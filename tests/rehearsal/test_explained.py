"""What the figures mean and how far they bear is said, in both languages."""

from datetime import date

import pytest

from workbench.policy import Policy
from workbench.rehearsal.explained import (
    TABLES,
    bearing_told,
    spared_days,
    table_explained,
)
from workbench.rehearsal.figure_tables import figures


def told(replay, lang="en"):
    (name,) = replay.policies
    return bearing_told(name, figures(replay)[name], replay, lang)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_table_says_what_it_counts(replayed, dozen, lang):
    replay = replayed(dozen("AB"))
    for name in TABLES:
        assert "{" not in table_explained(name, replay, lang)


def test_the_judged_days_are_those_that_were_proved(replayed, three):
    row = {"policy": three.id, "customer_id": "a", "tier": "gold", "later_tier": "gold"}
    days = [date(2026, 1, 5), date(2026, 1, 12)]
    replay = replayed({"a": "AA"}, proofs=[row | {"as_of": day} for day in days])
    assert "(2 of them)" in table_explained("misjudgement", replay)


def test_what_the_calendar_moved_is_said_with_its_day(replayed, dozen, by_year):
    fall = {name: {2: {"movement": "downgraded"}} for name in dozen("")}
    replay = replayed(dozen("AAC"), policy=by_year, start=date(2025, 12, 22), **fall)
    (line,) = told(replay)
    assert "12 of 12 moves are the calendar's" in line and "2026-01-05" in line


def test_a_memory_longer_than_the_span_and_the_flicker_is_said(replayed, policy_text):
    policy = Policy.parse(policy_text(memory="{grace_days: 30, minimum_hold_days: 95}"))
    long, short = told(replayed({"a": "AAA"}, policy=policy))
    assert "keeps every tier for 95 days at least" in long
    assert "the 14 days played are no longer than the 95 days" in short
    assert all(
        "95" in line for line in told(replayed({"a": "AA"}, policy=policy), "zh")
    )


def test_a_policy_that_spares_nobody_needs_no_word(replayed, three):
    assert spared_days(three.spec) == 0
    assert told(replayed({"a": "AAA"})) == []
