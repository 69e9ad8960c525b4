"""PostgreSQL is only read, whatever is asked, and may go away in the middle."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.errors import QueryFailed, Unreachable
from workbench.ingest import Query
from workbench.ingest.postgres import asked_of_postgres

from .conftest import PASSWORD

ALL = "SELECT * FROM orders ORDER BY order_id"


@pytest.mark.parametrize(
    "column",
    [
        *("nextval('numbers')", "lo_creat(-1)", "setval('numbers', 9)"),
        "query_to_xml('DELETE FROM orders', true, true, '')::text",
    ],
)
def test_nothing_is_changed_by_what_looks_like_reading(cluster, orders, column):
    """Also where nobody has looked at the query."""
    url = orders("('a', '2024-03-01', 1, 1)")
    cluster.run("CREATE SEQUENCE IF NOT EXISTS numbers")
    before = _state(cluster)
    # large objects are made in the transaction, which is never committed
    _ask_unchecked(url, f"SELECT o.*, {column} AS x FROM orders o")
    assert _state(cluster) == before


def test_a_transaction_stays_read_only(orders):
    off = "set_config('transaction_read_only', 'off', true)"
    error = _ask_unchecked(orders("('a', '2024-03-01', 1, 1)"), f"SELECT {off}")
    assert "read-write mode" in str(error)


def test_files_of_the_server_are_not_for_a_reader(cluster, orders, monkeypatch):
    orders("")
    cluster.run(
        "DROP ROLE IF EXISTS reader", f"CREATE ROLE reader LOGIN PASSWORD '{PASSWORD}'"
    )
    url = cluster.url.replace("shop@", "reader@")
    error = _ask_unchecked(url, "SELECT pg_read_file('/etc/hostname')")
    assert "permission denied" in str(error)


def test_rows_that_take_too_long_are_given_up(ask, orders, monkeypatch):
    from workbench.ingest import postgres

    url = orders("('a', '2024-03-01', 1, 1)")
    query = "SELECT o.*, pg_sleep(100)::text AS brand FROM orders o"
    with pytest.raises(Unreachable, match="allow more in the address"):
        ask(f"{url}?statement_timeout=200ms", query)
    monkeypatch.setattr(postgres, "_TIMEOUT", "200ms")
    with pytest.raises(Unreachable, match="took too long"):
        ask(url, query)
    assert ask(f"{url}?statement_timeout=1h", query.replace("100", "0.3")).accepted == 1


def _ask_unchecked(url: str, text: str) -> Exception | None:
    """Ask what nobody has looked at; return how it was refused, if it was."""
    query = Unchecked(url, Path("orders.sql"))
    query.__dict__["text"] = text
    try:
        with asked_of_postgres(query) as answer:
            list(answer.batches)
    except QueryFailed as error:
        return error
    return None


class Unchecked(Query):
    """A query whose text nobody has looked at."""

    def secret(self) -> str:
        return PASSWORD


def _state(cluster) -> list[tuple]:
    """Return what a query could have changed."""
    with cluster.session() as session:
        return [
            session.execute(f"SELECT {what}").fetchone()
            for what in (
                "(SELECT count(*) FROM orders)",
                "(SELECT count(*) FROM pg_largeobject_metadata)",
                "(SELECT (last_value, is_called)::text FROM numbers)",
            )
        ]


def test_a_server_that_goes_away_in_the_middle_is_tried_later(
    cluster, load, ask, orders, monkeypatch
):
    from workbench.ingest import postgres

    monkeypatch.setattr(postgres, "BATCH_ROWS", 3)
    url = orders(", ".join(f"('c{n}', '2024-03-01', 1, {n})" for n in range(10)))
    seen = []

    def cut(name: str, n_rows: int) -> None:
        seen.append(n_rows)
        cluster.run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE application_name = 'workbench'"
        )

    with pytest.raises(Unreachable, match="Nothing was published") as caught:
        ask(url, ALL, progress=cut)
    assert (caught.value.exit_code, seen) == (75, [3])
    assert [path.name for path in load.store.rglob("*")] == [".lock", "versions"]
