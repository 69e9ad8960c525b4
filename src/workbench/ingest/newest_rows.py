"""The rows of all loads in, with the load of each; of one key the newest load's out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import ibis

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from ibis.backends.duckdb import Backend


def with_load(
    connection: Backend, files: list[str], loads: list[int], names: Sequence[str]
) -> ir.Table:
    """Return the rows of files with ``load``, the number of the load of each file."""
    rows = connection.read_parquet(files, union_by_name=True, filename="_file")
    known = ibis.memtable(
        {"_file": files, "load": loads}, schema={"_file": "string", "load": "int64"}
    )
    return rows.inner_join(known, "_file").select(*names, "load")


def newest_rows(by_load: ir.Table, key: Sequence[str]) -> ir.Table:
    """Return what the newest load that knows a key says of it, lazily.

    A row without any of its key's columns stays. Empty cells of a key are equal.

    Parameters
    ----------
    by_load
        The table's columns, and ``load``.
    key
        Columns that tell its rows apart.
    """
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
    has_no_key = ibis.and_(*(joined[name].isnull() for name in key))
    return joined.filter((joined.load == joined["_newest"]) | has_no_key).select(names)
