"""Lines that know their goods in, measures of categories and brands out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from workbench.features.brands import brand_table
from workbench.features.interests import interest_table
from workbench.features.measure_windows import SINCE, is_within
from workbench.features.purchase_days import purchases

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from workbench.measure_words import Measure
    from workbench.window import Window

_TABLES = {
    "interest": interest_table,
    "brand_share": brand_table,
    "brand_repeat": brand_table,
}


def goods_parts(
    lines: ir.Table, window: Window, measures: Sequence[Measure], everybody: ir.Table
) -> Iterator[ir.Table]:
    """Yield tables of ``customer_id`` and measures of goods.

    Parameters
    ----------
    lines
        Transactions with the category and brand that ``with_goods`` found.
    window
        Nothing after ``window.as_of`` is seen.
    measures
        Those that the shop can tell; others than of goods are passed over.
    everybody
        ``customer_id`` and ``_since``, for windows that begin when a customer joined.
    """
    counts = [one for one in measures if one.of == "categories"]
    if counts:
        yield _categories(lines, window, counts, everybody)
    shares = [one for one in measures if one.of in _TABLES]
    for name in dict.fromkeys(one.window for one in shares):
        alike = [one for one in shares if one.window == name]
        seen = _within(lines, alike[0], window, everybody)
        for table in dict.fromkeys(_TABLES[one.of] for one in alike):
            found = table(seen, window)
            own = {m.name: found[m.of] for m in alike if _TABLES[m.of] is table}
            yield found.select("customer_id", **own)


def _categories(
    lines: ir.Table, window: Window, measures: Sequence[Measure], everybody: ir.Table
) -> ir.Table:
    """Count categories: in a window lies what was bought last in it."""
    bought = purchases(window.history(lines))
    bought = bought.filter(bought.category.notnull())
    each = bought.group_by("customer_id", "category").agg(last=bought.ordered_on.max())
    each = each.left_join(everybody, "customer_id").drop("customer_id_right")
    return each.group_by("customer_id").agg(
        **{
            m.name: each.count(
                where=is_within(m, each["last"], window.as_of, each[SINCE])
            )
            for m in measures
        }
    )


def _within(
    lines: ir.Table, measure: Measure, window: Window, everybody: ir.Table
) -> ir.Table:
    """Return the lines of a measure's window."""
    seen = purchases(window.history(lines))
    both = seen.left_join(everybody, "customer_id").drop("customer_id_right")
    is_in = is_within(measure, both.ordered_on, window.as_of, both[SINCE])
    return both.filter(is_in).select(*lines.columns)
