"""Whether a model is any good: metrics, paired comparison, calibration and the gate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.doors import lazily
from workbench.evaluation.measured import Measured

if TYPE_CHECKING:
    from workbench.evaluation.backtest import Backtest, Question, judge_origins
    from workbench.evaluation.bearing import require_shop_bears
    from workbench.evaluation.before_fit import clv_checks, clv_doubts
    from workbench.evaluation.by_origin import said_by_origin
    from workbench.evaluation.calibration import calibration_table
    from workbench.evaluation.choice import Choice, choose_simplest
    from workbench.evaluation.churn import (
        ChurnCheck,
        fit_champion,
        judge_churn,
        outcome_by_group,
    )
    from workbench.evaluation.class_grid import class_cells, class_counts
    from workbench.evaluation.clustered import Outcome, measure_origins
    from workbench.evaluation.concentration import (
        CLASS_SHARES,
        abc_class,
        abc_table,
        gini,
        lorenz_curve,
        share_of_best,
        value_cuts,
    )
    from workbench.evaluation.confirmation import Confirmation, confirm
    from workbench.evaluation.earlier import Earlier, judge_earlier
    from workbench.evaluation.engines import both_engines, likeliest_models
    from workbench.evaluation.gain import warn_if_no_gain
    from workbench.evaluation.gate import (
        Acceptance,
        Check,
        Limits,
        Verdict,
        judge,
        limits_table,
        load_acceptance,
    )
    from workbench.evaluation.holdout import label_no_order, with_future
    from workbench.evaluation.intervals import checked_intervals
    from workbench.evaluation.joined_keys import keys_table
    from workbench.evaluation.lift import lift_curve
    from workbench.evaluation.metrics import METRICS, Metric, find_metric, measure
    from workbench.evaluation.orders import (
        FutureOrders,
        OrdersCheck,
        judge_last,
        judge_orders,
    )
    from workbench.evaluation.origins import (
        Origins,
        origins_with_history,
        rolling_origins,
    )
    from workbench.evaluation.paired import paired_difference
    from workbench.evaluation.quality import Quality
    from workbench.evaluation.readiness import (
        checks_table,
        judge_quality,
        needs_table,
        quality_words,
        require_bearable,
        verdicts_table,
    )
    from workbench.evaluation.recency_frequency import belief_by_history
    from workbench.evaluation.score_bands import value_bands
    from workbench.evaluation.seasonality import (
        Seasonality,
        judge_seasonality,
        warn_if_seasonal,
        weekly_ratios,
    )
    from workbench.evaluation.segments import (
        grid_counts,
        segment_summary,
        value_deciles,
        without_small_groups,
    )
    from workbench.evaluation.stability import population_stability
    from workbench.evaluation.story import belief_by_day, simulated_story
    from workbench.evaluation.table_changes import TableChanges
    from workbench.evaluation.table_needs import (
        judge_tables,
        table_checks,
        table_limits,
        table_verdicts,
        tables_words,
    )
    from workbench.evaluation.table_quality import TableQuality
    from workbench.evaluation.tracking import track, tracking_table
    from workbench.evaluation.value_ahead import (
        DRAWN_CUSTOMERS,
        books_words,
        certainty_of_top,
        residual_words,
        value_by_group,
    )

__all__ = [
    "Acceptance",
    "Backtest",
    "CLASS_SHARES",
    "Check",
    "Choice",
    "ChurnCheck",
    "Confirmation",
    "DRAWN_CUSTOMERS",
    "Earlier",
    "FutureOrders",
    "Limits",
    "METRICS",
    "Measured",
    "Metric",
    "OrdersCheck",
    "Origins",
    "Outcome",
    "Quality",
    "Question",
    "Seasonality",
    "TableChanges",
    "TableQuality",
    "Verdict",
    "abc_class",
    "abc_table",
    "belief_by_day",
    "belief_by_history",
    "books_words",
    "both_engines",
    "calibration_table",
    "certainty_of_top",
    "checked_intervals",
    "checks_table",
    "choose_simplest",
    "class_cells",
    "class_counts",
    "clv_checks",
    "clv_doubts",
    "confirm",
    "find_metric",
    "fit_champion",
    "gini",
    "grid_counts",
    "judge",
    "judge_churn",
    "judge_earlier",
    "judge_last",
    "judge_orders",
    "judge_origins",
    "judge_quality",
    "judge_seasonality",
    "judge_tables",
    "keys_table",
    "label_no_order",
    "lift_curve",
    "likeliest_models",
    "limits_table",
    "load_acceptance",
    "lorenz_curve",
    "measure",
    "measure_origins",
    "needs_table",
    "origins_with_history",
    "outcome_by_group",
    "paired_difference",
    "population_stability",
    "quality_words",
    "require_bearable",
    "require_shop_bears",
    "residual_words",
    "rolling_origins",
    "said_by_origin",
    "segment_summary",
    "share_of_best",
    "simulated_story",
    "table_checks",
    "table_limits",
    "table_verdicts",
    "tables_words",
    "track",
    "tracking_table",
    "value_bands",
    "value_by_group",
    "value_cuts",
    "value_deciles",
    "verdicts_table",
    "warn_if_no_gain",
    "warn_if_seasonal",
    "weekly_ratios",
    "with_future",
    "without_small_groups",
]

__getattr__ = lazily(
    __name__,
    {
        "Acceptance": "gate",
        "Backtest": "backtest",
        "CLASS_SHARES": "concentration",
        "Check": "gate",
        "Choice": "choice",
        "ChurnCheck": "churn",
        "Confirmation": "confirmation",
        "DRAWN_CUSTOMERS": "value_ahead",
        "Earlier": "earlier",
        "FutureOrders": "orders",
        "Limits": "gate",
        "METRICS": "metrics",
        "Metric": "metrics",
        "OrdersCheck": "orders",
        "Origins": "origins",
        "Outcome": "clustered",
        "Quality": "quality",
        "Question": "backtest",
        "Seasonality": "seasonality",
        "TableChanges": "table_changes",
        "TableQuality": "table_quality",
        "Verdict": "gate",
        "abc_class": "concentration",
        "abc_table": "concentration",
        "belief_by_day": "story",
        "belief_by_history": "recency_frequency",
        "books_words": "value_ahead",
        "both_engines": "engines",
        "calibration_table": "calibration",
        "certainty_of_top": "value_ahead",
        "checked_intervals": "intervals",
        "checks_table": "readiness",
        "choose_simplest": "choice",
        "class_cells": "class_grid",
        "class_counts": "class_grid",
        "clv_checks": "before_fit",
        "clv_doubts": "before_fit",
        "confirm": "confirmation",
        "find_metric": "metrics",
        "fit_champion": "churn",
        "gini": "concentration",
        "grid_counts": "segments",
        "judge": "gate",
        "judge_churn": "churn",
        "judge_earlier": "earlier",
        "judge_last": "orders",
        "judge_orders": "orders",
        "judge_origins": "backtest",
        "judge_quality": "readiness",
        "judge_seasonality": "seasonality",
        "judge_tables": "table_needs",
        "keys_table": "joined_keys",
        "label_no_order": "holdout",
        "lift_curve": "lift",
        "likeliest_models": "engines",
        "limits_table": "gate",
        "load_acceptance": "gate",
        "lorenz_curve": "concentration",
        "measure": "metrics",
        "measure_origins": "clustered",
        "needs_table": "readiness",
        "origins_with_history": "origins",
        "outcome_by_group": "churn",
        "paired_difference": "paired",
        "population_stability": "stability",
        "quality_words": "readiness",
        "require_bearable": "readiness",
        "require_shop_bears": "bearing",
        "residual_words": "value_ahead",
        "rolling_origins": "origins",
        "said_by_origin": "by_origin",
        "segment_summary": "segments",
        "share_of_best": "concentration",
        "simulated_story": "story",
        "table_checks": "table_needs",
        "table_limits": "table_needs",
        "table_verdicts": "table_needs",
        "tables_words": "table_needs",
        "track": "tracking",
        "tracking_table": "tracking",
        "value_bands": "score_bands",
        "value_by_group": "value_ahead",
        "value_cuts": "concentration",
        "value_deciles": "segments",
        "verdicts_table": "readiness",
        "warn_if_no_gain": "gain",
        "warn_if_seasonal": "seasonality",
        "weekly_ratios": "seasonality",
        "with_future": "holdout",
        "without_small_groups": "segments",
    },
)
