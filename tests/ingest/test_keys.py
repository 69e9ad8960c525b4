"""One row per key: repeats are set aside, contradictions too, news replace what was."""

from __future__ import annotations

import pytest

from workbench.ingest import open_store
from workbench.tables import table

CUSTOMERS, PRICES = table("customers"), table("prices")
HEADER = "customer_id,city,language\n"


def rows(folder, name="customers"):
    found = open_store(folder / "s").read(name).to_pyarrow().to_pylist()
    return sorted(found, key=str)


def cities(folder):
    return {row["customer_id"]: row["city"] for row in rows(folder)}


def test_43_44_within_a_load(made, tmp_path):
    lines = "a,Berlin,de\na,Berlin,de\nb,Köln,de\nb,Bonn,de\nc,Ulm,de\n"
    receipt = made.load(tmp_path, CUSTOMERS, HEADER + lines)
    expected = {"duplicate_exact": 1, "duplicate_conflict": 2}
    assert made.reasons(receipt) == expected
    assert cities(tmp_path) == {"a": "Berlin", "c": "Ulm"}


def test_44_a_conflict_over_two_files_of_one_load(made, tmp_path):
    from workbench.ingest import Mapping, ingest

    for name, city in (("a.csv", "Berlin"), ("b.csv", "Bonn")):
        (tmp_path / name).write_text(f"customer_id,city\nx,{city}\n")
    files = [tmp_path / "a.csv", tmp_path / "b.csv"]
    lenient = Mapping(max_quarantined=1.0)
    receipt = ingest(files, "customers", tmp_path / "s", lenient)
    assert made.reasons(receipt) == {"duplicate_conflict": 2}


def test_a_later_load_replaces_and_what_it_only_repeats_is_set_aside(made, tmp_path):
    made.load(tmp_path, CUSTOMERS, HEADER + "a,Berlin,de\nb,Bonn,de\n")
    later = "b,Bonn,de\na,Hamburg,de\nc,Ulm,de\n"
    receipt = made.load(tmp_path, CUSTOMERS, HEADER + later, "b.csv")
    assert made.reasons(receipt) == {"duplicate_exact": 1}
    assert receipt.notes == {"updated": 1}
    assert cities(tmp_path) == {"a": "Hamburg", "b": "Bonn", "c": "Ulm"}
    every = open_store(tmp_path / "s").read_by_load("customers").to_pyarrow()
    assert sorted(every["load"].to_pylist()) == [1, 1, 2, 2]


def test_what_was_so_before_and_is_so_again_is_news(made, tmp_path):
    for n, city in enumerate(("Berlin", "Bonn", "Berlin")):
        content = f"{HEADER}a,{city},de\n" + "\n" * n  # other bytes, so another file
        receipt = made.load(tmp_path, CUSTOMERS, content, f"{n}.csv")
        assert receipt.accepted == 1
    assert cities(tmp_path) == {"a": "Berlin"}


def test_set_aside_records_are_those_of_the_source(made, tmp_path):
    import pyarrow.parquet as pq

    made.load(tmp_path, CUSTOMERS, HEADER + "a,Berlin,de\n,x,y\nb,Bonn,de\nb,Ulm,de\n")
    (file,) = (tmp_path / "s" / "quarantine").iterdir()
    kept = pq.read_table(file).to_pylist()
    found = [(one["record"], one["reason"], one["raw"]) for one in kept]
    assert found == [
        (2, "missing_customer", b",x,y"),
        (3, "duplicate_conflict", b"b,Bonn,de"),
        (4, "duplicate_conflict", b"b,Ulm,de"),
    ]


def test_an_empty_cell_of_a_key_equals_an_empty_cell(made, tmp_path):
    header = "product_id,valid_from,price,currency,market\n"
    made.load(tmp_path, PRICES, header + "p,2024-03-01,1,EUR,\np,2024-03-01,2,EUR,DE\n")
    content = "product_id,valid_from,price,currency\np,2024-03-01,3,EUR\n"
    receipt = made.load(tmp_path, PRICES, content, "b.csv")
    assert receipt.notes == {"updated": 1}
    found = {row["market"]: int(row["price"]) for row in rows(tmp_path, "prices")}
    assert found == {None: 3, "DE": 2}


def test_a_row_without_a_key_is_nobodys_repeat(made, tmp_path):
    feedback = table("feedback")
    header = "feedback_id,customer_id,kind,opened_on\n"
    line = ",a,survey,2024-03-01\n"
    content = header + line * 2 + "f1,a,survey,2024-03-01\n"
    assert made.load(tmp_path, feedback, content).accepted == 3
    receipt = made.load(tmp_path, feedback, content + line, "b.csv")
    assert (receipt.accepted, made.reasons(receipt)) == (3, {"duplicate_exact": 1})
    assert len(rows(tmp_path, "feedback")) == 6


def test_a_table_without_its_keys_column_keeps_every_row(made, tmp_path):
    content = "customer_id,kind,opened_on\n" + "a,survey,2024-03-01\n" * 2
    receipt = made.load(tmp_path, table("feedback"), content)
    assert receipt.accepted == 2


def test_another_owner_of_a_key_is_another_key(made, tmp_path):
    identities = table("identities")
    made.load(tmp_path, identities, "key,customer_id\ncard,ann\n")
    made.load(tmp_path, identities, "key,customer_id\ncard,bob\n", "b.csv")
    found = [row["customer_id"] for row in rows(tmp_path, "identities")]
    assert found == ["ann", "bob"]


@pytest.mark.parametrize("name", ["events", "redemptions"])
def test_what_happened_has_no_key_and_stays(made, tmp_path, name):
    content = made.file_of(table(name), 1)
    header, line = content.splitlines()
    receipt = made.load(tmp_path, table(name), f"{header}\n{line}\n{line}\n")
    assert receipt.accepted == 2
