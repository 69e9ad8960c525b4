"""Runs in, comparisons and approvals out: what a reviewer and notebook 40 call."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workbench.review.approval import Approval, approve
    from workbench.review.champions import Champion, champion
    from workbench.review.compare import compare_stages, differences, stage_table
    from workbench.review.runs import RunView, load_run
    from workbench.review.stages import StageView

__all__ = [
    "Approval",
    "Champion",
    "RunView",
    "StageView",
    "approve",
    "champion",
    "compare_stages",
    "differences",
    "load_run",
    "stage_table",
]

_HOMES = {
    "Approval": "approval",
    "Champion": "champions",
    "RunView": "runs",
    "StageView": "stages",
    "approve": "approval",
    "champion": "champions",
    "compare_stages": "compare",
    "differences": "compare",
    "load_run": "runs",
    "stage_table": "compare",
}


def __getattr__(name: str) -> Any:
    """Load a member when it is asked for; keeps a kernel's start light."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
