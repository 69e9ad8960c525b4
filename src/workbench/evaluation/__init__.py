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
    from workbench.evaluation.cause_groups import with_cause_groups
    from workbench.evaluation.choice import choose_over_origins
    from workbench.evaluation.churn import (
        FittedChampion,
        eligible_with_label,
        fit_champion,
        judge_churn,
    )
    from workbench.evaluation.churn_check import ChurnCheck
    from workbench.evaluation.churn_choice import ChurnChoice, choose_champion
    from workbench.evaluation.churn_earlier import earlier_origins
    from workbench.evaluation.churn_frames import ChurnFrames, with_own
    from workbench.evaluation.churn_groups import (
        ChurnRates,
        churn_rates,
        judge_churn_groups,
    )
    from workbench.evaluation.churn_question import ChurnQuestion
    from workbench.evaluation.class_grid import class_cells, class_counts
    from workbench.evaluation.clustered import Outcome, measure_origins
    from workbench.evaluation.concentration import (
        abc_class,
        abc_table,
        gini,
        lorenz_curve,
        share_of_best,
        value_cuts,
    )
    from workbench.evaluation.confirmation import confirm
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
    from workbench.evaluation.life_cycle import (
        customer_stages,
        month_ends,
        stage_moves,
        stage_shares,
        stages_over_time,
    )
    from workbench.evaluation.lift import lift_curve, lift_curves
    from workbench.evaluation.metrics import (
        METRICS,
        Metric,
        find_metric,
        measure,
        value_captured,
    )
    from workbench.evaluation.orders import (
        FutureOrders,
        OrdersCheck,
        judge_last,
        judge_orders,
    )
    from workbench.evaluation.origins import origins_with_history, rolling_origins
    from workbench.evaluation.p_alive import PAliveAsScore, p_alive_as_score
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
    from workbench.evaluation.retention import Retention, judge_retention
    from workbench.evaluation.save_rate import (
        SaveRate,
        assumed_save_rate,
        measured_save_rate,
    )
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
    from workbench.evaluation.survival import (
        Survival,
        judge_survival,
        kaplan_meier,
        survival_by_group,
    )
    from workbench.evaluation.table_changes import TableChanges
    from workbench.evaluation.table_needs import (
        judge_tables,
        table_checks,
        table_limits,
        table_verdicts,
        tables_words,
    )
    from workbench.evaluation.table_quality import TableQuality
    from workbench.evaluation.tier_deeds import TierDeeds, deeds_by_tier
    from workbench.evaluation.tier_effect import TierEffect, judge_tier_effect
    from workbench.evaluation.tier_fairness import (
        TierFairness,
        groups_of_customers,
        tier_shares_by_group,
    )
    from workbench.evaluation.tier_figures import FIGURE_TITLES
    from workbench.evaluation.tier_moves import (
        TierMoves,
        moves_between,
        moves_by_day,
        tiers_of_day,
    )
    from workbench.evaluation.tier_tables import (
        effect_in_words,
        groups_in_words,
        shares_in_words,
    )
    from workbench.evaluation.tracking import track, tracking_table
    from workbench.evaluation.uplift import Uplift, measure_uplift
    from workbench.evaluation.value_ahead import (
        DRAWN_CUSTOMERS,
        books_words,
        certainty_of_top,
        residual_words,
        value_by_group,
    )
    from workbench.evaluation.who_can_churn import churn_population
    from workbench.evaluation.win_back import Offer, WinBack, worth_winning_back

__all__ = [
    "Acceptance",
    "Backtest",
    "Check",
    "ChurnCheck",
    "ChurnChoice",
    "ChurnFrames",
    "ChurnQuestion",
    "ChurnRates",
    "DRAWN_CUSTOMERS",
    "Earlier",
    "FIGURE_TITLES",
    "FittedChampion",
    "FutureOrders",
    "Limits",
    "METRICS",
    "Measured",
    "Metric",
    "Offer",
    "OrdersCheck",
    "Outcome",
    "PAliveAsScore",
    "Quality",
    "Question",
    "Retention",
    "SaveRate",
    "Seasonality",
    "Survival",
    "TableChanges",
    "TableQuality",
    "TierDeeds",
    "TierEffect",
    "TierFairness",
    "TierMoves",
    "Uplift",
    "Verdict",
    "WinBack",
    "abc_class",
    "abc_table",
    "assumed_save_rate",
    "belief_by_day",
    "belief_by_history",
    "books_words",
    "both_engines",
    "calibration_table",
    "certainty_of_top",
    "checked_intervals",
    "checks_table",
    "choose_champion",
    "choose_over_origins",
    "churn_population",
    "churn_rates",
    "class_cells",
    "class_counts",
    "clv_checks",
    "clv_doubts",
    "confirm",
    "customer_stages",
    "deeds_by_tier",
    "earlier_origins",
    "effect_in_words",
    "eligible_with_label",
    "find_metric",
    "fit_champion",
    "gini",
    "grid_counts",
    "groups_in_words",
    "groups_of_customers",
    "judge",
    "judge_churn",
    "judge_churn_groups",
    "judge_earlier",
    "judge_last",
    "judge_orders",
    "judge_origins",
    "judge_quality",
    "judge_retention",
    "judge_seasonality",
    "judge_survival",
    "judge_tables",
    "judge_tier_effect",
    "kaplan_meier",
    "keys_table",
    "label_no_order",
    "lift_curve",
    "lift_curves",
    "likeliest_models",
    "limits_table",
    "load_acceptance",
    "lorenz_curve",
    "measure",
    "measure_origins",
    "measure_uplift",
    "measured_save_rate",
    "month_ends",
    "moves_between",
    "moves_by_day",
    "needs_table",
    "origins_with_history",
    "p_alive_as_score",
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
    "shares_in_words",
    "simulated_story",
    "stage_moves",
    "stage_shares",
    "stages_over_time",
    "survival_by_group",
    "table_checks",
    "table_limits",
    "table_verdicts",
    "tables_words",
    "tier_shares_by_group",
    "tiers_of_day",
    "track",
    "tracking_table",
    "value_bands",
    "value_by_group",
    "value_captured",
    "value_cuts",
    "value_deciles",
    "verdicts_table",
    "warn_if_no_gain",
    "warn_if_seasonal",
    "weekly_ratios",
    "with_cause_groups",
    "with_future",
    "with_own",
    "without_small_groups",
    "worth_winning_back",
]

__getattr__ = lazily(
    __name__,
    {
        "Acceptance": "gate",
        "Backtest": "backtest",
        "Check": "gate",
        "ChurnCheck": "churn_check",
        "ChurnChoice": "churn_choice",
        "ChurnFrames": "churn_frames",
        "ChurnQuestion": "churn_question",
        "ChurnRates": "churn_groups",
        "DRAWN_CUSTOMERS": "value_ahead",
        "Earlier": "earlier",
        "FIGURE_TITLES": "tier_figures",
        "FittedChampion": "churn",
        "FutureOrders": "orders",
        "Limits": "gate",
        "METRICS": "metrics",
        "Metric": "metrics",
        "Offer": "win_back",
        "OrdersCheck": "orders",
        "Outcome": "clustered",
        "PAliveAsScore": "p_alive",
        "Quality": "quality",
        "Question": "backtest",
        "Retention": "retention",
        "SaveRate": "save_rate",
        "Seasonality": "seasonality",
        "Survival": "survival",
        "TableChanges": "table_changes",
        "TableQuality": "table_quality",
        "TierDeeds": "tier_deeds",
        "TierEffect": "tier_effect",
        "TierFairness": "tier_fairness",
        "TierMoves": "tier_moves",
        "Uplift": "uplift",
        "Verdict": "gate",
        "WinBack": "win_back",
        "abc_class": "concentration",
        "abc_table": "concentration",
        "assumed_save_rate": "save_rate",
        "belief_by_day": "story",
        "belief_by_history": "recency_frequency",
        "books_words": "value_ahead",
        "both_engines": "engines",
        "calibration_table": "calibration",
        "certainty_of_top": "value_ahead",
        "checked_intervals": "intervals",
        "checks_table": "readiness",
        "choose_champion": "churn_choice",
        "choose_over_origins": "choice",
        "churn_population": "who_can_churn",
        "churn_rates": "churn_groups",
        "class_cells": "class_grid",
        "class_counts": "class_grid",
        "clv_checks": "before_fit",
        "clv_doubts": "before_fit",
        "confirm": "confirmation",
        "customer_stages": "life_cycle",
        "deeds_by_tier": "tier_deeds",
        "earlier_origins": "churn_earlier",
        "effect_in_words": "tier_tables",
        "eligible_with_label": "churn",
        "find_metric": "metrics",
        "fit_champion": "churn",
        "gini": "concentration",
        "grid_counts": "segments",
        "groups_in_words": "tier_tables",
        "groups_of_customers": "tier_fairness",
        "judge": "gate",
        "judge_churn": "churn",
        "judge_churn_groups": "churn_groups",
        "judge_earlier": "earlier",
        "judge_last": "orders",
        "judge_orders": "orders",
        "judge_origins": "backtest",
        "judge_quality": "readiness",
        "judge_retention": "retention",
        "judge_seasonality": "seasonality",
        "judge_survival": "survival",
        "judge_tables": "table_needs",
        "judge_tier_effect": "tier_effect",
        "kaplan_meier": "survival",
        "keys_table": "joined_keys",
        "label_no_order": "holdout",
        "lift_curve": "lift",
        "lift_curves": "lift",
        "likeliest_models": "engines",
        "limits_table": "gate",
        "load_acceptance": "gate",
        "lorenz_curve": "concentration",
        "measure": "metrics",
        "measure_origins": "clustered",
        "measure_uplift": "uplift",
        "measured_save_rate": "save_rate",
        "month_ends": "life_cycle",
        "moves_between": "tier_moves",
        "moves_by_day": "tier_moves",
        "needs_table": "readiness",
        "origins_with_history": "origins",
        "p_alive_as_score": "p_alive",
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
        "shares_in_words": "tier_tables",
        "simulated_story": "story",
        "stage_moves": "life_cycle",
        "stage_shares": "life_cycle",
        "stages_over_time": "life_cycle",
        "survival_by_group": "survival",
        "table_checks": "table_needs",
        "table_limits": "table_needs",
        "table_verdicts": "table_needs",
        "tables_words": "table_needs",
        "tier_shares_by_group": "tier_fairness",
        "tiers_of_day": "tier_moves",
        "track": "tracking",
        "tracking_table": "tracking",
        "value_bands": "score_bands",
        "value_by_group": "value_ahead",
        "value_captured": "metrics",
        "value_cuts": "concentration",
        "value_deciles": "segments",
        "verdicts_table": "readiness",
        "warn_if_no_gain": "gain",
        "warn_if_seasonal": "seasonality",
        "weekly_ratios": "seasonality",
        "with_cause_groups": "cause_groups",
        "with_future": "holdout",
        "with_own": "churn_frames",
        "without_small_groups": "segments",
        "worth_winning_back": "win_back",
    },
)
