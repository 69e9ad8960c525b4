"""The words of the tables that may stand beside ``transactions`` in a store.

All of them are optional: what is absent switches off what needs it.
"""

from __future__ import annotations

from workbench.words import COUNT, DAY, FLAG, INSTANT, MONEY, NUMBER, TEXT, Table
from workbench.words import Column as C

CUSTOMERS = Table(
    "customers",
    "one registered customer, with or without a purchase",
    (
        C("customer_id", TEXT, "who registered", required=True),
        C("joined_on", DAY, "day of the registration", "day", required=True),
        C("market", TEXT, "country or region of the registration"),
        C("language", TEXT, "language of letters, ISO 639-1"),
        C("membership", TEXT, "membership held: none, basic or premium"),
        C("is_business", FLAG, "registered as a business"),
        C("consent_sms", FLAG, "may be written to by short message"),
        C("consent_mail", FLAG, "may be written to by mail"),
        C("consent_app", FLAG, "may be notified in the app"),
    ),
)

PRODUCTS = Table(
    "products",
    "one product",
    (
        C("product_id", TEXT, "the product", required=True),
        C("category", TEXT, "what kind of thing it is", required=True),
        C("brand", TEXT, "its brand"),
        C("list_price", MONEY, "its first price in the base currency", "currency"),
        C("currency", TEXT, "ISO 4217 code of the list price"),
    ),
)

PRICES = Table(
    "prices",
    "a product's price from a day on, until its next row",
    (
        C("product_id", TEXT, "the product", required=True),
        C("valid_from", DAY, "first day of the price", "day", required=True),
        C("price", MONEY, "asked for one piece", "currency", required=True),
        C("currency", TEXT, "ISO 4217 code of the price", required=True),
    ),
)

PROMOTIONS = Table(
    "promotions",
    "one promotion, some days in one market or in all",
    (
        C("promotion_id", TEXT, "the promotion", required=True),
        C("name", TEXT, "what it is called"),
        C("starts_on", DAY, "first day", "day", required=True),
        C("ends_on", DAY, "last day", "day", required=True),
        C("market", TEXT, "where; empty for all markets"),
        C("price_cut", NUMBER, "share taken off every price", "1"),
    ),
)

RATES = Table(
    "rates",
    "a currency's rate on a day",
    (
        C("rate_on", DAY, "the day", "day", required=True),
        C("currency", TEXT, "ISO 4217 code", required=True),
        C("rate", NUMBER, "base currency per unit", "base/unit", required=True),
        C("base", TEXT, "ISO 4217 code of the base currency", required=True),
    ),
)

IDENTITIES = Table(
    "identities",
    "one further key under which a customer is known",
    (
        C("key", TEXT, "card or account, as a till or site knows it", required=True),
        C("kind", TEXT, "store_card or online_account", required=True),
        C("customer_id", TEXT, "whose it is", required=True),
        C("known_since", DAY, "day on which the shop learned it", "day"),
    ),
)

EVENTS = Table(
    "events",
    "one step of a customer in the online shop",
    (
        C("customer_id", TEXT, "who", required=True),
        C("happened_at", INSTANT, "when", "UTC", required=True),
        C("happened_on", DAY, "the day in the store's zone", "day", required=True),
        C("kind", TEXT, "view, cart_add, cart_remove or favourite", required=True),
        C("product_id", TEXT, "what was looked at"),
    ),
)

FEEDBACK = Table(
    "feedback",
    "one answered survey, or one complaint",
    (
        C("feedback_id", TEXT, "the answer or the complaint", required=True),
        C("customer_id", TEXT, "who", required=True),
        C("kind", TEXT, "survey or complaint", required=True),
        C("order_id", TEXT, "the order it is about"),
        C("opened_on", DAY, "day of the answer or complaint", "day", required=True),
        C("closed_on", DAY, "day a complaint was settled; empty: open", "day"),
        C("nps", COUNT, "would recommend the shop, 0 to 10; surveys only"),
        C("satisfaction", COUNT, "1 (bad) to 5 (good); surveys only"),
        C("topic", TEXT, "what a complaint is about"),
    ),
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
        C("treated_share", NUMBER, "chance of a chosen customer to be treated", "1"),
    ),
)

CONTACTS = Table(
    "contacts",
    "one customer chosen for a campaign, contacted or held back",
    (
        C("campaign_id", TEXT, "the campaign", required=True),
        C("customer_id", TEXT, "who was chosen", required=True),
        C("chosen_on", DAY, "day of the contact, or of the choice", "day"),
        C("is_treated", FLAG, "contacted; false for the control group", required=True),
    ),
)

COUPONS = Table(
    "coupons",
    "one coupon that a campaign gives to those it contacts",
    (
        C("coupon_id", TEXT, "the coupon", required=True),
        C("campaign_id", TEXT, "the campaign that gives it"),
        C("price_cut", NUMBER, "share taken off an order", "1"),
        C("valid_from", DAY, "first day", "day"),
        C("valid_to", DAY, "last day", "day"),
    ),
)

REDEMPTIONS = Table(
    "redemptions",
    "one coupon handed in",
    (
        C("coupon_id", TEXT, "the coupon", required=True),
        C("customer_id", TEXT, "who", required=True),
        C("order_id", TEXT, "the order it was used for", required=True),
        C("redeemed_on", DAY, "day of the order", "day", required=True),
        C("saved", MONEY, "taken off the order, part of the discounts", "currency"),
        C("currency", TEXT, "ISO 4217 code"),
    ),
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
