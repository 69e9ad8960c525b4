"""The same rows make the same bytes, whatever the blocks they came in."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from workbench.ingest import ingest, row_groups
from workbench.ingest.row_groups import RowGroups


def table(n_rows: int) -> pa.Table:
    number = np.arange(n_rows)
    return pa.table(
        {
            "customer_id": [f"customer {n % 7919}" for n in number],
            "kind": pa.array(["purchase", "return", None] * n_rows).slice(0, n_rows),
            "discount": pa.array(number, mask=number % 3 == 0),
        }
    )


def written(path, rows: pa.Table, sizes: list[int]) -> bytes:
    with RowGroups(path, rows.schema) as file:
        first = 0
        for size in sizes:
            file.add(rows.slice(first, size))
            first += size
    return path.read_bytes()


def test_blocks_of_any_size_make_one_file(tmp_path):
    rows = table(300_000)
    at_once = written(tmp_path / "one.parquet", rows, [300_000])
    in_blocks = written(
        tmp_path / "two.parquet", rows, [1, 0, 70_000, 131_072, 60_000, 38_927]
    )
    assert at_once == in_blocks
    groups = pq.read_metadata(tmp_path / "one.parquet")
    sizes = [groups.row_group(n).num_rows for n in range(groups.num_row_groups)]
    assert sizes == [row_groups.ROWS, row_groups.ROWS, 300_000 - 2 * row_groups.ROWS]
    assert pq.read_table(tmp_path / "two.parquet").equals(rows)


def test_no_rows_are_a_file_with_columns(tmp_path):
    path = tmp_path / "none.parquet"
    written(path, table(0), [])
    assert pq.read_metadata(path).num_row_groups == 0
    assert pq.read_schema(path).names == ["customer_id", "kind", "discount"]


@pytest.mark.parametrize("repeated", [0, 3])
def test_a_part_without_its_repeats_is_as_if_they_had_never_come(
    load, tmp_path, monkeypatch, repeated
):
    monkeypatch.setattr(row_groups, "ROWS", 4)
    head = "customer_id,ordered_at,amount,order_id,line_no\n"
    lines = [f"c{n},2024-03-01,{n}.00,o{n},1\n" for n in range(11)]
    clean, repeats = tmp_path / "clean.csv", tmp_path / "repeats.csv"
    clean.write_text(head + "".join(lines))
    repeats.write_text(head + "".join([*lines[:6], *lines[:repeated], *lines[6:]]))
    parts = []
    for path in (clean, repeats):
        receipt = ingest(path, into=tmp_path / path.stem)
        assert receipt.accepted == 11
        parts += (tmp_path / path.stem / "versions").glob("*/transactions/*.parquet")
    assert parts[0].read_bytes() == parts[1].read_bytes()
