"""Data sets to be had by name, real ones and simulated customers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.doors import lazily

if TYPE_CHECKING:
    from workbench.datasets.catalogue import DATASETS, Dataset, dataset
    from workbench.datasets.known_models import (
        simulate_lives,
    )
    from workbench.datasets.simulate import (
        simulate_customers,
        simulate_history,
        simulate_summary,
    )
    from workbench.datasets.supermarket import simulate_supermarket

__all__ = [
    "DATASETS",
    "Dataset",
    "dataset",
    "simulate_customers",
    "simulate_history",
    "simulate_lives",
    "simulate_summary",
    "simulate_supermarket",
]

__getattr__ = lazily(
    __name__,
    {
        "DATASETS": "catalogue",
        "Dataset": "catalogue",
        "dataset": "catalogue",
        "simulate_customers": "simulate",
        "simulate_history": "simulate",
        "simulate_lives": "known_models",
        "simulate_summary": "simulate",
        "simulate_supermarket": "supermarket",
    },
)
