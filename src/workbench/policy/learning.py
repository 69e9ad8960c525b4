"""A policy and the scores of a day in, its cut points as numbers out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.errors import NotEnoughData
from workbench.policy import expressions
from workbench.policy.conditions import plain
from workbench.policy.cuts import Cuts
from workbench.policy.per_market import learned_per_market

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from workbench.policy.policy import Policy


def learned(policy: Policy, scores: ir.Table) -> Cuts:
    """Ask the scores for a policy's cut points, in one query.

    Raises
    ------
    BadPolicy
        If a column is not there.
    NotEnoughData
        If nobody is among those that a cut is learned from.
    """
    policy.check_columns(scores.columns)
    cuts = policy.spec.cuts
    asked = {
        name: scores[cut.column]
        .cast("float64")
        .quantile(cut.quantile, where=expressions.holds(policy.among[name], scores))
        for name, cut in cuts.items()
    }
    answer = scores.aggregate(
        n_customers=scores.count(), as_of=scores.as_of.max().cast("string"), **asked
    ).to_pyarrow()
    found = answer.to_pylist()[0]
    for name, cut in cuts.items():
        if found[name] is None:
            raise NotEnoughData(
                f"cut '{name}' of {policy.id} takes a quantile of {cut.column} among "
                f"'{cut.among}': found no customer of {found['n_customers']:,}. "
                "Widen 'among', or give the number itself in the condition."
            )
    values = {name: float(plain(found[name])) for name in cuts}
    as_of, n_customers = str(found["as_of"])[:10], int(found["n_customers"])
    own = learned_per_market(cuts, policy.among, scores)
    return Cuts(values, as_of, n_customers, policy.id, policy.sha256, own)
