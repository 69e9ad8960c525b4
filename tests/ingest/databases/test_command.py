"""The command on a database: exit codes, and a canary password that is never seen."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from workbench import cli

from .conftest import PASSWORD

HEADER = "customer_id,ordered_at,amount\n"
WRONG = "canary-wrong-lily"


@dataclass(frozen=True)
class Ended:
    """What a command left behind."""

    code: int
    out: str
    err: str


@pytest.fixture
def workbench(tmp_path, monkeypatch, capsys):
    """Run the command in this process, in a folder with a query of one row."""
    query = tmp_path / "orders.sql"
    query.write_text(
        "SELECT 'a' AS customer_id, timestamp '2024-03-01' AS ordered_at, 1 AS amount"
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WORKBENCH_ROOT", str(tmp_path))
    monkeypatch.setenv("WORKBENCH_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SHOP_SECRET", PASSWORD)
    monkeypatch.setenv("OTHER_SECRET", WRONG)

    def run(*words: str) -> Ended:
        monkeypatch.setattr(sys, "argv", ["workbench", "ingest", *words])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return Ended(ended.value.code or 0, said.out, said.err)

    return run


def with_traceback(*words: str) -> Ended:
    """Run the command in a process of its own that shows whole tracebacks."""
    done = subprocess.run(
        [Path(sys.executable).parent / "workbench", "ingest", *words],
        env=os.environ | {"WORKBENCH_TRACEBACK": "1"},
        capture_output=True,
        text=True,
    )
    return Ended(done.returncode, done.stdout, done.stderr)


def everything_written(folder: Path) -> bytes:
    """Return the bytes of every file but the lock, which has a process's number."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return b"".join(path.read_bytes() for path in files if path.name != ".lock")


def test_a_password_is_in_nothing_that_is_said_or_written(workbench, cluster, tmp_path):
    words = ("--query-file", "orders.sql", "--into", "shop", "--password")
    done = workbench(cluster.url, *words, "env:SHOP_SECRET", "--json")
    assert done.code == 0 and json.loads(done.out)["accepted"] == 1
    wrong = with_traceback(cluster.url, *words, "env:OTHER_SECRET")
    assert "QueryFailed" in wrong.err
    unreachable = re.sub(r":\d+/", ":1/", cluster.url)
    nobody = with_traceback(unreachable, *words, "env:OTHER_SECRET")
    assert "Unreachable" in nobody.err
    inside = cluster.url.replace("shop@", f"shop:{WRONG}@")
    refused = with_traceback(inside, *words, "env:SHOP_SECRET")
    assert "BadParameter" in refused.err
    said = "".join(one.out + one.err for one in (done, wrong, nobody, refused))
    kept = everything_written(tmp_path)
    for secret in (PASSWORD, WRONG):
        assert secret not in said
        assert secret.encode() not in kept
    assert b"postgresql://127.0.0.1" in kept and b"SELECT 'a'" in kept


def test_exit_codes_say_what_to_do(workbench, cluster):
    words = ("--query-file", "orders.sql", "--into", "shop", "--json", "--password")
    inside = cluster.url.replace("shop@", "shop:x@")
    unreachable = re.sub(r":\d+/", ":1/", cluster.url)
    for url, secret, code in (
        (inside, "env:SHOP_SECRET", 2),
        (cluster.url, "env:OTHER_SECRET", 1),
        (unreachable, "env:SHOP_SECRET", 75),
    ):
        done = workbench(url, *words, secret)
        assert done.code == code
        assert done.err.startswith("workbench: ") and done.err.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "cure"),
    [
        (("orders.csv", "sqlite:///x"), "one after the other"),
        (("sqlite:///x", "sqlite:///y", "--query-file", "orders.sql"), "2 databases"),
        (("orders.csv", "--query-file", "orders.sql"), "0 databases and 1 files"),
        (("sqlite:///x",), "--query-file QUERY.sql"),
        (("orders.csv", "--password", "env:SHOP_SECRET"), "0 databases"),
    ],
)
def test_files_and_databases_are_not_mixed(workbench, words, cure):
    done = workbench(*words, "--into", "shop", "--json")
    assert done.code == 2
    assert cure in done.err


def test_a_load_is_tried_out(workbench, tmp_path):
    (tmp_path / "orders.csv").write_text(f"{HEADER}a,2024-03-01,1\n,2024-03-01,1\n")
    words = ("orders.csv", "--into", "shop")
    tried = workbench(*words, "--dry-run", "--json")
    account = json.loads(tried.out)
    assert (account["accepted"], account["reasons"]) == (1, {"missing_customer": 1})
    assert account["dry_run"] and account["store_version"] == ""
    assert everything_written(tmp_path / "home") == b""
    assert "dry run: nothing was published" in workbench(*words, "--dry-run").out
    done = json.loads(workbench(*words, "--json").out)
    for name in ("records_in", "accepted", "reasons", "first_on", "last_on"):
        assert done[name] == account[name]


def test_a_trial_is_refused_as_the_load_would_be(workbench, tmp_path):
    (tmp_path / "orders.csv").write_text(f"{HEADER}a,2024-03-01,1\nb,2024-03-01,x\n")
    tried = workbench("orders.csv", "--into", "shop", "--dry-run", "--json")
    assert tried.code == 3
    assert "50.0% cannot be read" in tried.err and "Mend the source" in tried.err
    assert everything_written(tmp_path / "home") == b""


def test_a_trial_of_a_store_that_is_there_changes_nothing_in_it(workbench, tmp_path):
    (tmp_path / "one.csv").write_text(f"{HEADER}a,2024-03-01,1\n")
    (tmp_path / "two.csv").write_text(f"{HEADER}b,2024-03-02,1\n,2024-03-02,1\n")
    first = json.loads(workbench("one.csv", "--into", "shop", "--json").out)
    before = everything_written(tmp_path / "home")
    tried = json.loads(
        workbench("two.csv", "--into", "shop", "--json", "--dry-run").out
    )
    assert (tried["accepted"], tried["quarantined"]) == (1, 1)
    assert tried["store_version"] == first["store_version"]
    names = {path.name for path in (tmp_path / "home").rglob("*")} - {".lock"}
    assert "quarantine" not in names and ".draft" not in names
    assert before == everything_written(tmp_path / "home")


def test_the_sheet_of_a_workbook_is_named_on_the_command(workbench, tmp_path):
    from openpyxl import Workbook

    book = Workbook()
    book.create_sheet("Orders").append(["customer_id", "ordered_at", "amount"])
    book["Orders"].append(["a", "2024-03-01", 1])
    book.save(tmp_path / "book.xlsx")
    unsaid = workbench("book.xlsx", "--into", "shop", "--json")
    assert unsaid.code == 1 and "--sheet NAME" in unsaid.err
    done = workbench("book.xlsx", "--into", "shop", "--sheet", "Orders", "--json")
    assert json.loads(done.out)["accepted"] == 1


@pytest.mark.parametrize(
    "query",
    [
        f"SELECT '{PASSWORD}'::int AS customer_id",
        f'SELECT * FROM "{PASSWORD}"',
        f"SELECT 1 AS \"{PASSWORD}\", pg_sleep('{PASSWORD}')",
    ],
)
def test_words_of_the_database_come_without_the_password(
    workbench, cluster, tmp_path, query
):
    (tmp_path / "orders.sql").write_text(query)
    words = ("--query-file", "orders.sql", "--into", "shop")
    done = with_traceback(cluster.url, *words, "--password", "env:SHOP_SECRET")
    assert done.code == 1 and "(the password)" in done.err
    assert PASSWORD not in done.out + done.err
    assert PASSWORD.encode() not in everything_written(tmp_path / "home")


def test_a_host_that_is_not_there_gets_no_password_said(workbench):
    url = "postgresql://shop@nobody.invalid:5432/shop"
    words = ("--query-file", "orders.sql", "--into", "shop", "--json")
    done = with_traceback(url, *words, "--password", "env:SHOP_SECRET")
    assert "Unreachable" in done.err
    assert PASSWORD not in done.out + done.err


def test_neither_the_process_nor_the_server_shows_the_password(
    workbench, cluster, tmp_path
):
    (tmp_path / "orders.sql").write_text(
        "SELECT pg_sleep(60)::text AS customer_id, now() AS ordered_at, 1 AS amount"
    )
    words = [cluster.url, "--query-file", "orders.sql", "--password", "env:SHOP_SECRET"]
    program = Path(sys.executable).parent / "workbench"
    ingest = [program, "ingest", *words, "--into", "shop"]
    with subprocess.Popen(ingest, stderr=subprocess.PIPE) as running:
        seen = _shown_by_the_server(cluster)
        shown = Path(f"/proc/{running.pid}/cmdline")
        if shown.exists():
            assert PASSWORD.encode() not in shown.read_bytes()
        cluster.run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE application_name = 'workbench'"
        )
        said = running.communicate(timeout=60)[1]
    assert "workbench" in seen and PASSWORD not in seen
    assert running.returncode != 0 and PASSWORD.encode() not in said


def _shown_by_the_server(cluster) -> str:
    """Wait until the command has asked, and return all that the server shows of it."""
    asked = (
        "SELECT a::text FROM pg_stat_activity a WHERE application_name = 'workbench'"
    )
    with cluster.session() as session:
        for _ in range(300):
            found = session.execute(f"{asked} AND state = 'active'").fetchall()
            if found:
                return str(found)
            time.sleep(0.1)
    raise AssertionError("the command did not ask within 30 s")


def test_exit_codes_of_a_trial_are_those_of_the_load(workbench, cluster, tmp_path):
    words = ("--query-file", "orders.sql", "--into", "shop", "--dry-run", "--password")
    unreachable = re.sub(r":\d+/", ":1/", cluster.url)
    for url, secret, code in (
        (cluster.url, "env:SHOP_SECRET", 0),
        (cluster.url, "env:OTHER_SECRET", 1),
        (f"{cluster.url}?x=1", "env:SHOP_SECRET", 2),
        (unreachable, "env:SHOP_SECRET", 75),
    ):
        assert workbench(url, *words, secret).code == code
    assert not (tmp_path / "home").exists() or not list((tmp_path / "home").rglob("*"))
