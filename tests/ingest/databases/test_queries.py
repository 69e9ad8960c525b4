"""What is asked of a database: an address without secrets, one statement that reads."""

from __future__ import annotations

import pytest

from workbench.errors import BadParameter
from workbench.ingest import Query
from workbench.ingest.queries import is_address

CANARY = "sunflower"


def query(folder, text: str, url: str = "postgresql://u@h/d", password: str = ""):
    file = folder / "orders.sql"
    file.write_text(text)
    return Query(url, file, password)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * FROM orders",
        "select 1 union all select 2;",
        "WITH a AS (SELECT 1 AS x) SELECT x FROM a ORDER BY x -- all of them",
        "SELECT replace(a, 'b', 'c') AS copy FROM \"update\"",
        "(SELECT 1)",
    ],
)
@pytest.mark.parametrize("url", ["postgresql://u@h/d", "duckdb:///x", "sqlite:///x"])
def test_one_statement_that_reads_is_taken(tmp_path, text, url):
    query(tmp_path, text, url).require_reading()


@pytest.mark.parametrize(
    "text",
    [
        *("DELETE FROM orders", "UPDATE orders SET a = 1", "DROP TABLE orders"),
        *("INSERT INTO a SELECT 1", "CREATE TABLE a AS SELECT 1", "VACUUM"),
        *("SELECT 1; SELECT 2", "SELECT 1; DROP TABLE orders", "", "-- nothing"),
        "WITH gone AS (DELETE FROM orders RETURNING *) SELECT * FROM gone",
        *("SELECT * INTO copy FROM orders", "SELECT * FROM orders FOR UPDATE"),
        *("COPY orders TO '/tmp/x'", "SET ROLE admin", "CALL cleanup()", "SELEC 1"),
        *("COPY orders TO PROGRAM 'cat'", "SET TRANSACTION READ WRITE"),
        "WITH new AS (INSERT INTO a VALUES (1) RETURNING *) SELECT * FROM new",
        "WITH n AS (UPDATE a SET b = 1 RETURNING *) SELECT * FROM n",
        *("SELECT 1; /* no */ DELETE FROM orders", "BEGIN; SELECT 1"),
        *("SELECT E'\\\\'; DELETE FROM orders; --'", "SELECT 1 -- a\n; DROP TABLE b"),
        *("GRANT ALL ON orders TO public", "EXPLAIN SELECT 1", "DO $$ BEGIN END $$"),
    ],
)
def test_what_writes_or_is_no_query_is_refused(tmp_path, text, capfd):
    with pytest.raises(BadParameter, match="expected one") as caught:
        query(tmp_path, text).require_reading()
    assert caught.value.exit_code == 2
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://shop:{CANARY}@host/db",
        f"postgresql://shop:{CANARY}/x@host/db",
        f"postgresql://shop:a@{CANARY}@host:port/db",
        f"postgresql://shop@host/db?password={CANARY}",
        f"postgresql://shop:{CANARY}@[host/db",
    ],
)
def test_a_password_in_the_address_is_refused_and_not_repeated(tmp_path, url):
    asked = query(tmp_path, "SELECT 1", url)
    with pytest.raises(BadParameter, match="--password env:NAME") as caught:
        asked.require_reading()
    assert CANARY not in str(caught.value) and CANARY not in repr(asked)


def test_a_database_of_another_kind_is_refused(tmp_path):
    with pytest.raises(BadParameter, match="Did you mean 'postgresql'"):
        query(tmp_path, "SELECT 1", "postgressql://h/d").require_reading()


def test_the_name_of_a_source_has_neither_user_nor_password(tmp_path):
    asked = query(tmp_path, "SELECT 1", "postgresql://ann@h:5433/shop?sslmode=require")
    assert asked.name == "postgresql://h:5433/shop orders.sql"
    assert asked.options == {"sslmode": "require"}


def test_a_password_by_reference(tmp_path, monkeypatch):
    (tmp_path / "secret").write_text(f"{CANARY}\n")
    (tmp_path / "secret").chmod(0o600)
    monkeypatch.setenv("SHOP_SECRET", CANARY)
    for reference in ("env:SHOP_SECRET", f"file:{tmp_path / 'secret'}"):
        asked = query(tmp_path, "SELECT 1", password=reference)
        assert asked.secret() == CANARY
        assert CANARY not in repr(asked)
    for reference in ("env:NOBODY", "file:/absent", CANARY):
        with pytest.raises(BadParameter, match="found none") as caught:
            query(tmp_path, "SELECT 1", password=reference).require_reading()
        assert CANARY not in str(caught.value)


def test_a_query_file_that_is_not_there(tmp_path):
    asked = Query("sqlite:///x", tmp_path / "absent.sql")
    with pytest.raises(BadParameter, match="--query-file QUERY.sql"):
        asked.require_reading()


@pytest.mark.parametrize(
    ("text", "is_ordered"),
    [
        ("SELECT 1 ORDER BY 1", True),
        ("SELECT * FROM (SELECT 1 ORDER BY 1) AS a", False),
        ("SELECT 1 UNION SELECT 2 ORDER BY 1", True),
    ],
)
def test_an_order_counts_where_it_orders_the_answer(tmp_path, text, is_ordered):
    assert query(tmp_path, text).is_ordered is is_ordered


@pytest.mark.parametrize(
    "text",
    [
        *("SELECT pg_read_file('/etc/passwd')", "SELECT \"pg_read_file\"('/x')"),
        *("SELECT pg_catalog.pg_read_file('/x')", "SELECT lo_import('/etc/passwd')"),
        "SELECT * FROM dblink('dbname=shop', 'DELETE FROM orders') AS t(a int)",
        "SELECT * FROM a WHERE EXISTS (SELECT dblink_exec('x', 'DROP TABLE a'))",
        *(
            "SELECT pg_ls_dir('/')",
            "SELECT set_config('statement_timeout', '0', false)",
        ),
        "SELECT load_extension('x')",
    ],
)
def test_what_reaches_outside_the_database_is_refused(tmp_path, text):
    with pytest.raises(BadParameter, match="found the function"):
        query(tmp_path, text).require_reading()


def test_comments_texts_and_names_are_no_statements(tmp_path):
    for text in (
        *("SELECT 1 /* ; DROP TABLE a */ -- ; x", "SELECT ';DROP', $$a;b$$"),
        *("SELECT upper('set_config'), sum(dblink)", "SELECT lo_sales(1), pg_lsn(a)"),
    ):
        query(tmp_path, text).require_reading()


@pytest.mark.parametrize(
    "url",
    [
        *("sqlite://", "sqlite:///", "sqlite:////", "sqlite://///srv/x", "duckdb:x"),
        *("sqlite:/srv/x", "duckdb:///x?mode=rw", "sqlite://:memory:"),
    ],
)
def test_what_is_no_address_is_refused_with_the_forms(tmp_path, url):
    assert is_address(url)
    with pytest.raises(BadParameter) as caught:
        query(tmp_path, "SELECT 1", url).require_reading()
    said = str(caught.value)
    assert "duckdb:///absolute/path" in said or "found mode" in said


def test_three_and_four_slashes_are_an_absolute_path_and_two_a_relative_one(tmp_path):
    paths = [
        str(query(tmp_path, "SELECT 1", f"sqlite:{slashes}srv/x").path)
        for slashes in ("//", "///", "////")
    ]
    assert paths == ["srv/x", "/srv/x", "/srv/x"]


def test_an_address_may_say_how_long_rows_may_take(tmp_path):
    url = "postgresql://h/d?statement_timeout=2h&sslmode=require"
    asked = query(tmp_path, "SELECT 1", url)
    assert (asked.timeout, asked.options) == ("2h", {"sslmode": "require"})
    for said in ("", "2", "-1s", "2h; DROP", "forever"):
        url = f"postgresql://h/d?statement_timeout={said}"
        with pytest.raises(BadParameter, match="statement_timeout=90min"):
            query(tmp_path, "SELECT 1", url).require_reading()
