"""Headings that shops use for the words of the tables beside the orders.

They are kept by table, since one heading can mean two things: 地区 is the market of
an order and the region of a customer, 会员卡号 the customer or a key of theirs.
"""

from __future__ import annotations

from workbench.ingest.aliases import ALIASES
from workbench.tables import TRANSACTIONS
from workbench.words import Table

Aliases = dict[str, tuple[str, ...]]

_DATE = ("日期", "date", "datum")
_CUSTOMER: Aliases = {"customer_id": ALIASES["customer_id"]}
_PRODUCT: Aliases = {"product_id": ALIASES["product_id"]}
_ORDER: Aliases = {"order_id": ALIASES["order_id"]}
_CURRENCY: Aliases = {"currency": ALIASES["currency"]}
_MARKET: Aliases = {"market": ALIASES["market"]}
_CAMPAIGN: Aliases = {
    "campaign_id": (
        *("活动编号", "活动id", "营销活动编号", "campaign", "campaign number"),
        *("campaign no", "kampagne", "kampagnen id", "kampagnennummer"),
    )
}
_COUPON: Aliases = {
    "coupon_id": (
        *("优惠券编号", "优惠券id", "券号", "券编号", "coupon", "coupon code"),
        *("coupon upc", "voucher", "voucher id", "voucher code", "gutschein"),
        *("gutscheincode", "gutscheinnummer"),
    )
}
_PERIOD: Aliases = {
    "starts_on": (
        *("开始日期", "开始时间", "start date", "start day", "start", "starts at"),
        *("startdatum", "beginn"),
    ),
    "ends_on": (
        *("结束日期", "结束时间", "end date", "end day", "end", "ends at"),
        *("enddatum", "ende"),
    ),
}
_VALID_FROM = ("生效日期", "有效期开始", "valid since", "gültig ab", "gültig von")

_CUSTOMERS: Aliases = {
    **_CUSTOMER,
    "joined_on": (
        *("注册日期", "注册时间", "入会日期", "入会时间", "registration date"),
        *("registered at", "registered on", "signup date", "sign up date", "joined"),
        *("join date", "joined at", "member since", "created at"),
        *("registrierungsdatum", "anmeldedatum", "kunde seit"),
    ),
    "market": ("国家", "市场", "country", "land"),
    "region": ("地区", "省份", "省", "州", "state", "province", "bundesland"),
    "city": ("城市", "town", "stadt", "ort"),
    "language": ("语言", "sprache"),
    "membership": ("会员等级", "会员级别", "membership level", "mitgliedschaft"),
    "is_business": ("企业客户", "是否企业", "business customer", "geschäftskunde"),
    "consent_sms": ("短信授权", "同意短信", "sms consent", "sms opt in"),
    "consent_mail": (
        *("邮件授权", "同意邮件", "email consent", "mail consent"),
        *("email opt in", "mail opt in"),
    ),
    "consent_app": (
        "推送授权",
        "同意推送",
        "app consent",
        "push consent",
        "push opt in",
    ),
}
_PRODUCTS: Aliases = {
    **_PRODUCT,
    **_CURRENCY,
    "category": tuple(a for a in ALIASES["category"] if a != "department"),
    "department": ("部门", "abteilung"),
    "brand": ALIASES["brand"],
    "list_price": ("标价", "吊牌价", "原价", "价格", "price", "listenpreis", "preis"),
}
_PRICES: Aliases = {
    **_PRODUCT,
    **_CURRENCY,
    **_MARKET,
    "valid_from": (*_VALID_FROM, "价格日期", "price date", *_DATE),
    "price": ("售价", "价格", "单价", "unit price", "verkaufspreis", "preis"),
}
_PROMOTIONS: Aliases = {
    **_PERIOD,
    **_PRODUCT,
    **_MARKET,
    "promotion_id": (
        *("促销编号", "促销id", "活动编号", "promotion", "promo id", "promo code"),
        *("aktion", "aktionsnummer"),
    ),
    "name": ("促销名称", "活动名称", "promotion name", "promo name", "aktionsname"),
    "store_id": (
        *("门店编号", "门店", "店铺编号", "store", "shop id", "store number"),
        *("filiale", "filialnummer"),
    ),
}
_RATES: Aliases = {
    **_CURRENCY,
    "rate_on": _DATE,
    "rate": ("汇率", "exchange rate", "kurs", "wechselkurs"),
    "base": ("本位币", "基准货币", "base currency", "basiswährung"),
}
_IDENTITIES: Aliases = {
    "customer_id": tuple(a for a in ALIASES["customer_id"] if a != "会员卡号"),
    "key": (
        *("卡号", "会员卡号", "账号", "card number", "card no", "card id"),
        *("account id", "account", "kartennummer", "kontonummer"),
    ),
    "kind": ("类型", "key type", "type", "typ"),
    "known_since": (
        "绑定日期",
        "绑定时间",
        "登记日期",
        "linked on",
        "linked at",
        "seit",
    ),
}
_EVENTS: Aliases = {
    **_CUSTOMER,
    **_PRODUCT,
    "happened_at": (
        *("行为时间", "发生时间", "事件时间", "浏览时间", "访问时间", "时间"),
        *("event time", "timestamp", "time", "zeitpunkt", "zeit"),
    ),
    "kind": (
        *("行为类型", "事件类型", "行为", "behavior type", "event type", "event"),
        *("action", "type", "aktion", "typ"),
    ),
}
_FEEDBACK: Aliases = {
    **_CUSTOMER,
    **_ORDER,
    "feedback_id": (
        *("反馈编号", "工单号", "投诉编号", "ticket id", "ticket number", "case id"),
        *("survey id", "response id", "ticketnummer"),
    ),
    "kind": ("反馈类型", "类型", "feedback type", "type", "art", "typ"),
    "opened_on": (
        *("反馈日期", "反馈时间", "提交日期", "提交时间", "创建时间", "opened at"),
        *("created at", "created on", "erstellt am", *_DATE),
    ),
    "closed_on": (
        *("关闭日期", "关闭时间", "解决日期", "解决时间", "closed at", "resolved at"),
        *("resolved on", "geschlossen am", "erledigt am"),
    ),
    "nps": ("推荐分", "推荐度", "nps score"),
    "satisfaction": ("满意度", "满意度评分", "csat", "zufriedenheit"),
    "topic": ("主题", "投诉类型", "问题类型", "subject", "thema"),
}
_CAMPAIGNS: Aliases = {
    **_CAMPAIGN,
    **_PERIOD,
    "name": ("活动名称", "campaign name", "kampagnenname"),
    "channel": ("渠道", "触达渠道", "kanal"),
    "has_control": ("是否有对照组", "对照组", "control group", "kontrollgruppe"),
}
_CONTACTS: Aliases = {
    **_CAMPAIGN,
    **_CUSTOMER,
    "chosen_on": (
        *("触达日期", "触达时间", "发送日期", "发送时间", "contact date"),
        *("contacted at", "sent on", "sent at", "versanddatum", *_DATE),
    ),
    "is_treated": ("是否触达", "是否发送", "treated", "contacted", "behandelt"),
}
_COUPONS: Aliases = {
    **_COUPON,
    **_CAMPAIGN,
    **_PRODUCT,
    "valid_from": _VALID_FROM,
    "valid_to": (
        *("失效日期", "到期日期", "有效期结束", "valid until", "expires on"),
        *("expires at", "expiry date", "gültig bis"),
    ),
}
_REDEMPTIONS: Aliases = {
    **_COUPON,
    **_CUSTOMER,
    **_CAMPAIGN,
    **_ORDER,
    **_CURRENCY,
    "redeemed_on": (
        *("核销日期", "核销时间", "使用日期", "使用时间", "redemption date"),
        *("redeemed at", "einlösedatum", "eingelöst am", *_DATE),
    ),
    "saved": ("抵扣金额", "优惠金额", "discount amount", "saved amount", "ersparnis"),
}
#: Table → our word → headings that are known to mean it there, the surest first.
TABLE_ALIASES: dict[str, Aliases] = {
    "customers": _CUSTOMERS,
    "products": _PRODUCTS,
    "prices": _PRICES,
    "promotions": _PROMOTIONS,
    "rates": _RATES,
    "identities": _IDENTITIES,
    "events": _EVENTS,
    "feedback": _FEEDBACK,
    "campaigns": _CAMPAIGNS,
    "contacts": _CONTACTS,
    "coupons": _COUPONS,
    "redemptions": _REDEMPTIONS,
}


def known_headings() -> set[str]:
    """Return every heading that is known to mean some word of some table."""
    every = (ALIASES, *TABLE_ALIASES.values())
    return {name for known in every for names in known.values() for name in names}


def aliases_of(name: str, words: Table) -> tuple[str, ...]:
    """Return the headings that are known to mean a word of a table."""
    known = ALIASES if words is TRANSACTIONS else TABLE_ALIASES.get(words.name, {})
    return known.get(name, ())
