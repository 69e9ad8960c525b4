"""The tables that a shop has in, which churn features they allow out.

What is absent is switched off, with a line that says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from workbench.churn_words import FEATURES

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from workbench.features.beside import Beside


@dataclass(frozen=True)
class ChurnFeatures:
    """The churn features of a shop.

    Parameters
    ----------
    names
        Those that its tables allow, in the order of ``churn_words.FEATURES``.
    switched_off
        A line for each table or column that is missing, with what it switches off.
    """

    names: tuple[str, ...]
    switched_off: tuple[str, ...]


def churn_features(transactions: ir.Table, beside: Beside) -> ChurnFeatures:
    """Say which churn features a shop's tables allow, and which not.

    Columns are looked at, not what they hold: a column of nulls switches nothing off.
    """
    there = _there(transactions, beside)
    names = tuple(one.name for one in FEATURES if not one.needs or there & {*one.needs})
    off: dict[str, list[str]] = {}
    for one in FEATURES:
        if one.name not in names:
            off.setdefault(_missing(one.needs, there), []).append(one.name)
    lines = (f"no {missing}: {_are_off(names)}" for missing, names in off.items())
    return ChurnFeatures(names, tuple(lines))


def _there(transactions: ir.Table, beside: Beside) -> set[str]:
    """Return the tables that are there, and their columns as table.column."""
    tables = {
        "transactions": transactions,
        "products": beside.products,
        "events": beside.events,
        "feedback": beside.feedback,
    }
    there = set()
    for name, table in tables.items():
        if table is not None:
            there |= {name} | {f"{name}.{column}" for column in table.columns}
    if (
        "product_id" not in transactions.columns
    ):  # nothing says which product a line is of
        there -= {name for name in there if name.startswith("products.")}
    if beside.calendar is not None and beside.calendar.days:
        there.add("promotion_days")
    return there


def _missing(needs: tuple[str, ...], there: set[str]) -> str:
    """Return what one would have to bring: a table that is not there, or its column."""
    tables = [name.partition(".")[0] for name in needs]
    named = [
        name if table in there else table
        for name, table in zip(needs, tables, strict=True)
    ]
    return " or ".join(dict.fromkeys(named))


def _are_off(names: list[str]) -> str:
    if len(names) == 1:
        return f"{names[0]} is switched off"
    return f"{', '.join(names[:-1])} and {names[-1]} are switched off"
