"""A real PostgreSQL at the door: its types, its refusals, and what it has not."""

from __future__ import annotations

import json
import socket
import sys
from datetime import date
from decimal import Decimal

import pytest

from workbench.errors import (
    BadParameter,
    DataWarning,
    QueryFailed,
    RejectedFile,
    Unreachable,
)
from workbench.ingest import ingest

from .conftest import COLUMNS

ALL = "SELECT * FROM orders ORDER BY order_id; -- all of them"


def test_the_same_rows_give_the_same_bytes_as_from_csv(load, ask, orders):
    url = orders("('a', '2024-03-01 08:26:00', 12.30, 7), ('茶🍵', '2024-03-02', 2, 8)")
    path = load.file(
        "customer_id,ordered_at,amount,order_id\n"
        "a,2024-03-01 08:26:00,12.3,7\n茶🍵,2024-03-02,2,8\n"
    )
    expected = ingest(path, into=load.folder / "csv")
    assert ask(url, ALL).sha256 == expected.sha256


def test_69_every_type_is_taken_as_what_it_is(load, ask, orders):
    columns = (
        "customer_id uuid, ordered_at timestamptz, amount double precision, "
        "order_id bigint, quantity real, discount numeric, brand varchar(9), "
        "category char(4), extra_gift boolean, extra_day date, extra_time time"
    )
    url = orders(
        "('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '2024-03-01 08:00+08', 0.1, "
        "9223372036854775807, 1.1, 0.123456, '茶🍵', 'a', true, '2024-03-01', '09:30'),"
        "('b0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '2024-03-01 08:00+08', 0.1, "
        "NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)",
        columns,
    )
    wanted = "SELECT *, extra_day::text AS day FROM orders ORDER BY customer_id"
    extra = {"extra_gift": "extra_gift", "extra_d": "day", "extra_time": "extra_time"}
    receipt = ask(url, wanted, mapping={"columns": extra})
    assert receipt.accepted == 2
    full, bare = load.rows
    assert full["customer_id"] == "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"
    assert full["ordered_at"].hour == 0 and full["ordered_on"] == date(2024, 3, 1)
    assert (full["amount"], full["discount"]) == (Decimal("0.10"), Decimal("0.12"))
    assert (full["order_id"], full["quantity"]) == ("9223372036854775807", 1.1)
    assert (full["brand"], full["category"]) == ("茶🍵", "a")
    assert (full["extra_gift"], full["extra_d"]) == ("true", "2024-03-01")
    assert full["extra_time"] == "09:30:00"
    assert [bare[name] for name in ("order_id", "quantity", "brand", "extra_d")] == (
        [None] * 4
    )


def test_37_48_56_values_that_are_none_cost_their_rows(load, ask, orders):
    rows = [
        "(NULL, '2024-03-01', 1, 1)",
        "('a', '2024-03-01', 'NaN', 2)",
        "('b', 'infinity', 1, 3)",
        "('c', '-infinity', 1, 4)",
        "('d', '0044-03-15 BC', 1, 5)",
        "('e', '12024-03-15', 1, 6)",
        "('f', NULL, 1, 7)",
        "('g', '2024-03-01', NULL, 8)",
        "('h', '1970-01-01', 1, 9)",
        "('i', '2024-03-01', 'Infinity', 10)",
        "('j', '2024-03-01', 1, 11)",
    ]
    columns = COLUMNS.replace("numeric(12,2)", "numeric")
    receipt = ask(orders(", ".join(rows), columns), ALL)
    assert receipt.reasons == {
        "bad_date": 5,
        "bad_amount": 3,
        "missing_customer": 1,
        "placeholder_date": 1,
    }
    assert [row["customer_id"] for row in load.rows] == ["j"]
    assert json.loads(load.quarantine[1]["raw"])["amount"] == "NaN"


@pytest.mark.parametrize("amount", ["'NaN'", "'Infinity'", "'-Infinity'", "1e308"])
def test_48_doubles_that_are_no_amount(ask, orders, amount):
    url = orders(
        f"('a', '2024-03-01', {amount}, 1)", COLUMNS.replace("numeric(12,2)", "float8")
    )
    assert ask(url, ALL).reasons == {"bad_amount": 1}


def test_56_a_day_without_end_costs_its_row(ask, orders):
    rows = "('a', 'infinity', 1, 1), ('b', '2024-03-01', 1, 2)"
    url = orders(rows, COLUMNS.replace("timestamp", "date"))
    receipt = ask(url, ALL)
    assert (receipt.accepted, receipt.reasons) == (1, {"bad_date": 1})


@pytest.mark.parametrize(
    "column",
    [
        *("ARRAY['x']", "'{}'::jsonb", "'{}'::json", "ROW(1, 2)", "'x'::bytea"),
        "int4range(1, 2)",
    ],
)
def test_69_nested_columns_are_refused(load, ask, orders, column):
    url = orders("('a', '2024-03-01', 1, 1)")
    with pytest.raises(RejectedFile, match="column tags is") as caught:
        ask(url, f"SELECT *, {column} AS tags FROM orders")
    assert caught.value.code == "schema"
    assert not (load.store / "manifest.json").exists()


def test_66_68_texts_are_only_texts(load, ask, orders):
    url = orders(
        "($$'; drop table orders$$, '2024-03-01', 1, 1), ('𠮷', '2024-03-01', 1, 2)"
    )
    ask(url, ALL)
    assert [row["customer_id"] for row in load.rows] == ["'; drop table orders", "𠮷"]


def test_09_10_texts_of_a_database_without_an_encoding(cluster, load, ask):
    cluster.run(
        "DROP DATABASE IF EXISTS old",
        "CREATE DATABASE old ENCODING 'SQL_ASCII' TEMPLATE template0",
    )
    with cluster.session("old") as session:
        session.execute(
            "CREATE TABLE orders AS SELECT chr(213) || chr(197) AS customer_id, "
            "timestamp '2024-03-01' AS ordered_at, 1 AS amount, 1 AS order_id "
            "UNION ALL SELECT 'a', timestamp '2024-03-01', 2, 2"
        )
    receipt = ask(cluster.url.removesuffix("shop") + "old", ALL)
    assert (receipt.accepted, receipt.reasons) == (1, {"bad_encoding": 1})
    assert load.rows[0]["customer_id"] == "a"


def test_times_are_read_in_any_session_and_style(cluster, load, ask, orders):
    url = orders(
        "('a', '2024-03-01 00:30+08', 1, 1)", COLUMNS.replace("stamp", "stamptz")
    )
    cluster.run(
        "ALTER ROLE shop SET TimeZone = 'Asia/Tokyo'",
        "ALTER ROLE shop SET DateStyle = 'German'",
    )
    try:
        ask(url, ALL)
    finally:
        cluster.run("ALTER ROLE shop RESET ALL")
    assert load.rows[0]["ordered_at"].isoformat() == "2024-02-29T16:30:00+00:00"


def test_32_a_very_long_text_costs_its_row(ask, orders):
    url = orders("('a', '2024-03-01', 1, 1)")
    query = "SELECT o.*, repeat('茶', 500000) AS brand FROM orders o"
    assert ask(url, query).reasons == {"too_long": 1}


def test_16_18_columns_are_looked_at_before_the_rows(ask, orders):
    url = orders("")
    for query, code in (
        ("SELECT customer_id, amount FROM orders", "columns"),
        ("SELECT *, amount FROM orders", "duplicate_column"),
    ):
        with pytest.raises(RejectedFile) as caught:
            ask(url, query)
        assert caught.value.code == code


def test_03_no_rows_are_accepted_with_a_warning(ask, orders):
    with pytest.warns(DataWarning, match="no rows"):
        assert ask(orders(""), ALL).records_in == 0


def test_45_rows_that_changed_between_two_loads_are_another_source(load, ask, orders):
    url = orders("('a', '2024-03-01', 1, 1), ('b', '2024-03-01', 1, 2)")
    first = ask(url, ALL)
    same = ask(url, "SELECT * FROM orders ORDER BY order_id DESC")
    assert (first.already_loaded, same.already_loaded) == (False, True)
    url = orders("('a', '2024-03-01', 1, 1), ('b', '2024-03-01', 5, 2)")
    assert not ask(url, ALL, into=load.folder / "other").already_loaded
    assert not ask(url, ALL).already_loaded


def test_rows_come_in_batches_in_the_order_of_the_query(load, ask, orders, monkeypatch):
    from workbench.ingest import postgres

    monkeypatch.setattr(postgres, "BATCH_ROWS", 3)
    rows = ", ".join(f"('c{n}', '2024-03-01', 1, {n})" for n in range(10))
    seen = []
    ask(orders(rows), ALL, progress=lambda name, n_rows: seen.append(n_rows))
    assert seen == [3, 6, 9, 10, 10]  # read in four batches, then judged
    assert [row["customer_id"] for row in load.rows] == [f"c{n}" for n in range(10)]


def test_nothing_can_be_written_even_by_a_function(cluster, ask, orders):
    url = orders("('a', '2024-03-01', 1, 1)")
    cluster.run(
        "CREATE OR REPLACE FUNCTION empty_it() RETURNS bigint LANGUAGE sql "
        "AS 'DELETE FROM orders RETURNING order_id'"
    )
    with pytest.raises(QueryFailed, match="read-only transaction"):
        ask(url, "SELECT o.*, empty_it() AS line_no FROM orders o")
    with cluster.session() as session:
        assert session.execute("SELECT count(*) FROM orders").fetchone() == (1,)


def test_an_error_of_the_query_has_the_databases_words(load, ask, orders):
    url = orders("('a', '2024-03-01', 0, 1)")
    for query, words in (
        ("SELECT * FROM absent", 'relation "absent" does not exist'),
        ("SELECT o.*, 1 / amount AS quantity FROM orders o", "division by zero"),
    ):
        with pytest.raises(QueryFailed, match=words) as caught:
            ask(url, query)
        assert caught.value.exit_code == 1
    assert not (load.store / "manifest.json").exists()
    assert not (load.store / "versions" / ".draft").exists()


def test_a_timeout_of_the_server_is_tried_later(cluster, ask, orders):
    url = orders("('a', '2024-03-01', 1, 1)")
    cluster.run("ALTER ROLE shop SET statement_timeout = '200ms'")
    try:
        with pytest.raises(Unreachable, match="statement timeout") as caught:
            ask(url, "SELECT o.*, pg_sleep(5)::text AS brand FROM orders o")
    finally:
        cluster.run("ALTER ROLE shop RESET statement_timeout")
    assert caught.value.exit_code == 75


def test_a_connection_that_is_cut_is_tried_later(cluster, ask, orders):
    url = orders("('a', '2024-03-01', 1, 1)")
    gone = "pg_terminate_backend(pg_backend_pid())::text"
    with pytest.raises(Unreachable) as caught:
        ask(url, f"SELECT o.*, {gone} AS brand FROM orders o")
    assert caught.value.exit_code == 75


def test_a_wrong_password_is_refused_and_not_repeated(ask, orders, monkeypatch):
    url = orders("")
    monkeypatch.setenv("OTHER", "canary-wrong-lily")
    with pytest.raises(QueryFailed, match="refused the login") as caught:
        ask(url, ALL, password="env:OTHER")
    assert "lily" not in str(caught.value)
    with pytest.raises(QueryFailed, match="refused the login") as caught:
        ask(url, ALL, password="")
    assert caught.value.exit_code == 1


def test_a_database_that_is_not_there_is_refused(ask, orders):
    with pytest.raises(QueryFailed, match="does not exist"):
        ask(orders("").removesuffix("shop") + "absent", ALL)


def test_nobody_listens_there(ask):
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
        with pytest.raises(Unreachable, match="did not answer") as caught:
            ask(f"postgresql://shop@127.0.0.1:{port}/shop", ALL)
    assert caught.value.exit_code == 75


def test_somebody_listens_who_never_answers(ask, monkeypatch):
    from workbench.ingest import postgres

    monkeypatch.setattr(postgres, "_CONNECT_SECONDS", 2)
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        one.listen()
        port = one.getsockname()[1]
        with pytest.raises(Unreachable, match="did not answer"):
            ask(f"postgresql://shop@127.0.0.1:{port}/shop", ALL)


def test_without_the_driver_its_cure_is_named(ask, monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(BadParameter, match=r"workbench\[postgres\]"):
        ask("postgresql://shop@127.0.0.1:1/shop", ALL)
