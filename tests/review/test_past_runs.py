import json
import os

import pytest

from workbench.errors import Tampered
from workbench.locking import held
from workbench.review.past_runs import newest_complete, past_runs

DAY = "2026-05-01"


def by_hand(yard, pid, **record):
    stage = yard.runs / f"hand-20260501T120000000000-{pid}" / "20_clv"
    stage.mkdir(parents=True)
    started = {"started_at": DAY, "data": {"name": "shop", "version": "0001-aa"}}
    (stage / "started.json").write_text(json.dumps(started))
    if record:
        (stage / "record.json").write_text(json.dumps(started | record))


def states():
    return {run.name: run.state for run in past_runs()}


def test_a_run_that_a_kill_ended_is_seen_as_crashed_and_one_at_work_is_not(yard):
    folder = yard.run("demo-1", DAY, state="running")
    yard.run("demo-2", DAY, state="done")
    assert states() == {"demo-1": "crashed", "demo-2": "done"}
    with held(folder):
        assert states()["demo-1"] == "at work"


def test_a_run_that_never_ended_is_as_old_as_its_start(yard):
    yard.run("demo-1", DAY, state="running")
    (run,) = past_runs()
    assert run.ended_at == run.started_at
    assert run.ended_at.date().isoformat() == DAY


def test_a_run_by_hand_is_at_work_while_its_kernel_lives(yard):
    by_hand(yard, os.getpid())
    by_hand(yard, 2**22 + 1)
    found = {run.name.rpartition("-")[2]: run.state for run in past_runs()}
    assert found == {str(os.getpid()): "at work", str(2**22 + 1): "by hand"}


def test_a_run_by_hand_that_is_finished_is_as_old_as_its_end(yard):
    by_hand(yard, os.getpid(), finished_at="2026-05-03T00:00:00+00:00")
    (run,) = past_runs()
    assert run.state == "by hand"
    assert run.ended_at.isoformat() == "2026-05-03T00:00:00+00:00"


def test_other_folders_are_not_runs(yard):
    (yard.runs / "notes" / "20_clv").mkdir(parents=True)
    (yard.runs / "notes" / "20_clv" / "started.json").write_text("{")
    assert past_runs() == []


def test_the_newest_complete_run_is_found_by_its_start(yard):
    yard.run("z", "2026-05-01")
    yard.run("a", "2026-05-02")
    yard.run("later", "2026-05-03", state="partial")
    yard.run("o", "2026-01-01", experiment="other")
    assert newest_complete(past_runs()) == {"a", "o"}


@pytest.mark.parametrize(
    ("told", "words"), [({"started_at": "soon"}, "ISO time"), ({}, "missing state")]
)
def test_a_run_that_does_not_say_when_is_refused(yard, told, words):
    folder = yard.run("demo-1", DAY)
    whole = json.loads((folder / "run.json").read_text())
    (folder / "run.json").write_text(json.dumps(told and whole | told))
    with pytest.raises(Tampered, match=words):
        past_runs()


def test_each_store_has_a_newest_run_of_its_own(yard):
    yard.run("a", "2026-01-01")
    yard.run("b", "2026-01-02")
    runs = past_runs()
    assert newest_complete(runs) == {"b"}
    runs[0].data["name"] = "another"
    assert newest_complete(runs) == {"a", "b"}
