"""A published tier table in, the customers of one of its lists out, as rows or CSV."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from workbench.delivery.assignment import Assignment
from workbench.errors import UnknownName

_NOT_TOLD = (
    "as_of",
    "previous_tier",
    "movement",
    "since",
    "grace_until",
    "entered_tier",
    "rule",
    "distance_up",
    "distance_down",
    "lists",
    "policy_id",
    "bundle_id",
)


def tier_lists(published: Assignment) -> list[dict[str, Any]]:
    """Return the lists of a table: name, title, about, department, customers."""
    return list(published.manifest.get("lists", []))


def customers_of_list(published: Assignment, name: str) -> pa.Table:
    """Return who is on a list, by customer_id.

    Returns
    -------
    pyarrow.Table
        customer_id, tier, and the columns that the policy uses.

    Raises
    ------
    UnknownName
        If the table has no such list.
    Tampered
        If the table is not the one that its manifest describes.
    """
    known = [one["name"] for one in tier_lists(published)]
    if name not in known:
        raise UnknownName("list", name, known)
    table = published.table()
    kept = [column for column in table.columns if column not in _NOT_TOLD]
    here = table.filter(table.lists.contains(name)).select(*kept)
    return here.order_by("customer_id").to_pyarrow()
