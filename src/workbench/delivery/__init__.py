"""Approved models in, what reaches people out: bundles, tier tables, explanations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.doors import lazily

if TYPE_CHECKING:
    from workbench.delivery.assignment import (
        Assignment,
        assign,
        last_assignment,
        open_assignment,
        tier_summary,
    )
    from workbench.delivery.at_risk import PeopleAtRisk, people_at_risk
    from workbench.delivery.bundle import Bundle, write_bundle
    from workbench.delivery.decisions import Decision, read_decisions
    from workbench.delivery.explainer import Explainer, explain, explain_last
    from workbench.delivery.explanation import Explanation
    from workbench.delivery.groups_of_a_day import KnownGroups, known_groups
    from workbench.delivery.previews import Preview, preview
    from workbench.delivery.scoring import Scorer
    from workbench.delivery.scoring_settings import ScoringSettings
    from workbench.delivery.warning_levels import WarningLevels
    from workbench.delivery.warning_list import write_list
    from workbench.delivery.warning_preview import WarningOverview, warning_overview
    from workbench.delivery.warning_sentences import sentence
    from workbench.delivery.warning_terms import warning_words
    from workbench.delivery.warnings import Warned, Warnings, warn

__all__ = [
    "Assignment",
    "Bundle",
    "Decision",
    "Explainer",
    "Explanation",
    "KnownGroups",
    "PeopleAtRisk",
    "Preview",
    "Scorer",
    "ScoringSettings",
    "Warned",
    "WarningLevels",
    "WarningOverview",
    "Warnings",
    "assign",
    "explain",
    "explain_last",
    "known_groups",
    "last_assignment",
    "open_assignment",
    "people_at_risk",
    "preview",
    "read_decisions",
    "sentence",
    "tier_summary",
    "warn",
    "warning_overview",
    "warning_words",
    "write_bundle",
    "write_list",
]

__getattr__ = lazily(
    __name__,
    {
        "Assignment": "assignment",
        "Bundle": "bundle",
        "Decision": "decisions",
        "Explainer": "explainer",
        "Explanation": "explanation",
        "KnownGroups": "groups_of_a_day",
        "PeopleAtRisk": "at_risk",
        "Preview": "previews",
        "Scorer": "scoring",
        "ScoringSettings": "scoring_settings",
        "Warned": "warnings",
        "WarningLevels": "warning_levels",
        "WarningOverview": "warning_preview",
        "Warnings": "warnings",
        "assign": "assignment",
        "explain": "explainer",
        "explain_last": "explainer",
        "known_groups": "groups_of_a_day",
        "last_assignment": "assignment",
        "open_assignment": "assignment",
        "people_at_risk": "at_risk",
        "preview": "previews",
        "read_decisions": "decisions",
        "sentence": "warning_sentences",
        "tier_summary": "assignment",
        "warn": "warnings",
        "warning_overview": "warning_preview",
        "warning_words": "warning_terms",
        "write_bundle": "bundle",
        "write_list": "warning_list",
    },
)
