"""One row per key: repeats are set aside, contradictions too, news replace what was."""

from __future__ import annotations

import pytest

from workbench.errors import DataWarning
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


def test_a_later_load_leaves_alone_what_it_has_no_column_for(made, tmp_path):
    made.load(tmp_path, CUSTOMERS, HEADER + "a,Berlin,de\nb,Bonn,de\nc,Ulm,de\n")
    later = "customer_id,language\na,en\nb,\nc,de\nd,fr\n"
    receipt = made.load(tmp_path, CUSTOMERS, later, "b.csv")
    assert (receipt.notes, made.reasons(receipt)) == (
        {"updated": 2},
        {"duplicate_exact": 1},
    )
    assert cities(tmp_path) == {"a": "Berlin", "b": "Bonn", "c": "Ulm", "d": None}
    spoken = {row["customer_id"]: row["language"] for row in rows(tmp_path)}
    assert spoken == {"a": "en", "b": None, "c": "de", "d": "fr"}


def test_a_new_column_that_is_empty_says_nothing_new(made, tmp_path):
    made.load(tmp_path, CUSTOMERS, "customer_id\na\nb\n")
    receipt = made.load(tmp_path, CUSTOMERS, HEADER + "a,,\nb,Bonn,\n", "b.csv")
    assert made.reasons(receipt) == {"duplicate_exact": 1}
    assert cities(tmp_path) == {"a": None, "b": "Bonn"}


def test_a_column_is_held_against_the_newest_load_that_has_it(made, tmp_path):
    made.load(tmp_path, CUSTOMERS, "customer_id,city\na,Berlin\n")
    made.load(tmp_path, CUSTOMERS, "customer_id,language\na,de\n", "b.csv")
    again = made.load(tmp_path, CUSTOMERS, HEADER + "a,Berlin,de\n", "c.csv")
    assert made.reasons(again) == {"duplicate_exact": 1}
    emptied = made.load(tmp_path, CUSTOMERS, HEADER + "a,,de\n", "d.csv")
    assert emptied.notes == {"updated": 1}
    assert cities(tmp_path) == {"a": None}


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


def brought(made, folder, n):
    content = HEADER + ("a,Berlin,de\nb,Bonn,de\n" if n == 1 else "a,Hamburg,de\n")
    return made.load(folder, CUSTOMERS, content, f"v{n}.csv")


def test_an_earlier_file_brought_again_wins(made, tmp_path):
    brought(made, tmp_path, 1)
    brought(made, tmp_path, 2)
    again = brought(made, tmp_path, 1)
    assert not again.already_loaded
    assert (again.accepted, again.records_in) == (1, 2)
    assert cities(tmp_path) == {"a": "Berlin", "b": "Bonn"}
    store = open_store(tmp_path / "s")
    store.verify()
    assert len({*store.parts("customers")}) == 3
    assert len([s for s in store.sources if s["name"] == "v1.csv"]) == 2
    assert store.ledger("customers").records.tolist() == [4, 1]
    assert brought(made, tmp_path, 1).already_loaded
    assert open_store(tmp_path / "s").version == store.version


def test_an_earlier_file_that_says_what_counts_changes_nothing(made, tmp_path):
    brought(made, tmp_path, 1)
    made.load(tmp_path, CUSTOMERS, HEADER + "c,Ulm,de\n", "c.csv")
    version = open_store(tmp_path / "s").version
    again = brought(made, tmp_path, 1)
    assert (again.already_loaded, again.store_version) == (True, version)
    assert open_store(tmp_path / "s").version == version


def test_tried_out_an_earlier_file_has_one_account(made, tmp_path):
    from workbench.ingest import ingest

    brought(made, tmp_path, 1)
    brought(made, tmp_path, 2)
    found = ingest(tmp_path / "v1.csv", "customers", tmp_path / "s", dry_run=True)
    assert (found.dry_run, found.already_loaded) == (True, False)
    assert (found.records_in, found.accepted) == (2, 1)


def test_a_folder_brought_again_changes_nothing(made, tmp_path):
    from workbench.ingest import Mapping, ingest

    limits = ("max_quarantined", "max_missing_customer", "max_unterminated")
    lenient = Mapping(**dict.fromkeys(limits, 1.0))
    brought(made, tmp_path / "in", 1)
    brought(made, tmp_path / "in", 2)
    files = [tmp_path / "in" / "v1.csv", tmp_path / "in" / "v2.csv"]
    for _ in range(2):
        again = ingest(files, "customers", tmp_path / "in" / "s", lenient)
        assert again.already_loaded
        assert cities(tmp_path / "in") == {"a": "Hamburg", "b": "Bonn"}


@pytest.mark.parametrize("blank", ["", "\n"])
def test_a_full_dump_of_what_is_known_changes_nothing(made, tmp_path, blank):
    made.load(tmp_path, CUSTOMERS, HEADER + "a,Berlin,de\nb,Bonn,de\n")
    before = open_store(tmp_path / "s")
    dump = HEADER + "b,Bonn,de\n" + blank + "a,Berlin,de\n"
    receipt = made.load(tmp_path, CUSTOMERS, dump, "dump.csv")
    assert receipt.already_loaded
    assert made.reasons(receipt)["duplicate_exact"] == 2
    after = open_store(tmp_path / "s")
    assert (after.version, after.sources) == (before.version, before.sources)
    assert not (tmp_path / "s" / "quarantine").exists()


def test_a_full_dump_of_known_order_lines_changes_nothing(load):
    header = "order_id,line_no,customer_id,ordered_at,amount\n"
    lines = ["o1,1,a,2024-03-01,1\n", "o2,1,b,2024-03-01,2\n"]
    load(header + "".join(lines))
    version = load.snapshot.version
    receipt = load(header + "".join(reversed(lines)), "dump.csv")
    assert (receipt.already_loaded, receipt.accepted) == (True, 0)
    assert load.snapshot.version == version


@pytest.mark.parametrize("name", ["events", "redemptions"])
def test_what_happened_and_comes_again_is_kept_and_said(made, tmp_path, name):
    lines = made.file_of(table(name), 4).splitlines(keepends=True)
    made.load(tmp_path, table(name), "".join(lines[:4]))
    overlapping = "".join([lines[0], *lines[2:], lines[4]])
    with pytest.warns(DataWarning, match="2 rows equal rows of earlier loads"):
        receipt = made.load(tmp_path, table(name), overlapping, "b.csv")
    assert receipt.notes == {"equal_to_earlier": 2, "equal_rows": 1}
    assert receipt.accepted == 4
    assert len(rows(tmp_path, name)) == 7


def test_equal_rows_of_files_with_other_columns_are_equal(made, tmp_path):
    header, line = "customer_id,kind,happened_at", "a,view,2024-03-01 10:00:00"
    events = table("events")
    made.load(tmp_path, events, f"{header}\n{line}\n")
    more = f"{header},product_id\n{line},\n{line},p\n"
    with pytest.warns(DataWarning, match="1 rows equal rows of earlier loads"):
        made.load(tmp_path, events, more, "b.csv")


@pytest.mark.parametrize("name", ["events", "redemptions"])
def test_what_happened_has_no_key_and_stays(made, tmp_path, name):
    content = made.file_of(table(name), 1)
    header, line = content.splitlines()
    receipt = made.load(tmp_path, table(name), f"{header}\n{line}\n{line}\n")
    assert receipt.accepted == 2
