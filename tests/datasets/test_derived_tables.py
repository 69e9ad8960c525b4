"""Files in, raw tables out: whole and the same each time, or nothing."""

from __future__ import annotations

import pandas as pd
import pyarrow.parquet as pq
import pytest

from workbench.datasets import derived_tables
from workbench.datasets.complete_journey import COMPLETE_JOURNEY
from workbench.datasets.derived_tables import write_tables
from workbench.errors import Locked, RejectedFile
from workbench.locking import held


def test_missing_columns_are_named(folder, tmp_path):
    path = folder / "campaigns.parquet"
    pd.DataFrame({"campaign": ["24"], "household_id": ["1"]}).to_parquet(path)
    with pytest.raises(RejectedFile, match="campaigns.parquet.*missing campaign_id"):
        write_tables(COMPLETE_JOURNEY, folder, tmp_path / "raw")


def test_a_campaign_that_is_described_twice_is_refused(folder, tmp_path):
    path = folder / "campaign_descriptions.parquet"
    pd.concat([pd.read_parquet(path)] * 2).to_parquet(path)
    with pytest.raises(RejectedFile, match="one row for each campaign_id.*1; 24") as no:
        write_tables(COMPLETE_JOURNEY, folder, tmp_path / "raw")
    assert no.value.code == "duplicate_key"


def test_a_damaged_file_leaves_nothing_behind(folder, tmp_path):
    path = folder / "promotions_sample.parquet"
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(
        RejectedFile, match="promotions_sample.parquet: expected whole"
    ) as no:
        write_tables(COMPLETE_JOURNEY, folder, tmp_path / "raw")
    assert (no.value.code, "\n" in str(no.value)) == ("unreadable", False)
    assert [p.name for p in (tmp_path / "raw").iterdir()] == [".lock"]


def test_a_file_that_breaks_off_on_the_way_is_refused(
    folder, lines, tmp_path, monkeypatch
):
    monkeypatch.setattr(derived_tables, "GROUP_ROWS", 2_048)
    path = folder / "transactions_sample.parquet"
    many = pd.concat([lines] * 5_000)
    many.to_parquet(path, row_group_size=5_000)
    last = pq.ParquetFile(path).metadata.row_group(3).column(0)
    with path.open("r+b") as file:
        file.seek(last.dictionary_page_offset)
        file.write(b"\xff" * last.total_compressed_size)
    with pytest.raises(RejectedFile, match="the files of transactions: exp") as no:
        write_tables(COMPLETE_JOURNEY, folder, tmp_path / "raw")
    assert no.value.code == "unreadable"
    assert list((tmp_path / "raw").glob("*parquet*")) == []


def test_the_bytes_depend_on_the_rows_only(folder, lines, tmp_path, monkeypatch):
    monkeypatch.setattr(derived_tables, "GROUP_ROWS", 3)
    first = write_tables(COMPLETE_JOURNEY, folder, tmp_path / "raw")
    lines.to_parquet(folder / "transactions_sample.parquet", row_group_size=2)
    second = write_tables(COMPLETE_JOURNEY, folder, tmp_path / "again")
    assert [one.path.read_bytes() for one in first] == [
        one.path.read_bytes() for one in second
    ]
    (written,) = [one.path for one in first if one.table == "transactions"]
    groups = pq.ParquetFile(written).metadata
    sizes = [groups.row_group(n).num_rows for n in range(groups.num_row_groups)]
    assert sizes == [3, 1]


def test_rows_that_are_there_are_not_replaced_by_others(folder, lines, tmp_path):
    write_tables(COMPLETE_JOURNEY, folder, tmp_path / "raw")
    path = tmp_path / "raw" / "transactions.parquet"
    before = path.read_bytes()
    lines.head(2).to_parquet(folder / "transactions_sample.parquet")
    with pytest.raises(RejectedFile, match="transactions.parquet.*found others") as no:
        write_tables(COMPLETE_JOURNEY, folder, tmp_path / "raw")
    assert no.value.code == "other_edition"
    assert path.read_bytes() == before


def test_two_at_a_time_is_one_too_many(folder, tmp_path):
    with (
        held(tmp_path / "raw"),
        pytest.raises(Locked, match=r"another process \(\d+\) is getting raw"),
    ):
        write_tables(COMPLETE_JOURNEY, folder, tmp_path / "raw")


def test_a_path_with_brackets_and_stars_is_that_path_alone(folder, tmp_path):
    odd = folder.rename(tmp_path / "a[1]*b")
    raw = write_tables(COMPLETE_JOURNEY, odd, tmp_path / "raw")
    assert len(raw) == 8
