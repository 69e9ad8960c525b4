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
    from workbench.delivery.bundle import Bundle, write_bundle
    from workbench.delivery.decisions import Decision, read_decisions
    from workbench.delivery.explanation import (
        Explainer,
        Explanation,
        explain,
        explain_last,
    )
    from workbench.delivery.previews import Preview, preview
    from workbench.delivery.scoring import Scorer, ScoringSettings

__all__ = [
    "Assignment",
    "Bundle",
    "Decision",
    "Explainer",
    "Explanation",
    "Preview",
    "Scorer",
    "ScoringSettings",
    "assign",
    "explain",
    "explain_last",
    "last_assignment",
    "open_assignment",
    "preview",
    "read_decisions",
    "tier_summary",
    "write_bundle",
]

__getattr__ = lazily(
    __name__,
    {
        "Assignment": "assignment",
        "Bundle": "bundle",
        "Decision": "decisions",
        "Explainer": "explanation",
        "Explanation": "explanation",
        "Preview": "previews",
        "Scorer": "scoring",
        "ScoringSettings": "scoring",
        "assign": "assignment",
        "explain": "explanation",
        "explain_last": "explanation",
        "last_assignment": "assignment",
        "open_assignment": "assignment",
        "preview": "previews",
        "read_decisions": "decisions",
        "tier_summary": "assignment",
        "write_bundle": "bundle",
    },
)
