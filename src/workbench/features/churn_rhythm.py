"""Purchase days in, how a customer's buying runs out: silence, frequency, its fall."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from workbench.features.churn_days import RECENT_DAYS, YEAR_DAYS, within
from workbench.features.poisson_drop import drop_z

if TYPE_CHECKING:
    import ibis.expr.types as ir

BEFORE_DAYS = RECENT_DAYS + YEAR_DAYS  # the quarter and the year before it
#: Gaps of a customer who buys at random (variation 1) that each one's own are joined
#: with, so that two equal gaps are no proof of a habit.
GAPS_AT_RANDOM = 3


def rhythm_sums(days: ir.Table) -> dict[str, ir.Value]:
    """Return what is added up over a customer's purchase days."""
    return {
        "days_since_last_order": days.ago.min(),
        "age_days": days.ago.max(),
        "frequency": days.count() - 1,
        "gap_squares": (days.gap_days * days.gap_days).sum().fill_null(0.0),
        "purchase_days_90d": days.count(where=within(days, 0, RECENT_DAYS)),
        "purchase_days_365d": days.count(where=within(days, 0, YEAR_DAYS)),
        "year_before_quarter": days.count(where=within(days, RECENT_DAYS, BEFORE_DAYS)),
        "quarter_a_year_before": days.count(where=within(days, YEAR_DAYS, BEFORE_DAYS)),
    }


def rhythm(known: ir.Table) -> dict[str, ir.Value]:
    """Return the features of silence, frequency and falling frequency.

    Parameters
    ----------
    known
        One row per buyer, with the columns of ``rhythm_sums``.
    """
    return {
        "is_one_time": known.frequency == 0,
        "mean_gap_days": mean_gap_days(known),
        "overdue_ratio": known.days_since_last_order / mean_gap_days(known),
        "gap_variation": gap_variation(known),
        "quarter_drop_z": quarter_drop_z(known),
        "year_before_drop_z": year_before_drop_z(known),
    }


def mean_gap_days(known: ir.Table) -> ir.FloatingValue:
    """Return the mean days between purchase days.

    A one-time buyer has shown no gap yet; the days since the purchase, at least one,
    stand in for it.
    """
    between = _from_first_to_last(known) / known.frequency.nullif(0)
    return between.fill_null(ibis.greatest(known.age_days, 1).cast("float64"))


def gap_variation(known: ir.Table) -> ir.FloatingValue:
    """Return the coefficient of variation of the own gaps, drawn towards 1.

    1 is buying at random (a Poisson process), 0 is a clock. Of one gap nothing is
    known of its variation: it is 1.

    Notes
    -----
    With n gaps of mean m and sum of squares Q, and w gaps at random::

        sqrt((Q - n m² + w m²) / (n - 1 + w)) / m
    """
    n = known.frequency.nullif(0)
    mean = _from_first_to_last(known) / n
    apart = ibis.greatest(known.gap_squares - n * mean * mean, 0.0)
    drawn = apart + GAPS_AT_RANDOM * mean * mean
    return ((drawn / (n - 1 + GAPS_AT_RANDOM)).sqrt() / mean).fill_null(1.0)


def quarter_drop_z(known: ir.Table) -> ir.FloatingValue:
    """Return how clearly the last 90 days have fewer than the year before them.

    The first purchase day starts the clock and is not counted; who is known for less
    than the whole year before has less exposure, who has none of it gets 0.
    """
    exposed = ibis.least(known.age_days - RECENT_DAYS, YEAR_DAYS)
    exposed = ibis.greatest(exposed, 0)
    first_is_in = known.age_days.between(RECENT_DAYS, BEFORE_DAYS - 1)
    before = known.year_before_quarter - first_is_in.cast("int64")
    ratio = RECENT_DAYS / exposed.nullif(0)
    return drop_z(before, known.purchase_days_90d, ratio)


def year_before_drop_z(known: ir.Table) -> ir.FloatingValue:
    """Return how clearly the last 90 days have fewer than the same a year before.

    0 unless the first purchase day lies before all of them.
    """
    found = drop_z(
        known.quarter_a_year_before, known.purchase_days_90d, ibis.literal(1.0)
    )
    return (known.age_days >= BEFORE_DAYS).ifelse(found, 0.0)


def _from_first_to_last(known: ir.Table) -> ir.IntegerValue:
    return known.age_days - known.days_since_last_order
