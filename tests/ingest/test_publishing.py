"""Tables that are made clean: published in one step, checked, counted, once."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from workbench.errors import BadColumns, BadParameter, Locked, UnknownName
from workbench.ingest import Mapping, Origin, open_store, publish
from workbench.ingest.store import locked
from workbench.tables import table

ORIGIN = Origin(
    "made", {"seed": 1}, Mapping(currency="USD", time_zone="UTC"), {"note.txt": "hello"}
)


def _line(day, amount):
    return {
        "customer_id": "a",
        "ordered_at": datetime(day.year, day.month, day.day, tzinfo=UTC),
        "ordered_on": day,
        "amount": Decimal(amount),
        "kind": "return" if amount.startswith("-") else "purchase",
    }


def _write(folder):
    words = table("transactions")
    for name, rows in (
        ("part-1", [_line(date(2024, 1, 5), "3.00")]),
        ("part-2", [_line(date(2024, 1, 9), "2.00"), _line(date(2024, 1, 9), "-1.00")]),
    ):
        _part(folder, "transactions", name, rows, words.schema(words.required))
    schema = table("customers").schema(("customer_id", "joined_on"))
    joined = [{"customer_id": "a", "joined_on": date(2024, 1, 1)}]
    _part(folder, "customers", "part-1", joined, schema)


def _part(folder, table_name, name, rows, schema):
    (folder / table_name).mkdir(exist_ok=True)
    file = folder / table_name / f"{name}.parquet"
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), file)


def test_several_tables_are_one_version(tmp_path):
    made = publish(_write, tmp_path / "shop", ORIGIN)
    store = made.snapshot
    assert not made.already_there
    assert store.version.startswith("0001-")
    assert store.tables == ("customers", "transactions")
    assert store.read("transactions").count().execute() == 3
    assert store.read("customers").count().execute() == 1
    assert (store.currency, store.time_zone) == ("USD", "UTC")
    assert store.last_on == date(2024, 1, 9)
    assert (tmp_path / "shop" / "note.txt").read_text() == "hello"
    store.verify()


def test_the_manifest_has_an_account_for_each_table(tmp_path):
    store = publish(_write, tmp_path / "shop", ORIGIN).snapshot
    entries = {entry["table"]: entry for entry in store.sources}
    assert set(entries) == {"customers", "transactions"}
    found = entries["transactions"]
    assert (found["records_in"], found["accepted"], found["quarantined"]) == (3, 3, 0)
    assert (found["returns"], found["first_on"]) == (1, "2024-01-05")
    assert found["parameters"] == {"seed": 1}
    assert found["bytes"] > 0
    assert store.ledger().to_dict("list")["records"] == [3]


def test_the_same_again_changes_nothing(tmp_path):
    first = publish(_write, tmp_path / "shop", ORIGIN)
    before = (tmp_path / "shop" / "manifest.json").read_bytes()

    def never(folder):
        raise AssertionError("was written again")

    again = publish(never, tmp_path / "shop", ORIGIN)
    assert again.already_there
    assert again.snapshot.version == first.snapshot.version
    assert (tmp_path / "shop" / "manifest.json").read_bytes() == before


def test_other_parameters_are_another_shop(tmp_path):
    publish(_write, tmp_path / "shop", ORIGIN)
    other = Origin("made", {"seed": 2}, Mapping())
    with pytest.raises(BadParameter, match="holds other data .* Give another name"):
        publish(_write, tmp_path / "shop", other)


def test_a_store_of_receipts_is_not_mixed_with(load):
    load("customer_id,ordered_at,amount\na,2024-03-01,1\n", "one.csv")
    with pytest.raises(BadParameter, match="one.csv"):
        publish(_write, load.store, ORIGIN)
    assert load.snapshot.rows == 1


def test_a_part_that_is_not_clean_publishes_nothing(tmp_path):
    def write(folder):
        _write(folder)
        (folder / "customers" / "part-1.parquet").unlink()
        schema = pa.schema([("customer_id", pa.int64()), ("joined_on", pa.date32())])
        joined = [{"customer_id": 1, "joined_on": date(2024, 1, 1)}]
        _part(folder, "customers", "part-1", joined, schema)

    with pytest.raises(BadColumns, match="customer_id is int64"):
        publish(write, tmp_path / "shop", ORIGIN)
    assert not (tmp_path / "shop" / "manifest.json").exists()
    assert not list((tmp_path / "shop" / "versions").iterdir())


def test_a_table_without_words_is_refused(tmp_path):
    def write(folder):
        (folder / "evnts").mkdir()

    with pytest.raises(UnknownName, match="Did you mean 'events'"):
        publish(write, tmp_path / "shop", ORIGIN)


def test_a_failure_in_the_middle_leaves_no_draft_and_can_be_repeated(tmp_path):
    def broken(folder):
        _write(folder)
        raise OSError("no space left")

    with pytest.raises(OSError, match="no space"):
        publish(broken, tmp_path / "shop", ORIGIN)
    assert not (tmp_path / "shop" / "versions" / ".draft").exists()
    publish(_write, tmp_path / "shop", ORIGIN)
    assert open_store(tmp_path / "shop").rows == 3


def test_two_at_once_is_one_too_many(tmp_path):
    with locked(tmp_path / "shop"), pytest.raises(Locked):
        publish(_write, tmp_path / "shop", ORIGIN)
