"""Transactions in, the spread of what a purchase day brings out: quantiles and bars."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from workbench.features.purchase_days import purchase_days

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from workbench.window import Window

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
N_BARS = 20


def value_quantiles(transactions: ir.Table, window: Window) -> ir.Table:
    """Return quantiles of the value of a purchase day.

    Returns
    -------
    ir.Table
        ``quantile`` [0 to 1], ``value`` [currency], in order; without a purchase day
        the values are null.
    """
    days = purchase_days(transactions, window)
    value = days.value.cast("float64")
    one = days.aggregate(**{str(q): value.quantile(q) for q in QUANTILES})
    long = one.pivot_longer(list(one.columns), names_to="quantile", values_to="value")
    return long.mutate(quantile=long["quantile"].cast("float64")).order_by("quantile")


def value_bars(transactions: ir.Table, window: Window) -> ir.Table:
    """Count purchase days by value in 20 bars of one width, up to the 95 % quantile.

    What is larger is joined in the last bar.

    Returns
    -------
    ir.Table
        ``bar`` (0 first), ``low`` and ``high`` end of its values [currency],
        ``purchase_days``, ``customers``, in order; a bar without days is not there.
    """
    days = purchase_days(transactions, window)
    values = days.select("customer_id", value=days.value.cast("float64"))
    top = values.aggregate(top=values.value.quantile(QUANTILES[-1]))
    values = values.cross_join(top)
    width = (values.top > 0).ifelse(values.top, 1.0) / N_BARS
    bar = ibis.least((values.value / width).floor().cast("int64"), N_BARS - 1)
    placed = values.select("customer_id", bar=bar, width=width)
    bars = placed.group_by("bar").agg(
        width=placed.width.max(),
        purchase_days=placed.count(),
        customers=placed.customer_id.nunique(),
    )
    return bars.select(
        "bar",
        low=bars.bar * bars.width,
        high=(bars.bar + 1) * bars.width,
        purchase_days=bars.purchase_days,
        customers=bars.customers,
    ).order_by("bar")
