"""A tier table and its scores in, what each tier has and who moved out, as counts.

Sums are exact (decimal), so the same rows give the same numbers in any order.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import ibis
import pandas as pd
import pyarrow as pa

from workbench.policy import MOVEMENTS, Policy

if TYPE_CHECKING:
    import ibis.expr.types as ir

_EXACT = "decimal(38, 6)"


def counted(
    policy: Policy, tiers: ir.Table, scores: ir.Table, clv: str
) -> dict[str, Any]:
    """Return what the manifest of a tier table says of its rows.

    Parameters
    ----------
    policy
        The policy that gave the tiers.
    tiers
        The tier table.
    scores
        Columns ``customer_id, spend`` and the one named by ``clv``.
    clv
        Name of the column of lifetime value.

    Returns
    -------
    dict
        ``customers``; ``tiers``, best first, as ``per_tier`` with titles;
        ``movements``, customers by movement; ``moves``, customers by
        ``previous_tier`` and ``tier`` where these differ; ``lists``, each with its
        texts and customers.
    """
    rows = per_tier(policy.tiers, tiers, scores, clv)
    return {
        "customers": sum(row["customers"] for row in rows),
        "tiers": [
            {name: _rounded(value) for name, value in row.items()}
            | {"title": policy.tier(row["tier"]).title.model_dump()}
            for row in rows
        ],
        "movements": _by_name(tiers, "movement", MOVEMENTS),
        "moves": _moves(policy.tiers, tiers),
        "lists": _lists(policy, tiers),
    }


def per_tier(
    names: Sequence[str], tiers: ir.Table, scores: ir.Table, clv: str
) -> list[dict[str, Any]]:
    """Return tier × customers × share of spend × expected value, best tier first.

    See ``tier_summary``.
    """
    money = scores.select(
        "customer_id",
        spend=scores.spend.cast("float64").cast(_EXACT),
        value=scores[clv].cast("float64").cast(_EXACT),
    )
    joined = tiers.select("customer_id", "tier").left_join(money, "customer_id")
    grouped = joined.group_by("tier").agg(
        customers=joined.count(), spend=joined.spend.sum(), value=joined.value.sum()
    )
    found = {row["tier"]: row for row in grouped.to_pyarrow().to_pylist()}
    n_customers = sum(row["customers"] for row in found.values())
    all_spend = float(sum(row["spend"] or 0 for row in found.values()))
    rows = []
    for name in names:
        row = found.get(name, {})
        customers, value = row.get("customers", 0), float(row.get("value") or 0)
        rows.append(
            {
                "tier": name,
                "customers": customers,
                "share_of_customers": customers / max(n_customers, 1),
                "share_of_spend": float(row.get("spend") or 0) / max(all_spend, 1e-12),
                "expected_value": value,
                "expected_value_per_customer": value / max(customers, 1),
            }
        )
    return rows


def tier_summary(
    tier_names: tuple[str, ...], tiers: pa.Table, scores: pd.DataFrame, clv: str
) -> pd.DataFrame:
    """Return tier × customers × share of spend × expected value, best tier first.

    Parameters
    ----------
    tier_names
        All tiers, best first; one that nobody has shows 0.
    tiers
        Columns ``customer_id, tier``.
    scores
        Columns ``customer_id, spend`` and the one named by ``clv``.
    clv
        Name of the column of lifetime value.
    """
    money = pa.Table.from_pandas(
        scores[["customer_id", "spend", clv]], preserve_index=False
    )
    given = ibis.memtable(tiers.select(["customer_id", "tier"]))
    return pd.DataFrame(per_tier(tier_names, given, ibis.memtable(money), clv))


def _by_name(table: ir.Table, column: str, names: Sequence[str]) -> dict[str, int]:
    """Return how many rows have each name in a column, 0 included."""
    counts = table.group_by(column).agg(n=table.count()).to_pyarrow().to_pylist()
    found = {row[column]: row["n"] for row in counts}
    return {name: found.get(name, 0) for name in names}


def _moves(names: Sequence[str], tiers: ir.Table) -> list[dict[str, Any]]:
    """Return who came from another tier, in the order of the tiers."""
    moved = tiers.filter(tiers.previous_tier != tiers.tier)
    counts = moved.group_by(["previous_tier", "tier"]).agg(customers=moved.count())
    place = {name: number for number, name in enumerate(names)}
    return sorted(
        counts.to_pyarrow().to_pylist(),
        key=lambda row: (
            place.get(row["previous_tier"], len(place)),
            row["previous_tier"],
            place[row["tier"]],
        ),
    )


def _lists(policy: Policy, tiers: ir.Table) -> list[dict[str, Any]]:
    """Return each list with its texts and how many customers are on it."""
    asked = policy.spec.lists
    if not asked:
        return []
    names = [one.name for one in asked]
    counts = tiers.agg(**{name: tiers.lists.contains(name).sum() for name in names})
    found = counts.to_pyarrow().to_pylist()[0]
    return [
        one.model_dump(exclude={"when"}) | {"customers": int(found[one.name] or 0)}
        for one in asked
    ]


def _rounded(value: Any) -> Any:
    return round(value, 6) if isinstance(value, float) else value
