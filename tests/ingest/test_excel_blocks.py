"""Workbooks at the door: cells become what they are written as, or the file is refused.

Numbers in names are those of the catalogue of bad input.
"""

from __future__ import annotations

import json
import zipfile
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from workbench import workbook
from workbench.errors import BadParameter, DataWarning, RejectedFile
from workbench.ingest import Mapping, excel_blocks, ingest
from workbench.ingest.excel_blocks import _texts

HEADER = ["customer_id", "ordered_at", "amount"]
DAY = datetime(2024, 3, 1, 8, 26)
GOOD = [HEADER, ["a", DAY, 1.5], ["b", DAY, 2]]
LENIENT = Mapping(max_quarantined=1, max_missing_customer=1)


def book(path: Path, *rows: list, **sheets: list) -> Path:
    """Write rows into the first sheet, and the others into sheets of their names."""
    made = Workbook()
    for row in rows:
        made.active.append(row)
    for name, cells in sheets.items():
        page = made.create_sheet(name)
        for row in cells:
            page.append(row)
    made.save(path)
    return path


def load_rows(loader, rows: list, **mapping: object):
    path = book(loader.folder / "raw.xlsx", *rows)
    rules = LENIENT.model_copy(update=mapping)
    return ingest(path, into=loader.store, mapping=rules)


def refused(loader, path: Path, code: str, **mapping: object) -> str:
    with pytest.raises(RejectedFile) as caught:
        ingest(path, into=loader.store, mapping=LENIENT.model_copy(update=mapping))
    assert caught.value.code == code
    assert not (loader.store / "manifest.json").exists()
    return str(caught.value)


def edited(path: Path, part: str, old: bytes, new: bytes) -> Path:
    """Change some bytes of one part of a workbook."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert old in parts[part]
    parts[part] = parts[part].replace(old, new)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def test_35_cells_are_the_text_that_they_are_written_as():
    cells = ["007", 17850.0, 7, 12.30, 1e-7, 1e20, True, None, "#N/A"]
    assert _texts(cells) == [
        *("007", "17850", "7", "12.3", "0.0000001", "1e+20", "true", "", "#N/A")
    ]
    assert _texts([DAY, datetime(2024, 3, 1), time(9, 30)]) == [
        *("2024-03-01 08:26:00", "2024-03-01", "09:30:00")
    ]


def test_35_a_workbook_with_one_sheet_is_read(load):
    receipt = load_rows(load, GOOD)
    assert (receipt.records_in, receipt.accepted) == (2, 2)
    first, second = load.rows
    assert first["customer_id"] == "a"
    assert first["ordered_at"] == DAY.replace(tzinfo=UTC)
    assert (first["amount"], second["amount"]) == (Decimal("1.50"), Decimal("2.00"))
    assert load.snapshot.sources[0]["name"] == "raw.xlsx, sheet 'Sheet'"
    assert load.snapshot.sources[0]["sheet"] == "Sheet"


def test_35_the_same_rows_as_csv_give_the_same_bytes(load, tmp_path):
    path = book(tmp_path / "x.xlsx", *GOOD)
    (tmp_path / "x.csv").write_text(
        "customer_id,ordered_at,amount\na,2024-03-01 08:26,1.5\nb,2024-03-01 08:26,2\n"
    )
    one = ingest(path, into=tmp_path / "one")
    two = ingest(tmp_path / "x.csv", into=tmp_path / "two")
    assert one.sha256 == two.sha256


def test_35_of_several_sheets_one_must_be_chosen(load, tmp_path):
    path = book(tmp_path / "raw.xlsx", ["nothing"], Orders=GOOD, Later=GOOD[:2])
    assert "Sheet, Orders, Later" in refused(load, path, "sheet")
    assert "--sheet NAME" in refused(load, path, "sheet")
    assert "Did you mean 'Orders'?" in refused(load, path, "sheet", sheet="Order")
    for name, n_rows in (("Orders", 2), ("Later", 1), ("Orders", 2)):
        receipt = ingest(path, into=load.store, mapping=Mapping(sheet=name))
        assert receipt.accepted == n_rows
    assert receipt.already_loaded
    assert load.snapshot.rows == 3


def test_35_a_sheet_is_chosen_of_a_workbook_only(load):
    path = load.file("customer_id,ordered_at,amount\na,2024-03-01,1\n")
    with pytest.raises(BadParameter, match="expected a workbook"):
        ingest(path, into=load.store, mapping=Mapping(sheet="Orders"))


def test_35_a_folder_with_an_open_workbook_is_read(load, tmp_path):
    (tmp_path / "here").mkdir()
    book(tmp_path / "here" / "raw.xlsx", *GOOD)
    (tmp_path / "here" / "~$raw.xlsx").write_bytes(b"\x05Ann Example")
    assert ingest(tmp_path / "here", into=load.store).accepted == 2


def test_35_a_hidden_sheet_is_no_choice(load, tmp_path):
    made = Workbook()
    for row in GOOD:
        made.active.append(row)
    made.create_sheet("lists").sheet_state = "hidden"
    made.save(tmp_path / "raw.xlsx")
    assert ingest(tmp_path / "raw.xlsx", into=load.store).accepted == 2


def test_35_formulas_count_by_the_value_that_excel_last_saw(load, tmp_path):
    path = book(tmp_path / "raw.xlsx", *GOOD, ["c", DAY, "=1+2"], ["d", DAY, "=2+2"])
    part = "xl/worksheets/sheet1.xml"
    edited(path, part, b"<f>1+2</f><v />", b"<f>1+2</f><v>3</v>")
    receipt = ingest(path, into=load.store, mapping=LENIENT)
    assert receipt.accepted == 3
    assert load.rows[2]["amount"] == Decimal("3.00")
    assert receipt.reasons == {"bad_amount": 1}
    assert receipt.notes == {"formula_cached:1": 1, "formula_uncached:1": 1}


def test_35_merged_cells_are_refused_with_their_range(load, tmp_path):
    made = Workbook()
    for row in ([["Orders of March"]], [HEADER], GOOD[1:]):
        for cells in row:
            made.active.append(cells)
    made.active.merge_cells("A1:C1")
    made.save(tmp_path / "title.xlsx")
    receipt = ingest(
        tmp_path / "title.xlsx", into=load.store, mapping=Mapping(skip_rows=1)
    )
    assert receipt.accepted == 2
    made.active.merge_cells("A3:A4")
    made.save(tmp_path / "raw.xlsx")
    with pytest.raises(RejectedFile, match="A3:A4") as caught:
        ingest(tmp_path / "raw.xlsx", into=load.store, mapping=Mapping(skip_rows=1))
    assert caught.value.code == "merged"


@pytest.mark.parametrize(
    ("inside", "code", "cure"),
    [
        ("EncryptedPackage".encode("utf-16-le"), "password", "without a password"),
        (b"Workbook", "not_workbook", "Save it as .xlsx"),
    ],
)
def test_35_a_password_and_the_old_form_are_refused(load, inside, code, cure):
    content = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + inside
    assert cure in refused(load, load.file(content, "raw.xlsx"), code)


def test_35_what_is_no_workbook_is_refused_whatever_its_name(load):
    for name in ("raw.xlsx", "raw.xls", "raw.xlsm"):
        path = load.file("customer_id,ordered_at,amount\na,2024-03-01,1\n", name)
        assert "Name it as what it is" in refused(load, path, "not_workbook")


def test_35_a_workbook_by_another_name_is_refused(load, tmp_path):
    content = book(tmp_path / "raw.xlsx", *GOOD).read_bytes()
    assert ".xlsx" in refused(load, load.file(content, "raw.csv"), "not_csv")


def test_35_a_cut_workbook_is_refused(load, tmp_path):
    content = book(tmp_path / "raw.xlsx", *GOOD).read_bytes()
    refused(load, load.file(content[:-40], "raw.xlsx"), "zip")


def test_35_a_damaged_sheet_is_refused(load, tmp_path):
    path = book(tmp_path / "raw.xlsx", *GOOD)
    edited(path, "xl/worksheets/sheet1.xml", b"</row>", b"</ro")
    assert "save it again" in refused(load, path, "not_workbook")


def test_35_a_bomb_is_not_unpacked(load, tmp_path, monkeypatch):
    monkeypatch.setattr(workbook, "MOST_SHEET_BYTES", 500)
    refused(load, book(tmp_path / "raw.xlsx", *GOOD), "too_large")


def test_23_rows_before_the_headings_must_be_declared(load, tmp_path):
    rows = ([], ["", None], HEADER, GOOD[1])
    path = book(tmp_path / "raw.xlsx", *rows)
    assert "skip_rows: 2" in refused(load, path, "no_header")
    assert ingest(path, into=load.store, mapping=Mapping(skip_rows=2)).accepted == 1


def test_02_an_empty_sheet(load, tmp_path):
    refused(load, book(tmp_path / "raw.xlsx"), "empty_file")


def test_03_a_sheet_of_headings_only_has_no_rows(load):
    with pytest.warns(DataWarning, match="no rows"):
        assert load_rows(load, [HEADER]).records_in == 0


def test_17_columns_without_headings_are_noted_and_left_out(load):
    receipt = load_rows(load, [["", *HEADER], ["x", "a", DAY, 1], [None, "b", DAY, 2]])
    assert receipt.accepted == 2
    assert receipt.notes == {"column_unnamed:1": 1}


def test_24_25_totals_and_blank_rows_have_their_reasons(load):
    rows = [*GOOD, [], ["c", DAY, 3], ["合计", None, 6.5], [], [None, None, None]]
    receipt = load_rows(load, rows)
    assert receipt.records_in == 5  # nothing stands after the total
    assert receipt.reasons == {"blank": 1, "total_row": 1}
    assert [row["record"] for row in load.quarantine] == [3, 5]


def test_27_a_cell_beyond_the_headings_costs_its_row(load):
    receipt = load_rows(load, [*GOOD, ["c", DAY, 3, None, "checked"]])
    assert receipt.reasons == {"field_count": 1}
    (row,) = load.quarantine
    assert json.loads(row["raw"])["column 5"] == "checked"
    assert (row["record"], row["byte_offset"]) == (3, None)


def test_35_what_is_set_aside_is_kept_as_json_of_its_cells(load):
    load_rows(load, [[*HEADER, "备注"], ["a", DAY, "#REF!", "茶"], ["b", DAY, 1, ""]])
    (row,) = load.quarantine
    assert json.loads(row["raw"]) == {
        "customer_id": "a",
        "ordered_at": "2024-03-01 08:26:00",
        "amount": "#REF!",
        "备注": "茶",
    }


def test_58_days_as_bare_numbers_count_only_where_declared(load, tmp_path):
    rows = [HEADER, ["a", 45352.25, 1]]
    assert load_rows(load, rows).reasons == {"bad_date": 1}
    path = book(tmp_path / "other.xlsx", *rows)
    rules = LENIENT.model_copy(update={"date_formats": ("excel_1900",)})
    declared = ingest(path, into=tmp_path / "other", mapping=rules)
    assert (declared.accepted, declared.first_on) == (1, "2024-03-01")


def test_58_the_system_of_1904_is_honoured(load, tmp_path):
    made = Workbook()
    made.epoch = CALENDAR_MAC_1904
    for row in GOOD:
        made.active.append(row)
    made.save(tmp_path / "raw.xlsx")
    ingest(tmp_path / "raw.xlsx", into=load.store)
    assert load.rows[0]["ordered_on"] == date(2024, 3, 1)


def test_59_times_and_texts_in_one_column_are_each_read_as_what_they_are(load):
    rows = [HEADER, ["a", DAY, 1], ["b", "31.12.2023", 1], ["c", "soon", 1]]
    rows += [["d", None, 1], ["e", "2023-12-31", 1], ["f", datetime(1900, 1, 1), 1]]
    receipt = load_rows(load, rows, date_formats=("%d.%m.%Y",))
    assert [row["ordered_on"] for row in load.rows] == [
        date(2024, 3, 1),
        date(2023, 12, 31),
    ]
    assert receipt.reasons == {"bad_date": 3, "placeholder_date": 1}


def test_58_a_number_formatted_as_a_day_that_is_none_costs_its_row(load, tmp_path):
    path = book(tmp_path / "raw.xlsx", *GOOD)
    serial = b"<v>45352.35138888889</v>"
    edited(path, "xl/worksheets/sheet1.xml", serial, b"<v>-99999999999</v>")
    receipt = ingest(path, into=load.store, mapping=LENIENT)
    assert receipt.reasons == {"bad_date": 2}


def test_16_missing_and_doubled_columns_are_refused(load, tmp_path):
    path = book(tmp_path / "raw.xlsx", ["customer_id", "when", "amount"], GOOD[1])
    assert "missing ordered_at" in refused(load, path, "columns")
    book(path, [*HEADER, "amount"], [*GOOD[1], 1])
    refused(load, path, "duplicate_column")


def test_44_conflicting_lines_are_found_again_in_the_sheet(load):
    header = [*HEADER, "order_id", "line_no"]
    rows = [["a", DAY, 1, "o1", 1], ["a", DAY, 2, "o1", 1], ["b", DAY, 3, "o2", 1]]
    receipt = load_rows(load, [header, *rows])
    assert receipt.reasons == {"duplicate_conflict": 2}
    assert [json.loads(row["raw"])["amount"] for row in load.quarantine] == [1, 2]


def test_many_rows_are_read_piece_by_piece_in_order(load, monkeypatch):
    monkeypatch.setattr(excel_blocks, "_PIECE_ROWS", 3)
    rows = [[f"c{n}", DAY if n % 4 else "bad", n] for n in range(11)]
    receipt = load_rows(load, [HEADER, *rows])
    assert receipt.reasons == {"bad_date": 3}
    assert [row["customer_id"] for row in load.rows] == [
        f"c{n}" for n in range(11) if n % 4
    ]
    assert [row["record"] for row in load.quarantine] == [1, 5, 9]


@pytest.mark.parametrize("error", ["#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?"])
@pytest.mark.parametrize("column", ["customer_id", "amount", "brand"])
def test_35_an_error_of_excel_is_no_value(load, error, column):
    cells = {"customer_id": "b", "ordered_at": DAY, "amount": 2, "brand": "x"}
    wrong = cells | {column: error}  # openpyxl writes these as errors
    receipt = load_rows(load, [list(cells), list(cells.values()), list(wrong.values())])
    assert (receipt.accepted, receipt.reasons) == (1, {"error_cell": 1})
    (row,) = load.quarantine
    assert (row["record"], row["column"]) == (2, column)
    assert json.loads(row["raw"])[column] == error


def test_35_an_error_costs_nothing_in_a_column_that_is_not_read(load):
    receipt = load_rows(load, [[*HEADER, "备注"], ["a", DAY, 1, "#N/A"]])
    assert receipt.accepted == 1


def test_35_a_text_that_says_the_same_stays_a_text(load, tmp_path):
    path = book(tmp_path / "raw.xlsx", *GOOD, ["#N/A", DAY, 1])
    old = b't="e"><v>#N/A</v>'
    new = b't="inlineStr"><is><t>#N/A</t></is>'
    edited(path, "xl/worksheets/sheet1.xml", old, new)
    mapping = LENIENT.model_copy(update={"anonymous": ()})
    assert ingest(path, into=load.store, mapping=mapping).accepted == 3
    assert load.rows[2]["customer_id"] == "#N/A"


def test_35_39_numbers_that_excel_has_cut_are_nobody(load):
    rows = [
        ["a", DAY, 1, 1.234567890123457e17],
        [1.234567890123457e17, DAY, 1, 1],
        [1234567890123450, DAY, 1, 1],  # of 16 digits Excel makes the last one 0
        [123456789012345.0, DAY, 1, 1],
    ]
    receipt = load_rows(load, [[*HEADER, "order_id"], *rows])
    assert receipt.reasons == {"long_number": 3}
    assert [row["customer_id"] for row in load.rows] == ["123456789012345"]
    assert [row["column"] for row in load.quarantine] == [
        *("order_id", "customer_id", "customer_id")
    ]


def test_35_39_numbers_that_are_written_with_all_digits_keep_them(load, tmp_path):
    path = book(tmp_path / "raw.xlsx", HEADER, [771, DAY, 1], [772, DAY, 1])
    for short, long in (
        (b"771", b"1234567890123456711"),
        (b"772", b"1234567890123456712"),
    ):
        edited(path, "xl/worksheets/sheet1.xml", b"<v>%b<" % short, b"<v>%b<" % long)
    assert ingest(path, into=load.store).accepted == 2
    assert [row["customer_id"] for row in load.rows] == [
        *("1234567890123456711", "1234567890123456712")
    ]


def test_35_39_a_long_number_that_no_text_column_has_is_no_id(load):
    assert load_rows(load, [HEADER, ["a", DAY, 1e20]]).reasons.keys() <= {
        *("bad_amount", "ambiguous_amount")
    }
