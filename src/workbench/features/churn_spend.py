"""Purchase days in, what was spent and how out: money, discounts, promotions, channel.

Each is there where the purchase days have its column.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.features.churn_days import CENTS, YEAR_DAYS, within

if TYPE_CHECKING:
    import ibis.expr.types as ir

#: Feature -> the column of the purchase days whose share it is.
_SHARES = {"promotion_share": "is_promotion", "online_share": "is_online"}


def spend_sums(days: ir.Table) -> dict[str, ir.Value]:
    """Return what is added up over a customer's purchase days."""
    of_year = within(days, 0, YEAR_DAYS)
    sums: dict[str, ir.Value] = {
        "cents": days.cents.sum(),
        "cents_365d": days.cents.sum(where=of_year).fill_null(0.0),
    }
    if "discount_cents" in days.columns:
        sums["discount_cents"] = days.discount_cents.sum(where=of_year).fill_null(0.0)
    for flag in _SHARES.values():
        if flag in days.columns:
            sums[flag] = days.count(where=of_year & days[flag])
    return sums


def spend(known: ir.Table) -> dict[str, ir.Value]:
    """Return the features of spend, discounts, promotions and channel.

    Parameters
    ----------
    known
        One row per buyer, with the columns of ``spend_sums`` and ``rhythm_sums``.
    """
    found: dict[str, ir.Value] = {
        "spend_365d": known.cents_365d / CENTS,
        "mean_value": known.cents / CENTS / (known.frequency + 1),
    }
    for name, flag in _SHARES.items():
        if flag in known.columns:
            share = known[flag] / known.purchase_days_365d.nullif(0)
            found[name] = share.fill_null(0.0)
    if "discount_cents" in known.columns:
        found["discount_share"] = discount_share(known)
    return found


def discount_share(known: ir.Table) -> ir.FloatingValue:
    """Return the discount over the price before it, of the last 365 days [0 to 1]."""
    full_price = known.cents_365d + known.discount_cents
    share = known.discount_cents / full_price.nullif(0.0)
    return share.fill_null(0.0).clip(0.0, 1.0)
