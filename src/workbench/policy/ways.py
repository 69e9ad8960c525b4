"""Conditions and a table in, for each customer the nearest way into a condition out.

Which branch of an ``or`` is the nearest is found once and kept as a column; every
comparison of the branch asks the column, and not all the branches again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import ibis
import ibis.expr.types as ir

from workbench.policy import expressions
from workbench.policy.conditions import Branch, Condition
from workbench.policy.memory import step

Ways = Mapping[Branch, str]
"""By ``or``, the column that holds the place of the nearest of its branches."""


def with_ways(
    table: ir.Table, enters: Sequence[Condition], held: str
) -> tuple[ir.Table, list[Ways]]:
    """Return the table with the nearest way into the tier above each customer's own.

    Parameters
    ----------
    table
        One row per customer.
    enters
        The conditions of the tiers, best first; the last is not asked.
    held
        Name of the column of the place of the tier that a customer holds.

    Returns
    -------
    table : ir.Table
        With a column for every ``or``: null where it holds, and wherever the tier is
        not the next better one.
    ways : list
        For each condition but the last, its columns.
    """
    costs: dict[str, list[ir.Value]] = {}
    ways: list[dict[Branch, str]] = []
    for place, condition in enumerate(enters[:-1]):
        ways.append({})
        for number, branch in enumerate(expressions.ors(condition.node)):
            name = ways[-1][branch] = f"_way_{place}_{number}"
            costs[name] = expressions.costs(condition, branch, table)
    if not costs:
        return table, list(ways)
    table = _beside_costs(table, held, ways, costs)
    found = {
        name: _nearest(condition, branch, table, held, place, name)
        for place, condition in enumerate(enters[:-1])
        for branch, name in ways[place].items()
    }
    return step(table, **found), list(ways)


def _beside_costs(
    table: ir.Table,
    held: str,
    ways: list[dict[Branch, str]],
    costs: dict[str, list[ir.Value]],
) -> ir.Table:
    """Return the table with how far each branch is, for those below its tier."""
    columns = {
        f"{name}_{number}": ibis.cases((table[held] == place + 1, cost))
        for place, names in enumerate(ways)
        for name in names.values()
        for number, cost in enumerate(costs[name])
    }
    return step(table, **columns)


def _nearest(
    condition: Condition,
    branch: Branch,
    table: ir.Table,
    held: str,
    place: int,
    name: str,
) -> ir.IntegerValue:
    """Return the place of the nearest branch, of equals the first; null if it holds."""
    costs = [table[f"{name}_{number}"] for number in range(len(branch.parts))]
    none = ibis.null("int8")
    is_open = ~expressions.holds_part(condition, branch, table).fill_null(False)
    cases = [((table[held] != place + 1) | ~is_open, none)]
    for number, cost in enumerate(costs[:-1]):
        smallest = ibis.least(*costs[number + 1 :])
        cases.append((cost <= smallest, ibis.literal(number, "int8")))
    return ibis.cases(*cases, else_=ibis.literal(len(costs) - 1, "int8"))
