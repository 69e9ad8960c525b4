"""What is found nowhere is counted, named and kept."""

from __future__ import annotations

import pytest

from workbench.errors import UnknownName
from workbench.ingest import holdings, open_store, orphan_values, orphans
from workbench.tables import TRANSACTIONS, table

COUPONS = "coupon_id,campaign_id\nc1,m1\nc2,m9\n"
REDEMPTIONS = (
    "coupon_id,customer_id,redeemed_on\n"
    "c1,ann,2024-03-01\nc7,ann,2024-03-02\nc7,bob,2024-03-02\nc8,card,2024-03-03\n"
)


def store(folder):
    return open_store(folder / "s")


def by_name(found):
    return {one.name: one for one in found}


def test_a_value_that_is_found_nowhere_is_counted_and_kept(made, tmp_path):
    made.load(tmp_path, table("coupons"), COUPONS)
    receipt = made.load(tmp_path, table("redemptions"), REDEMPTIONS, "b.csv")
    assert receipt.accepted == 4
    name = "redemptions.coupon_id → coupons.coupon_id"
    assert receipt.orphans == {name: {"rows": 3, "values": 2}}
    one = by_name(orphans(store(tmp_path)))[name]
    assert (one.rows, one.values, one.share) == (3, 2, 0.75)
    lost = orphan_values(store(tmp_path), "redemptions", "coupon_id")
    found = lost.order_by("value").to_pyarrow().to_pylist()
    assert found == [{"value": "c7", "rows": 2}, {"value": "c8", "rows": 1}]


def test_a_load_of_what_was_missing_is_told_too(made, tmp_path):
    made.load(tmp_path, table("redemptions"), REDEMPTIONS)
    receipt = made.load(tmp_path, table("coupons"), COUPONS + "c7,\nc8,\n", "b.csv")
    assert receipt.orphans == {
        "redemptions.coupon_id → coupons.coupon_id": {"rows": 0, "values": 0}
    }


def test_without_the_other_table_nothing_is_looked_up_and_that_is_said(made, tmp_path):
    made.load(tmp_path, table("redemptions"), REDEMPTIONS)
    found = orphans(store(tmp_path))
    assert {one.not_checked for one in found} == {
        "the store has no coupons",
        "the store has no customers",
    }
    with pytest.raises(UnknownName):
        orphan_values(store(tmp_path), "redemptions", "coupon_id")


def test_a_customer_is_known_by_name_or_by_card(made, tmp_path):
    made.load(tmp_path, table("redemptions"), REDEMPTIONS)
    made.load(tmp_path, table("customers"), "customer_id\nann\n", "b.csv")
    name = "redemptions.customer_id → customers.customer_id"
    assert by_name(orphans(store(tmp_path)))[name].values == 2
    receipt = made.load(
        tmp_path, table("identities"), "key,customer_id\ncard,ann\n", "c.csv"
    )
    assert receipt.orphans[name] == {"rows": 1, "values": 1}


def test_a_reference_to_a_column_that_is_not_there(made, tmp_path):
    made.load(tmp_path, TRANSACTIONS, "customer_id,ordered_at,amount\na,2024-03-01,1\n")
    content = "customer_id,kind,opened_on,order_id\na,survey,2024-03-01,o1\n"
    made.load(tmp_path, table("feedback"), content, "b.csv")
    one = by_name(orphans(store(tmp_path)))["feedback.order_id → transactions.order_id"]
    assert one.not_checked == "transactions has no order_id"


def test_an_update_settles_what_a_replaced_row_lacked(made, tmp_path):
    made.load(tmp_path, table("campaigns"), "campaign_id,starts_on\nm1,2024-03-01\n")
    header = "feedback_id,customer_id,kind,opened_on\n"
    made.load(tmp_path, table("customers"), "customer_id\nann\n", "k.csv")
    made.load(tmp_path, table("feedback"), header + "f,bob,survey,2024-03-01\n", "f")
    receipt = made.load(
        tmp_path, table("feedback"), header + "f,ann,survey,2024-03-01\n", "g"
    )
    name = "feedback.customer_id → customers.customer_id"
    assert receipt.orphans[name] == {"rows": 0, "values": 0}


def test_what_a_store_has(made, tmp_path):
    header = "customer_id,joined_on\n"
    made.load(tmp_path, table("customers"), header + "a,2024-03-01\nb,\n")
    made.load(tmp_path, table("customers"), header + "a,2024-03-05\n", "b.csv")
    (one,) = holdings(store(tmp_path))
    assert (one.table, one.rows, one.sources) == ("customers", 2, ["raw.csv", "b.csv"])
    assert str(one.first_on) == str(one.last_on) == "2024-03-05"
