"""DuckDB and SQLite at the door: only read, never whole, judged like any file."""

from __future__ import annotations

import json
import sqlite3
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from workbench.errors import DataWarning, QueryFailed, RejectedFile, Unreachable
from workbench.ingest import ingest

ALL = "SELECT * FROM orders ORDER BY customer_id; -- all of them"


@pytest.fixture
def duck(tmp_path):
    """Make a DuckDB file by statements; return its address."""

    def made(*statements: str) -> str:
        with duckdb.connect(tmp_path / "shop.duckdb") as session:
            for one in statements:
                session.execute(one)
        return f"duckdb://{tmp_path}/shop.duckdb"

    return made


@pytest.fixture
def lite(tmp_path):
    """Make a SQLite file by statements; return its address."""

    def made(*statements: str) -> str:
        session = sqlite3.connect(tmp_path / "shop.sqlite")
        with session:
            for one in statements:
                session.execute(one)
        session.close()
        return f"sqlite://{tmp_path}/shop.sqlite"

    return made


ORDERS = (
    "CREATE TABLE orders (customer_id VARCHAR, ordered_at TIMESTAMP, "
    "amount DECIMAL(12,2), quantity DOUBLE)",
    "INSERT INTO orders VALUES ('a', '2024-03-01 08:26:00', 12.30, 1), "
    "('b', '2024-03-02 00:00:00', 2, 2.5)",
)
CSV = (
    "customer_id,ordered_at,amount,quantity\n"
    "a,2024-03-01 08:26:00,12.30,1\nb,2024-03-02 00:00:00,2,2.5\n"
)


def test_the_same_rows_give_the_same_bytes_as_from_csv(load, ask, duck, lite):
    path = load.file(CSV)
    expected = ingest(path, into=load.folder / "csv").sha256
    assert ask(duck(*ORDERS), ALL, into=load.folder / "duck").sha256 == expected
    assert ask(lite(*ORDERS), ALL, into=load.folder / "lite").sha256 == expected


def test_the_manifest_names_database_and_query(load, ask, lite):
    url = lite(*ORDERS)
    receipt = ask(url, "SELECT * FROM orders;")
    (source,) = load.snapshot.sources
    assert source["name"] == f"{url} orders.sql"
    assert source["query"] == "SELECT * FROM orders"
    assert receipt.notes == {"unordered_query": 1}
    assert list(load.store.rglob("*.sql")) == []


def test_45_the_same_rows_in_any_order_change_nothing(load, ask, duck):
    url = duck(*ORDERS)
    first = ask(url, ALL)
    again = ask(url, "SELECT * FROM orders ORDER BY amount")
    assert (first.already_loaded, again.already_loaded) == (False, True)
    duck("INSERT INTO orders VALUES ('c', '2024-03-03', 1, 1)")
    changed = ask(url, "SELECT * FROM orders WHERE ordered_at >= '2024-03-03'")
    assert (changed.accepted, load.snapshot.rows) == (1, 3)


def test_a_database_is_not_written_to(ask, lite, duck, tmp_path):
    from workbench.ingest.databases import asked
    from workbench.ingest.queries import Query

    class Unchecked(Query):
        """A query whose text nobody has looked at."""

        text = "INSERT INTO orders (customer_id) VALUES ('x')"

    for url in (lite(*ORDERS), duck(*ORDERS)):
        with pytest.raises(QueryFailed, match="(?i)read.?only"):
            with asked(Unchecked(url, Path("orders.sql")), tmp_path) as answer:
                list(answer.batches)


def test_58_59_the_cells_of_a_sqlite_column_have_types_of_their_own(load, ask, lite):
    url = lite(
        "CREATE TABLE orders (customer_id, ordered_at, amount)",
        "INSERT INTO orders VALUES (17850.0, '2024-03-01', 12.3), (7, '2024-03-01', 2),"
        "(8, '2024-03-01', '12,3'), (9, 45292, 1), (NULL, '2024-03-01', 1),"
        "(10, '2024-03-01', NULL), (11, '2024-03-01', 9e999)",
    )
    receipt = ask(url, "SELECT * FROM orders")
    assert [row["customer_id"] for row in load.rows] == ["17850", "7"]
    assert load.rows[0]["amount"] == Decimal("12.30")
    assert receipt.reasons == {
        "ambiguous_amount": 1,
        "bad_amount": 2,
        "bad_date": 1,
        "missing_customer": 1,
    }


def test_10_a_sqlite_text_that_is_no_utf_8_costs_its_row(load, ask, lite):
    url = lite(*ORDERS, "UPDATE orders SET customer_id = CAST(x'61ff' AS TEXT)")
    assert ask(url, ALL).reasons == {"bad_encoding": 2}
    assert "\\xff" in json.loads(load.quarantine[0]["raw"])["customer_id"]


@pytest.mark.parametrize(
    ("make", "column"),
    [
        ("duck", "[1]"),
        ("duck", "{'a': 1}"),
        ("duck", "'x'::BLOB"),
        ("duck", "'1'::JSON"),
        ("lite", "x'00'"),
    ],
)
def test_69_nested_columns_and_bytes_are_refused(request, ask, make, column):
    url = request.getfixturevalue(make)(*ORDERS)
    with pytest.raises(RejectedFile, match="column tags is") as caught:
        ask(url, f"SELECT *, {column} AS tags FROM orders")
    assert caught.value.code == "schema"


def test_69_duckdb_types(load, ask, duck):
    url = duck(
        "CREATE TABLE orders AS SELECT * FROM (VALUES "
        "(1::HUGEINT, TIMESTAMPTZ '2024-03-01 08:00:00+08', 1.5::FLOAT, '茶🍵', TRUE),"
        "(2::HUGEINT, 'infinity'::TIMESTAMPTZ, 1.5::FLOAT, NULL, NULL)"
        ") AS o(customer_id, ordered_at, amount, brand, extra_gift)"
    )
    receipt = ask(url, ALL, mapping={"columns": {"extra_gift": "extra_gift"}})
    assert receipt.reasons == {"bad_date": 1}
    (row,) = load.rows
    assert row["ordered_on"] == date(2024, 3, 1) and row["ordered_at"].hour == 0
    assert (row["brand"], row["extra_gift"]) == ("茶🍵", "true")


def test_16_a_missing_column_is_refused_before_the_first_row(ask, duck):
    url = duck("CREATE TABLE orders AS SELECT 1 AS customer_id, 2 AS amount")
    with pytest.raises(RejectedFile, match="missing ordered_at") as caught:
        ask(url, ALL)
    assert caught.value.code == "columns"


def test_18_a_column_twice_is_refused(ask, lite):
    with pytest.raises(RejectedFile, match="more than once") as caught:
        ask(lite(*ORDERS), "SELECT *, amount FROM orders")
    assert caught.value.code == "duplicate_column"


@pytest.mark.parametrize("make", ["duck", "lite"])
def test_03_no_rows_are_accepted_with_a_warning(request, ask, make):
    url = request.getfixturevalue(make)(*ORDERS)
    with pytest.warns(DataWarning, match="no rows"):
        assert ask(url, "SELECT * FROM orders WHERE amount < 0").records_in == 0


@pytest.mark.parametrize("make", ["duck", "lite"])
def test_32_a_very_long_text_costs_its_row(request, ask, make):
    url = request.getfixturevalue(make)(*ORDERS)
    long = "SELECT customer_id, ordered_at, amount, brand FROM orders, (SELECT "
    long += "replace(printf('%0500000d', 1), '0', 'xyz') AS brand)"
    assert ask(url, long).reasons == {"too_long": 2}


@pytest.mark.parametrize("make", ["duck", "lite"])
def test_an_error_of_the_query_has_the_databases_words(request, load, ask, make):
    url = request.getfixturevalue(make)(*ORDERS)
    with pytest.raises(QueryFailed, match="absent") as caught:
        ask(url, "SELECT * FROM absent")
    assert caught.value.exit_code == 1
    assert not (load.store / "manifest.json").exists()


def test_01_a_database_that_is_not_there(ask, tmp_path):
    for scheme in ("duckdb", "sqlite"):
        with pytest.raises(RejectedFile, match="found none at") as caught:
            ask(f"{scheme}://{tmp_path}/absent", "SELECT 1")
        assert caught.value.code == "not_regular_file"
    assert not (tmp_path / "absent").exists()


@pytest.mark.parametrize("scheme", ["duckdb", "sqlite"])
def test_a_file_that_is_no_database(ask, tmp_path, scheme):
    (tmp_path / "shop").write_bytes(b"no database " * 1000)
    with pytest.raises(QueryFailed):
        ask(f"{scheme}://{tmp_path}/shop", ALL)


def test_a_database_that_somebody_writes_to_is_tried_later(
    ask, lite, tmp_path, monkeypatch
):
    from workbench.ingest import databases

    monkeypatch.setattr(databases, "_BUSY_SECONDS", 0.05)
    url = lite(*ORDERS)
    session = sqlite3.connect(tmp_path / "shop.sqlite", isolation_level=None)
    session.execute("BEGIN EXCLUSIVE")
    with pytest.raises(Unreachable) as caught:
        ask(url, ALL)
    session.close()
    assert caught.value.exit_code == 75


def test_a_load_that_is_tried_out_publishes_nothing(load, ask, lite):
    url = lite(*ORDERS)
    tried = ask(url, ALL, dry_run=True)
    assert tried.dry_run and (tried.records_in, tried.accepted) == (2, 2)
    assert not load.store.exists()
    done = ask(url, ALL)
    again = ask(url, ALL, dry_run=True)
    assert again.already_loaded and again.store_version == done.store_version


def test_four_slashes_are_an_absolute_path_too(load, ask, duck, lite):
    for url in (duck(*ORDERS), lite(*ORDERS)):
        longer = url.replace("///", "////")
        first = ask(url, ALL, into=load.folder / url[:4])
        again = ask(longer, ALL, into=load.folder / url[:4])
        assert (first.accepted, again.already_loaded) == (2, True)


@pytest.mark.parametrize(
    "found",
    [
        *("read_csv('/etc/passwd')", "'/etc/passwd'", "read_text('/etc/passwd')"),
        *("glob('/etc/*')", "read_parquet('http://127.0.0.1:1/x')"),
        "sqlite_scan('/tmp/x', 'y')",
    ],
)
def test_duckdb_reads_nothing_but_its_own_file(load, ask, duck, found):
    with pytest.raises(QueryFailed):
        ask(duck(*ORDERS), f"SELECT * FROM orders, (FROM {found})")
    assert not (load.store / "manifest.json").exists()


@pytest.mark.parametrize(
    "statement",
    [
        *("ATTACH '/tmp/x.duckdb' AS other", "INSTALL httpfs", "LOAD httpfs"),
        *("SET enable_external_access = true", "COPY orders TO '/tmp/x.csv'"),
    ],
)
def test_duckdb_is_closed_behind_the_query(ask, duck, statement, tmp_path):
    """Also against what gets past the look at the query."""
    from workbench.ingest.databases import asked
    from workbench.ingest.queries import Query

    class Unchecked(Query):
        """A query whose text nobody has looked at."""

        text = statement

    with pytest.raises(QueryFailed, match="disabled|locked"):
        with asked(Unchecked(duck(*ORDERS), Path("orders.sql")), tmp_path) as answer:
            list(answer.batches)


def test_sqlite_loads_no_extension(lite, tmp_path):
    from workbench.ingest.databases import asked
    from workbench.ingest.queries import Query

    class Unchecked(Query):
        """A query whose text nobody has looked at."""

        text = "SELECT load_extension('x')"

    with pytest.raises(QueryFailed, match="not authorized"):
        with asked(Unchecked(lite(*ORDERS), Path("orders.sql")), tmp_path) as answer:
            list(answer.batches)


def test_what_duckdb_cannot_hold_lies_in_the_loads_own_folder(
    duck, monkeypatch, tmp_path
):
    from workbench.ingest import databases
    from workbench.ingest.queries import Query

    small = ("TimeZone = 'UTC'", "memory_limit = '60MB'", "threads = 1")
    monkeypatch.setattr(databases, "_DUCKDB", small)
    url = duck(
        "CREATE TABLE orders AS SELECT repeat(md5(n::VARCHAR), 4) AS brand "
        "FROM range(600000) AS t(n)"
    )
    query = tmp_path / "orders.sql"
    query.write_text("SELECT * FROM orders ORDER BY brand")
    (tmp_path / "own").mkdir()
    with databases.asked(Query(url, query), tmp_path / "own") as answer:
        n_rows = next(answer.batches).num_rows
        spilt = list((tmp_path / "own" / "spill").iterdir())
        n_rows += sum(batch.num_rows for batch in answer.batches)
    assert (n_rows, len(spilt) > 0) == (600_000, True)


def test_39_an_id_as_a_double_is_nobody(load, ask, lite, duck):
    for made, kind in ((lite, "REAL"), (duck, "DOUBLE")):
        url = made(
            f"CREATE TABLE orders (customer_id {kind}, ordered_at TEXT, amount {kind})",
            "INSERT INTO orders VALUES (123456789012345671, '2024-03-01', 1), "
            "(1e15 * 9.1, '2024-03-01', 1), (123456789012345, '2024-03-01', 1)",
        )
        receipt = ask(url, ALL, into=load.folder / kind)
        assert (receipt.accepted, receipt.reasons) == (1, {"long_number": 2})
