"""Keys joined to customers: declared ones only, and never on a guess."""

from __future__ import annotations

from datetime import date

import ibis
import pandas as pd
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from workbench.features import declared_keys, join_keys
from workbench.window import Window

NOW = Window("2026-06-30")


def identities(*rows):
    """Make a clean table from (key, customer, ISO day or None)."""
    keys, owners, days = zip(*rows, strict=True)
    days = [day and date.fromisoformat(day) for day in days]
    return ibis.memtable(
        pa.table(
            {
                "key": pa.array(keys, pa.string()),
                "customer_id": pa.array(owners, pa.string()),
                "known_since": pa.array(days, pa.date32()),
            }
        )
    )


def owners(*rows, window=NOW):
    found = declared_keys(identities(*rows), window).owners
    return dict(zip(found["key"], found["customer_id"], strict=True))


def test_a_card_and_an_account_of_one_customer():
    assert owners(("K1", "C1", None), ("A1", "C1", None)) == {"K1": "C1", "A1": "C1"}


def test_a_key_of_a_key_leads_to_the_customer():
    rows = [("K1", "A1", None), ("A1", "C1", None), ("C1", "C2", None)]
    assert owners(*rows) == {"K1": "C2", "A1": "C2", "C1": "C2"}


def test_what_is_learned_later_is_not_known_yet():
    rows = [("K1", "C1", "2026-07-01"), ("K2", "C1", "2026-06-30")]
    assert owners(*rows) == {"K2": "C1"}


def test_a_key_with_two_owners_joins_nobody_and_is_listed():
    rows = [("K1", "C1", None), ("K1", "C2", None), ("K2", "C1", None)]
    found = declared_keys(identities(*rows), NOW)
    assert found.owners.to_dict("records") == [{"key": "K2", "customer_id": "C1"}]
    assert found.conflicts.to_dict("records") == [
        {"key": "K1", "customer_id": "C1", "why": "two owners"},
        {"key": "K1", "customer_id": "C2", "why": "two owners"},
    ]


def test_a_circle_joins_nobody_and_is_listed():
    rows = [("A", "B", None), ("B", "A", None), ("K", "A", None), ("K2", "C", None)]
    found = declared_keys(identities(*rows), NOW)
    assert found.owners["key"].tolist() == ["K2"]
    assert set(found.conflicts["key"]) == {"A", "B", "K"}
    assert set(found.conflicts["why"]) == {"circle"}


def test_a_key_that_is_its_own_customer_says_nothing():
    assert owners(("C1", "C1", None), ("K1", "C1", None)) == {"K1": "C1"}


def test_a_card_that_changes_hands_is_joined_to_who_has_it_on_the_day():
    rows = identities(("K1", "C1", None), ("K1", "C2", "2026-03-01"))
    ends = ibis.cases((rows.customer_id == "C1", ibis.date("2026-02-28")), else_=None)
    rows = rows.mutate(known_until=ends)
    for day, owner in (("2026-02-28", "C1"), ("2026-03-01", "C2")):
        found = declared_keys(rows, Window(day))
        assert found.owners["customer_id"].tolist() == [owner]
        assert found.conflicts.empty


def test_the_same_declared_twice_is_no_conflict():
    assert owners(("K1", "C1", None), ("K1", "C1", "2026-01-01")) == {"K1": "C1"}


def test_without_any_key_nothing_is_joined():
    found = declared_keys(identities(("C1", "C1", None)), NOW)
    assert found.owners.empty
    assert found.conflicts.empty


def test_a_table_is_joined_row_by_row():
    rows = pa.table({"amount": [1, 2, 3], "customer_id": ["K1", "C1", "K9"]})
    known = pd.DataFrame({"key": ["K1"], "customer_id": ["C1"]})
    found = join_keys(ibis.memtable(rows), ibis.memtable(known))
    assert found.order_by("amount").execute()["customer_id"].tolist() == [
        "C1",
        "C1",
        "K9",
    ]
    assert set(found.columns) == {"amount", "customer_id"}


IDS = [f"N{n}" for n in range(8)]
PAIRS = st.lists(st.tuples(st.sampled_from(IDS), st.sampled_from(IDS)), max_size=14)


@given(PAIRS)
def test_joined_as_a_walk_from_owner_to_owner_would(pairs):
    """The witness walks from each key; a union-find knows nothing of directions."""
    if not pairs:
        return
    found = declared_keys(identities(*((a, b, None) for a, b in pairs)), NOW)
    known = {}
    for key, owner in pairs:
        if key != owner:
            known.setdefault(key, set()).add(owner)
    single = {key: next(iter(o)) for key, o in known.items() if len(o) == 1}
    expected = {}
    for key in single:
        at, steps = key, 0
        while at in single and steps <= len(IDS):
            at, steps = single[at], steps + 1
        if steps <= len(IDS):
            expected[key] = at
    got = dict(zip(found.owners["key"], found.owners["customer_id"], strict=True))
    assert got == expected
    assert set(found.conflicts["key"]) == set(known) - set(expected)


def test_a_table_without_days_is_known_since_ever():
    table = identities(("K1", "C1", None)).drop("known_since")
    assert len(declared_keys(table, NOW).owners) == 1
