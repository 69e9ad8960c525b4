"""The words of the life cycle: what rules may ask of a customer, and what always holds.

What builds the table and what proves the rules of the stages read the same list. A
*comeback* is a purchase day after so long a silence that the customer had lapsed; a
*return* stays what is sent back.
"""

from __future__ import annotations

from workbench.words import COUNT, NUMBER, TEXT, Column

DAYS, TIMES = "days", "count"
STATUS = "status"


def _days(name: str, meaning: str) -> Column:
    return Column(name, COUNT, meaning, DAYS, least=0)


def _times(name: str, meaning: str) -> Column:
    return Column(name, COUNT, meaning, TIMES, required=True, least=0)


LIFE_CYCLE: tuple[Column, ...] = (
    Column(
        STATUS,
        TEXT,
        "prospect (nothing bought), eligible (bought within the eligible days), lapsed",
        required=True,
        one_of=("prospect", "eligible", "lapsed"),
    ),
    _days("days_since_first_order", "first purchase day to the day"),
    _days("days_since_last_order", "last purchase day to the day"),
    _days("days_since_comeback", "last comeback to the day; null without one"),
    _days("silence_before_comeback_days", "without a purchase before that comeback"),
    _times("purchase_days", "days with a purchase so far"),
    _times("purchase_days_90d", "of the last 90 days"),
    _times("purchase_days_90d_before", "of the 90 days before those"),
    _times("purchase_days_365d", "of the last 365 days"),
    Column(
        "mean_gap_days",
        NUMBER,
        "mean of the own gaps; days since the purchase, at least 1, after a single one",
        DAYS,
        least=0,
    ),
    Column(
        "overdue_ratio",
        NUMBER,
        "days since the last order over the own mean gap",
        least=0,
    ),
    Column(
        "quarter_drop_z",
        NUMBER,
        "fewer purchase days in the last 90 days than at the rate of the year before "
        "them, above 0 for fewer; as in the words of churn",
        "standard deviations",
    ),
    Column(
        "spend_365d",
        NUMBER,
        "purchases of the last 365 days, gross of what was sent back",
        "currency",
        required=True,
        least=0,
    ),
)
BY_NAME = {one.name: one for one in LIFE_CYCLE}

_OF_BUYERS = (
    "days_since_first_order",
    "days_since_last_order",
    "mean_gap_days",
    "overdue_ratio",
    "quarter_drop_z",
)
_COUNTS = ("purchase_days_90d", "purchase_days_90d_before", "purchase_days_365d")

#: What holds of every customer's row, in the language of the conditions; a comparison
#: with a null says nothing. Two columns are only ever put in order (``<=``): the proof
#: of the stages leans on that.
FACTS: tuple[str, ...] = (
    "status <> 'prospect' or purchase_days = 0",
    "status = 'prospect' or purchase_days >= 1",
    *(f"status <> 'prospect' or {name} is null" for name in _OF_BUYERS),
    *(f"status = 'prospect' or {name} is not null" for name in _OF_BUYERS),
    "status <> 'prospect' or spend_365d = 0",
    "status <> 'prospect' or days_since_comeback is null",
    "days_since_comeback is null or purchase_days >= 2",
    "days_since_comeback is null or silence_before_comeback_days is not null",
    "days_since_comeback is not null or silence_before_comeback_days is null",
    "days_since_last_order <= days_since_comeback",
    "days_since_comeback <= days_since_first_order",
    "days_since_last_order <= days_since_first_order",
    *(f"{name} <= purchase_days" for name in _COUNTS),
    "purchase_days_90d <= purchase_days_365d",
    "purchase_days_90d_before <= purchase_days_365d",
    "purchase_days_90d = 0 or days_since_last_order <= 89",
    "purchase_days_90d >= 1 or status = 'prospect' or days_since_last_order >= 90",
    "purchase_days_365d = 0 or days_since_last_order <= 364",
    "purchase_days_365d >= 1 or status = 'prospect' or days_since_last_order >= 365",
    "purchase_days <> 1 or overdue_ratio <= 1",
)
