from datetime import date

import pyarrow as pa
import pytest

from workbench.delivery.warning_changes import with_changes

THEN, NOW = date(2026, 5, 1), date(2026, 6, 1)
REASONS = pa.list_(pa.struct({"family": pa.string()}))


def rows(levels, p=0.8):
    return pa.table(
        {
            "customer_id": pa.array(list(levels), pa.string()),
            "as_of": pa.array([NOW] * len(levels), pa.date32()),
            "level": pa.array(list(levels.values()), pa.string()),
            "p_churn_90d": pa.array([p] * len(levels), pa.float64()),
            "is_one_time": pa.array([False] * len(levels), pa.bool_()),
            "days_since_last_order": pa.array([80] * len(levels), pa.int64()),
            "reasons": pa.array([[]] * len(levels), REASONS),
            "age_days": pa.array([400] * len(levels), pa.int64()),
        }
    )


def buyers(known):
    return pa.table(
        {
            "customer_id": pa.array(list(known), pa.string()),
            "status": pa.array([s for s, _ in known.values()], pa.string()),
            "days_since_last_order": pa.array([d for _, d in known.values()]),
        }
    )


KNOWN = buyers(
    {
        "again": ("eligible", 30),
        "edge": ("eligible", 31),
        "gone": ("lapsed", 365),
        "ann": ("eligible", 80),
    }
)


def changed(now, before, since=THEN, p=0.8, p_before=0.8):
    previous = None
    if before is not None:
        previous = with_changes(rows(before, p_before), KNOWN, since)
    found = with_changes(
        rows(now, p), KNOWN, NOW, previous, since if previous else None
    )
    return {row["customer_id"]: row for row in found.to_pylist()}


def test_of_the_first_table_everybody_is_new():
    row = changed({"ann": "warn"}, None)["ann"]
    assert (row["was"], row["change"], row["why"]) == (None, "new", None)


@pytest.mark.parametrize(
    ("before", "now", "change"),
    [
        ("watch", "warn", "worse"),
        ("warn", "urgent", "worse"),
        ("warn", "warn", "same"),
    ],
)
def test_levels_are_held_against_the_day_before(before, now, change):
    row = changed({"ann": now}, {"ann": before})["ann"]
    assert (row["was"], row["change"], row["why"]) == (before, change, None)


@pytest.mark.parametrize(
    ("p_before", "p", "change"),
    [
        (0.90, 0.71, "better"),
        (0.714, 0.711, "less_at_stake"),  # people read 71 % both times
        (0.71, 0.79, "less_at_stake"),
    ],
)
def test_a_lower_level_is_better_only_if_the_probability_fell(p_before, p, change):
    row = changed({"ann": "warn"}, {"ann": "urgent"}, p=p, p_before=p_before)["ann"]
    assert (row["was"], row["change"]) == ("urgent", change)


def test_who_is_gone_is_listed_with_why():
    before = dict.fromkeys(["again", "edge", "gone", "merged"], "warn")
    found = changed({"ann": "watch"}, before)
    why = {who: row["why"] for who, row in found.items() if row["change"] == "gone"}
    assert why == {
        "again": "bought_again",
        "edge": "risk_fell",
        "gone": "lapsed",
        "merged": "not_known",
    }
    assert found["ann"]["change"] == "new"
    again = found["again"]
    assert (again["level"], again["was"], again["as_of"]) == (None, "warn", NOW)
    assert (again["days_since_last_order"], again["age_days"]) == (30, None)


def test_who_is_gone_is_gone_once():
    first = with_changes(rows({"gone": "warn"}), KNOWN, THEN)
    second = with_changes(rows({"ann": "warn"}), KNOWN, NOW, first, THEN)
    later = date(2026, 7, 1)
    third = with_changes(rows({"ann": "warn"}), KNOWN, later, second, NOW)
    assert third["customer_id"].to_pylist() == ["ann"]
    back = with_changes(rows({"gone": "warn"}), KNOWN, later, second, NOW)
    assert back.to_pylist()[1]["change"] == "new"


def test_rows_stand_by_customer_id():
    found = changed({"z": "watch", "a": "watch"}, {"again": "watch"})
    assert list(found) == ["a", "again", "z"]


def test_nobody_at_all_is_a_table_too():
    assert changed({}, {}) == {}
