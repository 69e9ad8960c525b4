"""Purchase lines and the rules of points in, what each customer earned by day out.

What a line earns is known on its day. What comes back takes its share with it, out of
the day that earned it: a return after the turn of the year does not eat the points of
the new year.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from workbench.features.churn_days import in_cents
from workbench.features.purchase_days import purchases
from workbench.features.returns import worth_left

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from workbench.measure_words import PointRules
    from workbench.window import Window

#: Points are kept in hundredths; what a product of doubles lacks to the next hundredth.
_HAIR = 1e-6


def earned(lines: ir.Table, rules: PointRules) -> ir.FloatingValue:
    """Return what each purchase line earns, rounded down [points / 100].

    ``per_unit`` × amount × the category's factor, 1 for a category that has none; a
    line of which no category is known earns as such.
    """
    times: ir.Value = ibis.literal(1.0)
    if rules.by_category and "category" in lines.columns:
        cases = [(name, float(by)) for name, by in rules.by_category.items()]
        times = lines.category.cases(*cases, else_=1.0)
    hundredths = in_cents(lines.amount) * float(rules.per_unit) * times
    return ibis.greatest(_down(hundredths), 0.0)


def point_days(lines: ir.Table, window: Window, rules: PointRules) -> ir.Table:
    """Return the points of each customer by the day that earned them.

    Parameters
    ----------
    lines
        A clean table of transactions, with ``category`` where rules ask for it. Orders
        that were only staged earn nothing.
    window
        What came back after ``window.as_of`` is not known.
    rules
        How points are earned. When they expire is not looked at.

    Returns
    -------
    ir.Table
        ``customer_id``, ``day``, ``points`` [points / 100], >= 0 in sum over the rows
        of a day: what was earned, and as a row of its own, negative, what came back.

    Notes
    -----
    A return is linked to its purchase as ``linked_returns`` does, and one that spans
    several purchases takes from each. What it takes is in proportion to the money: of
    a purchase of 100 that earned 300, a return of 40 leaves 180, rounded down to two
    decimals. A return without a purchase takes nothing.
    """
    seen = window.history(lines)
    seen = seen.mutate(worth=earned(seen, rules))
    bought = purchases(seen).group_by("customer_id", day="ordered_on")
    came = bought.agg(points=lambda t: t.worth.sum())
    returners = seen.filter(seen.kind == "return").select("customer_id").distinct()
    left = worth_left(seen.semi_join(returners, "customer_id"), window)
    kept = left.group_by("customer_id", day="bought_on").agg(
        kept=_down(left.worth.sum())
    )
    both = kept.inner_join(came, ["customer_id", "day"])
    taken = both.select("customer_id", "day", points=both.kept - both.points)
    return came.union(taken)


def _down(hundredths: ir.FloatingValue) -> ir.FloatingValue:
    return (hundredths + _HAIR).floor().cast("float64")
