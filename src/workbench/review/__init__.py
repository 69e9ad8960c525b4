"""Runs in, comparisons and approvals out: what a reviewer and notebook 40 call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.doors import lazily

if TYPE_CHECKING:
    from workbench.review.approval import Approval, approve
    from workbench.review.candidates import open_candidate
    from workbench.review.champions import Champion, champion, older_than_champion
    from workbench.review.compare import (
        compare_stages,
        differences,
        doubts_table,
        stage_table,
    )
    from workbench.review.pruning import Pruned, Pruning, plan_pruning, prune
    from workbench.review.runs import RunView, load_run
    from workbench.review.stages import StageView
    from workbench.review.sweep import Sweep, choose_stage

__all__ = [
    "Approval",
    "Champion",
    "Pruned",
    "Pruning",
    "RunView",
    "StageView",
    "Sweep",
    "approve",
    "champion",
    "choose_stage",
    "compare_stages",
    "differences",
    "doubts_table",
    "load_run",
    "older_than_champion",
    "open_candidate",
    "plan_pruning",
    "prune",
    "stage_table",
]

__getattr__ = lazily(
    __name__,
    {
        "Approval": "approval",
        "Champion": "champions",
        "Pruned": "pruning",
        "Pruning": "pruning",
        "RunView": "runs",
        "StageView": "stages",
        "Sweep": "sweep",
        "approve": "approval",
        "champion": "champions",
        "choose_stage": "sweep",
        "compare_stages": "compare",
        "differences": "compare",
        "doubts_table": "compare",
        "load_run": "runs",
        "older_than_champion": "champions",
        "open_candidate": "candidates",
        "plan_pruning": "pruning",
        "prune": "pruning",
        "stage_table": "compare",
    },
)
