"""Whether a model is any good: metrics, paired comparison, calibration and the gate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.doors import lazily
from workbench.evaluation.measured import Measured

if TYPE_CHECKING:
    from workbench.evaluation.calibration import (
        calibration_table,
    )
    from workbench.evaluation.choice import (
        Choice,
        choose_simplest,
    )
    from workbench.evaluation.churn import (
        ChurnCheck,
        fit_champion,
        judge_churn,
        outcome_by_group,
    )
    from workbench.evaluation.gate import (
        Acceptance,
        Check,
        Limits,
        Verdict,
        judge,
        limits_table,
        load_acceptance,
    )
    from workbench.evaluation.holdout import (
        label_no_order,
        with_future,
    )
    from workbench.evaluation.metrics import (
        METRICS,
        Metric,
        find_metric,
        measure,
    )
    from workbench.evaluation.orders import (
        OrdersCheck,
        judge_orders,
    )
    from workbench.evaluation.paired import (
        paired_difference,
    )
    from workbench.evaluation.quality import (
        Quality,
    )
    from workbench.evaluation.readiness import (
        checks_table,
        judge_quality,
        needs_table,
        quality_words,
        require_bearable,
        verdicts_table,
    )
    from workbench.evaluation.segments import (
        grid_counts,
        segment_summary,
        value_deciles,
        without_small_groups,
    )
    from workbench.evaluation.stability import (
        population_stability,
    )
    from workbench.evaluation.story import (
        belief_by_day,
    )

__all__ = [
    "Acceptance",
    "Check",
    "Choice",
    "ChurnCheck",
    "Limits",
    "METRICS",
    "Measured",
    "Metric",
    "OrdersCheck",
    "Quality",
    "Verdict",
    "belief_by_day",
    "calibration_table",
    "checks_table",
    "choose_simplest",
    "find_metric",
    "fit_champion",
    "grid_counts",
    "judge",
    "judge_churn",
    "judge_orders",
    "judge_quality",
    "label_no_order",
    "limits_table",
    "load_acceptance",
    "measure",
    "needs_table",
    "outcome_by_group",
    "paired_difference",
    "population_stability",
    "quality_words",
    "require_bearable",
    "segment_summary",
    "value_deciles",
    "verdicts_table",
    "with_future",
    "without_small_groups",
]

__getattr__ = lazily(
    __name__,
    {
        "Acceptance": "gate",
        "Check": "gate",
        "Choice": "choice",
        "ChurnCheck": "churn",
        "Limits": "gate",
        "METRICS": "metrics",
        "Metric": "metrics",
        "OrdersCheck": "orders",
        "Quality": "quality",
        "Verdict": "gate",
        "belief_by_day": "story",
        "calibration_table": "calibration",
        "checks_table": "readiness",
        "choose_simplest": "choice",
        "find_metric": "metrics",
        "fit_champion": "churn",
        "grid_counts": "segments",
        "judge": "gate",
        "judge_churn": "churn",
        "judge_orders": "orders",
        "judge_quality": "readiness",
        "label_no_order": "holdout",
        "limits_table": "gate",
        "load_acceptance": "gate",
        "measure": "metrics",
        "needs_table": "readiness",
        "outcome_by_group": "churn",
        "paired_difference": "paired",
        "population_stability": "stability",
        "quality_words": "readiness",
        "require_bearable": "readiness",
        "segment_summary": "segments",
        "value_deciles": "segments",
        "verdicts_table": "readiness",
        "with_future": "holdout",
        "without_small_groups": "segments",
    },
)
