"""Cut points of each market by its own: learned from scores, laid beside scores again.

Comes in: the cut points that a policy asks for per market, and a score table with the
column ``market``. Goes out: a number for each market that has customers enough, and a
table in which every customer stands beside the number of the own market.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import ibis
import ibis.expr.types as ir

from workbench.policy import expressions
from workbench.policy.conditions import Condition
from workbench.policy.cuts import LEAST_CUSTOMERS, Cuts, MarketCuts
from workbench.policy.digits import kept_between
from workbench.policy.spec import CutSpec

MARKET = "market"


def learned_per_market(
    asked: Mapping[str, CutSpec], among: Mapping[str, Condition], scores: ir.Table
) -> dict[str, MarketCuts]:
    """Ask the scores once for the quantiles of every market.

    Parameters
    ----------
    asked
        The policy's cut points; those without ``per``, or that are no quantiles, are
        passed over.
    among
        By name, whom each is learned from.
    scores
        One row per customer with ``market``, null for a customer of none.

    Returns
    -------
    dict
        By name; a market with fewer than ``LEAST_CUSTOMERS`` to learn from has none.
    """
    own = {name: cut for name, cut in asked.items() if cut.per and cut.quantile}
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
    return {
        name: market_cuts(
            (row[MARKET], row[f"{name}_customers"], row[f"{name}_number"])
            for row in found
        )
        for name in own
    }


def market_cuts(found: Iterable[tuple[str, int, float | None]]) -> MarketCuts:
    """Return a cut point's numbers, from each market with its customers and number."""
    numbers, too_few = {}, []
    for market, n_customers, number in found:
        if n_customers < LEAST_CUSTOMERS or number is None:
            too_few.append(market)
        else:
            numbers[market] = kept_between(number)
    return MarketCuts(numbers, tuple(too_few))


def beside_cuts(scores: ir.Table, cuts: Cuts) -> ir.Table:
    """Return the scores with a column for each number that differs by market.

    It holds the number of the customer's market; the whole shop's, where the market is
    null, is not among the learned ones, or had too few customers. A cut point that
    nothing tells has a column too, of nulls.
    """
    columns = {
        expressions.column_of(name): number_of(scores, cuts, name)
        for name in (*cuts.by_market, *cuts.absent_numbers)
    }
    return scores.mutate(**columns) if columns else scores


def number_of(scores: ir.Table, cuts: Cuts, name: str) -> ir.FloatingValue:
    """Return the number of a name for each customer, null where nothing tells it."""
    if name in cuts.absent:
        return ibis.null("float64")
    own = cuts.by_market.get(name, MarketCuts()).numbers
    whole = ibis.literal(cuts.values[name], "float64")
    if not own or MARKET not in scores.columns:
        return whole
    wins = [
        (scores[MARKET] == market, ibis.literal(number, "float64"))
        for market, number in own.items()
    ]
    return ibis.cases(*wins, else_=whole)


def rule_of(
    scores: ir.Table, condition: Condition, cuts: Cuts
) -> ir.StringValue | ir.StringScalar:
    """Return a condition's text with the numbers that count for each customer."""
    whole = condition.bind(cuts.of(None), cuts.absent).rule
    named = [name for name in cuts.by_market if name in condition.columns]
    markets = [m for m in cuts.markets if len(cuts.lacking(m, named)) < len(named)]
    if not markets or MARKET not in scores.columns:
        return ibis.literal(whole)
    wins = [
        (scores[MARKET] == market, condition.bind(cuts.of(market), cuts.absent).rule)
        for market in markets
    ]
    return ibis.cases(*wins, else_=whole)
