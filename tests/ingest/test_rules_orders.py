"""Which lines are orders at all: by list, by stem; returns by themselves."""

from __future__ import annotations

import pytest

HEAD = "customer_id,ordered_at,amount,status\n"


def states(*names: str) -> str:
    return HEAD + "".join(f"a,2024-03-01,{n},{s}\n" for n, s in enumerate(names, 1))


@pytest.mark.parametrize(
    ("reason", "names"),
    [
        (
            "status_refunded",
            ("退货退款", "退款完成", "已退货", "returned", "Chargeback"),
        ),
        ("status_refunded", ("售后退款中", "order-returned", "refunded to card")),
        ("status_closed", ("卖家取消", "交易关闭（超时未付款）", "拒收", "voided")),
        (
            "status_closed",
            ("买家已拒收", "order_voided", "cancelled by shop", "发货失败"),
        ),
        ("status_unpaid", ("支付失败", "待支付", "等待付款", "payment failed")),
        ("status_unpaid", ("not paid", "not_paid", "还未支付", "unpaid order")),
    ],
)
def test_a_status_in_no_list_is_read_by_its_stem(load, reason, names):
    assert load(states(*names, "交易成功")).reasons == {reason: len(names)}


@pytest.mark.parametrize(
    "status",
    ["部分退款", "partially_refunded", "没有申请退款", "退款关闭", "refund rejected"]
    + ["not cancelled", "不支持退货", "avoided", "神秘"],
)
def test_a_stem_that_is_turned_around_says_nothing(load, status):
    assert load(states(status)).notes == {"status_not_known": 1}


def test_a_declared_status_wins_over_its_stem(load):
    receipt = load(states("退款/售后", "已取消"), statuses={"paid": ("退款/售后",)})
    assert receipt.reasons == {"status_closed": 1}


def test_a_refunded_return_line_is_the_return_itself(load):
    head = "customer_id,ordered_at,amount,kind,quantity,status\n"
    text = head + (
        "a,2024-03-01,10,purchase,1,交易成功\n"
        "a,2024-03-05,-10,return,,退款成功\n"
        "b,2024-03-05,-10,purchase,-1,已退货\n"
        "c,2024-03-05,10,purchase,1,退款成功\n"
    )
    assert load(text).reasons == {"status_refunded": 1}
    assert [row["kind"] for row in load.rows] == ["purchase", "return", "return"]


def test_a_negative_amount_declared_a_return_is_one(load):
    text = HEAD + "a,2024-03-01,-10,退款成功\na,2024-03-01,10,退款成功\n"
    receipt = load(text, returns="negative_amount")
    assert (receipt.accepted, receipt.reasons) == (1, {"status_refunded": 1})
