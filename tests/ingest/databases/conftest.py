"""A PostgreSQL of the tests' own: a fresh cluster on loopback, ended by its id."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from workbench.ingest import Mapping, Query, ingest

PASSWORD = "canary-7f3a-sunflower"
COLUMNS = (
    "customer_id text, ordered_at timestamp, amount numeric(12,2), order_id bigint"
)
LENIENT = {"max_quarantined": 1.0, "max_missing_customer": 1.0}
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_connections": "20",
    "shared_buffers": "32MB",
}


@dataclass(frozen=True)
class Cluster:
    """A running PostgreSQL with the user ``shop``, who has a password."""

    port: int

    @property
    def url(self) -> str:
        return f"postgresql://shop@127.0.0.1:{self.port}/shop"

    def run(self, *statements: str) -> None:
        with self.session() as session:
            for statement in statements:
                session.execute(statement)

    def session(self, database: str = "shop") -> Any:
        import psycopg

        return psycopg.connect(
            host="127.0.0.1",
            port=self.port,
            user="shop",
            password=PASSWORD,
            dbname=database,
            autocommit=True,
        )


@contextmanager
def running_cluster() -> Iterator[Cluster]:
    """Make a cluster, run it, end it and remove it; skip where there is none."""
    programs = _programs()
    user = _unprivileged()
    folder = Path(tempfile.mkdtemp(prefix="wb-pg-", dir="/tmp"))
    server = None
    try:
        _own(folder, user)
        secret = folder / "secret"
        secret.write_text(PASSWORD)
        _own(secret, user)
        _initialise(programs, folder, user)
        port = _free_port()
        server = _started(programs, folder, port, user)
        cluster = Cluster(port)
        _wait(cluster, server)
        yield cluster
    finally:
        if server is not None:
            server.terminate()
            server.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    if not found and on_path is None:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    return found[-1].parent if found else Path(str(on_path)).parent


def _unprivileged() -> str | None:
    """Return the user to run as, where we are root: PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def _own(path: Path, user: str | None) -> None:
    if user is not None:
        shutil.chown(path, user)


def _as(user: str | None) -> dict[str, Any]:
    if user is None:
        return {}
    entry = pwd.getpwnam(user)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _initialise(programs: Path, folder: Path, user: str | None) -> None:
    subprocess.run(
        [
            *(str(programs / "initdb"), "--pgdata", str(folder / "data")),
            *("--username", "shop", "--pwfile", str(folder / "secret")),
            *("--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C"),
            "--no-sync",
        ],
        check=True,
        capture_output=True,
        cwd=folder,
        **_as(user),
    )


def _started(
    programs: Path, folder: Path, port: int, user: str | None
) -> subprocess.Popen[bytes]:
    settings = _SETTINGS | {"port": str(port), "unix_socket_directories": str(folder)}
    words = [word for k, v in settings.items() for word in ("-c", f"{k}={v}")]
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(
            [str(programs / "postgres"), "-D", str(folder / "data"), *words],
            stdout=log,
            stderr=log,
            cwd=folder,
            **_as(user),
        )


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _wait(cluster: Cluster, server: subprocess.Popen[bytes]) -> None:
    import psycopg

    for _ in range(300):
        try:
            with cluster.session("postgres") as session:
                session.execute("CREATE DATABASE shop")
                return
        except psycopg.OperationalError:
            assert server.poll() is None, "PostgreSQL ended before it answered"
            time.sleep(0.1)
    raise AssertionError("PostgreSQL did not answer within 30 s")


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    with running_cluster() as running:
        yield running


@pytest.fixture
def ask(load, monkeypatch):
    """Ingest the answer of a query; the password is in the environment."""
    monkeypatch.setenv("WORKBENCH_TEST_SECRET", PASSWORD)

    def loaded(url: str, query: str, **options: Any) -> Any:
        file = load.folder / "orders.sql"
        file.write_text(query, encoding="utf-8")
        reference = "env:WORKBENCH_TEST_SECRET" if url.startswith("postgres") else ""
        asked = Query(url, file, options.pop("password", reference))
        rules = Mapping(**(LENIENT | options.pop("mapping", {})))
        into = options.pop("into", load.store)
        return ingest(asked, into=into, mapping=rules, **options)

    return loaded


@pytest.fixture
def orders(cluster):
    """Make the table ``orders`` anew, with rows written as SQL."""

    def made(rows: str, columns: str = COLUMNS) -> str:
        cluster.run(
            "DROP TABLE IF EXISTS orders",
            f"CREATE TABLE orders ({columns})",
            f"INSERT INTO orders VALUES {rows}" if rows else "SELECT 1",
        )
        return cluster.url

    return made
