"""Opening a store by name, version and path."""

from __future__ import annotations

from datetime import date

import pytest

import workbench.ingest as door
from workbench.errors import BadParameter, LateData, StoreError, UnknownStore
from workbench.ingest import open_store

CONTENT = "customer_id,ordered_at,amount\na,2024-03-01,1\n,2024-03-01,1\nb,x,1\n"


@pytest.fixture
def stores(load, monkeypatch):
    monkeypatch.setenv("WORKBENCH_STORES", str(load.folder / "stores"))
    load.store = load.folder / "stores" / "myshop"
    load(CONTENT)
    return load


def test_by_name_by_version_and_by_path_are_the_same(stores):
    named = open_store("myshop")
    assert named.name == "myshop"
    assert open_store(f"myshop@{named.version}") == named
    assert open_store(stores.store) == named
    assert open_store(f"{stores.store}@{named.version}") == named


def test_path_outside_the_stores_folder_is_its_own_name(load):
    load(CONTENT)
    assert open_store(str(load.store)).name == str(load.store)
    assert open_store(load.snapshot.name) == load.snapshot


def test_missing_store_names_the_command_that_makes_it(stores):
    with pytest.raises(UnknownStore, match="workbench data get cdnow"):
        open_store("cdnow")
    with pytest.raises(UnknownStore, match="Did you mean 'myshop'.*workbench ingest"):
        open_store("myshpo")


def test_missing_version_names_the_nearest(stores):
    version = open_store("myshop").version
    with pytest.raises(UnknownStore, match=version):
        open_store(f"myshop@{version[:-1]}x")


def test_a_day_that_has_not_been_yet_is_wrong_usage(stores):
    store = open_store("myshop")
    with pytest.raises(BadParameter, match="11-23 has not been yet.*of 2024-03-01"):
        store.require_reaches(date(2026, 11, 23), today=date(2026, 11, 22))


def test_a_day_long_after_the_last_receipt_is_late_data(stores):
    store = open_store("myshop")
    store.require_reaches(date(2024, 3, 8))
    with pytest.raises(LateData, match="ends on 2024-03-01.*8 days.*--as-of 2024"):
        store.require_reaches(date(2024, 3, 9))


def test_damaged_manifest_is_said(stores):
    (stores.store / "manifest.json").write_text("{")
    with pytest.raises(StoreError, match="cannot be read"):
        open_store("myshop")


def test_ledger_adds_up_to_every_record(stores):
    ledger = open_store("myshop").ledger()
    assert ledger["reason"].tolist() == ["accepted", "missing_customer", "bad_date"]
    assert ledger["records"].tolist() == [1, 1, 1]
    assert ledger["share"].sum() == pytest.approx(1.0)


def test_read_gives_the_clean_types_in_utc(stores):
    table = open_store("myshop").read()
    types = {name: str(kind) for name, kind in table.schema().items()}
    assert types == {
        "customer_id": "string",
        "ordered_at": "timestamp('UTC', 6)",
        "ordered_on": "date",
        "amount": "decimal(18, 2)",
        "kind": "string",
    }
    assert str(table.execute()["ordered_at"].iloc[0]) == "2024-03-01 00:00:00+00:00"


def test_two_reads_share_one_connection(stores):
    snapshot = open_store("myshop")
    assert snapshot.read() is snapshot.read()


def test_door_gives_all_it_names_and_nothing_else():
    assert door.__all__ == sorted(door.__all__)
    assert all(getattr(door, name) for name in door.__all__)
    with pytest.raises(AttributeError, match="opne_store"):
        door.opne_store  # noqa: B018
