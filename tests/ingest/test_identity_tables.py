"""Whatever is done to a file of any table, every record is accounted for."""

from __future__ import annotations

import csv
import shutil
import tempfile
import warnings
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import DataWarning
from workbench.ingest import open_store
from workbench.ingest.cells import NO, YES
from workbench.ingest.csv_records import split_records
from workbench.shop_tables import SHOP_TABLES
from workbench.words import Table

N_ROWS = 8
CELLS = [
    *("", " ", "NULL", "-", "0", "NaN", "1e3", "-5", "007", "2024-02-30", "Total"),
    *('"', '"a"', '"a""b"', 'a"b', '"a', "\\", "\t", "\x00", "ä", "客", "\u3000x"),
    *(",", ",,", "\n", "\r\n", "\r", "2024-03-01T00:00:00Z", "9" * 30, "1.005"),
    *("2024-03-01", "2030-01-01", "1970-01-01", "2024-03-01 10:00", "VIEW", "yes"),
    *("否", "EUR", "eur", "0.5", "11", "a\u200b", "***", "survey", "k1", "c1"),
]
MUTATIONS = st.lists(
    st.tuples(st.integers(1, N_ROWS), st.integers(0, 10), st.sampled_from(CELLS)),
    min_size=1,
    max_size=5,
)
every_table = pytest.mark.parametrize("words", SHOP_TABLES, ids=lambda one: one.name)


def mutated(content: str, mutations) -> list[str]:
    lines = content.splitlines()
    for line, cell, text in mutations:
        cells = lines[line].split(",")
        cells[min(cell, len(cells) - 1)] = text
        lines[line] = ",".join(cells)
    return lines


@every_table
@given(mutations=MUTATIONS, spoilt=st.sampled_from(["", "\ufeff", "\x1b"]))
@settings(max_examples=15, deadline=None)
def test_every_record_is_in_one_place_and_no_value_is_bent(
    words, made, mutations, spoilt
):
    lines = mutated(made.file_of(words, N_ROWS), mutations)
    body = "\n".join([*lines[1:], spoilt]) + "\n"
    folder = Path(tempfile.mkdtemp())
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DataWarning)
            first = made.load(folder, words, lines[0] + "\n" + body)
            again = made.load(folder, words, None)
        assert first.records_in == sum(1 for _ in split_records(body.encode(), b","))
        assert first.records_in == first.accepted + sum(made.reasons(first).values())
        assert again.already_loaded and again.sha256 == first.sha256
        rows = pq.read_table(open_store(folder / "s").parts(words.name)[0]).to_pylist()
        assert len(rows) == first.accepted
        if not any(set(text) & set('"\n\r\x00') for _, _, text in mutations):
            require_unbent(rows, lines, words, first.notes)
    finally:
        shutil.rmtree(folder)


def require_unbent(rows, lines, words: Table, notes) -> None:
    """Python's own reader of CSV is the witness; rows come in the source's order."""
    source = csv.reader(lines)
    names = next(source)
    for row in rows:
        assert any(
            len(cells) == len(names)
            and all(
                is_same(row[name], text, name, notes)
                for name, text in zip(names, cells, strict=True)
            )
            for cells in source
        ), row


def is_same(value, text: str, name: str, notes) -> bool:
    """Tell whether a value is what a cell says; any repair must be noted."""
    bare = text.strip()
    if bare != text and "trimmed" not in notes:
        return False
    if value is None:
        return bare == "" or f"unread_{name}" in notes
    if isinstance(value, bool):
        return bare.lower() in (YES if value else NO)
    if isinstance(value, datetime):
        return bare.startswith(f"{value:%Y-%m-%d}")
    if isinstance(value, date):
        is_cut = "cut_to_day" in notes or bare[10:] in ("", "T00:00:00Z")
        return bare.startswith(str(value)) and is_cut
    if isinstance(value, Decimal):
        exact = Decimal(bare)
        near = abs(exact - value) <= Decimal("0.005") and "rounded_to_cent" in notes
        return exact == value or near
    if isinstance(value, int | float):
        return float(bare) == float(value)
    return value == bare or (
        ("word_restyled" in notes and value == bare.lower())
        or ("zero_width_removed" in notes and value == bare.replace("\u200b", ""))
    )
