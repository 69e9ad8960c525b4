"""A shop's tables and a policy's measures in, a column of each for every customer out.

Who registered and bought nothing has a row too. What counts or adds up is 0 for who did
nothing, shares and names are null; what the shop has no table for is null for
everybody, and ``measure_needs`` says so in a line.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import ibis
from ibis.expr.datatypes import DataType

from workbench.features.beside import Beside
from workbench.features.goods import with_goods
from workbench.features.measure_goods import goods_parts
from workbench.features.measure_needs import missing_for
from workbench.features.measure_said import said_parts
from workbench.features.measure_sums import summed
from workbench.features.measure_windows import PERSONAL, SINCE
from workbench.features.purchase_days import purchases
from workbench.features.spine import registered, spine

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from workbench.measure_words import Measure
    from workbench.window import Window

_NOTHING = Beside()


def measure_table(
    transactions: ir.Table,
    window: Window,
    measures: Sequence[Measure],
    beside: Beside = _NOTHING,
) -> ir.Table:
    """Measure each customer as a policy asks for.

    A customer's row depends on their own rows up to ``as_of`` only.

    Parameters
    ----------
    transactions
        A clean table of transactions.
    window
        History ends with ``window.as_of``; of the tables beside it too.
    measures
        What is asked for, each under a name of its own.
    beside
        What the shop knows beside its transactions.

    Returns
    -------
    ir.Table
        One row per customer known on the day, registered or buyer: ``customer_id`` and
        a column of each measure, of its quantity's type and in its unit.

    Notes
    -----
    A window of so many days has ``day > as_of - N``; all windows end with ``as_of``. A
    customer joined on the day of registration, or else of the first purchase; of whom
    neither is known, nothing lies in a window that begins there. The anniversary of
    29 February is the 28th in years without one. What came back counts in the window in
    which it was bought, where its purchase is found, and so do the points that it takes
    back; a return that spans purchases of several windows is parted among them.
    """
    told = [m for m in measures if not missing_for(m, transactions, beside)]
    lines = with_goods(transactions, beside.products)
    everybody = spine(transactions, beside.customers, window)
    if any(m.window in PERSONAL or m.of == "days_since_joining" for m in told):
        everybody = known_since(transactions, window, everybody)
    else:
        everybody = everybody.select("customer_id", **{SINCE: ibis.null("date")})
    joined = everybody
    for part in _parts(lines, window, told, beside, everybody):
        joined = joined.left_join(part, "customer_id").drop("customer_id_right")
    names = {one.name for one in told}
    return joined.select(
        "customer_id",
        **{m.name: _finished(joined, m, m.name in names) for m in measures},
    )


def known_since(
    transactions: ir.Table, window: Window, everybody: ir.Table
) -> ir.Table:
    """Return ``customer_id`` of everybody, and the day on which they joined."""
    bought = purchases(window.history(transactions))
    first = bought.group_by("customer_id").agg(first_on=bought.ordered_on.min())
    both = everybody.left_join(first, "customer_id")
    return both.select(
        "customer_id", **{SINCE: both.joined_on.cast("date").coalesce(both.first_on)}
    )


def _parts(
    lines: ir.Table,
    window: Window,
    told: Sequence[Measure],
    beside: Beside,
    everybody: ir.Table,
) -> Iterator[ir.Table]:
    """Yield tables of ``customer_id`` and some of the measures."""
    sums = summed(lines, window, told, beside, everybody)
    if sums is not None:
        yield sums
    yield from goods_parts(lines, window, told, everybody)
    if beside.feedback is not None:
        yield from said_parts(beside.feedback, window, told, everybody)
    profile = {m.name: m.column for m in told if m.of == "profile"}
    if profile and beside.customers is not None:
        yield _said(registered(beside.customers, window), profile)
    age = [m.name for m in told if m.of == "days_since_joining"]
    if age:
        days = ibis.literal(window.as_of).delta(everybody[SINCE], unit="day")
        yield everybody.select("customer_id", **dict.fromkeys(age, days))


def _said(customers: ir.Table, columns: dict[str, str]) -> ir.Table:
    """Return what registrations say, as texts."""
    said = {name: customers[column].cast("string") for name, column in columns.items()}
    return customers.select("customer_id", **said)


def _finished(joined: ir.Table, measure: Measure, is_told: bool) -> ir.Value:
    """Return a measure's column in its type, 0 for who did nothing where it has one."""
    kind = DataType.from_pyarrow(measure.quantity.type)
    if not is_told:
        return ibis.null(kind)
    found = joined[measure.name].cast(kind)
    return found.fill_null(ibis.literal(0, kind)) if measure.quantity.zero else found
