"""A folder to load into, ways to load a file, and clean files of every table."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping as Changes
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from workbench.ingest import Mapping, Receipt, Snapshot, ingest, open_store
from workbench.words import COUNT, DAY, FLAG, INSTANT, MONEY, NUMBER, Column, Table

LOADED_AT = datetime(2026, 1, 1, tzinfo=UTC)
LENIENT = {
    "max_quarantined": 1.0,
    "max_missing_customer": 1.0,
    "max_unterminated": 1.0,
}


class Loader:
    """Writes ``content`` to a file and ingests it, with limits that never bite."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = folder / "store"

    def file(self, content: str | bytes, name: str = "raw.csv") -> Path:
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def __call__(
        self, content: str | bytes, name: str = "raw.csv", **mapping: object
    ) -> Receipt:
        path = self.file(content, name)
        rules = Mapping(**(LENIENT | mapping))  # type: ignore[arg-type]
        return ingest(path, into=self.store, mapping=rules, loaded_at=LOADED_AT)

    @property
    def snapshot(self) -> Snapshot:
        return open_store(self.store)

    @property
    def rows(self) -> list[dict]:
        parts = self.snapshot.parts()
        return pa.concat_tables(
            [pq.read_table(part) for part in parts], promote_options="default"
        ).to_pylist()

    @property
    def quarantine(self) -> list[dict]:
        rows: list[dict] = []
        for path in sorted((self.store / "quarantine").glob("*.parquet")):
            rows += pq.read_table(path).to_pylist()
        return rows


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., Receipt]:
    return Loader(tmp_path)


def columns_of(words: Table) -> list[str]:
    """Return the columns that a source has, in order."""
    return [name for name in words.names if name != "happened_on"]


def cells_of(words: Table, row: int) -> tuple[list[str], list[str]]:
    """Return the headings and the cells of a clean row, told apart by its number."""
    names = columns_of(words)
    return names, [_cell(words[name], row) for name in names]


def _cell(column: Column, row: int) -> str:
    plain = {
        DAY: f"2024-03-{row % 28 + 1:02d}",
        INSTANT: f"2024-03-{row % 28 + 1:02d} 10:11:12",
        MONEY: f"{row}.50",
        COUNT: "3",
        NUMBER: "0.25",
        FLAG: "yes" if row % 2 else "no",
    }
    if column.type in plain:
        return plain[column.type]
    if column.one_of:
        return column.one_of[row % len(column.one_of)]
    if column.name in ("currency", "base"):
        return "EUR"
    return f"{column.name[0]}{row}"


def file_of(words: Table, n_rows: int, last: Changes[str, str] | None = None) -> str:
    """Return a clean CSV; ``last`` changes cells of its last row."""
    lines = [",".join(columns_of(words))]
    for row in range(1, n_rows + 1):
        names, cells = cells_of(words, row)
        changed = last if last and row == n_rows else {}
        lines.append(
            ",".join(changed.get(n, c) for n, c in zip(names, cells, strict=True))
        )
    return "\n".join(lines).replace("1.234,50", '"1.234,50"') + "\n"


def first_of(words: Table, kind: pa.DataType) -> str:
    """Return the first column of a type."""
    return next(c.name for c in words.columns if c.type is kind)


def load_table(
    folder: Path,
    words: Table,
    content: str | bytes | None,
    name: str = "raw.csv",
    /,
    **mapping: object,
) -> Receipt:
    """Write a file, unless it is there, and load it with limits that never bite."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    if content is not None:
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    rules = Mapping(**(LENIENT | mapping))  # type: ignore[arg-type]
    return ingest(path, words.name, folder / "s", rules, LOADED_AT)


def reasons(receipt: Receipt) -> dict[str, int]:
    """Return the reasons of a receipt whose sums are right."""
    assert receipt.records_in == receipt.accepted + receipt.quarantined
    assert receipt.quarantined == sum(receipt.reasons.values())
    return receipt.reasons


@pytest.fixture(scope="session")
def made() -> SimpleNamespace:
    """Return what makes and loads files of any table from its words."""
    return SimpleNamespace(
        columns_of=columns_of,
        cells_of=cells_of,
        file_of=file_of,
        first_of=first_of,
        load=load_table,
        reasons=reasons,
    )
