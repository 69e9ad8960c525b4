"""Cut points of each market by its own: learned from scores, laid beside scores again.

Comes in: the cut points that a policy asks for per market, and a score table with the
column ``market``. Goes out: a number for each market that has customers enough, and a
table in which every customer stands beside the number of the own market.
"""

from __future__ import annotations

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir

from workbench.policy import expressions
from workbench.policy.conditions import Condition, plain
from workbench.policy.cuts import LEAST_CUSTOMERS, Cuts, MarketCuts
from workbench.policy.spec import CutSpec

MARKET = "market"


def learned_per_market(
    asked: Mapping[str, CutSpec], among: Mapping[str, Condition], scores: ir.Table
) -> dict[str, MarketCuts]:
    """Ask the scores once for the quantiles of every market.

    Parameters
    ----------
    asked
        The policy's cut points; those without ``per`` are passed over.
    among
        By name, whom each is learned from.
    scores
        One row per customer with ``market``, null for a customer of none.

    Returns
    -------
    dict
        By name; a market with fewer than ``LEAST_CUSTOMERS`` to learn from has none.
    """
    own = {name: cut for name, cut in asked.items() if cut.per}
    if not own:
        return {}
    wanted: dict[str, ir.Value] = {}
    for name, cut in own.items():
        value, here = scores[cut.column].cast("float64"), among[name]
        where = expressions.holds(here, scores)
        wanted[f"{name}_number"] = value.quantile(cut.quantile, where=where)
        wanted[f"{name}_customers"] = value.count(where=where)
    rows = scores.filter(scores[MARKET].notnull()).group_by(MARKET).agg(**wanted)
    found = rows.order_by(MARKET).to_pyarrow().to_pylist()
    return {name: _of_one(name, found) for name in own}


def beside_cuts(scores: ir.Table, cuts: Cuts) -> ir.Table:
    """Return the scores with a column for each cut point that is learned per market.

    It holds the number of the customer's market; the whole shop's, where the market is
    null, is not among the learned ones, or had too few customers.
    """
    columns = {
        expressions.column_of(name): _number(scores, own, cuts.values[name])
        for name, own in cuts.by_market.items()
    }
    return scores.mutate(**columns) if columns else scores


def rule_of(
    scores: ir.Table, condition: Condition, cuts: Cuts
) -> ir.StringValue | ir.StringScalar:
    """Return a condition's text with the numbers that count for each customer."""
    whole = condition.bind(cuts.of(None)).rule
    named = [name for name in cuts.by_market if name in condition.columns]
    markets = [m for m in cuts.markets if len(cuts.lacking(m, named)) < len(named)]
    if not markets:
        return ibis.literal(whole)
    wins = [
        (scores[MARKET] == market, condition.bind(cuts.of(market)).rule)
        for market in markets
    ]
    return ibis.cases(*wins, else_=whole)


def _of_one(name: str, rows: list[dict]) -> MarketCuts:
    numbers, too_few = {}, []
    for row in rows:
        if row[f"{name}_customers"] < LEAST_CUSTOMERS:
            too_few.append(row[MARKET])
        else:
            numbers[row[MARKET]] = float(plain(row[f"{name}_number"]))
    return MarketCuts(numbers, tuple(too_few))


def _number(scores: ir.Table, own: MarketCuts, whole: float) -> ir.FloatingValue:
    if not own.numbers:
        return ibis.literal(whole, "float64")
    wins = [
        (scores[MARKET] == market, ibis.literal(number, "float64"))
        for market, number in own.numbers.items()
    ]
    return ibis.cases(*wins, else_=ibis.literal(whole, "float64"))
