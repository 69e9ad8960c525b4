"""Headings that mean something else as often as not cost no row and bend no amount."""

from __future__ import annotations

import pytest

from workbench.errors import RejectedFile
from workbench.ingest.aliases import ALIASES

HEAD = "customer_id,ordered_at,amount,"


@pytest.mark.parametrize("heading", ["position", "Units", "total", "折扣"])
def test_20_a_word_with_two_meanings_is_ignored(load, heading):
    receipt = load(f"{HEAD}{heading}\na,2024-03-01,1,8.5折\n")
    assert (receipt.accepted, receipt.notes) == (1, {f"column_ignored:{heading}": 1})


def test_20_the_total_of_an_order_is_no_amount_of_a_line(load):
    with pytest.raises(RejectedFile, match="missing amount"):
        load("customer,order no,date,Total\na,1,2024-03-01,30\n")


@pytest.mark.parametrize(
    ("name", "heading", "unread", "reason"),
    [
        ("quantity", "数量", ("2kg", "0", "9999999"), "bad_quantity"),
        ("line_no", "行号", ("A-1", "1.5", "x"), "bad_line_no"),
        ("discount", "折扣金额", ("10%", "8折", "x"), "bad_discount"),
    ],
)
def test_20_what_an_alias_found_and_nobody_can_read_is_left_empty(
    load, name, heading, unread, reason
):
    rows = "".join(f"c{n},2024-03-01,1,{v}\n" for n, v in enumerate((*unread, "1", "")))
    receipt = load(f"{HEAD}{heading}\n{rows}")
    assert (receipt.accepted, receipt.notes[f"unread_{name}"]) == (5, 3)
    assert [row[name] for row in load.rows] == [None, None, None, 1, None]
    own = load(f"{HEAD}{name}\n{rows}")
    mapped = load(f"{HEAD}{heading}\n{rows}\n", columns={name: heading})
    assert own.reasons == {reason: 3}
    assert mapped.reasons == {reason: 3, "blank": 1}


def test_no_heading_is_known_for_two_words():
    known = [heading for headings in ALIASES.values() for heading in headings]
    assert len(known) == len(set(known))
