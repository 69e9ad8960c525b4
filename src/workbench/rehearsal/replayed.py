"""What a rehearsal found: who had which tier on each day, in tables for figures."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from workbench.policy import Cuts, Policy
from workbench.rehearsal.variants import AS_WRITTEN
from workbench.storage import write_atomically

if TYPE_CHECKING:
    from workbench.rehearsal.calendar import Rhythm

_WORD = pa.dictionary(pa.int32(), pa.string())

#: Of ``Replay.tiers``. ``tier_by_old_ruler`` is the tier that the ruler before this
#: day's would have given from the same previous tier; null for variants.
TIERS = pa.schema(
    {
        "policy": _WORD,
        "variant": _WORD,
        "as_of": pa.date32(),
        "customer_id": pa.string(),
        "tier": _WORD,
        "previous_tier": _WORD,
        "entered_tier": _WORD,
        "movement": _WORD,
        "tier_by_old_ruler": _WORD,
    }.items()
)
#: Of ``Replay.proofs``: the tier held, and the one that the horizon proved.
PROOFS = pa.schema(
    {
        "policy": _WORD,
        "as_of": pa.date32(),
        "customer_id": pa.string(),
        "tier": _WORD,
        "later_tier": _WORD,
    }.items()
)


@dataclass(frozen=True)
class Replay:
    """A rehearsal. Make one with ``replay``.

    Parameters
    ----------
    policies
        By id, as they were written.
    rhythm
        The days.
    horizon_days
        So long after a day is looked at who came back [days].
    tiers
        One row per policy, variant, day and customer: ``TIERS``.
    outcomes
        One row per day and customer, what followed: ``outcomes.SCHEMA``.
    proofs
        One row per policy, day of learning and customer, where a whole horizon has
        followed: ``PROOFS``.
    cuts
        Cut points by policy and day of learning.
    scores
        The score table of the last day.
    switched_off
        What could not be fitted or measured, each line once.
    currency
        Of the money.
    """

    policies: Mapping[str, Policy]
    rhythm: Rhythm
    horizon_days: int
    tiers: pa.Table
    outcomes: pa.Table
    proofs: pa.Table
    cuts: Mapping[str, Mapping[date, Cuts]]
    scores: pa.Table
    switched_off: tuple[str, ...] = ()
    currency: str = "currency"

    @cached_property
    def held(self) -> pd.DataFrame:
        """Who held which tier on each day, with what followed; all variants.

        Returns
        -------
        pandas.DataFrame
            The columns of ``tiers`` and ``outcomes``, words as categories.
        """
        tiers, after = self.tiers.to_pandas(), self.outcomes.to_pandas()
        return tiers.merge(after, on=["as_of", "customer_id"], validate="m:1")

    def of(self, policy: str, variant: str = AS_WRITTEN) -> pd.DataFrame:
        """Return the rows of ``held`` of one policy and variant.

        ``rank`` and ``previous_rank`` are the tiers' places, 0 the best.
        """
        return self._ranked[policy, variant]

    @property
    def judged_days(self) -> int:
        """How many days of learning a whole horizon has followed."""
        return len(self.proofs.column("as_of").unique())

    @cached_property
    def _ranked(self) -> dict[tuple[str, str], pd.DataFrame]:
        parts = self.held.groupby(["policy", "variant"], observed=True, sort=False)
        return {
            (str(policy), str(variant)): with_ranks(
                rows, self.policies[str(policy)].tiers
            )
            for (policy, variant), rows in parts
        }

    def variants(self, policy: str) -> tuple[str, ...]:
        """Return the variants of a policy that were played, as written first."""
        rows = self.tiers.select(["policy", "variant"]).group_by(["policy", "variant"])
        found = rows.aggregate([]).to_pylist()
        names = {row["variant"] for row in found if row["policy"] == policy}
        return (AS_WRITTEN, *sorted(names - {AS_WRITTEN}))

    def write(self, folder: str | Path) -> list[Path]:
        """Write the tables, for their owner alone; the same replay, the same bytes."""
        home = Path(folder)
        found = []
        for name in ("tiers", "outcomes", "proofs"):
            sink = io.BytesIO()
            pq.write_table(getattr(self, name), sink)
            write_atomically(home / f"{name}.parquet", sink.getvalue(), mode=0o600)
            found.append(home / f"{name}.parquet")
        numbers = {
            policy: {day.isoformat(): cuts.every for day, cuts in days.items()}
            for policy, days in self.cuts.items()
        }
        text = json.dumps(numbers, indent=1, ensure_ascii=False)
        write_atomically(home / "cuts.json", text + "\n")
        return [*found, home / "cuts.json"]


def with_ranks(rows: pd.DataFrame, tiers: tuple[str, ...]) -> pd.DataFrame:
    """Return the rows with the places of the tiers, 0 the best; -1 for no tier."""
    places = {name: place for place, name in enumerate(tiers)}
    ranked = {
        rank: rows[column].astype("object").map(places).fillna(-1).astype("int64")
        for rank, column in (("rank", "tier"), ("previous_rank", "previous_tier"))
    }
    return rows.assign(**ranked)
