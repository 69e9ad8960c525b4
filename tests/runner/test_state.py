import json
from pathlib import Path

import pytest

from workbench.errors import UnknownName
from workbench.locking import held
from workbench.runner.state import mark_crashed, read_state, write_state
from workbench.runner.status import list_runs, run_status


def state(name: str, word: str, started: str) -> dict:
    return {
        "name": name,
        "state": word,
        "as_of": "1998-06-30",
        "data": {"name": "shop", "version": "0001-aa"},
        "started_at": started,
        "finished_at": None,
        "pid": 1,
        "stages": {"first": {"state": word, "key": "k"}},
    }


def test_running_without_a_holder_is_shown_as_crashed(small_project: Path) -> None:
    runs = small_project / "experiments" / "runs"
    write_state(runs / "a", state("a", "running", "2026-01-01"))
    write_state(runs / "b", state("b", "done", "2026-01-02"))
    with held(runs / "a"):
        assert [(r.name, r.state) for r in list_runs()] == [
            ("b", "done"),
            ("a", "running"),
        ]
    seen = run_status("a")
    assert (seen.state, seen.stages) == ("crashed", {"first": "crashed"})
    assert seen.as_dict()["data"] == "shop@0001-aa"


def test_doubts_are_shown_by_stage_those_of_older_records_too(small_project) -> None:
    runs = small_project / "experiments" / "runs"
    write_state(runs / "a", state("a", "done", "2026-01-01"))
    assert run_status("a").doubts == {} and run_status("a").n_doubts == 0
    (runs / "a" / "first").mkdir()
    told = ["FitWarning: q is 1.02", {"code": "no_gain", "words": "no better"}]
    record = json.dumps({"doubts": told})
    (runs / "a" / "first" / "record.json").write_text(record)
    assert run_status("a").as_dict()["doubts"] == {
        "first": [{"code": "fit", "words": "q is 1.02"}, told[1]]
    }
    assert list_runs()[0].n_doubts == 2


def test_the_next_start_writes_the_crash_down(tmp_path: Path) -> None:
    write_state(tmp_path / "a", state("a", "running", "2026-01-01"))
    write_state(tmp_path / "b", state("b", "running", "2026-01-02"))
    with held(tmp_path / "b"):
        assert mark_crashed(tmp_path) == ["a"]
    written = read_state(tmp_path / "a")
    assert written is not None and written["state"] == "crashed"
    assert mark_crashed(tmp_path) == ["b"]


def test_unknown_run(small_project: Path) -> None:
    with pytest.raises(UnknownName, match="no run 'x'"):
        run_status("x")
