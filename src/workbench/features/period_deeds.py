"""Transactions and a span of days in, what each buyer did in it out.

A span belongs to a day on which something was held, a tier say: it begins on the day
after, so that nothing in it had a part in how the day came out.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

import ibis

from workbench.errors import BadColumns, BadParameter
from workbench.features.purchase_days import not_staged, purchases
from workbench.window import parse_day

if TYPE_CHECKING:
    import ibis.expr.types as ir

#: What says to which part of the shop a line belongs, the wider first.
PARTS = ("department", "category")


class Span(NamedTuple):
    """The days after ``held_on`` up to ``until``, that day included."""

    held_on: date
    until: date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.until - self.held_on).days

    def holds(self, day: ir.DateColumn) -> ir.BooleanColumn:
        """Return whether days lie in it."""
        return (day > self.held_on) & (day <= self.until)


def spans_before(as_of: date | str, days: int, n_spans: int) -> list[Span]:
    """Return spans of equal length that follow each other up to a day, oldest first.

    Examples
    --------
    >>> [str(span.held_on) for span in spans_before("2026-06-30", 91, 2)]
    ['2025-12-30', '2026-03-31']
    """
    if days < 1 or n_spans < 1:
        raise BadParameter(
            "spans need 1 day or more and 1 of them or more, found "
            f"{n_spans} of {days} days"
        )
    ends = [parse_day(as_of) - timedelta(days=days * n) for n in range(n_spans + 1)]
    return [Span(first, last) for last, first in zip(ends, ends[1:], strict=False)][
        ::-1
    ]


def bought_in(transactions: ir.Table, span: Span) -> ir.Table:
    """Sum up what each customer bought and sent back in a span.

    Parameters
    ----------
    transactions
        A clean table of transactions.
    span
        The days; a return counts on its own day.

    Returns
    -------
    ir.Table
        Who has a line in the span: ``customer_id``, ``purchase_days`` [count],
        ``net_spend`` purchases less returns [currency], ``bought`` and ``repeated``,
        1 with a purchase day, with two or more.
    """
    lines = not_staged(transactions)
    lines = lines.filter(span.holds(lines.ordered_on))
    is_purchase = lines.kind == "purchase"
    found = lines.group_by("customer_id").agg(
        purchase_days=lines.ordered_on.nunique(where=is_purchase),
        net_spend=lines.amount.sum().cast("float64"),
    )
    return found.mutate(
        bought=(found.purchase_days >= 1).cast("int64"),
        repeated=(found.purchase_days >= 2).cast("int64"),
    )


def part_of_shop(lines: ir.Table) -> str | None:
    """Return the column that says the part of the shop: department, else category."""
    return next((name for name in PARTS if name in lines.columns), None)


def parts_bought(lines: ir.Table, span: Span) -> ir.Table:
    """Return the share of the shop's parts that each buyer bought in.

    Parameters
    ----------
    lines
        Transactions with ``department`` or ``category``; see ``with_goods``.
    span
        The days. The shop's parts are those in which anybody bought in it.

    Returns
    -------
    ir.Table
        Who bought something whose part is known: ``customer_id``, ``parts_share``
        [0 to 1].

    Raises
    ------
    BadColumns
        If the lines say no part of the shop.
    """
    named = part_of_shop(lines)
    if named is None:
        raise BadColumns(
            f"parts of the shop need one of the columns {', '.join(PARTS)}, found none "
            "in the lines. Join it from products with workbench.features.with_goods."
        )
    seen = purchases(lines).filter(span.holds(lines.ordered_on))
    known = seen.select("customer_id", part=named).filter(lambda t: t.part.notnull())
    whole = known.aggregate(n_parts=known.part.nunique())
    each = known.group_by("customer_id").agg(parts=known.part.nunique())
    both = each.cross_join(whole)
    return both.select("customer_id", parts_share=both.parts / both.n_parts)


def silent_after(
    transactions: ir.Table, held_on: date, horizon_days: int, eligible_days: int
) -> ir.Table:
    """Say who of those that could churn did not buy in the horizon after a day.

    Parameters
    ----------
    transactions
        A clean table of transactions that knows the whole horizon.
    held_on
        The day; the horizon is the ``horizon_days`` after it.
    horizon_days
        Without a purchase for so long is churn [days].
    eligible_days
        Who bought within so many days up to the day can churn [days].

    Returns
    -------
    ir.Table
        Who could churn: ``customer_id``, ``could_churn`` (1), ``away`` (1 without a
        purchase in the horizon).
    """
    since = held_on - timedelta(days=eligible_days)
    until = held_on + timedelta(days=horizon_days)
    lines = purchases(transactions)
    day = lines.ordered_on
    found = lines.group_by("customer_id").agg(
        before=((day > since) & (day <= held_on)).any(),
        after=((day > held_on) & (day <= until)).any(),
    )
    could = found.filter(found.before)
    return could.select(
        "customer_id", could_churn=ibis.literal(1), away=(~could.after).cast("int64")
    )
