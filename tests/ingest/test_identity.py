"""Whatever is done to a file, every record is accounted for and nothing is invented."""

from __future__ import annotations

import csv
import shutil
import tempfile
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workbench.errors import DataError
from workbench.ingest import Mapping, ingest, open_store
from workbench.ingest.csv_records import split_records

LENIENT = Mapping(max_quarantined=1.0, max_missing_customer=1.0, max_unterminated=1.0)
LOADED_AT = datetime(2026, 1, 1, tzinfo=UTC)
CLEAN = [f"c{n % 7},2024-03-{n % 28 + 1:02d},{n}.{n % 100:02d}" for n in range(40)]
CELLS = [
    *("", " ", "NULL", "-", "0", "NaN", "1e3", "-5", "007", "2024-02-30", "Total"),
    *('"', '"a"', '"a""b"', 'a"b', '"a', "\\", "\t", "\x00", "ä", "客", "\u3000x"),
    *(",", ",,", "\n", "\r\n", "\r", "2024-03-01T00:00:00Z", "9" * 30, "1.005"),
]
MUTATIONS = st.lists(
    st.tuples(
        st.integers(0, len(CLEAN) - 1), st.integers(0, 2), st.sampled_from(CELLS)
    ),
    min_size=1,
    max_size=5,
)


def mutated(mutations) -> list[str]:
    lines = list(CLEAN)
    for line, cell, text in mutations:
        cells = lines[line].split(",")
        cells[min(cell, len(cells) - 1)] = text
        lines[line] = ",".join(cells)
    return lines


@given(MUTATIONS, st.sampled_from([b"", b"\xff", b"\xc4\xe3"]))
@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_record_is_accepted_or_set_aside(mutations, spoilt):
    body = "\n".join(mutated(mutations)).encode() + spoilt + b"\n"
    folder = Path(tempfile.mkdtemp())
    try:
        path = folder / "raw.csv"
        path.write_bytes(b"customer_id,ordered_at,amount\n" + body)
        first = ingest(path, into=folder / "s", mapping=LENIENT, loaded_at=LOADED_AT)
        assert first.records_in == first.accepted + first.quarantined
        assert first.records_in == sum(1 for _ in split_records(body, b","))
        rows = pq.read_table(open_store(folder / "s").parts()[0])
        assert len(rows) == first.accepted
        again = ingest(path, into=folder / "s", mapping=LENIENT, loaded_at=LOADED_AT)
        assert again.already_loaded and again.sha256 == first.sha256
    finally:
        shutil.rmtree(folder)


@given(MUTATIONS)
@settings(max_examples=60, deadline=None)
def test_untouched_records_come_through_unchanged(mutations):
    touched = {line for line, _, _ in mutations}
    if any(text in ('"', '"a', "\n", "\r", "\r\n") for _, _, text in mutations):
        return
    folder = Path(tempfile.mkdtemp())
    try:
        path = folder / "raw.csv"
        text = "\n".join(["customer_id,ordered_at,amount", *mutated(mutations)])
        path.write_text(text, newline="")
        ingest(path, into=folder / "s", mapping=LENIENT, loaded_at=LOADED_AT)
        rows = pq.read_table(open_store(folder / "s").parts()[0]).to_pylist()
        found = {
            f"{row['customer_id']},{row['ordered_on']},{row['amount']}" for row in rows
        }
        kept = {line for place, line in enumerate(CLEAN) if place not in touched}
        assert kept <= found
    finally:
        shutil.rmtree(folder)


@given(st.binary(max_size=400))
@settings(max_examples=80, deadline=None)
def test_any_bytes_are_refused_in_words_or_accounted_for(noise):
    folder = Path(tempfile.mkdtemp())
    try:
        path = folder / "raw.csv"
        path.write_bytes(b"customer_id,ordered_at,amount\n" + noise)
        with_warning = not noise
        try:
            if with_warning:
                return
            receipt = ingest(path, into=folder / "s", mapping=LENIENT)
        except DataError as error:
            assert str(error)
        else:
            assert receipt.records_in == receipt.accepted + receipt.quarantined
    finally:
        shutil.rmtree(folder)


@given(MUTATIONS)
@settings(max_examples=500, deadline=None)
def test_no_accepted_value_differs_from_its_source_without_a_note(mutations):
    """Python's own reader of CSV is the witness; rows come in the source's order."""
    if any(set(text) & set('"\n\r\x00') for _, _, text in mutations):
        return
    lines = mutated(mutations)
    folder = Path(tempfile.mkdtemp())
    try:
        path = folder / "raw.csv"
        path.write_text("\n".join(["customer_id,ordered_at,amount", *lines]))
        receipt = ingest(path, into=folder / "s", mapping=LENIENT, loaded_at=LOADED_AT)
        rows = pq.read_table(open_store(folder / "s").parts()[0]).to_pylist()
    finally:
        shutil.rmtree(folder)
    source = iter(csv.reader(lines))
    for row in rows:
        assert any(_same(row, cells, receipt.notes) for cells in source), row


def _same(row: dict, cells: list[str], notes: dict[str, int]) -> bool:
    """Tell whether a row is what a record says; any repair must be noted."""
    if len(cells) != 3 or cells[0].strip() != row["customer_id"]:
        return False
    if cells[0] != row["customer_id"] and "trimmed" not in notes:
        return False
    if not cells[1].strip().startswith(str(row["ordered_on"])):
        return False
    exact = Decimal(cells[2].strip())
    return exact == row["amount"] or (
        "rounded_to_cent" in notes and abs(exact - row["amount"]) <= Decimal("0.005")
    )
