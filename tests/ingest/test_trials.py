"""Where a load works out, and what a trial or a killed load leaves behind: nothing."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from workbench.errors import WorkbenchError
from workbench.ingest import Mapping, Query, ingest
from workbench.ingest.trials import place

KILLED = """
import os, signal, sys
from workbench.ingest import Query, ingest
def killed(name, n_rows):
    os.kill(os.getpid(), signal.SIGKILL)
ingest(Query(sys.argv[1], sys.argv[2]), into=sys.argv[3], dry_run=sys.argv[4] == "try",
       progress=killed)
"""


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """Return an empty folder where temporary files go, of sub-processes too."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def query(tmp_path):
    """Return a query of a SQLite file with one order, and one without a customer."""
    session = sqlite3.connect(tmp_path / "shop.sqlite")
    with session:
        session.execute("CREATE TABLE orders (customer_id, ordered_at, amount)")
        rows = [("ann-7f3a", "2024-03-01", 1), (None, "2024-03-01", 1)]
        session.executemany("INSERT INTO orders VALUES (?, ?, ?)", rows)
    session.close()
    (tmp_path / "q.sql").write_text("SELECT * FROM orders ORDER BY 1")
    return Query(f"sqlite://{tmp_path}/shop.sqlite", tmp_path / "q.sql")


def kill(query: Query, store: Path, how: str) -> None:
    words = [query.url, str(query.file), str(store), how]
    done = subprocess.run([sys.executable, "-c", KILLED, *words])
    assert done.returncode == -signal.SIGKILL


def test_a_killed_load_leaves_its_draft_which_the_next_removes(
    query, temporary, tmp_path
):
    store = tmp_path / "store"
    kill(query, store, "load")
    draft = store / "versions" / ".draft"
    assert [path.name for path in (draft / "spool").iterdir()] == ["q.sql"]
    assert (draft / "spool").stat().st_mode & 0o077 == 0
    assert not (store / "manifest.json").exists() and not list(temporary.iterdir())
    lenient = Mapping(max_quarantined=1.0, max_missing_customer=1.0)
    assert ingest(query, into=store, mapping=lenient).accepted == 1
    assert not draft.exists() and not list(store.rglob("spool"))


def test_a_killed_trial_leaves_one_private_folder_which_the_next_removes(
    query, temporary, tmp_path
):
    kill(query, tmp_path / "store", "try")
    (left,) = temporary.iterdir()
    assert left.stat().st_mode & 0o077 == 0
    assert not (tmp_path / "store").exists()
    (tmp_path / "orders.csv").write_text(
        "customer_id,ordered_at,amount\na,2024-03-01,1"
    )
    ingest(tmp_path / "orders.csv", into=tmp_path / "other")
    assert not list(temporary.iterdir())


def test_a_trial_at_work_is_left_alone(temporary, tmp_path):
    with place(tmp_path / "one", dry_run=True) as one:
        one.mkdir()
        with place(tmp_path / "two", dry_run=True) as two:
            assert one.is_dir() and one.parent != two.parent
    assert not list(temporary.iterdir())


def test_folders_of_others_are_left_alone(temporary, tmp_path):
    (temporary / "workbench-trial-new").mkdir()  # no lock yet: it is being made
    (temporary / "other").mkdir()
    os.symlink(tmp_path, temporary / "workbench-trial-link")
    with place(tmp_path / "one", dry_run=False) as one:
        assert one == tmp_path / "one"
    assert len(list(temporary.iterdir())) == 3


@pytest.mark.parametrize("content", ["a,2024-03-01,1\n", "a,2024-03-01,x\n", None])
def test_a_trial_leaves_no_file_behind(query, temporary, tmp_path, content):
    given: Query | Path = query
    if content is not None:
        given = tmp_path / "orders.csv"
        given.write_text(f"customer_id,ordered_at,amount\n{content}")
    before = sorted(tmp_path.rglob("*"))
    ends = []
    for dry_run in (True, False):
        try:
            ends.append(
                ingest(given, into=tmp_path / "store", dry_run=dry_run).accepted
            )
        except WorkbenchError as error:
            ends.append(error.exit_code)
        if dry_run:
            assert sorted(tmp_path.rglob("*")) == before
    assert ends[0] == ends[1]
