"""Data sets that need no file of one's own: CDNOW and simulated customers."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workbench.datasets.catalogue import DATASETS, Dataset, dataset
    from workbench.datasets.simulate import (
        simulate_customers,
        simulate_history,
        simulate_summary,
    )

__all__ = [
    "DATASETS",
    "Dataset",
    "dataset",
    "simulate_customers",
    "simulate_history",
    "simulate_summary",
]

_HOME = {
    "DATASETS": "catalogue",
    "Dataset": "catalogue",
    "dataset": "catalogue",
    "simulate_customers": "simulate",
    "simulate_history": "simulate",
    "simulate_summary": "simulate",
}


def __getattr__(name: str) -> Any:
    """Import a name only when it is asked for."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)
