"""``workbench prune``: shown, asked once, removed; the exit codes."""

import fcntl
import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import typer

from workbench import cli
from workbench.ingest import ingest
from workbench.ingest.versions import versions_of

ROOT = Path(__file__).parents[2]


@pytest.fixture
def store(tmp_path, monkeypatch):
    """Load two versions, 50 and 40 days ago."""
    monkeypatch.setenv("WORKBENCH_ROOT", str(ROOT))
    monkeypatch.setenv("WORKBENCH_HOME", str(tmp_path / "home"))
    for name, age_days in (("a", 50), ("b", 40)):
        at = datetime.now(UTC) - timedelta(days=age_days)
        file = tmp_path / f"{name}.csv"
        file.write_text(f"customer_id,ordered_at,amount\n{name},{at:%Y-%m-%d},1\n")
        ingest(file, into="shop", loaded_at=at)
    return tmp_path / "home" / "clean" / "shop"


@pytest.fixture
def prune(store, monkeypatch, capsys):
    def run(*words, terminal=False):
        monkeypatch.setattr(sys, "argv", ["workbench", "prune", *words])
        monkeypatch.setattr(sys.stdin, "isatty", lambda: terminal, raising=False)
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return ended.value.code or 0, said.out, said.err

    return run


def test_a_dry_run_shows_both_tables_and_removes_nothing(prune, store):
    old, newest = versions_of(store)
    code, out, _ = prune("--keep-days", "30", "--dry-run")
    assert code == 0
    going, kept = out.split("Kept, although older than 30 days")
    assert f"shop@{old}" in going and " 50 │" in going
    assert "size [MB]" in going and "age [days]" in going
    assert f"shop@{newest}" in kept and "newest" in kept
    assert "1 can go, 0.0 MB" in kept
    assert versions_of(store) == [old, newest]


def test_json_tells_what_why_bytes_and_days(prune, store):
    old, newest = versions_of(store)
    told = json.loads(prune("--keep-days", "30", "--dry-run", "--json")[1])
    (going,), (kept,) = told["going"], told["kept"]
    assert (going["kind"], going["name"]) == ("store version", f"shop@{old}")
    assert (going["age_days"], kept["age_days"]) == (50, 40)
    assert (kept["why"], told["dry_run"], told["removed"]) == ("newest", True, [])
    assert told["bytes"] == going["bytes"] > told["bytes_free"] > 0
    told = json.loads(prune("--keep-days", "30", "--yes", "--json")[1])
    assert told["removed"] == [str(store / "versions" / old)]
    assert versions_of(store) == [newest]


def test_without_a_terminal_it_needs_yes(prune, store):
    code, out, err = prune("--keep-days", "30")
    assert (code, out) == (2, "")
    assert "expected --yes" in err and err.count("\n") == 1
    assert len(versions_of(store)) == 2


@pytest.mark.parametrize(("answer", "left"), [(True, 1), (False, 2)])
def test_on_a_terminal_it_asks_once(prune, store, monkeypatch, answer, left):
    asked = []
    monkeypatch.setattr(
        typer, "confirm", lambda text, **_: asked.append(text) or answer
    )
    code, _, err = prune("--keep-days", "30", terminal=True)
    assert (code, asked) == (0, ["Remove these 1?"])
    assert ("nothing was removed" in err) == (not answer)
    assert len(versions_of(store)) == left


def test_nothing_to_remove_is_not_asked_about(prune, monkeypatch):
    monkeypatch.setattr(typer, "confirm", lambda *_, **__: pytest.fail("asked"))
    assert prune("--keep-days", "60", terminal=True)[0] == 0


def test_a_store_that_is_left_out_ends_in_75(prune, store):
    with (store / ".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        code, out, err = prune("--keep-days", "30", "--yes")
    assert code == 75
    assert "removed: 0" in out and "left out: store shop" in err
    assert prune("--keep-days", "30", "--yes")[0] == 0
    assert len(versions_of(store)) == 1


@pytest.mark.parametrize("words", [(), ("--keep-days", "-1"), ("--keep-days", "x")])
def test_days_that_are_none_are_wrong_usage(prune, words):
    assert prune(*words, "--dry-run")[0] == 2
