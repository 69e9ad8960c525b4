"""The words of what only a synthetic shop has: the truth behind its tables.

No model may read them; they are there to be compared with what a model found.
"""

from __future__ import annotations

from workbench.words import COUNT, DAY, FLAG, INSTANT, MONEY, NUMBER, TEXT, Table
from workbench.words import Column as C

TRUTH = Table(
    "truth",
    "one customer of a synthetic shop as they really are",
    (
        C("customer_id", TEXT, "who", required=True),
        C("segment", TEXT, "hidden segment, or prospect: never buys", required=True),
        C("rate_per_day", NUMBER, "λ, orders while active [per day of own time]"),
        C("dropout", NUMBER, "p, chance to leave after a repeat order", "1"),
        C("mean_value", NUMBER, "expected value of an order", "currency"),
        C("currency", TEXT, "ISO 4217 code of the customer's market"),
        C("first_order_at", INSTANT, "when the first order came", "UTC"),
        C("left_at", INSTANT, "when they left for good; empty: had not left", "UTC"),
        C(
            "churn_cause",
            TEXT,
            "why: own, or what drove away who had stayed: late_delivery, faulty_goods",
        ),
        C("satisfaction", NUMBER, "hidden satisfaction at first, 0 to 1", "1"),
        C("satisfaction_at_end", NUMBER, "the same on the last day", "1"),
        C("is_late_delivered", FLAG, "a repeat order came late"),
        C("late_delivered_on", DAY, "day of the first such order", "day"),
        C("is_faulty", FLAG, "a repeat order was faulty and sent back"),
        C("faulty_on", DAY, "day of the first such order", "day"),
        C("dominant_interest", TEXT, "category most liked; empty: no such"),
        C("online_share", NUMBER, "chance of an order to be online", "1"),
        C(
            "return_rate",
            NUMBER,
            "chance of a line to come back, as long as no order was faulty",
            "1",
        ),
        C("orders", COUNT, "orders in the period, first and campaigns' included"),
        C("campaign_orders", COUNT, "orders that only a campaign brought"),
        C("spend", MONEY, "sum of the purchases", "currency"),
        C("returned", MONEY, "sum of the returns, negative", "currency"),
        C("x", COUNT, "repeat orders in continuous time; pure shops only"),
        C("t_x", NUMBER, "first to last order; pure shops only", "day"),
        C("T", NUMBER, "first order to the end; pure shops only", "day"),
    ),
)

TRUTH_PARAMETERS = Table(
    "truth_parameters",
    "one hidden segment, by what its customers were drawn from",
    (
        C("segment", TEXT, "the segment", required=True),
        C("share", NUMBER, "chance of a buyer to belong to it", "1"),
        C("r", NUMBER, "shape of the rates λ ~ Gamma(r, alpha)"),
        C("alpha", NUMBER, "their scale", "day"),
        C("a", NUMBER, "of the chance to leave p ~ Beta(a, b)"),
        C("b", NUMBER, "of the same"),
        C("p", NUMBER, "shape of an order's value z ~ Gamma(p, nu)"),
        C("q", NUMBER, "shape of nu ~ Gamma(q, gamma)"),
        C("gamma", NUMBER, "its scale, in the base currency", "currency"),
        C("late_rate", NUMBER, "chance of a repeat order online to come late", "1"),
        C("late_divisor", NUMBER, "orders left after it are divided by this", "1"),
        C("faulty_rate", NUMBER, "chance of a repeat order to be faulty", "1"),
        C("faulty_divisor", NUMBER, "orders left after it are divided by this", "1"),
    ),
)

TRUTH_CAMPAIGNS = Table(
    "truth_campaigns",
    "one campaign's true effect",
    (
        C("campaign_id", TEXT, "the campaign", required=True),
        C("response", NUMBER, "chance of one more order, if active throughout", "1"),
        C("chosen", COUNT, "customers chosen, control included", "customers"),
        C("treated", COUNT, "customers contacted", "customers"),
        C("uplift_orders", NUMBER, "orders more per chosen customer, if contacted"),
    ),
)

TRUTH_IDENTITIES = Table(
    "truth_identities",
    "one key and whose it really is",
    (
        C("key", TEXT, "card or account", required=True),
        C("customer_id", TEXT, "whose it is", required=True),
        C("is_known", FLAG, "the shop knows it too, in identities", required=True),
    ),
)

TRUTH_TABLES = (TRUTH, TRUTH_PARAMETERS, TRUTH_CAMPAIGNS, TRUTH_IDENTITIES)
