"""Measures and a shop's tables in, what the shop cannot tell of them out, in lines.

Columns are looked at, not what they hold: a column of nulls switches nothing off.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from workbench.features.goods import GOODS
from workbench.features.measure_windows import PERSONAL
from workbench.measure_words import POINTS

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from workbench.features.beside import Beside
    from workbench.measure_words import Measure


_OFF = "no {missing}: {name} is switched off", "没有 {missing}：{name} 不计算"
_PART = {
    "joined": (
        "no customers.joined_on: {name} counts from the first purchase on",
        "没有 customers.joined_on：{name} 自首次购买起计",
    ),
    "category": (
        "no category: {name} earns the same on all goods",
        "没有 category：{name} 对所有商品按同一比例累积",
    ),
    "redeemed": (
        "no table of points redeemed: {name} does not fall by what was spent",
        "没有积分兑换记录：{name} 不扣除已使用的积分",
    ),
}


def measure_needs(
    measures: Iterable[Measure],
    transactions: ir.Table,
    beside: Beside,
    lang: str = "en",
) -> tuple[str, ...]:
    """Say of each measure that a shop cannot tell, or tells only in part, why.

    Parameters
    ----------
    measures
        What is asked for.
    transactions
        A clean table of transactions.
    beside
        What the shop knows beside them.
    lang
        ``en`` or ``zh``.

    Returns
    -------
    tuple of str
        ``no events: carts_left_90d is switched off`` say, a line each; such a measure
        is null for everybody. Who is told in part is told how.
    """
    zh, lines = lang == "zh", []
    for measure in measures:
        missing = missing_for(measure, transactions, beside)
        if missing:
            known = {"missing": (" and ", "、")[zh].join(missing), "name": measure.name}
            lines.append(_OFF[zh].format(**known))
        else:
            parts = _told_in_part(measure, transactions, beside)
            lines += [_PART[part][zh].format(name=measure.name) for part in parts]
    return tuple(lines)


def missing_for(
    measure: Measure, transactions: ir.Table, beside: Beside
) -> tuple[str, ...]:
    """Return the tables and columns that a measure would need and a shop lacks."""
    needs = measure.quantity.needs
    if measure.of == "profile":
        needs = (f"customers.{measure.column}",)
    return tuple(
        dict.fromkeys(
            _lacking(n, beside) for n in needs if not _is_there(n, transactions, beside)
        )
    )


def _is_there(need: str, transactions: ir.Table, beside: Beside) -> bool:
    if need in GOODS:
        there = {*transactions.columns}
        if beside.products is not None and "product_id" in there:
            there |= {*beside.products.columns}
        return need in there
    name, _, column = need.partition(".")
    table = getattr(beside, name)
    return table is not None and (not column or column in table.columns)


def _lacking(need: str, beside: Beside) -> str:
    """Return what one would have to bring: the table, or its column."""
    name, dot, _ = need.partition(".")
    return name if dot and getattr(beside, name) is None else need


def _told_in_part(
    measure: Measure, transactions: ir.Table, beside: Beside
) -> Iterator[str]:
    """Yield what a measure that is told leaves out in this shop."""

    def lacks(need: str) -> bool:
        return not _is_there(need, transactions, beside)

    if measure.window in PERSONAL and lacks("customers.joined_on"):
        yield "joined"
    if measure.of in POINTS and measure.points.by_category and lacks("category"):
        yield "category"
    if measure.of == "spendable_points":
        yield "redeemed"
