import errno
import hashlib
import os
import stat

import pytest

from workbench import storage
from workbench.storage import (
    clear_removed,
    copy_atomically,
    remove_atomically,
    sha256_of,
    sha256_of_parts,
    write_atomically,
)


def test_text_is_written_as_utf_8_and_bytes_as_they_are(tmp_path):
    write_atomically(tmp_path / "a.txt", "会员\n")
    write_atomically(tmp_path / "b.bin", b"\x00\xff")
    assert (tmp_path / "a.txt").read_bytes() == "会员\n".encode()
    assert (tmp_path / "b.bin").read_bytes() == b"\x00\xff"


def test_folders_that_are_missing_are_made(tmp_path):
    write_atomically(tmp_path / "new" / "deep" / "a.txt", "here")
    assert (tmp_path / "new" / "deep" / "a.txt").read_text() == "here"


@pytest.mark.parametrize("mode", [0o644, 0o600])
def test_the_mode_is_the_one_asked_for(tmp_path, mode):
    write_atomically(tmp_path / "a.txt", "x", mode=mode)
    assert stat.S_IMODE((tmp_path / "a.txt").stat().st_mode) == mode


def test_a_copy_has_the_content_and_the_mode_asked_for(tmp_path):
    (tmp_path / "a.bin").write_bytes(b"\x00" * 3_000_000)
    copy_atomically(tmp_path / "a.bin", tmp_path / "new" / "b.bin", mode=0o600)
    copied = tmp_path / "new" / "b.bin"
    assert copied.read_bytes() == (tmp_path / "a.bin").read_bytes()
    assert stat.S_IMODE(copied.stat().st_mode) == 0o600
    assert [path.name for path in copied.parent.iterdir()] == ["b.bin"]


def test_a_copy_that_fails_leaves_what_was_there(tmp_path, monkeypatch):
    (tmp_path / "a.txt").write_text("new")
    (tmp_path / "b.txt").write_text("old")

    def full(*_):
        raise OSError(errno.ENOSPC, "no space")

    monkeypatch.setattr(storage.shutil, "copyfileobj", full)
    with pytest.raises(OSError, match="no space"):
        copy_atomically(tmp_path / "a.txt", tmp_path / "b.txt")
    assert (tmp_path / "b.txt").read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.txt", "b.txt"]


def test_a_private_file_takes_the_place_of_a_public_one_privately(tmp_path):
    write_atomically(tmp_path / "a.txt", "x")
    write_atomically(tmp_path / "a.txt", "secret", mode=0o600)
    assert stat.S_IMODE((tmp_path / "a.txt").stat().st_mode) == 0o600


@pytest.mark.parametrize("step", ["fsync", "chmod", "replace"])
@pytest.mark.parametrize(
    "failure", [OSError(errno.ENOSPC, "disk full"), KeyboardInterrupt()]
)
def test_a_failing_write_leaves_the_old_file_whole_and_nothing_beside_it(
    tmp_path, monkeypatch, step, failure
):
    file = tmp_path / "record.json"
    write_atomically(file, "old")

    def fail(*_):
        raise failure

    monkeypatch.setattr(storage.os, step, fail)
    with pytest.raises(type(failure)):
        write_atomically(file, "new, and longer than the old one")
    assert file.read_text() == "old"
    assert os.listdir(tmp_path) == ["record.json"]


def test_a_file_is_seen_only_when_it_is_complete(tmp_path, monkeypatch):
    file = tmp_path / "record.json"
    replace, seen = os.replace, []

    def look(beside, target):
        with open(beside) as written:
            seen.append((written.read(), file.exists()))
        replace(beside, target)

    monkeypatch.setattr(storage.os, "replace", look)
    write_atomically(file, "whole")
    assert seen == [("whole", False)]


def test_the_content_and_the_rename_are_both_synced(tmp_path, monkeypatch):
    fsync, kinds = os.fsync, []

    def note(handle):
        kinds.append("folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "file")
        fsync(handle)

    monkeypatch.setattr(storage.os, "fsync", note)
    write_atomically(tmp_path / "a.txt", "x")
    assert kinds == ["file", "folder"]


def test_the_hash_of_a_file_is_that_of_its_bytes(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"receipts")
    assert sha256_of(tmp_path / "a.txt") == hashlib.sha256(b"receipts").hexdigest()


def test_no_part_of_a_hash_can_run_into_the_next():
    assert sha256_of_parts(["ab", "c"]) != sha256_of_parts(["a", "bc"])
    assert sha256_of_parts(["ab"]) != sha256_of_parts(["ab", ""])
    assert sha256_of_parts(["a", "b"]) != sha256_of_parts(["b", "a"])
    assert sha256_of_parts(iter(["ab", "c"])) == sha256_of_parts(["ab", "c"])


def test_a_folder_is_removed_and_nothing_is_left_beside_it(tmp_path):
    (tmp_path / "old" / "deep").mkdir(parents=True)
    (tmp_path / "kept").mkdir()
    remove_atomically(tmp_path / "old")
    assert os.listdir(tmp_path) == ["kept"]


def test_a_removal_that_is_killed_is_out_of_sight_and_ended_later(
    tmp_path, monkeypatch
):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()

    def killed(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(storage.shutil, "rmtree", killed)
        remove_atomically(tmp_path / "one")
    assert sorted(os.listdir(tmp_path)) == [".removed", "two"]
    remove_atomically(tmp_path / "two")
    assert os.listdir(tmp_path) == []
    clear_removed(tmp_path)


def test_the_rename_is_synced_before_anything_is_deleted(tmp_path, monkeypatch):
    (tmp_path / "old").mkdir()
    steps = []
    monkeypatch.setattr(storage, "sync_folder", lambda path: steps.append(path.name))
    monkeypatch.setattr(storage.shutil, "rmtree", lambda _: steps.append("deleted"))
    remove_atomically(tmp_path / "old")
    assert steps == [".removed", tmp_path.name, "deleted"]
