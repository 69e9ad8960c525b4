"""A Complete Journey of a few rows: what its queries work out."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq

from workbench.datasets.complete_journey import COMPLETE_JOURNEY
from workbench.datasets.derived_tables import write_tables
from workbench.ingest import ingest, open_store
from workbench.tables import TABLES


def rows(folder, to, table):
    found = {one.table: one for one in write_tables(COMPLETE_JOURNEY, folder, to)}
    return pq.read_table(found[table].path).to_pylist()


def test_all_eight_files_become_a_table_each_after_those_they_refer_to(
    folder, tmp_path
):
    raw = write_tables(COMPLETE_JOURNEY, folder, tmp_path / "raw")
    tables = [one.table for one in raw]
    assert len(raw) == len(COMPLETE_JOURNEY.sources) == 8
    for table in tables:
        for column in TABLES[table].columns:
            other = column.refers_to.partition(".")[0]
            assert other not in tables[tables.index(table) :] or other == table
    for one in raw:
        assert pq.ParquetFile(one.path).schema_arrow.types[0] == pa.string()
        assert one.mapping.read_text().startswith("# The Complete Journey")


def test_a_line_has_its_instant_and_the_shops_own_discounts(folder, tmp_path):
    found = rows(folder, tmp_path / "raw", "transactions")
    assert found[0] == {
        "household_id": "1",
        "ordered_at": "2017-01-02T04:59:59Z",
        "basket_id": "31",
        "product_id": "a",
        "store_id": "330",
        "quantity": "2.0",
        "sales_value": "3.5000",
        "discount": "3.2800",
        "coupon_disc": "1.5000",
        "week": "1",
    }
    assert [row["quantity"] for row in found] == ["2.0", None, "1.0", "30080.0"]
    assert [row["sales_value"] for row in found[1:]] == ["0.0000", "0.0000", "86.0100"]


def test_times_with_a_zone_are_the_same_instants(folder, lines, tmp_path):
    aware = lines["transaction_timestamp"].dt.tz_localize("UTC")
    same = lines.assign(transaction_timestamp=aware.dt.tz_convert("America/New_York"))
    bare = rows(folder, tmp_path / "bare", "transactions")
    same.to_parquet(folder / "transactions_sample.parquet")
    assert rows(folder, tmp_path / "aware", "transactions") == bare


def test_a_day_is_the_one_in_new_york_and_a_visit_without_pieces_stays(
    folder, tmp_path
):
    where = tmp_path / "store"
    for one in write_tables(COMPLETE_JOURNEY, folder, tmp_path / "raw"):
        receipt = ingest(one.path, table=one.table, into=where, mapping=one.mapping)
        assert receipt.records_in == receipt.accepted + receipt.quarantined
    lines = open_store(where).read().execute()
    days = [str(day)[:10] for day in lines["ordered_on"]]
    assert days == ["2017-01-01", "2017-01-01", "2017-01-02", "2017-12-31"]
    assert [*map(str, lines["amount"])] == ["3.50", "0.00", "0.00", "86.01"]
    assert lines["quantity"].isna().tolist() == [False, True, False, False]
    assert lines["extra_maker_coupon"].tolist()[:2] == ["1.5000", "1.0000"]
    contacts = open_store(where).read("contacts").execute()
    assert contacts["is_treated"].tolist() == [True, True]
    campaigns = open_store(where).read("campaigns").execute()
    assert campaigns["has_control"].tolist() == [False, False]


def test_a_promotion_is_one_product_in_one_store_for_a_week(folder, tmp_path):
    first, last = rows(folder, tmp_path / "raw", "promotions")
    assert first["promotion_id"] == "1-330-a"
    assert (first["starts_on"], first["ends_on"]) == ("2016-12-26", "2017-01-01")
    assert (last["starts_on"], last["ends_on"]) == ("2017-12-25", "2017-12-31")


def test_contacts_and_coupons_have_the_days_of_their_campaign(folder, tmp_path):
    known, unknown = rows(folder, tmp_path / "raw", "contacts")
    assert (known["campaign_id"], known["chosen_on"]) == ("24", "2016-11-14")
    assert (unknown["campaign_id"], unknown["chosen_on"]) == ("99", None)
    coupons = rows(folder, tmp_path / "raw2", "coupons")
    assert [row["product_id"] for row in coupons] == ["a", "a", "x"]
    assert {row["valid_to"] for row in coupons} == {"2017-01-16"}
