"""Three kinds of interval for orders and value ahead, never to be confused.

- *parameter*: how far the model's expectation of a customer may be off, because the
  parameters were learned from so many customers and no more;
- *latent*: where the customer's own expectation may lie, whose rate, activity and mean
  value nobody knows for sure;
- *predictive*: what the customer may really do in the horizon.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.doors import lazily

if TYPE_CHECKING:
    from workbench.models.intervals.bootstrapping import bootstrap
    from workbench.models.intervals.latent import LatentDraws, latent_draws
    from workbench.models.intervals.parameter import parameter_interval
    from workbench.models.intervals.predictive import PredictiveDraws, predictive_draws
    from workbench.models.intervals.replicates import Replicates
    from workbench.models.intervals.tables import Intervals

__all__ = [
    "Intervals",
    "LatentDraws",
    "PredictiveDraws",
    "Replicates",
    "bootstrap",
    "latent_draws",
    "parameter_interval",
    "predictive_draws",
]

__getattr__ = lazily(
    __name__,
    {
        "Intervals": "tables",
        "LatentDraws": "latent",
        "PredictiveDraws": "predictive",
        "Replicates": "replicates",
        "bootstrap": "bootstrapping",
        "latent_draws": "latent",
        "parameter_interval": "parameter",
        "predictive_draws": "predictive",
    },
)
