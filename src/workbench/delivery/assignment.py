"""A bundle and transactions in, the published tier table of a day out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ibis
import pandas as pd
import pyarrow as pa

from workbench.delivery.bundle import Bundle
from workbench.delivery.day_tables import MANIFEST, DayTable, made_by, parquet_of
from workbench.delivery.tier_counts import counted
from workbench.scope import ALL
from workbench.window import parse_day

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from workbench.features import Beside

BACKFILL = "backfill"
"""Folder beside the days, for days that are assigned after a later one."""


class Assignment(DayTable):
    """A published tier table."""

    stem = "tiers"
    words = "tier table"
    command = "workbench assign"

    @property
    def policy(self) -> str:
        """Name of the policy that gave the tiers."""
        return name_of(str(self.manifest["policy_id"]))

    @property
    def newest_then(self) -> str | None:
        """For a table beside the others: the newest one when it was written."""
        return self.manifest.get("backfill")

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


@dataclass(frozen=True)
class Unpublished:
    """The tiers of a day, not yet published.

    Parameters
    ----------
    rows
        The tier table, or the Parquet file that it was written to.
    facts
        What the manifest says: counts, moves, and where they are from.
    """

    rows: pa.Table | Path
    facts: dict[str, Any]

    def publish(self, out: str | Path) -> Assignment:
        """Write them below a folder, or find them there already.

        A day before the newest one does not change what the newest one went on from:
        unless exactly this table lies there, it is written to ``backfill/`` beside,
        which no reader takes for the newest, and the manifest says so.

        Raises
        ------
        OtherStore
            If another store's tiers, or those of other lines, lie there.
        """
        rows = self.rows if isinstance(self.rows, Path) else parquet_of(self.rows)
        later = self._later(out)
        if later is None:
            return Assignment.publish(out, rows, self.facts)
        folder = Path(out) / f"as_of={self.facts['as_of']}"
        if (folder / MANIFEST).is_file():
            there = Assignment.open(folder)
            if there.manifest == Assignment.described(rows, self.facts):
                return there
        return self._beside(Path(out) / BACKFILL, rows, later)

    def _beside(self, out: Path, rows: Path | bytes, later: Assignment) -> Assignment:
        """Write them beside the days, or find them there with a newest of then."""
        folder = out / f"as_of={self.facts['as_of']}"
        if (folder / MANIFEST).is_file():
            there = Assignment.open(folder)
            known = self.facts | {"backfill": there.newest_then}
            if there.manifest == Assignment.described(rows, known):
                return there
        facts = self.facts | {"backfill": later.folder.name}
        return Assignment.publish(out, rows, facts)

    def _later(self, out: str | Path) -> Assignment | None:
        """Return the newest table that goes on from this day's, if there is one."""
        facts = self.facts
        day, store = parse_day(facts["as_of"]), (facts["data"] or {}).get("name")
        Assignment.require_own(out, day, facts["data"] or {}, facts["scope"])
        concerned = {name_of(facts["policy_id"])}
        folder = Path(out) / f"as_of={day}"
        if (folder / MANIFEST).is_file():
            concerned.add(Assignment.open(folder).policy)
        known = Assignment.newest(out, store, facts["scope"])
        return next((t for t in known if t.as_of > day and t.policy in concerned), None)


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

    See ``tiers_on`` and ``Unpublished.publish``.
    """
    given = tiers_on(bundle, transactions, as_of, out, data=data, beside=beside)
    return given.publish(out)


def tiers_on(
    bundle: Bundle,
    transactions: ir.Table,
    as_of: date | str,
    out: str | Path,
    *,
    data: Mapping[str, Any] | None = None,
    beside: Beside | None = None,
) -> Unpublished:
    """Return a tier for every customer known on a day; ``publish`` writes them.

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
        Folder of tier tables, one ``as_of=<day>`` each; the newest earlier one of the
        same store, lines and policy is what the tiers go on from.
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
    before = before_tiers(bundle, day, out, data)
    scores = bundle.scores(transactions, day, beside)
    earlier = before.table() if before else None
    tiers = bundle.tiers_of(scores, day, earlier).to_pyarrow()
    table = ibis.memtable(bundle.scorer.as_arrow(scores))
    clv = bundle.scorer.settings.clv
    counts = counted(bundle.policy, ibis.memtable(tiers), table, clv)
    return Unpublished(tiers, facts_of(bundle, day, counts, data, before))


def before_tiers(
    bundle: Bundle, day: date, out: str | Path, data: Mapping[str, Any] | None
) -> Assignment | None:
    """Return the table that a bundle's tiers of a day go on from, if there is one.

    Raises
    ------
    OtherStore
        If the bundle learned from another store, or another store's tiers lie there.
    Expired
        If the approval does not reach to the day.
    """
    known, scope = data or {}, bundle.scorer.settings.scope
    bundle.require_valid(day)
    bundle.require_store(known)
    Assignment.require_own(out, day, known, scope)
    policy = bundle.policy.spec.name
    return previous_assignment(out, day, known.get("name"), scope, policy)


def facts_of(
    bundle: Bundle,
    day: date,
    counts: Mapping[str, Any],
    data: Mapping[str, Any] | None,
    before: Assignment | None,
) -> dict[str, Any]:
    """Return what the manifest of a bundle's tiers says."""
    return {
        "as_of": day.isoformat(),
        **counts,
        "policy_id": bundle.policy.id,
        **made_by(bundle),
        "data": dict(data) if data else None,
        "scope": bundle.scorer.settings.scope,
        "previous": before.folder.name if before else None,
    }


def name_of(policy_id: str) -> str:
    """Return the policy's name of its id: ``tmall`` of ``tmall@3``."""
    return policy_id.partition("@")[0]


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
    out: str | Path,
    day: date,
    store: str | None = None,
    scope: str = ALL,
    policy: str | None = None,
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
    policy
        Name of the policy; tables of other policies are passed over.
    """
    known = Assignment.newest(out, store, scope)
    own = (found for found in known if policy in (None, found.policy))
    return next((found for found in own if found.as_of < day), None)
