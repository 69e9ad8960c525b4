"""Any clean table, its words and a window in, its totals as of a day out.

Only small totals leave here, so that they may be shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import ibis

from workbench.features.completeness import is_filled
from workbench.features.purchase_days import purchases
from workbench.shop_tables import IDENTITIES

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from workbench.window import Window
    from workbench.words import Table

_BY = "customer_id"


def seen_rows(rows: ir.Table, words: Table, window: Window) -> ir.Table:
    """Return the rows that had become true by ``as_of``.

    A row whose day is not known is seen; so are all rows of a table without a day.
    """
    if words.day not in rows.columns:
        return rows
    day = rows[words.day]
    return rows.filter(day.isnull() | (day <= window.as_of))


def table_overview(rows: ir.Table, words: Table, window: Window) -> ir.Table:
    """Describe a table as a whole.

    Parameters
    ----------
    rows
        A clean table.
    words
        Its words, which name its day and its key.
    window
        Rows after ``window.as_of`` are counted, and not looked at.

    Returns
    -------
    ir.Table
        One row:

        * ``rows``, ``rows_after_as_of``
        * ``first_on``, ``last_on``; null where nothing says a day
        * ``customers`` it speaks of; null where it speaks of none
        * ``key_repeats``: rows whose key was in another row; null without a key
    """
    seen = seen_rows(rows, words, window)
    dated = words.day in seen.columns
    totals = seen.aggregate(
        rows=seen.count(),
        first_on=seen[words.day].min() if dated else ibis.null("date"),
        last_on=seen[words.day].max() if dated else ibis.null("date"),
        customers=seen[_BY].nunique() if _BY in seen.columns else ibis.null("int64"),
    )
    both = totals.cross_join(rows.aggregate(all_rows=rows.count()))
    both = both.mutate(rows_after_as_of=both.all_rows - both.rows).drop("all_rows")
    key = [name for name in words.key if name in seen.columns]
    if not key:
        return both.mutate(key_repeats=ibis.null("int64"))
    return both.cross_join(_repeats(seen, key))


def table_rhythm(rows: ir.Table, words: Table, window: Window) -> ir.Table:
    """Say how long a table with a day has been silent, and how long it usually is.

    Returns
    -------
    ir.Table
        One row:

        * ``gaps`` between days with rows
        * ``usual_gap_days``: 95 % of the gaps are as short [days]
        * ``days_since_last``: from the last day with a row to ``as_of`` [days]
    """
    seen = seen_rows(rows, words, window)
    days = seen.select(day=words.day).drop_null().distinct()
    before = days.day.lag().over(ibis.window(order_by=days.day))
    gaps = days.mutate(gap=days.day.delta(before, unit="day"))
    as_of = ibis.literal(window.as_of)
    return gaps.aggregate(
        gaps=gaps.gap.count(),
        usual_gap_days=gaps.gap.quantile(0.95).cast("float64"),
        days_since_last=as_of.delta(gaps.day.max(), unit="day"),
    )


def buyers_covered(
    tables: Mapping[str, ir.Table], words: Table, window: Window
) -> ir.Table:
    """Count the buyers of whom a table says something.

    A card or account in ``identities`` counts as the customer whose it is.

    Parameters
    ----------
    tables
        Clean tables by name, ``transactions`` and the one of ``words`` among them.
    words
        Words of a table with ``customer_id``.
    window
        Days after ``window.as_of`` are not seen.

    Returns
    -------
    ir.Table
        One row: ``buyers``, ``covered`` of them.
    """
    owners = _owners(tables, window)
    bought = purchases(window.history(tables["transactions"]))
    buyers = _known(bought.select(_BY), owners)
    spoken_of = _known(seen_rows(tables[words.name], words, window).select(_BY), owners)
    covered = buyers.semi_join(spoken_of, _BY)
    both = buyers.aggregate(buyers=buyers.count())
    return both.cross_join(covered.aggregate(covered=covered.count()))


def _repeats(seen: ir.Table, key: list[str]) -> ir.Table:
    """Count rows beyond the first of each key; a row without any key has none."""
    keyed = seen.filter(ibis.or_(*(is_filled(seen[name]) for name in key)))
    groups = keyed.group_by(key).agg(times=keyed.count())
    return groups.aggregate(key_repeats=(groups.times - 1).sum().fill_null(0))


def _owners(tables: Mapping[str, ir.Table], window: Window) -> ir.Table | None:
    """Return ``key`` and the one ``owner`` it is counted as."""
    if "identities" not in tables:
        return None
    found = seen_rows(tables["identities"], IDENTITIES, window)
    return found.group_by("key").agg(owner=found.customer_id.min())


def _known(people: ir.Table, owners: ir.Table | None) -> ir.Table:
    people = people.drop_null().distinct()
    if owners is None:
        return people
    joined = people.left_join(owners, people[_BY] == owners.key)
    return joined.select(
        customer_id=ibis.coalesce(joined.owner, joined[_BY])
    ).distinct()
