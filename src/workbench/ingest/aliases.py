"""Headings that shops and platforms use for our words, where a mapping names none.

The first that is there wins: the time of payment stands before the time of the order,
what was really paid before what it would have cost. A word that means something else as
often as not is no alias: a *total* is as well that of the order, *units* a unit (kg), a
折扣 a share, *position* a place on a page.
"""

from __future__ import annotations

#: Our word → headings that are known to mean it, the surest first.
ALIASES: dict[str, tuple[str, ...]] = {
    "customer_id": (
        *("客户编号", "客户号", "客户id", "顾客编号", "会员号", "会员编号", "会员id"),
        *("会员卡号", "买家id", "买家会员名", "买家昵称", "用户id", "用户编号"),
        *("customer", "customer number", "customer no", "client id", "member id"),
        *("buyer id", "user id", "kundennummer", "kunden id"),
    ),
    "order_id": (
        *("订单编号", "订单号", "主订单编号", "交易编号", "小票号", "单号"),
        *("order number", "order no", "invoice", "invoice no", "receipt id"),
        *("transaction id", "basket id", "bestellnummer"),
    ),
    "line_no": ("行号", "明细行号", "line number"),
    "ordered_at": (
        *("付款时间", "支付时间", "订单付款时间", "交易时间", "消费时间", "购买时间"),
        *("下单时间", "订单创建时间", "订单时间", "日期", "交易日期", "消费日期"),
        *("paid at", "payment time", "transaction date", "invoice date"),
        *("order date", "order time", "purchase date", "date", "datum", "bestelldatum"),
    ),
    "amount": (
        *("实付金额", "买家实际支付金额", "实收金额", "实付款", "付款金额", "支付金额"),
        *("消费金额", "交易金额", "金额", "amount paid", "net amount"),
        *("line total", "revenue", "betrag"),
    ),
    "unit_price": ("单价", "unit price", "price", "einzelpreis"),
    "quantity": ("数量", "购买数量", "件数", "qty", "menge", "anzahl"),
    "currency": ("币种", "货币", "currency code", "währung"),
    "status": ("订单状态", "交易状态", "状态", "order status", "bestellstatus"),
    "product_id": (
        *("商品编号", "商品id", "商品编码", "货号", "sku", "stock code", "stockcode"),
        *("item id", "article", "artikelnummer"),
    ),
    "brand": ("品牌", "marke"),
    "category": ("类目", "品类", "商品类别", "分类", "department", "kategorie"),
    "channel": ("渠道", "销售渠道", "sales channel", "kanal"),
    "market": ("国家", "地区", "市场", "country", "region", "land"),
    "discount": ("优惠金额", "折扣金额", "discount amount"),
    "brushing": ("是否刷单", "刷单", "刷单标记"),
    "is_test": ("是否测试", "测试订单", "test order"),
}
