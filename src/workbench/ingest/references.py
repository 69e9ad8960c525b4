"""A version of a store in; which values of its tables are found nowhere else out.

An *orphan* is a value that should stand in another table and does not: an order of a
product that the products do not know. Orphans are counted and kept, never dropped; a
later load may bring what they wait for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow.parquet as pq

from workbench.errors import UnknownName
from workbench.tables import TABLES

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from workbench.ingest.snapshot import Snapshot

_CUSTOMER = "customers.customer_id"


@dataclass(frozen=True)
class Orphans:
    """What a column's values find in the table that they refer to.

    Parameters
    ----------
    table, column
        Whose values.
    refers_to
        ``table.column`` where they should be found too.
    rows, values
        Rows whose value is not found, and how many different values these are.
    share
        Of the rows that have a value [1].
    not_checked
        Why nothing could be looked up; empty where it could.
    """

    table: str
    column: str
    refers_to: str
    rows: int = 0
    values: int = 0
    share: float = 0.0
    not_checked: str = ""

    @property
    def name(self) -> str:
        """The reference in one line."""
        return f"{self.table}.{self.column} → {self.refers_to}"


def orphans(snapshot: Snapshot, concerning: str = "") -> list[Orphans]:
    """Return what every reference of a store finds, in the order of the words.

    A customer's id is found among the customers or among the keys of ``identities``, as
    a till's card is. Where the store lacks the other table nothing is looked up.

    Parameters
    ----------
    snapshot
        A version of a store.
    concerning
        Only references of this table, or to it; by default all.
    """
    return [
        _counted(snapshot, one)
        for one in _references(snapshot)
        if not concerning or concerning in (one.table, *_looked_up(one.refers_to))
    ]


def orphan_values(snapshot: Snapshot, table: str, column: str) -> ir.Table:
    """Return the values of a column that are found nowhere, lazily.

    Returns
    -------
    Table
        * ``value`` as it stands in the column
        * ``rows`` how many have it [rows]

    Raises
    ------
    UnknownName
        If the store has no such reference, or not the table that it refers to.
    """
    checked = [one for one in _references(snapshot) if not one.not_checked]
    for one in checked:
        if (one.table, one.column) == (table, column):
            return _missing(snapshot, one)
    names = [f"{one.table}.{one.column}" for one in checked]
    raise UnknownName("reference that can be checked", f"{table}.{column}", names)


def _references(snapshot: Snapshot) -> Iterator[Orphans]:
    for name in (name for name in TABLES if name in snapshot.tables):
        there = _columns(snapshot, name)
        for column in TABLES[name].columns:
            if column.refers_to and column.name in there:
                yield Orphans(
                    name,
                    column.name,
                    column.refers_to,
                    not_checked=_why_not(snapshot, column.refers_to),
                )


def _columns(snapshot: Snapshot, table: str) -> set[str]:
    """Return the columns of a table, without reading its rows."""
    schemas = (pq.read_schema(part) for part in snapshot.parts(table))
    return {name for schema in schemas for name in schema.names}


def _why_not(snapshot: Snapshot, refers_to: str) -> str:
    """Return why a reference cannot be looked up."""
    table, column = refers_to.split(".")
    if table not in snapshot.tables:
        return f"the store has no {table}"
    if column not in _columns(snapshot, table):
        return f"{table} has no {column}"
    return ""


def _looked_up(refers_to: str) -> tuple[str, ...]:
    """Return the tables in which a reference looks."""
    table = refers_to.split(".")[0]
    return (table, "identities") if refers_to == _CUSTOMER else (table,)


def _counted(snapshot: Snapshot, one: Orphans) -> Orphans:
    if one.not_checked:
        return one
    lost = _missing(snapshot, one)
    found = lost.aggregate(rows=lost["rows"].sum(), values=lost.count()).to_pyarrow()
    (counts,) = found.to_pylist()
    if not counts["values"]:
        return one
    rows = int(counts["rows"])
    all_rows = int(snapshot.read(one.table)[one.column].count().to_pyarrow().as_py())
    share = rows / all_rows
    return Orphans(one.table, one.column, one.refers_to, rows, counts["values"], share)


def _missing(snapshot: Snapshot, one: Orphans) -> ir.Table:
    rows = snapshot.read(one.table)
    counted = (
        rows.filter(rows[one.column].notnull())
        .group_by(value=rows[one.column])
        .agg(rows=lambda t: t.count())
    )
    return counted.anti_join(_known(snapshot, one.refers_to), "value")


def _known(snapshot: Snapshot, refers_to: str) -> ir.Table:
    """Return the values that a reference may have."""
    table, column = refers_to.split(".")
    known = snapshot.read(table).select(value=column)
    if refers_to == _CUSTOMER and "identities" in snapshot.tables:
        known = known.union(snapshot.read("identities").select(value="key"))
    return known.filter(known.value.notnull()).distinct()
