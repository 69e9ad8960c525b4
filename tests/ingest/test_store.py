"""Versions: whole, immutable, verified, and written by one process at a time."""

from __future__ import annotations

import fcntl
import json
import os

import pytest

from workbench.errors import Locked, RejectedFile, StoreError, Tampered, UnknownName
from workbench.ingest import ingest, open_store
from workbench.ingest.store import Draft

ONE = "customer_id,ordered_at,amount\na,2024-03-01,1\n"
TWO = "customer_id,ordered_at,amount,brand\nb,2024-03-02,2,x\n"


def test_a_second_file_makes_a_new_version_with_old_and_new_rows(load):
    first = load(ONE, "one.csv")
    second = load(TWO, "two.csv")
    assert second.records_in == 1
    assert load.snapshot.version == second.store_version != first.store_version
    table = load.snapshot.read()
    assert table.count().execute() == 2
    assert set(table.brand.execute().dropna()) == {"x"}
    old = open_store(f"{load.store}@{first.store_version}")
    assert (old.rows, old.sha256) == (1, first.sha256)
    assert old.read().count().execute() == 1


def test_several_files_in_one_load_are_one_version(load):
    paths = [load.file(ONE, "one.csv"), load.file(TWO, "two.csv")]
    receipt = ingest([*paths, paths[0]], into=load.store)
    assert (receipt.records_in, receipt.accepted) == (2, 2)
    assert receipt.store_version.startswith("0001-")


def test_the_same_rows_have_the_same_hash_in_any_store(load, tmp_path):
    first = load(ONE)
    other = ingest(load.file(ONE, "b.csv"), into=tmp_path / "other")
    assert other.sha256 == first.sha256


def test_one_refused_file_publishes_nothing_of_its_load(load):
    load(ONE, "one.csv")
    before = (load.store / "manifest.json").read_bytes()
    with pytest.raises(RejectedFile):
        ingest([load.file(TWO, "two.csv"), load.file("x", "x.csv")], into=load.store)
    assert (load.store / "manifest.json").read_bytes() == before
    assert [p.name for p in (load.store / "versions").iterdir()] == [
        load.snapshot.version
    ]


def test_an_unfinished_draft_is_not_seen_and_does_not_hinder(load):
    load(ONE, "one.csv")
    for name in (".draft", "0002-dead"):
        left = load.store / "versions" / name
        left.mkdir()
        (left / "manifest.json").write_text("{")
    assert load.snapshot.rows == 1
    assert load(TWO, "two.csv").store_version.startswith("0002-")
    assert load.snapshot.rows == 2
    names = sorted(path.name for path in (load.store / "versions").iterdir())
    assert [name[:5] for name in names] == ["0001-", "0002-", "0002-"]


def test_without_its_manifest_a_store_of_several_loads_is_not_guessed_at(load):
    load(ONE, "one.csv")
    load(TWO, "two.csv")
    (load.store / "manifest.json").unlink()
    with pytest.raises(StoreError, match=r"has versions but no manifest\.json"):
        load("customer_id,ordered_at,amount\nz,2024-03-01,1\n", "three.csv")
    assert len(list((load.store / "versions").iterdir())) == 2


def test_a_load_that_is_refused_removes_no_version(load):
    load(ONE, "one.csv")
    first = (load.store / "manifest.json").read_bytes()
    load(TWO, "two.csv")
    (load.store / "manifest.json").write_bytes(first)
    with pytest.raises(RejectedFile):
        load("x,y\n1,2\n", "bad.csv")
    assert len(list((load.store / "versions").glob("000*"))) == 2


def test_crash_before_the_manifest_leaves_the_old_version(load, monkeypatch):
    load(ONE, "one.csv")
    old = load.snapshot

    def crash(self, version, manifest):
        raise KeyboardInterrupt

    monkeypatch.setattr(Draft, "_name", crash)
    with pytest.raises(KeyboardInterrupt):
        load(TWO, "two.csv")
    assert load.snapshot == old
    monkeypatch.undo()
    assert load(TWO, "two.csv").accepted == 1
    assert load.snapshot.rows == 2


def test_versions_share_their_old_parts(load):
    load(ONE, "one.csv")
    (old,) = load.snapshot.parts()
    load(TWO, "two.csv")
    assert old.samefile(load.snapshot.parts()[0])


def test_a_writer_excludes_others_and_is_named(load):
    load(ONE, "one.csv")
    with (load.store / ".lock").open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(Locked, match=str(os.getpid())):
            load(TWO, "two.csv")
    assert load(TWO, "two.csv").accepted == 1


def test_verify_names_the_file_that_changed(load):
    load(ONE)
    load.snapshot.verify()
    (part,) = load.snapshot.parts()
    content = bytearray(part.read_bytes())
    content[10] ^= 1
    part.write_bytes(content)
    with pytest.raises(Tampered, match=part.name):
        load.snapshot.verify()
    part.unlink()
    with pytest.raises(Tampered, match="missing"):
        load.snapshot.verify()


def test_manifest_tells_sources_counts_hashes_and_rules(load):
    load(ONE + "b,x,1\n", currency="EUR")
    manifest = load.snapshot.manifest
    (source,) = manifest["sources"]
    assert source["reasons"] == {"bad_date": 1}
    assert (source["records_in"], source["accepted"]) == (2, 1)
    assert source["mapping"]["currency"] == load.snapshot.currency == "EUR"
    assert manifest["tables"]["transactions"]["rows"] == 1
    assert manifest["rules_version"] and manifest["made_at"]
    json.dumps(manifest)


def test_unknown_table_to_fill_or_to_read(load):
    with pytest.raises(UnknownName, match="transactions"):
        ingest(load.file(ONE), table="transaction", into=load.store)
    load(ONE)
    with pytest.raises(UnknownName, match="transactions"):
        load.snapshot.read("transaction")


def test_nothing_to_ingest(load):
    with pytest.raises(StoreError, match="no file"):
        ingest([], into=load.store)


def test_what_a_removal_left_is_cleared_by_the_next_load(load):
    load(ONE, "one.csv")
    left = load.store / "versions" / ".removed" / "0000-gone"
    left.mkdir(parents=True)
    load(TWO, "two.csv")
    assert not left.parent.exists()


def test_a_folder_among_the_versions_that_is_none_is_named(load):
    load(ONE, "one.csv")
    load.snapshot.folder.with_name("backup").mkdir()
    (load.store / "versions" / "backup" / "manifest.json").write_text("{}")
    with pytest.raises(StoreError, match="backup"):
        load(TWO, "two.csv")
