"""Workbooks of a few rows, made here: what is read, what is refused, and that alone."""

from __future__ import annotations

import json
import zipfile
from datetime import datetime
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pytest

from workbench import workbook as limits
from workbench.datasets import DATASETS, archive, raw_tables
from workbench.datasets.book import Book, Sheet
from workbench.datasets.online_retail import (
    ONLINE_RETAIL,
    ONLINE_RETAIL_II,
    write_online_retail,
)
from workbench.errors import (
    BadParameter,
    DownloadFailed,
    Locked,
    RejectedFile,
    Tampered,
)
from workbench.ingest import ingest, open_store

ONE = Book(
    "one",
    "https://example.org/one.zip",
    ONLINE_RETAIL.headings,
    (Sheet("Online Retail", 5, ends_on="2011-12-09"),),
)
TWO = Book(
    "two",
    "https://example.org/two.zip",
    ONLINE_RETAIL_II.headings,
    (
        Sheet("Year 2009-2010", 3, ends_on="2010-11-30"),
        Sheet("Year 2010-2011", 2, ends_on="2011-12-09"),
    ),
)
UK = "United Kingdom"
ROWS = [
    [536365, "85123A", "HOLDER", 6, datetime(2010, 12, 1, 8, 26), 2.55, 17850.0, UK],
    [536365, "85123A", "HOLDER", 6, datetime(2010, 12, 1, 8, 26), 2.55, 17850.0, UK],
    ["C536379", "D", "Discount", -1, datetime(2010, 12, 1, 9, 41), 27.5, 14527, UK],
    [536414, 22139, None, 56, datetime(2010, 12, 1, 11, 52), 0, None, UK],
    [
        581587,
        22138,
        "BAKING SET",
        3,
        datetime(2011, 12, 9, 12, 50),
        4.95,
        12680,
        "France",
    ],
]
EARLY = [489434, 85048, "LIGHTS", 12, datetime(2009, 12, 1, 7, 45), 6.95, 13085.0, UK]
ON_BOTH = ROWS[0]


def workbook(path, sheets):
    book = openpyxl.Workbook(write_only=True)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


@pytest.fixture
def one(tmp_path):
    rows = [list(ONE.headings), *ROWS]
    return workbook(tmp_path / "Online Retail.xlsx", {"Online Retail": rows})


@pytest.fixture
def two(tmp_path):
    head = list(TWO.headings)
    sheets = {
        "Year 2009-2010": [head, EARLY, EARLY, ON_BOTH],
        "Year 2010-2011": [head, ON_BOTH, ROWS[4]],
    }
    return workbook(tmp_path / "online_retail_II.xlsx", sheets)


def zipped(path, **members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name.replace("_dot_", "."), content)
    return path


def rows_of(path):
    return pq.read_table(path).to_pylist()


def test_the_catalogue_says_what_the_publisher_says():
    assert DATASETS["online_retail"].rows == 541_909
    assert DATASETS["online_retail_ii"].rows == 1_067_371
    for name in ("online_retail", "online_retail_ii"):
        entry = DATASETS[name]
        assert entry.licence == "CC BY 4.0"
        assert entry.book.url.startswith("https://archive.ics.uci.edu/static/public/")
        assert entry.book.sha256 is None


def test_every_row_of_the_sheet_is_kept_as_text(one, tmp_path):
    (path,) = write_online_retail(ONE, tmp_path / "raw", one)
    found = rows_of(path)
    assert found[0] == {
        "InvoiceNo": "536365",
        "StockCode": "85123A",
        "Description": "HOLDER",
        "Quantity": "6",
        "InvoiceDate": "2010-12-01 08:26:00",
        "UnitPrice": "2.55",
        "CustomerID": "17850",
        "Country": "United Kingdom",
    }
    assert found[1] == found[0]
    assert [row["CustomerID"] for row in found[2:]] == ["14527", None, "12680"]
    assert found[3]["Description"] is None


def test_the_store_has_every_line_or_says_why_not(one, tmp_path):
    (path,) = write_online_retail(ONE, tmp_path / "raw", one)
    mapping = path.with_name("one_mapping.yaml")
    receipt = ingest(path, into=tmp_path / "store", mapping=mapping)
    assert (receipt.records_in, receipt.accepted, receipt.returns) == (5, 4, 1)
    assert receipt.reasons == {"missing_customer": 1}
    assert receipt.notes == {"equal_rows": 1}
    table = open_store(tmp_path / "store").read().execute()
    assert [*map(str, table["amount"])] == ["15.30", "15.30", "-27.50", "14.85"]
    assert table["customer_id"].tolist() == ["17850", "17850", "14527", "12680"]
    assert table["extra_description"].tolist()[-1] == "BAKING SET"
    assert table["market"].tolist()[-1] == "France"
    assert str(table["ordered_at"].iloc[-1]) == "2011-12-09 12:50:00+00:00"
    assert set(table["currency"]) == {"GBP"}


def test_two_sheets_are_two_files_in_order(two, tmp_path):
    first, second = write_online_retail(TWO, tmp_path / "raw", two)
    assert [path.name for path in (first, second)] == ["two_1.parquet", "two_2.parquet"]
    assert [row["Invoice"] for row in rows_of(first)] == ["489434", "489434", "536365"]
    assert [row["Invoice"] for row in rows_of(second)] == ["536365", "581587"]
    assert rows_of(second)[1]["Customer ID"] == "12680"


def test_days_that_are_on_both_sheets_count_once_and_stay_in_the_account(two, tmp_path):
    receipts = [
        ingest(
            path,
            into=tmp_path / "store",
            # one of three rows is more than the limit of a real load
            mapping=_unlimited(path.with_name(f"{path.stem}_mapping.yaml")),
        )
        for path in write_online_retail(TWO, tmp_path / "raw", two)
    ]
    assert [receipt.records_in for receipt in receipts] == [3, 2]
    assert [receipt.reasons for receipt in receipts] == [{"future_date": 1}, {}]
    table = open_store(tmp_path / "store").read().execute()
    assert sorted(table["order_id"]) == ["489434", "489434", "536365", "581587"]


def _unlimited(path):
    path.write_text(path.read_text() + "max_quarantined: 1\n")
    return path


@pytest.mark.parametrize("book_name", ["one", "two"])
def test_the_form_it_came_in_does_not_show(request, tmp_path, book_name):
    book = {"one": ONE, "two": TWO}[book_name]
    source = request.getfixturevalue(book_name)
    frame = pd.concat(pd.read_excel(source, sheet_name=None), ignore_index=True)
    texts = {"InvoiceNo": str, "Invoice": str, "StockCode": str}
    frame = frame.astype({name: kind for name, kind in texts.items() if name in frame})
    # as pandas writes them: customers as 17850.0, times without a zone
    frame.to_csv(tmp_path / "as.csv", index=False)
    frame.to_parquet(tmp_path / "as.parquet")
    zipped(tmp_path / "as.zip", Some_dot_xlsx=source.read_bytes())
    forms = [source, *(tmp_path / f"as.{form}" for form in ("csv", "parquet", "zip"))]
    written = [
        [
            path.read_bytes()
            for path in write_online_retail(book, tmp_path / "raw", form)
        ]
        for form in forms
    ]
    assert [one == written[0] for one in written] == [True] * 4


def test_files_do_not_depend_on_how_the_rows_came(one, tmp_path, monkeypatch):
    monkeypatch.setattr(raw_tables, "GROUP_ROWS", 2)
    table = pq.read_table(write_online_retail(ONE, tmp_path / "raw", one)[0])
    for size in (1, 3, 5):
        pieces = [table.slice(start, size) for start in range(0, 5, size)]
        (path,) = raw_tables.write_raw(pieces, ONE, tmp_path)
        assert path.read_bytes() == (tmp_path / "raw" / "one.parquet").read_bytes()
    assert pq.ParquetFile(path).num_row_groups == 3


def test_rows_that_are_there_are_not_replaced_by_others(one, tmp_path):
    (path,) = write_online_retail(ONE, tmp_path / "raw", one)
    before = path.read_bytes()
    rows = [list(ONE.headings), *ROWS[::-1]]
    other = workbook(tmp_path / "x.xlsx", {"Online Retail": rows})
    with pytest.raises(RejectedFile, match="found others") as found:
        write_online_retail(ONE, tmp_path / "raw", other)
    assert found.value.code == "other_edition"
    assert path.read_bytes() == before


@pytest.mark.parametrize("n_rows", [4, 6])
def test_rows_too_few_or_too_many_are_refused(tmp_path, n_rows):
    rows = [list(ONE.headings), *(ROWS * 2)[:n_rows]]
    path = workbook(tmp_path / "x.xlsx", {"Online Retail": rows})
    frame = pd.DataFrame(rows[1:], columns=rows[0]).astype(str)
    frame.to_parquet(tmp_path / "x.parquet")
    for source in (path, tmp_path / "x.parquet"):
        with pytest.raises(
            RejectedFile, match=f"expected 5 rows, found {n_rows}"
        ) as no:
            write_online_retail(ONE, tmp_path / "raw", source)
        assert no.value.code == "rows"
    assert list((tmp_path / "raw").glob("*.parquet*")) == []


def test_other_headings_are_refused(two, tmp_path):
    rows = [[*ONE.headings[:-1], "Land"], *ROWS]
    path = workbook(tmp_path / "x.xlsx", {"Online Retail": rows})
    with pytest.raises(
        RejectedFile, match="expected the headings InvoiceNo.*Land"
    ) as no:
        write_online_retail(ONE, tmp_path / "raw", path)
    assert no.value.code == "columns"
    for name in ("x.csv", "x.parquet"):
        frame = pd.DataFrame(ROWS, columns=rows[0]).astype(str)
        frame.to_csv(tmp_path / "x.csv", index=False)
        frame.to_parquet(tmp_path / "x.parquet")
        with pytest.raises(RejectedFile, match=f"{name}: expected the headings"):
            write_online_retail(ONE, tmp_path / "raw", tmp_path / name)


def test_a_sheet_that_is_missing_is_named(one, tmp_path):
    with pytest.raises(
        RejectedFile, match="'Year 2009-2010', found Online Retail"
    ) as no:
        write_online_retail(TWO, tmp_path / "raw", one)
    assert no.value.code == "sheet"


def test_an_empty_sheet_has_no_headings(tmp_path):
    path = workbook(tmp_path / "x.xlsx", {"Online Retail": []})
    with pytest.raises(RejectedFile, match="found none"):
        write_online_retail(ONE, tmp_path / "raw", path)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "with a password"),
        (b"\n<!DOCTYPE html><html></html>", "a web page"),
        (b'{"error": "not found"}', "JSON"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"PK\x03\x04 and no more", "damaged"),
        (b"PAR1 and no more", "whole Parquet file"),
        (b"InvoiceNo,\xff\n", "CSV file in UTF-8"),
        (b"", "found none"),
    ],
)
def test_what_is_no_sheet_is_refused_whatever_its_name(tmp_path, content, words):
    (tmp_path / "x.xlsx").write_bytes(content)
    with pytest.raises(RejectedFile, match=words) as found:
        write_online_retail(ONE, tmp_path / "raw", tmp_path / "x.xlsx")
    assert "\n" not in str(found.value)


def test_a_workbook_cut_short_is_refused(one, tmp_path):
    (tmp_path / "x.xlsx").write_bytes(one.read_bytes()[:-200])
    with pytest.raises(RejectedFile, match="damaged"):
        write_online_retail(ONE, tmp_path / "raw", tmp_path / "x.xlsx")


def test_a_sheet_that_is_no_xml_is_refused(one, tmp_path):
    with zipfile.ZipFile(one) as good:
        members = {name: good.read(name) for name in good.namelist()}
    members["xl/worksheets/sheet1.xml"] = b"<worksheet><sheetData><row><c"
    path = zipped(tmp_path / "x.xlsx", **members)
    with pytest.raises(RejectedFile, match="expected a whole workbook"):
        write_online_retail(ONE, tmp_path / "raw", path)


def test_no_such_file(tmp_path):
    with pytest.raises(RejectedFile, match="no such file"):
        write_online_retail(ONE, tmp_path / "raw", tmp_path / "x.zip")


@pytest.mark.parametrize("names", [[], ["a.xlsx", "b.xlsx"]])
def test_a_zip_must_have_one_workbook(tmp_path, names):
    members = {name: b"x" for name in [*names, "read.me"]}
    path = zipped(tmp_path / "x.zip", **members)
    with pytest.raises(RejectedFile, match=rf"found {len(names)} \("):
        write_online_retail(ONE, tmp_path / "raw", path)


def test_the_names_in_a_zip_are_not_where_it_is_unpacked(one, tmp_path):
    members = {"../../out.xlsx": one.read_bytes(), "../evil.txt": b"x"}
    path = zipped(tmp_path / "x.zip", **members)
    before = {path.name for path in tmp_path.parent.iterdir()}
    assert len(write_online_retail(ONE, tmp_path / "raw", path)) == 1
    assert {path.name for path in tmp_path.parent.iterdir()} == before
    assert {path.name for path in tmp_path.iterdir()} == {one.name, "x.zip", "raw"}


def test_a_bomb_is_not_unpacked(one, tmp_path, monkeypatch):
    path = zipped(tmp_path / "x.zip", Some_dot_xlsx=b"\0" * 1_000_001)
    assert path.stat().st_size < 2_000
    monkeypatch.setattr(archive, "MOST_BYTES", 1_000_000)
    with pytest.raises(RejectedFile, match="at most 1,000,000 bytes") as found:
        write_online_retail(ONE, tmp_path / "raw", path)
    assert found.value.code == "too_large"
    monkeypatch.setattr(limits, "MOST_SHEET_BYTES", 100)
    with pytest.raises(RejectedFile, match="at most 100 bytes"):
        write_online_retail(ONE, tmp_path / "raw", one)


def test_a_zip_that_lies_about_its_size_is_refused(one, tmp_path):
    path = zipped(tmp_path / "x.zip", Some_dot_xlsx=b"\0" * 1_000_001)
    content = path.read_bytes()
    lie = (1_000).to_bytes(4, "little")
    path.write_bytes(content.replace((1_000_001).to_bytes(4, "little"), lie))
    with pytest.raises(RejectedFile, match="damaged"):
        write_online_retail(ONE, tmp_path / "raw", path)


def test_a_pinned_hash_is_held_against_a_zip_brought_by_hand(one, tmp_path):
    path = zipped(tmp_path / "x.zip", Some_dot_xlsx=one.read_bytes())
    pinned = Book(ONE.name, ONE.url, ONE.headings, ONE.sheets, sha256="0" * 64)
    with pytest.raises(Tampered, match="the pinned SHA-256 000"):
        write_online_retail(pinned, tmp_path / "raw", path)
    assert list((tmp_path / "raw").glob("*.parquet")) == []


def test_two_at_a_time_is_one_too_many(one, tmp_path):
    from filelock import FileLock

    (tmp_path / "raw").mkdir()
    with (
        FileLock(tmp_path / "raw" / ".lock"),
        pytest.raises(Locked, match="getting one"),
    ):
        write_online_retail(ONE, tmp_path / "raw", one)


@pytest.fixture
def publisher(tmp_path, monkeypatch):
    """Serve a folder on 127.0.0.1."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    folder = tmp_path / "publisher"
    folder.mkdir()

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *words):
            pass

    handler = partial(Quiet, directory=str(folder))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield folder, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_the_zip_is_downloaded_once_and_recorded(one, publisher, tmp_path):
    folder, address = publisher
    zipped(folder / "one.zip", Some_dot_xlsx=one.read_bytes())
    book = Book("one", f"{address}/one.zip", ONE.headings, ONE.sheets)
    raw = tmp_path / "raw"
    (path,) = write_online_retail(book, raw)
    record = json.loads((raw / "download.json").read_text())
    assert record["url"] == book.url
    assert record["bytes"] == (folder / "one.zip").stat().st_size
    assert len(rows_of(path)) == 5
    (folder / "one.zip").unlink()
    assert write_online_retail(book, raw) == [path]
    with pytest.raises(DownloadFailed, match="404.*data get one --from FILE"):
        write_online_retail(book, raw, url=f"{address}/one.zip?again")


def test_a_later_download_with_other_bytes_is_refused(one, publisher, tmp_path):
    folder, address = publisher
    raw = tmp_path / "raw"
    zipped(folder / "one.zip", Some_dot_xlsx=one.read_bytes())
    url = f"{address}/one.zip"
    write_online_retail(ONE, raw, url=url)
    zipped(folder / "one.zip", Some_dot_xlsx=one.read_bytes(), more=b"x")
    with pytest.raises(Tampered, match="as first downloaded"):
        write_online_retail(ONE, raw, url=url)
    (raw / "one.zip").write_bytes(b"spoilt")
    with pytest.raises(Tampered, match="Remove this file and get it again"):
        write_online_retail(ONE, raw)


def test_a_download_that_is_not_the_data_set_is_not_recorded(one, publisher, tmp_path):
    folder, address = publisher
    raw = tmp_path / "raw"
    zipped(folder / "two.zip", Some_dot_xlsx=one.read_bytes())
    with pytest.raises(RejectedFile, match="expected the sheet"):
        write_online_retail(TWO, raw, url=f"{address}/two.zip")
    (folder / "page.zip").write_bytes(b"<html>sorry</html>")
    with pytest.raises(RejectedFile, match="expected a whole zip"):
        write_online_retail(TWO, raw, url=f"{address}/page.zip")
    assert not (raw / "download.json").exists()


def test_a_file_and_an_address_are_one_too_many(one, tmp_path):
    with pytest.raises(BadParameter, match="found both"):
        DATASETS["online_retail"].raw_files(tmp_path, one, "https://example.org/x.zip")
    with pytest.raises(BadParameter, match="cdnow comes inside a package"):
        DATASETS["cdnow"].raw_files(tmp_path, file=one)
