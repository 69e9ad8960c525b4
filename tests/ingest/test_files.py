"""Folders, gzip and JSON lines: the same rows, whatever they come in."""

from __future__ import annotations

import gzip
import json
import os

import pytest

from workbench.errors import DataWarning, RejectedFile
from workbench.ingest import ingest

HEADER = "customer_id,ordered_at,amount\n"
GOOD = HEADER + "a,2024-03-01,1.00\nb,2024-03-02 10:11:12,2.50\n"


def rejected(load, content, code, name):
    with pytest.raises(RejectedFile) as caught:
        load(content, name)
    assert caught.value.code == code
    assert not (load.store / "manifest.json").exists()


def test_34_gzip_is_read_as_what_it_holds(load):
    load(GOOD)
    plain = load.rows
    (load.store / "manifest.json").unlink()
    receipt = load(gzip.compress(GOOD.encode()), "raw.csv.gz")
    assert (receipt.accepted, load.rows) == (2, plain)


def test_34_gzip_gives_offsets_into_what_it_holds(load):
    text = GOOD + "c,nonsense,1\n"
    load(gzip.compress(text.encode()), "raw.csv.gz")
    (aside,) = load.quarantine
    assert text.encode()[aside["byte_offset"] :].startswith(aside["raw"])


@pytest.mark.parametrize("n_bytes", [20, 60])
def test_34_cut_gzip(load, n_bytes):
    packed = gzip.compress("".join(f"{GOOD}{n}" for n in range(99)).encode())
    rejected(load, packed[:-n_bytes], "gzip", "raw.csv.gz")


def test_34_gzip_bomb(load):
    packed = gzip.compress(HEADER.encode() + b"a" * 100_000_000)
    assert len(packed) < 200_000
    rejected(load, packed, "gzip_bomb", "raw.csv.gz")


def test_34_wrong_extension(load):
    rejected(load, gzip.compress(GOOD.encode()), "extension", "raw.csv")
    rejected(load, GOOD, "extension", "raw.csv.gz")


def test_tabs_between_the_fields(load):
    assert load(GOOD.replace(",", "\t"), "raw.tsv").accepted == 2


def lines(*rows: object) -> str:
    return "".join(
        f"{row if isinstance(row, str) else json.dumps(row)}\n" for row in rows
    )


ROW = {"customer_id": "007", "ordered_at": "2024-03-01", "amount": 1.10}


def test_json_lines_keep_ids_and_amounts_as_they_are_written(load):
    text = '{"customer_id": 8, "ordered_at": "2024-03-01", "amount": 1.10, "x": null}'
    receipt = load(lines(ROW, text), "raw.jsonl")
    assert receipt.accepted == 2
    assert [row["customer_id"] for row in load.rows] == ["007", "8"]
    assert [str(row["amount"]) for row in load.rows] == ["1.10", "1.10"]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("{", "bad_json"),
        ("[1]", "bad_json"),
        ('{"customer_id": 1, "customer_id": 2}', "bad_json"),
        ('{"customer_id": {"n": 1}}', "nested_value"),
        ("", "blank"),
        (
            '{"customer_id": "x", "ordered_at": "2024-03-01", "amount": NaN}',
            "bad_amount",
        ),
        ('{"customer_id": "x", "ordered_at": "2024-03-01"}', "bad_amount"),
    ],
)
def test_json_lines_that_are_no_flat_object(load, line, code):
    receipt = load(lines(ROW, line, ROW), "raw.jsonl")
    assert (receipt.records_in, receipt.reasons) == (3, {code: 1})
    (aside,) = load.quarantine
    assert (aside["record"], aside["raw"]) == (2, line.encode())


def test_json_of_many_lines_is_refused_with_the_cure(load):
    rejected(load, json.dumps(ROW, indent=1), "not_json_lines", "raw.json")


def test_json_without_a_needed_key(load):
    rejected(load, lines({"customer_id": 1}), "columns", "raw.jsonl")


def test_a_folder_stands_for_its_data_files(load, tmp_path):
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / "2.csv").write_text(HEADER + "b,2024-03-02,2\n")
    (folder / "1.csv.gz").write_bytes(gzip.compress(GOOD.encode()))
    (folder / "3.jsonl").write_text(lines(ROW))
    (folder / "notes.docx").write_text("?")
    with pytest.warns(DataWarning, match=r"1 entries are no data files.*notes\.docx"):
        receipt = ingest(folder, into=load.store)
    assert (receipt.records_in, receipt.accepted) == (4, 4)
    assert [s["name"] for s in load.snapshot.sources] == [
        "1.csv.gz",
        "2.csv",
        "3.jsonl",
    ]


def test_a_folder_without_data_files_is_none(load, tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(RejectedFile, match="folder without a data file"):
        ingest(tmp_path / "empty", into=load.store)


def test_35_a_locked_or_old_excel_file_is_refused_with_the_cure(load):
    rejected(
        load, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99, "not_csv", "raw.csv"
    )


def test_45_the_same_file_packed_changes_nothing(load):
    load(GOOD)
    assert load(gzip.compress(GOOD.encode()), "again.csv.gz").already_loaded


def test_a_name_that_is_not_utf8_is_refused_in_words(load):
    path = load.folder / os.fsdecode(b"caf\xe9.csv")
    path.write_text("customer_id,ordered_at,amount\na,2024-03-01,1\n")
    with pytest.raises(RejectedFile, match="name in UTF-8") as caught:
        ingest(path, into=load.store)
    assert caught.value.code == "unreadable"
    assert str(caught.value).isascii()
