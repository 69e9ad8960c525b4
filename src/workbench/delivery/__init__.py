"""Approved models in, what reaches people out: bundles, tier tables, explanations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.doors import lazily

if TYPE_CHECKING:
    from workbench.delivery.asking import Asked, explain_last, last_asked
    from workbench.delivery.assignment import (
        Assignment,
        Unpublished,
        assign,
        last_assignment,
        open_assignment,
        tiers_on,
    )
    from workbench.delivery.at_risk import PeopleAtRisk, people_at_risk
    from workbench.delivery.at_scale import assign_scores, tiers_of_file
    from workbench.delivery.bundle import Bundle, write_bundle
    from workbench.delivery.customer_page import page_of_customer
    from workbench.delivery.decisions import Decision, read_decisions
    from workbench.delivery.explainer import Explainer, explain
    from workbench.delivery.explanation import Explanation
    from workbench.delivery.fitting import Fitted, fit_models, fit_scorer
    from workbench.delivery.groups_of_a_day import KnownGroups, known_groups
    from workbench.delivery.held_tiers import TiersByDay, fairness_of, tiers_by_day
    from workbench.delivery.listed import customers_of_list, tier_lists
    from workbench.delivery.previews import Preview, preview
    from workbench.delivery.scoring import Scorer
    from workbench.delivery.scoring_settings import ScoringSettings
    from workbench.delivery.tier_chances import TierChances
    from workbench.delivery.tier_counts import tier_summary
    from workbench.delivery.tier_history import TierHistory, tier_history_of
    from workbench.delivery.trial import Trial, Trials, try_policies
    from workbench.delivery.warning_levels import WarningLevels
    from workbench.delivery.warning_list import write_list
    from workbench.delivery.warning_preview import WarningOverview, warning_overview
    from workbench.delivery.warning_sentences import sentence
    from workbench.delivery.warning_terms import warning_words
    from workbench.delivery.warnings import Warned, Warnings, warn

__all__ = [
    "Asked",
    "Assignment",
    "Bundle",
    "Decision",
    "Explainer",
    "Explanation",
    "Fitted",
    "KnownGroups",
    "PeopleAtRisk",
    "Preview",
    "Scorer",
    "ScoringSettings",
    "TierChances",
    "TierHistory",
    "TiersByDay",
    "Trial",
    "Trials",
    "Unpublished",
    "Warned",
    "WarningLevels",
    "WarningOverview",
    "Warnings",
    "assign",
    "assign_scores",
    "customers_of_list",
    "explain",
    "explain_last",
    "fairness_of",
    "fit_models",
    "fit_scorer",
    "known_groups",
    "last_asked",
    "last_assignment",
    "open_assignment",
    "page_of_customer",
    "people_at_risk",
    "preview",
    "read_decisions",
    "sentence",
    "tier_history_of",
    "tier_lists",
    "tier_summary",
    "tiers_by_day",
    "tiers_of_file",
    "tiers_on",
    "try_policies",
    "warn",
    "warning_overview",
    "warning_words",
    "write_bundle",
    "write_list",
]

__getattr__ = lazily(
    __name__,
    {
        "Asked": "asking",
        "Assignment": "assignment",
        "Bundle": "bundle",
        "Decision": "decisions",
        "Explainer": "explainer",
        "Explanation": "explanation",
        "Fitted": "fitting",
        "KnownGroups": "groups_of_a_day",
        "PeopleAtRisk": "at_risk",
        "Preview": "previews",
        "Scorer": "scoring",
        "ScoringSettings": "scoring_settings",
        "TierChances": "tier_chances",
        "TierHistory": "tier_history",
        "TiersByDay": "held_tiers",
        "Trial": "trial",
        "Trials": "trial",
        "Unpublished": "assignment",
        "Warned": "warnings",
        "WarningLevels": "warning_levels",
        "WarningOverview": "warning_preview",
        "Warnings": "warnings",
        "assign": "assignment",
        "assign_scores": "at_scale",
        "customers_of_list": "listed",
        "explain": "explainer",
        "explain_last": "asking",
        "fairness_of": "held_tiers",
        "fit_models": "fitting",
        "fit_scorer": "fitting",
        "known_groups": "groups_of_a_day",
        "last_asked": "asking",
        "last_assignment": "assignment",
        "open_assignment": "assignment",
        "page_of_customer": "customer_page",
        "people_at_risk": "at_risk",
        "preview": "previews",
        "read_decisions": "decisions",
        "sentence": "warning_sentences",
        "tier_history_of": "tier_history",
        "tier_lists": "listed",
        "tier_summary": "tier_counts",
        "tiers_by_day": "held_tiers",
        "tiers_of_file": "at_scale",
        "tiers_on": "assignment",
        "try_policies": "trial",
        "warn": "warnings",
        "warning_overview": "warning_preview",
        "warning_words": "warning_terms",
        "write_bundle": "bundle",
        "write_list": "warning_list",
    },
)
