"""A policy and the scores of a day in, all its numbers out.

Thresholds are there from the start; then the full marks of value scores are learned,
then the cut points, of value scores too: quantiles in one query, each Pareto cut in its
own.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from workbench.errors import NotEnoughData
from workbench.policy import expressions
from workbench.policy.columns import number_column
from workbench.policy.cuts import Cuts, MarketCuts
from workbench.policy.derived import with_value_scores
from workbench.policy.digits import kept_between
from workbench.policy.numbers import points_of
from workbench.policy.pareto import pareto_points
from workbench.policy.per_market import (
    MARKET,
    beside_cuts,
    learned_per_market,
    market_cuts,
)
from workbench.policy.value_scores import learned_marks, marks

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from workbench.policy.conditions import Condition
    from workbench.policy.policy import Policy


def learned(policy: Policy, scores: ir.Table) -> Cuts:
    """Ask the scores for a policy's numbers.

    Raises
    ------
    BadPolicy
        If a column is not there, or is not of numbers.
    NotEnoughData
        If nobody is among those that a cut is learned from.
    """
    policy.check_scores(scores.columns)
    cuts = _with_marks(policy, scores, _given(policy))
    table = with_value_scores(policy.spec, scores, cuts, policy.places)
    table = beside_cuts(table, cuts)
    among = {
        name: condition.bind(cuts.values, cuts.by_market)
        for name, condition in policy.among.items()
    }
    cuts = _with_quantiles(policy, table, cuts, among)
    for name in policy.spec.cuts:
        if not policy.spec.cuts[name].quantile:
            cuts = _with_pareto(policy, table, cuts, name, among[name])
    return cuts


def _given(policy: Policy) -> Cuts:
    """Return the thresholds, which nobody has to learn."""
    given = policy.spec.thresholds
    values = {name: float(one.default) for name, one in given.items()}
    own = {
        name: MarketCuts({market: float(n) for market, n in one.markets.items()})
        for name, one in given.items()
        if one.markets
    }
    return Cuts(values, policy_id=policy.id, policy_sha256=policy.sha256, by_market=own)


def _with_marks(policy: Policy, scores: ir.Table, cuts: Cuts) -> Cuts:
    """Add the full marks of the value scores."""
    asked = learned_marks(policy.spec, scores, policy.places)
    columns = {f"mark_{index}": mark for index, mark in enumerate(asked.values())}
    rows = scores.aggregate(**columns).to_pyarrow().to_pylist() if asked else [{}]
    found = dict(zip(asked, rows[0].values(), strict=True))
    full, absent = marks(policy.spec, found)
    return replace(cuts, values=cuts.values | full, absent=absent)


def _with_quantiles(
    policy: Policy, scores: ir.Table, cuts: Cuts, among: dict[str, Condition]
) -> Cuts:
    """Add the quantiles, the day and the number of customers, in one query."""
    spec, asked = policy.spec.cuts, {}
    for name, cut in spec.items():
        value = number_column(scores, cut.column, policy.places["cuts", name, "column"])
        asked[f"_{name}"] = value.notnull().any()
        if cut.quantile:
            where = expressions.holds(among[name], scores)
            asked[name] = value.quantile(cut.quantile, where=where)
    answer = scores.aggregate(
        n_customers=scores.count(), as_of=scores.as_of.max().cast("string"), **asked
    ).to_pyarrow()
    found = answer.to_pylist()[0]
    absent = [name for name in spec if not found[f"_{name}"]]
    values, n_customers = dict(cuts.values), int(found["n_customers"])
    for name, cut in spec.items():
        if cut.quantile and name not in absent:
            values[name] = _required(policy, name, found[name], n_customers)
    there = {name: cut for name, cut in spec.items() if name not in absent}
    return replace(
        cuts,
        values=values,
        as_of=str(found["as_of"])[:10],
        n_customers=n_customers,
        by_market=cuts.by_market | learned_per_market(there, among, scores),
        absent=(*cuts.absent, *(p for n in absent for p in points_of(n, spec[n]))),
    )


def _with_pareto(
    policy: Policy, scores: ir.Table, cuts: Cuts, name: str, among: Condition
) -> Cuts:
    """Add the points of one Pareto cut, those of the markets too."""
    cut = policy.spec.cuts[name]
    points = points_of(name, cut)
    if {*points} <= {*cuts.absent}:
        return cuts
    table = scores.filter(expressions.holds(among, scores))
    values = table.select(value=table[cut.column].cast("float64"))
    found = pareto_points(values, list(points.values()))[0]["points"]
    numbers = {
        point: _required(policy, name, number, cuts.n_customers)
        for point, number in zip(points, found, strict=True)
    }
    own = {}
    if cut.per:
        table = table.filter(table[MARKET].notnull())
        values = table.select(MARKET, value=table[cut.column].cast("float64"))
        rows = pareto_points(values, list(points.values()), by=[MARKET])
        own = {
            point: market_cuts(
                (row[MARKET], row["n_customers"], row["points"][index]) for row in rows
            )
            for index, point in enumerate(points)
        }
    return replace(cuts, values=cuts.values | numbers, by_market=cuts.by_market | own)


def _required(
    policy: Policy, name: str, number: float | None, n_customers: int
) -> float:
    """Return a learned number in 9 significant digits, or refuse that there is none."""
    cut = policy.spec.cuts[name]
    if number is not None:
        return kept_between(number)
    takes = "a quantile" if cut.quantile else "a share of the sum"
    raise NotEnoughData(
        f"cut '{name}' of {policy.id} takes {takes} of {cut.column} among "
        f"'{cut.among}': found no customer of {n_customers:,}"
        f"{'' if cut.quantile else ', or no sum above 0'}. "
        "Widen 'among', or give the number itself in the condition."
    )
