"""A bundle and transactions in, the published tier table of a day out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from workbench.delivery.bundle import Bundle
from workbench.delivery.day_tables import DayTable, made_by
from workbench.errors import Tampered
from workbench.scope import ALL
from workbench.window import parse_day

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from workbench.features import Beside


class Assignment(DayTable):
    """A published tier table."""

    stem = "tiers"
    words = "tier table"
    command = "workbench assign"

    def summary(self) -> pd.DataFrame:
        """Return tier by tier what the table says, best tier first.

        Returns
        -------
        pandas.DataFrame
            tier, customers, share_of_customers, share_of_spend (all purchases up to
            the day), expected_value (sum over the tier), expected_value_per_customer
            [currency].
        """
        return pd.DataFrame(self.manifest["tiers"]).drop(columns="title")


def assign(
    bundle: Bundle,
    transactions: ir.Table,
    as_of: date | str,
    out: str | Path,
    *,
    data: Mapping[str, Any] | None = None,
    beside: Beside | None = None,
) -> Assignment:
    """Give every customer known on a day a tier, and publish the table.

    The same bundle, transactions and earlier table give the same bytes.

    Parameters
    ----------
    bundle
        An opened, so verified, bundle.
    transactions
        A clean table of transactions.
    as_of
        Day to stand on; rows of later days are not seen.
    out
        Folder of tier tables, one ``as_of=<day>`` each; the newest earlier one gives
        ``previous_tier``.
    data
        What the manifest says of the transactions: name, version, sha256, currency.
    beside
        What the shop knows beside them: ``shop.beside``. Who is registered and never
        bought gets a tier too.

    Raises
    ------
    OtherStore
        If the bundle learned from another store, or another store's tiers lie there.
    Expired
        If the approval does not reach to ``as_of``.
    NotEnoughData
        If nobody has bought by that day.
    """
    day = parse_day(as_of)
    bundle.require_valid(day)
    bundle.require_store(data or {})
    scope = bundle.scorer.settings.scope
    Assignment.require_own(out, day, data or {}, scope)
    before = previous_assignment(out, day, (data or {}).get("name"), scope)
    scores = bundle.scores(transactions, day, beside)
    earlier = before.table() if before else None
    tiers = bundle.tiers_of(scores, day, earlier).to_pyarrow()
    facts = {
        "as_of": day.isoformat(),
        "customers": tiers.num_rows,
        "tiers": _tiers(bundle, tiers, scores),
        "policy_id": bundle.policy.id,
        **made_by(bundle),
        "data": dict(data) if data else None,
        "scope": scope,
        "previous": before.folder.name if before else None,
    }
    return Assignment.publish(out, tiers, facts)


def open_assignment(folder: str | Path) -> Assignment:
    """Return the tier table published in an ``as_of=<day>`` folder.

    Raises
    ------
    MissingInputs
        If there is none.
    """
    return Assignment.open(folder)


def last_assignment(out: str | Path) -> Assignment:
    """Return the newest tier table below a folder.

    Raises
    ------
    MissingInputs
        If there is none.
    """
    found = sorted(Path(out).glob("as_of=*/manifest.json"))
    return open_assignment(found[-1].parent if found else Path(out))


def previous_assignment(
    out: str | Path, day: date, store: str | None = None, scope: str = ALL
) -> Assignment | None:
    """Return the newest tier table of an earlier day, if there is one.

    Parameters
    ----------
    out
        Folder of tier tables.
    day
        Only earlier ones count.
    store
        Name of the store; tables of other stores are passed over.
    scope
        Which lines were read; tables of other scopes are passed over.
    """
    return Assignment.before(out, day, store, scope)


def tier_summary(
    tier_names: tuple[str, ...], tiers: pa.Table, scores: pd.DataFrame, clv: str
) -> pd.DataFrame:
    """Return tier × customers × share of spend × expected value, best tier first.

    Parameters
    ----------
    tier_names
        All tiers, best first; one that nobody has shows 0.
    tiers
        Columns ``customer_id, tier``, in the order of ``scores``.
    scores
        Columns ``spend`` and the one named by ``clv``.
    clv
        Name of the column of lifetime value.
    """
    frame = pd.DataFrame(
        {
            "tier": tiers["tier"].to_pylist(),
            "spend": scores["spend"].to_numpy(),
            "value": scores[clv].to_numpy(),
        }
    )
    grouped = frame.groupby("tier").agg(
        customers=("tier", "size"), spend=("spend", "sum"), value=("value", "sum")
    )
    grouped = grouped.reindex(list(tier_names), fill_value=0)
    all_spend = max(float(grouped["spend"].sum()), 1e-12)
    return pd.DataFrame(
        {
            "tier": grouped.index,
            "customers": grouped["customers"].to_numpy(),
            "share_of_customers": (grouped["customers"] / len(frame)).to_numpy(),
            "share_of_spend": (grouped["spend"] / all_spend).to_numpy(),
            "expected_value": grouped["value"].to_numpy(),
            "expected_value_per_customer": (
                grouped["value"] / grouped["customers"].clip(lower=1)
            ).to_numpy(),
        }
    )


def _tiers(
    bundle: Bundle, tiers: pa.Table, scores: pd.DataFrame
) -> list[dict[str, Any]]:
    same = pc.all(
        pc.equal(tiers["customer_id"], pa.array(scores["customer_id"], pa.string()))
    )
    if not same.as_py():
        raise Tampered("tiers and scores are not in the same order of customer_id")
    clv = bundle.scorer.settings.clv
    summary = tier_summary(bundle.policy.tiers, tiers, scores, clv).round(6)
    return [
        {str(name): value for name, value in row.items()}
        | {"title": bundle.policy.tier(row["tier"]).title.model_dump()}
        for row in summary.to_dict("records")
    ]
