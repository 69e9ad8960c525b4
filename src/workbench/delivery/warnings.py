"""A bundle and a shop's tables in, the published warnings of a day out.

Customers have no contract, they just stop coming: whoever is likely to stay away for a
horizon is named with how loudly to warn, what is at risk, why, and what changed since
the table before. Who has lapsed is not warned of, and counted apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from workbench.delivery.bundle import Bundle
from workbench.delivery.day_tables import DayTable, made_by
from workbench.delivery.warning_changes import CHANGES, WHY_GONE, with_changes
from workbench.delivery.warning_levels import LEVELS
from workbench.delivery.warning_rows import can_churn, warning_rows
from workbench.errors import NotEnoughData, NotLearned, OlderThanPublished
from workbench.evaluation import customer_stages
from workbench.features import Beside
from workbench.window import Window, parse_day

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from workbench.policy import Stages

GROUPS = (*((level, False) for level in reversed(LEVELS)), ("watch", True))
"""Loudest first; one-time buyers, who are watched at most, apart."""


class Warnings(DayTable):
    """A published warning table."""

    stem = "warnings"
    words = "warning table"
    command = "workbench warn"


@dataclass(frozen=True)
class Warned:
    """The warnings of a day, not yet published.

    Parameters
    ----------
    rows
        See ``warning_rows`` and ``with_changes``.
    facts
        What the manifest says: counts, sums, limits, and where they are from.
    """

    rows: pa.Table
    facts: dict[str, Any]

    def summary(self) -> pd.DataFrame:
        """Return level by level, loudest first, one-time buyers apart.

        Returns
        -------
        pandas.DataFrame
            level, is_one_time, customers, value_at_risk [currency], new, worse, same,
            better, less_at_stake, gone (who had this level before and has none now).
        """
        return pd.DataFrame(self.facts["levels"])

    def publish(self, out: str | Path) -> Warnings:
        """Write them below a folder, or find them there already.

        Raises
        ------
        OtherStore
            If another store's warnings, or those of other lines, lie there.
        OlderThanPublished
            If a later day of these lines is published: it was compared with what lay
            before it, which must not change afterwards.
        """
        day, data = parse_day(self.facts["as_of"]), self.facts["data"] or {}
        scope = self.facts["scope"]
        Warnings.require_own(out, day, data, scope)
        newest = next(Warnings.newest(out, data.get("name"), scope), None)
        if newest is not None and newest.as_of > day:
            raise OlderThanPublished(
                f"{newest.folder} is published, which is later: expected a day from "
                f"{newest.as_of} on, found {day}. To look at the past, give another "
                "folder with --out, or --dry-run."
            )
        return Warnings.publish(out, self.rows, self.facts)


def warn(
    bundle: Bundle,
    transactions: ir.Table,
    as_of: date | str,
    out: str | Path,
    *,
    data: Mapping[str, Any] | None = None,
    beside: Beside | None = None,
) -> Warned:
    """Return of whom to warn on a day; ``publish`` writes them.

    The same bundle, tables and earlier warnings give the same rows. They say each
    customer's life-cycle stage where the bundle has the rules of one.

    Parameters
    ----------
    bundle
        An opened, so verified, bundle.
    transactions
        A clean table of transactions.
    as_of
        Day to stand on; rows of later days are not seen.
    out
        Folder of warning tables, one ``as_of=<day>`` each; the newest earlier one of
        the same store and lines says what changed.
    data
        What the manifest says of the transactions: name, version, sha256, currency.
    beside
        What the shop knows beside them: ``shop.beside``.

    Raises
    ------
    OtherStore
        If the bundle learned from another store.
    Expired
        If the approval does not reach to ``as_of``.
    NotLearned
        If the bundle was approved before there were warnings.
    MissingFeatures
        If the churn model reads what these tables do not tell.
    NotEnoughData
        If nobody has bought by that day.
    """
    day, known = parse_day(as_of), dict(data) if data else None
    bundle.require_valid(day)
    bundle.require_store(known or {})
    scorer = bundle.scorer
    _require_learned(bundle)
    features = scorer.churn_features(transactions, day, beside or Beside())
    buyers = features.to_pyarrow()
    if not buyers.num_rows:
        raise NotEnoughData(
            f"nobody has a purchase up to {day}. Choose a later day, or ingest the "
            "transactions first."
        )
    scope, store = scorer.settings.scope, (known or {}).get("name")
    before = Warnings.before(out, day, store, scope)
    earlier = (before.arrow(), before.as_of) if before else ()
    found = warning_rows(scorer, buyers, day)
    if bundle.stages is not None:
        stages = _stages(bundle, bundle.stages, transactions, day, beside)
        found = with_stage(found, stages)
    rows = with_changes(found, buyers, day, *earlier)
    facts = {
        "as_of": day.isoformat(),
        **_counts(rows, buyers),
        "limits": asdict(scorer.settings.levels),
        **made_by(bundle),
        "data": known,
        "scope": scope,
        "previous": before.folder.name if before else None,
    }
    return Warned(rows, facts)


def _stages(
    bundle: Bundle,
    rules: Stages,
    transactions: ir.Table,
    day: date,
    beside: Beside | None,
) -> pa.Table:
    """Return each customer's life-cycle stage on the day by the bundle's rules."""
    people, settings = (beside or Beside()).customers, bundle.scorer.settings
    window = Window(day, settings.churn_horizon_days)
    known = (rules, people, settings.eligible_days)
    return customer_stages(transactions, window, *known).to_pyarrow()


def with_stage(rows: pa.Table, stages: pa.Table) -> pa.Table:
    """Return the rows with each customer's ``stage`` before the reasons."""
    known = stages["customer_id"].combine_chunks()
    place = pc.index_in(rows["customer_id"], value_set=known)
    at = rows.column_names.index("reasons")
    return rows.add_column(at, "stage", stages["stage"].take(place))


def _require_learned(bundle: Bundle) -> None:
    if bundle.scorer.settings.levels.urgent_value is None:
        raise NotLearned(
            f"bundle {bundle.id} has no limit of what is urgent: it was approved "
            "before there were warnings. Approve its run again: workbench approve RUN "
            "--by NAME --reason TEXT"
        )


def _counts(rows: pa.Table, buyers: pa.Table) -> dict[str, Any]:
    """Return who is warned of, who can churn and who has lapsed, and why some left."""
    warned = rows.filter(pc.is_valid(rows["level"]))
    eligible = can_churn(buyers).num_rows
    told = pc.greater(pc.list_value_length(warned["reasons"]), 0)
    why = rows["why"].value_counts().to_pylist()
    gone = {item["values"]: item["counts"] for item in why}
    return {
        "customers": warned.num_rows,
        "eligible": eligible,
        "lapsed": buyers.num_rows - eligible,
        "without_reason": warned.num_rows - (pc.sum(told).as_py() or 0),
        "levels": [_level(rows, *group) for group in GROUPS],
        "gone": {name: gone.get(name, 0) for name in WHY_GONE},
    }


def _level(rows: pa.Table, level: str, is_one_time: bool) -> dict[str, Any]:
    own = rows.filter(pc.equal(rows["is_one_time"], is_one_time))
    here = own.filter(pc.equal(own["level"], level))
    changes = here["change"].value_counts().to_pylist()
    counts = dict.fromkeys(CHANGES, 0)
    counts |= {item["values"]: item["counts"] for item in changes}
    gone = pc.and_(pc.equal(own["change"], "gone"), pc.equal(own["was"], level))
    counts["gone"] = pc.sum(gone).as_py() or 0
    return {
        "level": level,
        "is_one_time": is_one_time,
        "customers": here.num_rows,
        "value_at_risk": float(pc.sum(here["value_at_risk"]).as_py() or 0),
        **counts,
    }
