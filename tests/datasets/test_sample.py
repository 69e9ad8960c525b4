"""The committed sample shop is what its code writes, and can be worked with."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.datasets.sample import write_shop
from workbench.ingest import ingest, open_store

COMMITTED = Path(__file__).parents[2] / "data" / "sample"


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sample")
    mapping = COMMITTED / "shop_mapping.yaml"
    receipt = ingest(COMMITTED / "shop.csv", into=folder / "shop", mapping=mapping)
    return receipt, open_store(folder / "shop")


def test_committed_files_are_those_the_code_writes(tmp_path):
    write_shop(tmp_path)
    for name in ("shop.csv", "shop_mapping.yaml"):
        assert (tmp_path / name).read_bytes() == (COMMITTED / name).read_bytes()
    assert (COMMITTED / "shop.csv").stat().st_size <= 400_000


def test_its_dirt_is_found_and_named(store):
    receipt, _ = store
    assert receipt.records_in == receipt.accepted + receipt.quarantined
    assert receipt.reasons == {
        "missing_customer": 80,
        "bad_amount": 3,
        "bad_date": 3,
        "blank": 3,
        "total_row": 1,
    }
    assert receipt.notes == {"trimmed": 6}


def test_it_is_rich_enough_for_the_models(store):
    _, snapshot = store
    table = snapshot.read().execute()
    assert str(table["ordered_on"].max())[:10] == "2026-06-30"
    assert snapshot.currency == "CNY"
    bought = table[table["kind"] == "purchase"]
    days = bought.groupby("customer_id")["ordered_on"].nunique()
    assert len(days) >= 1_400
    assert (days > 1).mean() > 0.5 and (days == 1).mean() > 0.15
    assert (table["kind"] == "return").sum() >= 50
    assert (
        bought["ordered_at"].dt.tz_convert("Asia/Shanghai").dt.hour.between(9, 21).all()
    )
