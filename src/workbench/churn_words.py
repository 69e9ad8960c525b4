"""The words of churn: what may foretell that a customer stays away, in families.

What builds the features, what fits them and what tells people about them read the same
list. A family is a cause in the shop's words; features of one family say the same thing
in several ways, so a reason is told once a family.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from workbench.errors import UnknownName


@dataclass(frozen=True)
class Feature:
    """One thing known of a customer on a day.

    Parameters
    ----------
    name
        The column; its unit stands in its name.
    family
        The cause that it belongs to.
    meaning
        What it is, with its unit.
    needs
        Tables (``"events"``) or columns (``"transactions.discount"``), one of which is
        enough; empty where the three columns of any shop are enough.
    is_fitted
        Whether the models take it unless they are told otherwise.
    """

    name: str
    family: str
    meaning: str
    needs: tuple[str, ...] = ()
    is_fitted: bool = True

    @property
    def is_logged(self) -> bool:
        """Whether it enters a model as ``log(1 + value)``.

        Counts, days and money do; shares, rates, trends, statistics and flags enter as
        they are.
        """
        as_they_are = ("_share", "_rate", "_trend", "_z", "_score", "_variation")
        return not self.name.startswith("is_") and not self.name.endswith(as_they_are)


_CATEGORY = ("transactions.category", "products.category")

FEATURES: tuple[Feature, ...] = (
    Feature("days_since_last_order", "silence", "last purchase day to the day [days]"),
    Feature(
        "overdue_ratio", "silence", "days since the last order over the own mean gap"
    ),
    Feature("frequency", "frequency", "purchase days after the first [count]"),
    Feature("is_one_time", "frequency", "one purchase day so far"),
    Feature("mean_gap_days", "frequency", "mean of the own gaps [days]"),
    Feature(
        "gap_variation",
        "frequency",
        "standard deviation of the own gaps over their mean, drawn towards 1",
    ),
    Feature("purchase_days_90d", "frequency", "of the last 90 days [count]"),
    Feature("purchase_days_365d", "frequency", "of the last 365 days [count]"),
    Feature(
        "quarter_drop_z",
        "falling_frequency",
        "fewer purchase days in the last 90 days than at the rate of the year before "
        "them: test of two Poisson rates, above 0 for fewer [standard deviations]",
    ),
    Feature(
        "year_before_drop_z",
        "falling_frequency",
        "the same against the same 90 days a year before; 0 where the history is "
        "shorter [standard deviations]",
    ),
    Feature("spend_365d", "spend", "of the last 365 days [currency]"),
    Feature("mean_value", "spend", "mean of a purchase day [currency]"),
    Feature(
        "promotion_share",
        "promotions",
        "share of the purchase days of the last year that were promotion days",
        ("promotion_days",),
    ),
    Feature(
        "return_rate",
        "returns",
        "share of purchase lines sent back, drawn to the shop's",
    ),
    Feature(
        "return_rate_trend",
        "returns",
        "return rate of the last 90 days less that of the time before, both drawn",
    ),
    Feature(
        "return_lines",
        "returns",
        "lines sent back so far, at most as many as were bought [count]",
        is_fitted=False,  # told to people; the models take the rate, drawn
    ),
    Feature(
        "purchase_lines",
        "returns",
        "lines bought so far [count]",
        is_fitted=False,
    ),
    Feature(
        "categories_365d", "narrowing", "categories of the last 365 days", _CATEGORY
    ),
    Feature(
        "categories_lost_share",
        "narrowing",
        "share of the categories of the 365 days before the last 90 that were not "
        "bought in these",
        _CATEGORY,
    ),
    Feature(
        "discount_share",
        "discounts",
        "discount over the price before it, of the last 365 days",
        ("transactions.discount",),
    ),
    Feature(
        "online_share",
        "channel",
        "share of the purchase days of the last year that were online",
        ("transactions.channel",),
    ),
    Feature(
        "view_days_since_order",
        "browsing",
        "days with a step in the online shop after the last order, of the last 90 "
        "[count]",
        ("events",),
    ),
    Feature(
        "carts_left_90d",
        "browsing",
        "days of the last 90 with something left in the cart for a week [count]",
        ("events",),
    ),
    Feature(
        "satisfaction_score",
        "satisfaction",
        "mean of the answers of the last year, 1 to 5, drawn to the shop's",
        ("feedback.satisfaction",),
    ),
    Feature(
        "satisfaction_answers",
        "satisfaction",
        "answers of the last year [count]",
        ("feedback.satisfaction",),
        is_fitted=False,  # told to people; the models take the score, drawn
    ),
    Feature(
        "satisfaction_own_score",
        "satisfaction",
        "mean of the own answers of the last year, 1 to 5; the shop's where there are "
        "none",
        ("feedback.satisfaction",),
        is_fitted=False,
    ),
    Feature(
        "complaints_365d", "complaints", "of the last 365 days [count]", ("feedback",)
    ),
    Feature(
        "complaints_since_order",
        "complaints",
        "opened after the last order, or about it [count]",
        ("feedback",),
    ),
    Feature(
        "open_complaints",
        "complaints",
        "not settled [count]",
        ("feedback.closed_on",),  # without it every complaint would look open
    ),
    Feature(
        "age_days",
        "tenure",
        "first purchase day to the day [days]",
        is_fitted=False,  # on the test day everybody is older than any in the fit
    ),
)

BY_NAME: Mapping[str, Feature] = {feature.name: feature for feature in FEATURES}
FAMILIES: tuple[str, ...] = tuple(dict.fromkeys(one.family for one in FEATURES))


def feature(name: str) -> Feature:
    """Return a feature by its name.

    Raises
    ------
    UnknownName
        With the nearest name.
    """
    if name not in BY_NAME:
        raise UnknownName("churn feature", name, BY_NAME)
    return BY_NAME[name]


def family_of(name: str) -> str | None:
    """Return the family of a feature; None for one that is not of this list.

    Examples
    --------
    >>> family_of("open_complaints")
    'complaints'
    """
    return BY_NAME[name].family if name in BY_NAME else None


def fitted(names: Iterable[str]) -> tuple[str, ...]:
    """Return those of the names that the models take by default, in this list's order.

    Examples
    --------
    >>> fitted(["age_days", "frequency", "days_since_last_order"])
    ('days_since_last_order', 'frequency')
    """
    there = set(names)
    return tuple(one.name for one in FEATURES if one.is_fitted and one.name in there)
