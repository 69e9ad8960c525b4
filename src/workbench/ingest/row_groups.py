"""Clean rows in, in any blocks; a Parquet file whose bytes depend on them alone out.

Every row group has the same number of rows, whatever the blocks were: so the same rows
make the same file, from whichever kind of source they came.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

ROWS = 131_072
_FEW_WORDS = frozenset(
    (
        *("brand", "category", "channel", "currency", "flags", "kind", "market"),
        *("original_currency", "product_id", "quantity", "status", "base"),
    )
)


class RowGroups:
    """A Parquet file that is written in row groups of one size; only the last is less.

    Parameters
    ----------
    path
        The file.
    schema
        Of all its rows.
    """

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self._file = pq.ParquetWriter(path, schema, **_parquet_options(schema))
        self._waiting: list[pa.Table] = []
        self._n_waiting = 0

    def __enter__(self) -> RowGroups:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def add(self, rows: pa.Table) -> None:
        """Append rows."""
        self._waiting.append(rows)
        self._n_waiting += len(rows)
        while self._n_waiting >= ROWS:
            self._write(ROWS)

    def close(self) -> None:
        """Write what is left and finish the file."""
        if self._n_waiting:
            self._write(self._n_waiting)
        self._file.close()

    def _write(self, n_rows: int) -> None:
        rows = pa.concat_tables(self._waiting)
        # whole columns: where a column is in pieces, the pages end with the pieces
        self._file.write_table(rows.slice(0, n_rows).combine_chunks(), n_rows)
        rest = rows.slice(n_rows)
        self._waiting, self._n_waiting = [rest], len(rest)


def _parquet_options(schema: pa.Schema) -> dict[str, Any]:
    """Spend effort where it helps: few words in dictionaries, days with statistics."""
    return {
        "compression": "zstd",
        "write_page_checksum": True,
        "use_dictionary": [name for name in schema.names if name in _FEW_WORDS],
        "write_statistics": [n for n in schema.names if n in ("ordered_on", "rate_on")],
    }
