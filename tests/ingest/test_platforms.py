"""Exports of shopping platforms: headings, states of orders, tests, staged orders."""

from __future__ import annotations

import pytest

from workbench.errors import BadSpec
from workbench.ingest import Mapping

TAOBAO = "订单编号,买家会员名,付款时间,订单创建时间,实付金额,订单状态,是否刷单\n"


GOOD = "1,good,2024-03-01 10:00:00,2024-02-28 10:00:00,9.00,交易成功,否"


def shop(*lines: str) -> str:
    return TAOBAO + "".join(f"{line}\n" for line in (GOOD, *lines))


def test_the_time_of_payment_is_the_date_of_an_order(load):
    receipt = load(shop())
    assert str(load.rows[0]["ordered_on"]) == "2024-03-01"
    assert "heading_known:ordered_at=付款时间" in receipt.notes
    assert "column_ignored:订单创建时间" in receipt.notes


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("等待买家付款", "status_unpaid"),
        ("交易关闭", "status_closed"),
        ("退款成功", "status_refunded"),
        ("Cancelled", "status_closed"),
    ],
)
def test_what_was_not_paid_for_is_no_purchase_and_says_why(load, status, code):
    """The time of payment is empty, but that is not what is wrong with it."""
    receipt = load(shop(f"2,a,,2024-02-28,5.00,{status},否"))
    assert receipt.reasons == {code: 1}


def test_a_status_in_no_list_is_taken_and_counted(load):
    receipt = load(shop("2,a,2024-03-01,2024-02-28,5.00,神秘,否"))
    assert (receipt.accepted, receipt.notes["status_not_known"]) == (2, 1)


def test_a_status_in_no_list_can_be_set_aside(load):
    receipt = load(
        shop("2,a,2024-03-01,2024-02-28,5.00,神秘,否"), unknown_status="quarantine"
    )
    assert receipt.reasons == {"status_unknown": 1}


def test_orders_without_payment_do_not_count_as_losses(load):
    lines = [f"{n},a,,2024-02-28,5.00,交易关闭,否" for n in range(2, 60)]
    receipt = load(shop(*lines), max_quarantined=0.05)
    assert (receipt.accepted, receipt.reasons) == (1, {"status_closed": 58})


def test_staged_orders_are_flagged(load):
    load(shop("2,a,2024-03-01,2024-02-28,5.00,交易成功,是"))
    assert [row["flags"] for row in load.rows] == [None, "brushing"]


@pytest.mark.parametrize("name", ["张**", "t***1", "138****1234", "王＊＊"])
def test_starred_ids_may_be_several_people(load, name):
    assert load(shop(f"2,{name},2024-03-01,2024-02-28,5,交易成功,否")).reasons == {
        "masked_customer": 1
    }


def test_starred_ids_can_be_kept(load):
    line = "2,张**,2024-03-01,2024-02-28,5,交易成功,否"
    assert load(shop(line), masked_customers="keep").accepted == 2


def test_test_orders_by_customer_or_by_column(load):
    head = "customer_id,ordered_at,amount,is_test\n"
    text = head + "a,2024-03-01,1,0\nb,2024-03-01,1,1\n测试,2024-03-01,1,\n"
    assert load(text).reasons == {"test_order": 2}


def test_a_mapping_wins_over_the_known_headings(load):
    load(shop(), columns={"ordered_at": "订单创建时间"})
    assert str(load.rows[0]["ordered_on"]) == "2024-02-28"


def test_an_unknown_kind_of_status_is_refused():
    with pytest.raises(ValueError, match="statuses"):
        Mapping(statuses={"paied": ("x",)})  # type: ignore[dict-item]


def test_only_what_can_be_ingested_is_taken(load, tmp_path):
    from workbench.ingest import ingest

    path = load.file("customer_id\n1\n")
    with pytest.raises(BadSpec, match="truth_campaigns is the truth of a synthetic"):
        ingest(path, table="truth_campaigns", into=tmp_path / "s")
