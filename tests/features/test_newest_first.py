"""Purchases are a stack: the newest on top, and nothing is taken off twice."""

from datetime import date, timedelta

import ibis
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.features.newest_first import on_top, stacked, still_left

START = date(2026, 1, 1)
BACK = {
    "key": "string",
    "return_no": "int64",
    "returned_on": "date",
    "cents": "int64",
}
POOL = {
    "key": "string",
    "purchase_no": "int64",
    "bought_on": "date",
    "left": "int64",
}


def rows_of(names, events):
    days = [
        (key, n, START + timedelta(days=day), cents) for key, n, day, cents in events
    ]
    columns = [dict(zip(names, row, strict=True)) for row in days]
    return ibis.memtable(columns, schema=ibis.schema(names))


def run(bought, back):
    """Return the links by return, and what is left by purchase."""
    stack = stacked(rows_of(BACK, back), rows_of(POOL, bought), ["key"])
    links = on_top(stack, ["key"]).order_by("key", "return_no").to_pyarrow()
    left = still_left(stack, ["key"]).order_by("key", "purchase_no").to_pyarrow()
    return links.to_pylist(), left.to_pylist()


def by_hand(bought, back):
    """Do the same with a list as the stack, one event after the other."""
    events = [(day, 0, no, key, cents) for key, no, day, cents in bought]
    events += [(day, 1, no, key, cents) for key, no, day, cents in back]
    stacks, seen, links = {}, {}, []
    for _, is_return, no, key, cents in sorted(events):
        stack = stacks.setdefault(key, [])
        if not is_return:
            stack.append([no, cents])
            seen[key] = no
        elif key in seen:
            links.append({"key": key, "return_no": no} | take(stack, cents, seen[key]))
    return sorted(links, key=lambda link: (link["key"], link["return_no"]))


def take(stack, cents, newest):
    """Take cents off the stack; purchases with nothing left lie there unseen."""
    full = [entry for entry in reversed(stack) if entry[1] > 0]
    first, open_, held = (full[0][0] if full else newest), cents, 0
    for entry in full:
        taken = min(entry[1], open_)
        held = taken if entry[0] == first else held
        entry[1] -= taken
        open_ -= taken
    covered = cents - open_
    found = {"purchase_no": first, "held": held}
    return found | {"covered": covered, "uncovered": open_}


def test_a_purchase_used_up_gives_way_to_the_one_before():
    bought = [("a", 0, 0, 10), ("a", 1, 5, 10)]
    links, left = run(bought, [("a", 0, 6, 10), ("a", 1, 7, 4)])
    assert [(link["purchase_no"], link["held"]) for link in links] == [(1, 10), (0, 4)]
    assert [row["left"] for row in left] == [6, 0]


def test_a_later_purchase_does_not_cover_an_earlier_return():
    links, left = run([("a", 0, 0, 10), ("a", 1, 5, 10)], [("a", 0, 2, 15)])
    assert [(link["purchase_no"], link["uncovered"]) for link in links] == [(0, 5)]
    assert [row["left"] for row in left] == [0, 10]


def test_without_a_purchase_before_there_is_no_link():
    links, left = run([("a", 0, 5, 10)], [("a", 0, 4, 10)])
    assert (links, [row["left"] for row in left]) == ([], [10])


def test_over_several_purchases_it_has_the_first_one_it_touches():
    bought = [("a", 0, 0, 10), ("a", 1, 1, 10), ("a", 2, 2, 10)]
    links, left = run(bought, [("a", 0, 3, 15)])
    found = [(k["purchase_no"], k["held"], k["covered"]) for k in links]
    assert found == [(2, 10, 15)]
    assert [row["left"] for row in left] == [10, 5, 0]


events = st.lists(
    st.tuples(st.sampled_from("ab"), st.integers(0, 9), st.integers(0, 6)), max_size=9
)


@settings(max_examples=40, deadline=None)
@given(bought=events, back=events)
def test_it_is_what_a_stack_does(bought, back):
    bought = [(key, n, day, cents) for n, (key, day, cents) in enumerate(bought)]
    back = [(key, n, day, cents) for n, (key, day, cents) in enumerate(back)]
    assert run(bought, back)[0] == by_hand(bought, back)
