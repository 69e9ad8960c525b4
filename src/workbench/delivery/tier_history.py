"""A customer's receipts and published tiers in, the numbers of their history out.

The measure that the tiers look at first is computed anew at the ends of months, from
the receipts up to each of those days, so that one sees how the tier came about.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import ibis
import pandas as pd
import pyarrow as pa

from workbench.delivery.assignment import Assignment
from workbench.features import Beside, measure_table
from workbench.measure_words import BY_NAME, Measure
from workbench.settings import places
from workbench.window import Window

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from workbench.delivery.asking import Asked
    from workbench.delivery.explanation import Explanation

_MONTHS = 24
_UNITS = ("currency", "points", "count")


@dataclass(frozen=True)
class TierHistory:
    """What the picture of one customer shows.

    Parameters
    ----------
    purchases
        ``day, amount``: what was bought on each day [currency].
    measure
        The column that the tiers look at first; None where it is no measure.
    measured
        ``day, value``: the measure at the ends of months and on the day itself.
    limits
        ``tier, threshold``: from where on the measure is enough for a tier, as far as
        the measure alone decides.
    published
        ``day, tier``: the published tiers, the oldest first.
    """

    purchases: pd.DataFrame
    measure: Measure | None
    measured: pd.DataFrame
    limits: pd.DataFrame
    published: pd.DataFrame

    @property
    def measure_name(self) -> str:
        """The measure's column; empty without one."""
        return self.measure.name if self.measure else ""

    @property
    def unit(self) -> str:
        """The measure's unit; empty without one."""
        return self.measure.quantity.unit if self.measure else ""


def tier_history_of(asked: Asked, found: Explanation) -> TierHistory:
    """Return the history of an explained customer, up to the day.

    Parameters
    ----------
    asked
        From ``last_asked``: the shop and the day.
    found
        The explanation of one of its customers.
    """
    lines = asked.shop.transactions
    own = ibis.memtable(
        lines.filter(
            (lines.customer_id == found.customer_id) & (lines.ordered_on <= found.as_of)
        ).to_pyarrow()
    )
    bought = _purchases(own)
    measure = main_measure(found)
    return TierHistory(
        bought,
        measure,
        _measured(asked, found, own, measure, bought),
        _limits(found, measure),
        _published(asked, found),
    )


def main_measure(found: Explanation) -> Measure | None:
    """Return the first measure that the tiers hold against a least number.

    Money and points come before counts; None where the policy has none of them.
    """
    measures = {one.name: one for one in found.policy.measures}
    named = (c.column for c in found.comparisons if c.operator in (">=", ">"))
    known = [measures.get(name) or _of_score(name) for name in dict.fromkeys(named)]
    return min(
        (one for one in known if one and one.quantity.unit in _UNITS),
        key=lambda one: one.quantity.unit == "count",
        default=None,
    )


def _of_score(column: str) -> Measure | None:
    """Return the measure that counts what a column of the score table holds."""
    of, _, window = column.rpartition("_")
    if of in BY_NAME and window.endswith("d") and window[:-1].isdigit():
        return Measure(column, of, window)
    return Measure(column, column) if column in BY_NAME else None


def _purchases(own: ir.Table) -> pd.DataFrame:
    bought = own.filter(own.kind == "purchase")
    by_day = bought.group_by(day=bought.ordered_on).agg(amount=bought.amount.sum())
    frame = by_day.order_by("day").to_pyarrow().to_pydict()
    return pd.DataFrame(
        {"day": frame["day"], "amount": [float(a) for a in frame["amount"]]}
    )


def _measured(
    asked: Asked,
    found: Explanation,
    own: ir.Table,
    measure: Measure | None,
    bought: pd.DataFrame,
) -> pd.DataFrame:
    if measure is None or bought.empty:
        return pd.DataFrame({"day": [], "value": []})
    customers = asked.shop.beside.customers
    if customers is not None:
        own_row = customers.filter(customers.customer_id == found.customer_id)
        customers = ibis.memtable(own_row.to_pyarrow())
    beside = Beside(customers=customers, products=_products(asked, own))
    days = month_ends(min(bought["day"]), found.as_of)
    if measure.window == "ever" or measure.days is not None:
        values = _at_once(own, measure, beside, days)
    else:
        values = [_value(own, measure, beside, day) for day in days]
    return pd.DataFrame({"day": days, "value": values})


def _value(own: ir.Table, measure: Measure, beside: Beside, day: date) -> float:
    table = measure_table(own, Window(day), [measure], beside)
    known = table.to_pyarrow()[measure.name].to_pylist()
    return float(known[0]) if known and known[0] is not None else 0.0


def _at_once(
    own: ir.Table, measure: Measure, beside: Beside, days: list[date]
) -> list[float]:
    """Return the measure on each day, in one go: as of as many customers.

    What was known on a day is moved to the last day; a window that goes along with the
    day, or has no beginning, holds the same lines then.
    """
    numbered = {"number": list(range(len(days))), "known_on": days}
    each = own.cross_join(ibis.memtable(pa.table(numbered)))
    each = each.filter(each.ordered_on <= each.known_on)
    later = (ibis.literal(days[-1]) - each.known_on).cast("int64")
    times = {
        name: each[name] + later.as_interval("D")
        for name in ("ordered_on", "ordered_at")
        if name in own.columns
    }
    moved = each.mutate(customer_id=each.number.cast("string"), **times)
    moved = moved.mutate(ordered_on=moved.ordered_on.cast("date")).select(*own.columns)
    only = Beside(products=beside.products)
    table = measure_table(
        ibis.memtable(moved.to_pyarrow()), Window(days[-1]), [measure], only
    )
    rows = table.to_pyarrow().to_pylist()
    known = {int(row["customer_id"]): row[measure.name] for row in rows}
    return [float(known.get(number) or 0.0) for number in range(len(days))]


def _products(asked: Asked, own: ir.Table) -> ir.Table | None:
    """Return the products that the customer bought; None where nothing tells them."""
    products = asked.shop.beside.products
    if products is None or "product_id" not in own.columns:
        return None
    ids = own.select("product_id").distinct().to_pyarrow()["product_id"].to_pylist()
    return ibis.memtable(products.filter(products.product_id.isin(ids)).to_pyarrow())


def month_ends(first: date, as_of: date) -> list[date]:
    """Return the last days of the months from a day on, two years at most, and the day.

    Examples
    --------
    >>> [str(day) for day in month_ends(date(2026, 4, 11), date(2026, 6, 12))]
    ['2026-04-30', '2026-05-31', '2026-06-12']
    """
    days, day = [], first
    while (end := _month_end(day)) < as_of:
        days.append(end)
        day = end + timedelta(days=1)
    return [*days[-_MONTHS:], as_of]


def _month_end(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def _limits(found: Explanation, measure: Measure | None) -> pd.DataFrame:
    """Return the largest number that each tier holds the measure against.

    A tier with several ways in may ask for less of it, beside something else; one that
    asks for no more of it than a lower tier has no band of its own.
    """
    largest: dict[str, float] = {}
    for c in found.comparisons:
        is_limit = c.operator in (">=", ">") and c.threshold is not None
        if measure and is_limit and c.column == measure.name:
            largest[c.tier] = max(c.threshold or 0.0, largest.get(c.tier, 0.0))
    rising: dict[str, float] = {}
    for tier, limit in reversed(largest.items()):
        if limit > max(rising.values(), default=float("-inf")):
            rising[tier] = limit
    bands = dict(reversed(rising.items()))
    return pd.DataFrame({"tier": list(bands), "threshold": [*bands.values()]})


def _published(asked: Asked, found: Explanation) -> pd.DataFrame:
    name, scope = asked.shop.store.name, asked.bundle.scorer.settings.scope
    rows = []
    for table in Assignment.newest(places().tiers, name, scope):
        if table.policy != found.policy.spec.name or table.as_of > found.as_of:
            continue
        tiers = table.table()
        own = tiers.filter(tiers.customer_id == found.customer_id)
        rows += [(table.as_of, tier) for tier in own.to_pyarrow()["tier"].to_pylist()]
    return pd.DataFrame(sorted(rows), columns=["day", "tier"])
