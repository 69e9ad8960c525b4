import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from workbench.delivery import write_bundle
from workbench.errors import StoreError
from workbench.ingest.store import QUARANTINE_DAYS
from workbench.review.needed import Needs
from workbench.review.prunable import (
    VERSION,
    Thing,
    bundles,
    inodes,
    quarantine_files,
    versions,
)

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)


def thing(path: Path, age_days=3):
    return Thing(VERSION, path.name, path, age_days, "why")


def test_old_is_from_the_day_on_and_what_lies_hidden_is_always_old():
    here = Path("here")
    assert thing(here, 3).is_old(3) and not thing(here, 3).is_old(4)
    assert thing(here, None).is_old(10_000)


def test_an_inode_counts_once_and_is_free_with_its_last_name(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    (tmp_path / "a" / "part").write_bytes(b"12345")
    os.link(tmp_path / "a" / "part", tmp_path / "b" / "part")
    one, two = thing(tmp_path / "a"), thing(tmp_path / "b")
    assert list(inodes([one]).values()) == [(5, False)]
    assert list(inodes([one, two]).values()) == [(5, True)]
    assert one.n_bytes == 5


def test_ages_are_whole_days_of_the_manifest(yard):
    yard.load("a", "2026-11-19")
    ages = [v.age_days for v in versions(Needs(), NOW)]
    assert ages == [2]


def test_a_quarantine_file_is_as_old_as_its_load(yard):
    yard.load("a", "2026-05-02", bad="x")
    (found,) = quarantine_files(NOW)
    assert found.why == f"was to be kept until {_until('2026-05-02')}"
    assert found.age_days == 204


def test_the_last_day_of_a_quarantine_file_is_a_day_of_keeping(yard):
    yard.load("a", "2026-05-02", bad="x")
    last = datetime.fromisoformat(f"{_until('2026-05-02')}T23:59:59+00:00")
    assert [f.needed_by != () for f in quarantine_files(last)] == [True]
    after = last + timedelta(seconds=1)
    assert [f.needed_by != () for f in quarantine_files(after)] == [False]


def test_a_quarantine_file_without_a_day_is_refused(yard):
    folder = yard.stores / "shop" / "quarantine"
    folder.mkdir(parents=True)
    (folder / "x.parquet").write_bytes(b"PAR1")
    with pytest.raises(StoreError, match="until when"):
        list(quarantine_files(NOW))


def test_a_bundle_of_before_made_on_is_as_old_as_its_day(yard):
    write_bundle({"card.md": "x"}, {"as_of": "2026-11-12"})
    assert [b.age_days for b in bundles(Needs(), NOW)] == [10]


def test_two_names_of_one_store_are_one_store(yard):
    yard.load("a", "2026-05-02")
    (yard.stores / "alias").symlink_to(yard.stores / "shop")
    assert len(list(versions(Needs(), NOW))) == 1


def _until(day):
    return datetime.fromisoformat(day).date() + timedelta(days=QUARANTINE_DAYS)
