"""What prune removes, and each thing that it never removes."""

import fcntl
import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from workbench.errors import BadParameter, Locked, StoreError, Tampered
from workbench.ingest import Mapping, ingest, open_store
from workbench.locking import held
from workbench.review import plan_pruning, prune
from workbench.runner.reuse import is_complete, take_over
from workbench.runner.state import all_states
from workbench.settings import places

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
OLD, OLDER, NEW = "2026-05-02", "2026-05-01", "2026-11-20"


def pruned(keep_days=30):
    return prune(plan_pruning(keep_days, NOW))


def names(things):
    return [thing.name for thing in things]


def reasons(keep_days=30):
    return {t.name: "; ".join(t.needed_by) for t in plan_pruning(keep_days, NOW).kept}


@pytest.fixture
def three(yard):
    """Load three versions, two of them old."""
    return [yard.load(c, day) for c, day in zip("abc", (OLDER, OLD, NEW), strict=True)]


def test_an_old_version_goes_and_hurts_no_other(yard, three):
    part = open_store(f"shop@{three[0]}").parts()[0]
    assert part.stat().st_nlink == 3
    assert names(pruned().removed) == [f"shop@{v}" for v in three[:2]]
    assert yard.versions() == three[2:]
    newest = open_store("shop")
    newest.verify()
    assert newest.read().count().execute() == 3
    assert yard.load("d", "2026-11-21") in yard.versions()


def test_the_newest_version_stays_whatever_its_age(yard):
    versions = [yard.load("a", OLDER), yard.load("b", OLD)]
    assert names(pruned(0).removed) == [f"shop@{versions[0]}"]
    assert yard.versions() == versions[1:]
    assert reasons(0) == {f"shop@{versions[1]}": "newest"}


def test_a_version_is_old_by_its_manifest_not_by_its_files(yard):
    young = yard.load("a", NEW)
    yard.load("b", "2026-11-21")
    for path in (yard.stores / "shop").rglob("*"):
        os.utime(path, (0, 0))
    assert pruned().removed == ()
    assert young in yard.versions()


def test_the_version_of_the_champion_stays(yard, three):
    decision = yard.decide("r1", OLD, three[0])
    assert names(pruned().removed) == [f"shop@{three[1]}"]
    open_store(f"shop@{three[0]}").verify()
    assert reasons()[f"shop@{three[0]}"] == f"champion {decision.bundle_id}"


def test_the_version_of_every_earlier_approval_stays(yard, three):
    earlier = yard.decide("r1", OLDER, three[0])
    yard.decide("r2", OLD, three[2])
    assert names(pruned().removed) == [f"shop@{three[1]}"]
    assert reasons()[f"shop@{three[0]}"] == f"rollback target {earlier.bundle_id}"
    assert reasons()[earlier.bundle_id] == "decision 1, rollback target"


def test_the_version_of_a_tier_table_stays_and_so_does_the_table(yard, three):
    table = yard.tier_table(OLDER, three[1])
    assert names(pruned(0).removed) == [f"shop@{three[0]}"]
    assert reasons(0)[f"shop@{three[1]}"] == f"tier table as_of={OLDER}"
    assert (table / "manifest.json").is_file()


def test_the_version_of_a_young_run_stays(yard, three):
    yard.run("demo-1", NEW, three[0])
    yard.run("demo-2", "2026-11-21", three[2])
    assert names(pruned().removed) == [f"shop@{three[1]}"]
    assert reasons() == {f"shop@{three[0]}": "run demo-1"}


def test_the_version_of_a_run_that_goes_goes_with_it(yard, three):
    yard.run("demo-1", OLDER, three[0])
    yard.run("demo-2", OLD, three[2])
    assert names(pruned().removed)[:2] == ["demo-1", f"shop@{three[0]}"]


def test_a_data_name_that_is_a_path_is_the_same_store(yard, three):
    data = {"name": str(yard.stores / "shop"), "version": three[0]}
    (yard.tier_table(NEW) / "manifest.json").write_text(json.dumps({"data": data}))
    assert names(pruned().removed) == [f"shop@{three[1]}"]


def test_a_version_that_a_load_has_not_published_yet_is_not_touched(yard, three):
    versions = yard.stores / "shop" / "versions"
    shutil.copytree(versions / three[0], versions / "0004-dead")
    pruned()
    assert yard.versions() == [three[2], "0004-dead"]


def test_quarantine_goes_when_its_day_is_past_and_no_sooner(yard):
    yard.load("a", OLD, bad="x")
    yard.load("b", "2026-09-01", bad="y")
    (first, second) = sorted((yard.stores / "shop" / "quarantine").iterdir())
    assert f"shop/quarantine/{first.name}" in names(pruned().removed)
    assert (first.exists(), second.exists()) == (False, True)
    assert reasons()[f"shop/quarantine/{second.name}"] == "kept until 2026-11-30"


def test_quarantine_past_its_day_but_younger_than_asked_stays(yard):
    yard.load("a", OLD, bad="x")
    assert pruned(400).removed == ()


def test_a_store_of_which_only_the_quarantine_is_there_is_looked_at(yard):
    yard.load("a", OLD, bad="x")
    shop = yard.stores / "shop"
    shutil.rmtree(shop / "versions")
    (shop / "manifest.json").unlink()
    pruned()
    assert list((shop / "quarantine").iterdir()) == []


def test_a_receipt_names_no_quarantine_that_is_gone(yard):
    yard.load("a", OLD, bad="x")
    assert len(list((yard.stores / "shop" / "quarantine").iterdir())) == 1
    pruned()
    open_store("shop").verify()
    words = Mapping(max_quarantined=1.0, least_of_usual=0.0)
    again = ingest(yard.home / "a.csv", into="shop", mapping=words)
    assert (again.already_loaded, again.quarantined) == (True, 1)
    assert again.quarantine == []


def test_a_run_that_a_decision_names_stays(yard):
    yard.run("demo-1", OLDER)
    yard.run("demo-2", OLD)
    yard.decide("demo-1", OLDER)
    assert pruned().removed == ()
    assert reasons()["demo-1"].startswith("decision 1, champion")


def test_a_run_at_work_stays(yard):
    running = yard.run("demo-1", OLDER, state="running")
    with held(running):
        assert pruned(0).removed == ()
        assert reasons()["demo-1"] == "at work"
    assert names(pruned().removed) == ["demo-1"]


def test_the_newest_complete_run_of_each_experiment_stays(yard):
    yard.run("demo-1", OLDER)
    yard.run("demo-2", OLD)
    yard.run("demo-3", NEW, state="failed")
    yard.run("other-1", OLDER, experiment="other")
    assert names(pruned(0).removed) == ["demo-1", "demo-3"]
    assert reasons(0)["other-1"] == "newest complete run of other"


def test_a_run_that_took_over_stages_stays_whole(yard):
    first, second = yard.run("demo-1", OLDER), yard.run("demo-2", OLD)
    (first / "10_rfm").mkdir()
    (first / "10_rfm" / "executed.ipynb").write_text("{}")
    record = '{"state": "done", "key": "k", "files": [], "executed_sha256": "%s"}'
    sha256 = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
    (first / "10_rfm" / "record.json").write_text(record % sha256)
    take_over(first / "10_rfm", second / "10_rfm")
    assert names(pruned().removed) == ["demo-1"]
    assert is_complete(second / "10_rfm", "k")


@pytest.mark.parametrize("lives", [True, False])
def test_a_run_by_hand_stays_while_its_kernel_lives(yard, lives):
    pid = os.getpid() if lives else 2**22 + 1
    stage = yard.runs / f"hand-20260501T120000000000-{pid}" / "20_clv"
    stage.mkdir(parents=True)
    data = '{"name": "shop", "version": "0001-aa"}'
    started = f'{{"started_at": "{OLD}T12:00:00+00:00", "data": {data}}}'
    (stage / "started.json").write_text(started)
    pruned()
    assert stage.is_dir() == lives


def test_a_bundle_that_no_decision_names_goes(yard):
    left = yard.bundle(OLD)
    yard.decide("r1", OLDER)
    assert names(pruned().removed) == [left.id]
    assert [path.name for path in yard.bundles.iterdir()] == [
        plan_pruning(30, NOW).kept[0].name
    ]


def test_a_bundle_of_today_stays_an_approval_may_be_at_work(yard):
    today = yard.bundle("2026-11-22")
    assert pruned(0).removed == ()
    assert reasons(0)[today.id].startswith("made today")


def test_a_bundle_that_a_tier_table_names_stays(yard):
    bundle = yard.bundle(OLD)
    yard.tier_table(OLD, bundle_id=bundle.id)
    assert pruned().removed == ()
    assert reasons()[bundle.id] == f"tier table as_of={OLD}"


def spoil(yard, three, what):
    files = {
        "store": yard.stores / "shop" / "manifest.json",
        "version": yard.stores / "shop" / "versions" / three[0] / "manifest.json",
        "decision": places().decisions / "decisions.jsonl",
        "tiers": yard.tiers / f"as_of={OLD}" / "manifest.json",
        "run": yard.runs / "demo-2" / "run.json",
        "bundle": next(yard.bundles.iterdir()) / "manifest.json",
        "quarantine": next((yard.stores / "shop" / "quarantine").iterdir()),
    }
    content = files[what].read_bytes()
    files[what].write_bytes(content[: len(content) // 2])


@pytest.mark.parametrize(
    ("what", "error"),
    [
        ("store", StoreError),
        ("version", StoreError),
        ("quarantine", StoreError),
        ("decision", Tampered),
        ("tiers", Tampered),
        ("run", Tampered),
        ("bundle", Tampered),
    ],
)
def test_what_is_damaged_stops_everything(yard, three, what, error):
    yard.load("x", OLDER, store="other")
    yard.load("d", NEW, bad="y")
    yard.decide("demo-1", OLD, three[0])
    yard.tier_table(OLD, three[0])
    yard.run("demo-1", OLDER)
    yard.run("demo-2", OLD)
    plan = plan_pruning(30, NOW)
    assert plan.going
    spoil(yard, three, what)
    before = yard.tree()
    with pytest.raises(error):
        plan_pruning(30, NOW)
    assert yard.tree() == before
    with pytest.raises(error):
        prune(plan)
    after = yard.tree()
    assert {name: after[name] for name in before if after.get(name)} == {
        name: seen for name, seen in before.items() if seen
    }


def test_an_approved_bundle_that_lost_its_manifest_stops_everything(yard, three):
    bundle = yard.decide("r1", OLD, three[0]).bundle_id
    (yard.bundles / bundle / "manifest.json").unlink()
    with pytest.raises(Tampered, match="decision 1"):
        pruned()


def test_a_manifest_that_names_a_version_that_is_gone_stops_everything(yard, three):
    shutil.rmtree(yard.stores / "shop" / "versions" / three[2])
    with pytest.raises(StoreError, match=three[2]):
        pruned()
    assert yard.versions() == three[:2]


def test_a_plan_changes_no_byte(yard, three):
    yard.load("d", OLD, store="other", bad="x")
    yard.run("demo-1", OLDER, three[0])
    yard.run("demo-2", OLD)
    yard.bundle(OLD)
    before = yard.tree()
    assert len(plan_pruning(0, NOW).going) >= 4
    assert yard.tree() == before


def test_a_locked_store_is_left_out_and_the_rest_is_done(yard, three):
    gone = yard.load("x", OLDER, store="other")
    yard.load("y", OLD, store="other")
    with (yard.stores / "shop" / ".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = pruned()
    assert names(done.removed) == [f"other@{gone}"]
    assert len(done.left_out) == 1 and "store shop" in done.left_out[0]
    assert yard.versions() == three


def test_what_was_approved_after_the_plan_stays(yard, three):
    yard.run("demo-1", OLDER, three[0])
    yard.run("demo-2", OLD, three[2])
    plan = plan_pruning(30, NOW)
    assert names(plan.going)[:2] == ["demo-1", f"shop@{three[0]}"]
    yard.decide("demo-1", OLD, three[0])
    assert names(prune(plan).removed) == [f"shop@{three[1]}"]


def test_what_is_loaded_after_the_plan_was_made_is_not_removed(yard, three):
    plan = plan_pruning(0, NOW)
    fourth = yard.load("d", "2026-11-21")
    prune(plan)
    assert yard.versions() == [three[2], fourth]


def test_a_second_prune_is_told_to_come_again(yard, three):
    plan = plan_pruning(30, NOW)
    with held(yard.runs), pytest.raises(Locked, match="another prune"):
        prune(plan)
    assert yard.versions() == three


def killed(*_, **__):
    raise KeyboardInterrupt


@pytest.mark.parametrize("then", ["prune", "load"])
def test_a_kill_after_the_rename_leaves_a_store_that_opens(
    yard, three, then, monkeypatch
):
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(shutil, "rmtree", killed)
        pruned()
    hidden = yard.stores / "shop" / "versions" / ".removed"
    assert [path.name for path in hidden.iterdir()] == [three[0]]
    assert yard.versions() == three[1:]
    open_store("shop").verify()
    if then == "load":
        yard.load("d", "2026-11-21")
    else:
        assert "shop/versions/.removed" in names(plan_pruning(30, NOW).going)
        pruned()
    assert not hidden.exists()
    open_store("shop").verify()


KILLED = """
import os, shutil
from datetime import UTC, datetime
from workbench.review import plan_pruning, prune
shutil.rmtree = lambda *_, **__: os.kill(os.getpid(), 9)
prune(plan_pruning(30, datetime(2026, 11, 22, 3, tzinfo=UTC)))
"""


@pytest.mark.slow
def test_kill_9_frees_every_lock_and_the_next_prune_ends_the_work(yard, three):
    yard.run("demo-1", OLDER, three[0])
    yard.run("demo-2", OLD, three[2])
    for _ in range(2):
        ended = subprocess.run([sys.executable, "-c", KILLED], timeout=60)
        assert ended.returncode == -9
        assert [folder.name for folder, _ in all_states(yard.runs)] == ["demo-2"]
        open_store("shop").verify()
    pruned()
    assert yard.versions() == three[2:]
    assert sorted(p.name for p in yard.runs.iterdir()) == [".lock", "demo-2"]


def test_a_run_half_removed_by_a_kill_is_seen_by_no_reader(yard, monkeypatch):
    yard.run("demo-1", OLDER)
    yard.run("demo-2", OLD)
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(shutil, "rmtree", killed)
        pruned()
    assert [folder.name for folder, _ in all_states(yard.runs)] == ["demo-2"]
    pruned()
    assert sorted(p.name for p in yard.runs.iterdir()) == [".lock", "demo-2"]


def test_shared_parts_count_once_and_do_not_become_free(yard, three):
    plan = plan_pruning(30, NOW)
    (first,) = open_store(f"shop@{three[0]}").parts()
    manifests = [(thing.path / "manifest.json").stat().st_size for thing in plan.going]
    second = open_store(f"shop@{three[1]}").parts()[1]
    shared = first.stat().st_size + second.stat().st_size
    assert plan.n_bytes == shared + sum(manifests)
    assert plan.n_bytes_free == sum(manifests)
    assert plan.going[0].n_bytes == first.stat().st_size + manifests[0]


def test_days_below_zero_are_refused():
    with pytest.raises(BadParameter, match="0 or more, found -1"):
        plan_pruning(-1)
