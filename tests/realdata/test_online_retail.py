"""Online Retail, 541,909 real and dirty lines: nothing lost, every loss named."""

from __future__ import annotations

import os
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from workbench.ingest import Mapping, ingest, open_store

pytestmark = [
    pytest.mark.realdata,
    pytest.mark.skipif(
        "WORKBENCH_REALDATA" not in os.environ,
        reason="WORKBENCH_REALDATA does not name the folder of real data sets",
    ),
]

MAPPING = Mapping(
    columns={
        "customer_id": "CustomerID",
        "ordered_at": "InvoiceDate",
        "quantity": "Quantity",
        "unit_price": "UnitPrice",
        "order_id": "InvoiceNo",
        "product_id": "StockCode",
        "market": "Country",
    },
    time_zone="Europe/London",
    currency="GBP",
)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    path = Path(os.environ["WORKBENCH_REALDATA"]) / "online_retail.parquet"
    store = tmp_path_factory.mktemp("online_retail") / "store"
    receipt = ingest(path, into=store, mapping=MAPPING)
    return path, receipt, open_store(store)


def test_every_record_is_accounted_for(loaded):
    _, receipt, snapshot = loaded
    assert receipt.records_in == 541_909
    assert receipt.records_in == receipt.accepted + receipt.quarantined
    assert receipt.reasons["missing_customer"] == 135_080
    assert snapshot.rows == receipt.accepted
    assert snapshot.ledger()["records"].sum() == 541_909


def test_equal_lines_of_one_receipt_are_not_lost(loaded):
    path, _, snapshot = loaded
    raw = pq.read_table(path)
    known = raw.filter(pc.is_valid(raw["CustomerID"]))
    assert len(known) - snapshot.rows == 0


def test_returns_are_the_negative_quantities(loaded):
    path, _, snapshot = loaded
    raw = pq.read_table(path, columns=["CustomerID", "Quantity"])
    negative = pc.and_(pc.is_valid(raw["CustomerID"]), pc.less(raw["Quantity"], 0))
    table = snapshot.read()
    returns = table.filter(table.kind == "return")
    assert returns.count().execute() == pc.sum(negative).as_py()
    assert returns.amount.max().execute() <= 0
