"""The words of the tables that may stand beside ``transactions`` in a store.

All of them are optional: what is absent switches off what needs it.
"""

from __future__ import annotations

from typing import Any

from workbench.words import COUNT, DAY, FLAG, INSTANT, MONEY, NUMBER, TEXT, Table
from workbench.words import Column as C

_CUSTOMER, _PRODUCT = "customers.customer_id", "products.product_id"
_CAMPAIGN, _COUPON = "campaigns.campaign_id", "coupons.coupon_id"
_ORDER = "transactions.order_id"
_SHARE: dict[str, Any] = {"least": 0.0, "most": 1.0}

CUSTOMERS = Table(
    "customers",
    "one registered customer, with or without a purchase",
    (
        C("customer_id", TEXT, "who registered", required=True),
        C("joined_on", DAY, "day of the registration; empty: not known", "day"),
        C("market", TEXT, "country or region of the registration"),
        C("region", TEXT, "state or province"),
        C("city", TEXT, "town"),
        C("language", TEXT, "language of letters, ISO 639-1"),
        C(
            "membership",
            TEXT,
            "membership held, in the shop's words: none, basic, premium …",
        ),
        C("is_business", FLAG, "registered as a business"),
        C("consent_sms", FLAG, "may be written to by short message"),
        C("consent_mail", FLAG, "may be written to by mail"),
        C("consent_app", FLAG, "may be notified in the app"),
    ),
    key=("customer_id",),
    day="joined_on",
)

PRODUCTS = Table(
    "products",
    "one product",
    (
        C("product_id", TEXT, "the product", required=True),
        C("category", TEXT, "what kind of thing it is"),
        C("department", TEXT, "the part of the shop that its category belongs to"),
        C("brand", TEXT, "its brand"),
        C("list_price", MONEY, "its first price in the base currency", "currency"),
        C("currency", TEXT, "ISO 4217 code of the list price"),
    ),
    key=("product_id",),
)

PRICES = Table(
    "prices",
    "a product's price from a day on, until its next row",
    (
        C("product_id", TEXT, "the product", required=True, refers_to=_PRODUCT),
        C("valid_from", DAY, "first day of the price", "day", required=True),
        C("price", MONEY, "for one piece", "currency", required=True, least=0.0),
        C("currency", TEXT, "ISO 4217 code of the price", required=True),
        C("market", TEXT, "where; empty for all markets"),
    ),
    key=("product_id", "valid_from", "currency", "market"),
    day="valid_from",
)

PROMOTIONS = Table(
    "promotions",
    "one promotion, some days in one market or in all, of one product or of all",
    (
        C("promotion_id", TEXT, "the promotion", required=True),
        C("name", TEXT, "what it is called"),
        C("starts_on", DAY, "first day", "day", required=True),
        C("ends_on", DAY, "last day", "day", required=True),
        C("market", TEXT, "where; empty for all markets"),
        C("store_id", TEXT, "in which store; empty for all"),
        C("product_id", TEXT, "on what; empty for all", refers_to=_PRODUCT),
        C("price_cut", NUMBER, "share taken off every price", "1", **_SHARE),
    ),
    key=("promotion_id",),
    day="starts_on",
)

RATES = Table(
    "rates",
    "a currency's rate on a day",
    (
        C("rate_on", DAY, "the day", "day", required=True),
        C("currency", TEXT, "ISO 4217 code", required=True),
        C(
            "rate",
            NUMBER,
            "base currency per unit",
            "base/unit",
            required=True,
            least=1e-9,
            most=1e9,
        ),
        C("base", TEXT, "ISO 4217 code of the base currency", required=True),
    ),
    key=("rate_on", "currency", "base"),
    day="rate_on",
)

IDENTITIES = Table(
    "identities",
    "one further key under which a customer is known",
    (
        C("key", TEXT, "card or account, as a till or site knows it", required=True),
        C("kind", TEXT, "what kind of key: store_card, online_account …"),
        C("customer_id", TEXT, "whose it is", required=True, refers_to=_CUSTOMER),
        C("known_since", DAY, "day on which the shop learned it", "day"),
        C("known_until", DAY, "last day on which it held; empty: it holds", "day"),
    ),
    key=("key", "customer_id"),
    day="known_since",
)

EVENTS = Table(
    "events",
    "one step of a customer in the online shop",
    (
        C("customer_id", TEXT, "who", required=True, refers_to=_CUSTOMER),
        C("happened_at", INSTANT, "when", "UTC", required=True),
        C("happened_on", DAY, "the day in the store's zone", "day", required=True),
        C(
            "kind",
            TEXT,
            "view, cart_add, cart_remove or favourite",
            required=True,
            one_of=("view", "cart_add", "cart_remove", "favourite"),
        ),
        C("product_id", TEXT, "what was looked at", refers_to=_PRODUCT),
    ),
    day="happened_on",
)

FEEDBACK = Table(
    "feedback",
    "one answered survey, or one complaint",
    (
        C("feedback_id", TEXT, "the answer or the complaint"),
        C("customer_id", TEXT, "who", required=True, refers_to=_CUSTOMER),
        C(
            "kind",
            TEXT,
            "survey or complaint",
            required=True,
            one_of=("survey", "complaint"),
        ),
        C("order_id", TEXT, "the order it is about", refers_to=_ORDER),
        C("opened_on", DAY, "day of the answer or complaint", "day", required=True),
        C("closed_on", DAY, "day a complaint was settled; empty: open", "day"),
        C("nps", COUNT, "would recommend the shop, 0 to 10", least=0, most=10),
        C("satisfaction", COUNT, "1 (bad) to 5 (good); of surveys", least=1, most=5),
        C("topic", TEXT, "what a complaint is about"),
    ),
    key=("feedback_id",),
    day="opened_on",
)

CAMPAIGNS = Table(
    "campaigns",
    "one campaign",
    (
        C("campaign_id", TEXT, "the campaign", required=True),
        C("name", TEXT, "what it is called"),
        C("channel", TEXT, "sms, mail or app"),
        C("starts_on", DAY, "day of the contacts", "day", required=True),
        C("ends_on", DAY, "last day on which it is judged", "day"),
        C("has_control", FLAG, "a control group was drawn at random"),
        C("treated_share", NUMBER, "chance of the chosen to be treated", "1", **_SHARE),
    ),
    key=("campaign_id",),
    day="starts_on",
)

CONTACTS = Table(
    "contacts",
    "one customer chosen for a campaign, contacted or held back",
    (
        C("campaign_id", TEXT, "the campaign", required=True, refers_to=_CAMPAIGN),
        C("customer_id", TEXT, "who was chosen", required=True, refers_to=_CUSTOMER),
        C("chosen_on", DAY, "day of the contact, or of the choice", "day"),
        C("is_treated", FLAG, "contacted; false for the control group", required=True),
    ),
    key=("campaign_id", "customer_id"),
    day="chosen_on",
)

COUPONS = Table(
    "coupons",
    "one coupon that a campaign gives, for one product or for all",
    (
        C("coupon_id", TEXT, "the coupon", required=True),
        C("campaign_id", TEXT, "the campaign that gives it", refers_to=_CAMPAIGN),
        C("product_id", TEXT, "on what; empty for all", refers_to=_PRODUCT),
        C("price_cut", NUMBER, "share taken off an order", "1", **_SHARE),
        C("valid_from", DAY, "first day", "day"),
        C("valid_to", DAY, "last day", "day"),
    ),
    key=("coupon_id", "campaign_id", "product_id"),
    day="valid_from",
)

REDEMPTIONS = Table(
    "redemptions",
    "one coupon handed in",
    (
        C("coupon_id", TEXT, "the coupon", required=True, refers_to=_COUPON),
        C("customer_id", TEXT, "who", required=True, refers_to=_CUSTOMER),
        C("campaign_id", TEXT, "the campaign that gave it", refers_to=_CAMPAIGN),
        C("order_id", TEXT, "the order it was used for", refers_to=_ORDER),
        C("redeemed_on", DAY, "day of the order", "day", required=True),
        C("saved", MONEY, "taken off the order, part of the discounts", "currency"),
        C("currency", TEXT, "ISO 4217 code"),
    ),
    day="redeemed_on",
)

SHOP_TABLES = (
    CUSTOMERS,
    PRODUCTS,
    PRICES,
    PROMOTIONS,
    RATES,
    IDENTITIES,
    EVENTS,
    FEEDBACK,
    CAMPAIGNS,
    CONTACTS,
    COUPONS,
    REDEMPTIONS,
)
