"""Which records are orders at all: paid for, not closed, no test, not staged."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from workbench.ingest.marks import Marks
from workbench.ingest.numbers import mask
from workbench.ingest.terms import Rules

_YES = pa.array(["1", "true", "yes", "y", "是", "刷单", "t", "ja"])
_REFUSED = {
    "unpaid": "status_unpaid",
    "closed": "status_closed",
    "refunded": "status_refunded",
}


def set_aside_no_orders(
    source: dict[str, pa.Array], rules: Rules, marks: Marks
) -> None:
    """Refuse what was never paid or is a test; flag what was only staged."""
    if "status" in source:
        _by_status(pc.utf8_lower(source["status"]), rules, marks)
    if "is_test" in source:
        marks.refuse(_says_yes(source["is_test"]), "test_order", "is_test")
    if "brushing" in source:
        marks.flag(_says_yes(source["brushing"]), "brushing")
    tests = pa.array([word.lower() for word in rules.mapping.test_customers])
    if len(tests) and pa.types.is_string(source["customer_id"].type):
        found = pc.is_in(pc.utf8_lower(source["customer_id"]), value_set=tests)
        marks.refuse(mask(found), "test_order", "customer_id")


def _by_status(status: pa.Array, rules: Rules, marks: Marks) -> None:
    known = np.zeros(len(status), dtype=bool)
    for kind, words in rules.mapping.statuses.items():
        listed = pa.array([word.lower() for word in words], pa.string())
        found = mask(pc.is_in(status, value_set=listed))
        known |= found
        if kind in _REFUSED:
            marks.refuse(found, _REFUSED[kind], "status")
    unknown = ~known & mask(pc.not_equal(status, ""))
    if rules.mapping.unknown_status == "quarantine":
        marks.refuse(unknown, "status_unknown", "status")
    else:
        marks.note(unknown, "status_not_known")


def _says_yes(values: pa.Array) -> np.ndarray:
    return mask(pc.is_in(pc.utf8_lower(values), value_set=_YES))
