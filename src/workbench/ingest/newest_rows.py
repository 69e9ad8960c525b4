"""The rows of all loads in, with the load of each; of one key the newest loads' out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import reduce
from typing import TYPE_CHECKING

import ibis
import pyarrow.parquet as pq

from workbench.ingest.said_by import columns_together

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from ibis.backends.duckdb import Backend


def with_load(
    connection: Backend, files: list[str], loads: list[int], names: Sequence[str]
) -> ir.Table:
    """Return the rows of files with ``load``, the number of the load of each file."""
    return _numbered(connection, files, loads).select(*names, "load")


def newest_rows(
    connection: Backend,
    files: list[str],
    loads: list[int],
    names: Sequence[str],
    key: Sequence[str],
) -> ir.Table:
    """Return what the newest loads that know a key say of it, lazily.

    Every column is the newest load's that has it: a file without the column says
    nothing of it, an empty cell says that it is empty. A row without any of its key's
    columns stays. Empty cells of a key are equal.

    Parameters
    ----------
    connection
        Where they are read.
    files, loads
        The table's files, and the number of the load of each.
    names
        The table's columns.
    key
        Columns that tell its rows apart.
    """
    rows = _numbered(connection, files, loads)
    further = [name for name in names if name not in key]
    said = list(_said_together(files, further))
    if all(len(where) == len(files) for _, where in said):
        return _of_newest_load(rows.select(*names, "load"), key)
    newest = {
        f"_{place}": ibis.struct({name: rows[name] for name in some}).argmax(
            rows.load, where=rows["_file"].isin(where)
        )
        for place, (some, where) in enumerate(said)
    }
    of_no_key = _has_no_key(rows, key)
    known = rows.filter(~of_no_key).group_by(list(key)).agg(**newest)
    columns = {
        name: known[f"_{place}"][name]
        for place, (some, _) in enumerate(said)
        for name in some
    }
    by_key = known.mutate(**columns).select(*names)
    return by_key.union(rows.filter(of_no_key).select(*names))


def _numbered(connection: Backend, files: list[str], loads: list[int]) -> ir.Table:
    rows = connection.read_parquet(files, union_by_name=True, filename="_file")
    known = ibis.memtable(
        {"_file": files, "load": loads}, schema={"_file": "string", "load": "int64"}
    )
    return rows.inner_join(known, "_file")


def _said_together(
    files: list[str], names: Sequence[str]
) -> Iterator[tuple[list[str], list[str]]]:
    """Yield columns that come from the same files, and these files."""
    has = [set(pq.read_schema(file).names) for file in files]
    for where, some in columns_together(has, names).items():
        yield some, [files[place] for place in where]


def _of_newest_load(by_load: ir.Table, key: Sequence[str]) -> ir.Table:
    """Return whole rows of the newest load that knows a key."""
    names = [name for name in by_load.columns if name != "load"]
    newest = (
        by_load.group_by(list(key))
        .agg(_newest=by_load.load.max())
        .rename({f"_{place}": name for place, name in enumerate(key)})
    )
    same = [
        by_load[name].identical_to(newest[f"_{place}"])
        for place, name in enumerate(key)
    ]
    joined = by_load.inner_join(newest, same)
    is_newest = joined.load == joined["_newest"]
    return joined.filter(is_newest | _has_no_key(joined, key)).select(names)


def _has_no_key(rows: ir.Table, key: Sequence[str]) -> ir.BooleanValue:
    return reduce(lambda one, other: one & other, (rows[n].isnull() for n in key))
