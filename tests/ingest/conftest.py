"""A folder to load into, and one way to write a file and load it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from workbench.ingest import Mapping, Receipt, Snapshot, ingest, open_store

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
