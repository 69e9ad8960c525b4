"""The rules of the life cycle in, the column *stage* of the score table out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
import pandas as pd
import pyarrow as pa

from workbench.errors import BadPolicy, BadSpec
from workbench.features import life_cycle_table

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from workbench.delivery.scoring_settings import ScoringSettings
    from workbench.policy import Stages
    from workbench.window import Window

PREFIX = "life_"
STAGE = f"{PREFIX}stage"


def require_rules(settings: ScoringSettings, stages: Stages | None) -> None:
    """Refuse other rules than those that the settings name.

    Raises
    ------
    BadSpec
        With both hashes.
    """
    found = stages.sha256 if stages else ""
    if found != settings.stages_sha256:
        raise BadSpec(
            "scores and the rules of the life-cycle stages belong together: expected "
            f"SHA-256 {settings.stages_sha256[:12] or 'none'}, found "
            f"{found[:12] or 'none'}. Take the stages.yaml that the run had."
        )


def stage_features(
    stages: Stages,
    transactions: ir.Table,
    window: Window,
    customers: ir.Table | None,
    eligible_days: int,
) -> ir.Table:
    """Return each customer's stage and what its rules read, lazily.

    Returns
    -------
    ir.Table
        ``customer_id``, ``life_stage`` (null unless there is exactly one) and the
        columns of the rules, ``life_`` before their names.
    """
    known = life_cycle_table(transactions, window, customers, eligible_days)
    read = {f"{PREFIX}{name}": known[name] for name in stages.columns}
    return known.select("customer_id", **{STAGE: stages.stage_of(known)}, **read)


def require_stages(stages: Stages, features: pa.Table) -> None:
    """Refuse customers that have no stage, or more than one.

    Raises
    ------
    BadPolicy
        With the numbers of such a customer.
    """
    if not features[STAGE].null_count:
        return
    read = {name: features[f"{PREFIX}{name}"] for name in stages.columns}
    ids = features["customer_id"]
    stages.assign(ibis.memtable(pa.table({"customer_id": ids, **read})))
    raise BadPolicy(
        f"{stages.source}: {features[STAGE].null_count:,} customers came without a "
        "stage though the rules give them one. Make the features again."
    )


def with_stage(scores: pd.DataFrame, features: pa.Table) -> pd.DataFrame:
    """Return the scores with each customer's stage."""
    ids = features["customer_id"].to_pylist()
    stage = dict(zip(ids, features[STAGE].to_pylist(), strict=True))
    return scores.assign(stage=scores["customer_id"].map(stage))
