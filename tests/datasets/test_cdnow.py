"""CDNOW as the papers and the package know it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from workbench.datasets import DATASETS, dataset
from workbench.errors import UnknownName
from workbench.ingest import ingest, open_store
from workbench.ingest.snapshot import DATASET_NAMES


@pytest.fixture(scope="module")
def stores(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cdnow")
    found = {}
    for name in ("cdnow", "cdnow_sample"):
        entry = DATASETS[name]
        path = entry.write(folder)
        mapping = entry.mapping_file(folder)
        receipt = ingest(path, into=folder / "stores" / name, mapping=mapping)
        found[name] = receipt, open_store(folder / "stores" / name)
    return found


@pytest.mark.parametrize(
    ("name", "rows", "customers"),
    [("cdnow", 69_659, 23_570), ("cdnow_sample", 6_919, 2_357)],
)
def test_counts_of_facts(stores, name, rows, customers):
    receipt, snapshot = stores[name]
    assert (receipt.records_in, receipt.accepted) == (rows, rows)
    assert (DATASETS[name].rows, snapshot.rows) == (rows, rows)
    notes = {
        "cdnow": {"equal_rows": 255, "zero_amount": 80},
        "cdnow_sample": {"equal_rows": 21, "zero_amount": 8},
    }
    assert (receipt.reasons, receipt.notes) == ({}, notes[name])
    assert snapshot.read().customer_id.nunique().execute() == customers


def test_master_facts(stores):
    table = stores["cdnow"][1].read().execute()
    assert str(table["ordered_on"].min())[:10] == "1997-01-01"
    assert str(table["ordered_on"].max())[:10] == "1998-06-30"
    assert (table["amount"] == 0).sum() == 80
    assert table.duplicated().sum() == 255
    again = table.duplicated(["customer_id", "ordered_on"]).sum()
    assert again == 2_068
    assert set(table["currency"]) == {"USD"}


def test_sample_is_a_tenth_of_the_master(stores):
    master = stores["cdnow"][1].read().execute()
    sample = stores["cdnow_sample"][1].read().execute()
    chosen = master[master["customer_id"].isin(sample["customer_id"])]
    columns = ["customer_id", "ordered_on", "amount", "quantity"]
    assert sorted(chosen[columns].itertuples(index=False, name=None)) == sorted(
        sample[columns].itertuples(index=False, name=None)
    )


def test_written_twice_is_the_same_file(tmp_path):
    first = DATASETS["cdnow_sample"].write(tmp_path).read_bytes()
    assert DATASETS["cdnow_sample"].write(tmp_path).read_bytes() == first


def test_lifetimes_itself_is_not_imported():
    code = (
        "import sys, tempfile; from workbench.datasets import DATASETS;"
        "DATASETS['cdnow_sample'].write(tempfile.mkdtemp());"
        "raise SystemExit('lifetimes' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_names_that_a_missing_store_offers_are_the_catalogue():
    assert set(DATASET_NAMES) == set(DATASETS)


def test_unknown_data_set_has_a_nearest_name():
    with pytest.raises(UnknownName, match="Did you mean 'cdnow_sample'"):
        dataset("cdnow_sampel")
