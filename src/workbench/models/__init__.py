"""The models: one file each, fit and predict on pandas frames, numbers kept as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.doors import lazily

if TYPE_CHECKING:
    from workbench.models.baselines import (
        Hiatus,
        HiatusCount,
        HiatusSpend,
        MeanOrders,
        MeanSpend,
        Prevalence,
        SameCountAgain,
        SameSpendAgain,
    )
    from workbench.models.bgnbd import BGNBD
    from workbench.models.churn_bgnbd import ChurnBGNBD
    from workbench.models.churn_logistic import RECENCY_FREQUENCY, ChurnLogistic
    from workbench.models.customer_classes import CustomerClasses
    from workbench.models.gamma_gamma import GammaGamma
    from workbench.models.intervals import (
        Intervals,
        LatentDraws,
        PredictiveDraws,
        Replicates,
        bootstrap,
        latent_draws,
        parameter_interval,
        predictive_draws,
    )
    from workbench.models.lifetime_value import customer_lifetime_value
    from workbench.models.lifetimes_bgnbd import LifetimesBGNBD
    from workbench.models.load import load_model, model_class
    from workbench.models.mbg_cnbd_k import MBGCNBDk
    from workbench.models.mbgnbd import MBGNBD
    from workbench.models.pareto_nbd import ParetoNBD
    from workbench.models.purchase_model import PurchaseModel
    from workbench.models.rfm_scores import SEGMENTS, RFMScores
    from workbench.models.value_score import ValueScore

__all__ = [
    "BGNBD",
    "ChurnBGNBD",
    "ChurnLogistic",
    "CustomerClasses",
    "GammaGamma",
    "Hiatus",
    "HiatusCount",
    "HiatusSpend",
    "Intervals",
    "LatentDraws",
    "LifetimesBGNBD",
    "MBGCNBDk",
    "MBGNBD",
    "MeanOrders",
    "MeanSpend",
    "ParetoNBD",
    "PredictiveDraws",
    "Prevalence",
    "PurchaseModel",
    "RECENCY_FREQUENCY",
    "RFMScores",
    "Replicates",
    "SEGMENTS",
    "SameCountAgain",
    "SameSpendAgain",
    "ValueScore",
    "bootstrap",
    "customer_lifetime_value",
    "latent_draws",
    "load_model",
    "model_class",
    "parameter_interval",
    "predictive_draws",
]

__getattr__ = lazily(
    __name__,
    {
        "BGNBD": "bgnbd",
        "ChurnBGNBD": "churn_bgnbd",
        "ChurnLogistic": "churn_logistic",
        "CustomerClasses": "customer_classes",
        "GammaGamma": "gamma_gamma",
        "Hiatus": "baselines",
        "HiatusCount": "baselines",
        "HiatusSpend": "baselines",
        "Intervals": "intervals",
        "LatentDraws": "intervals",
        "LifetimesBGNBD": "lifetimes_bgnbd",
        "MBGCNBDk": "mbg_cnbd_k",
        "MBGNBD": "mbgnbd",
        "MeanOrders": "baselines",
        "MeanSpend": "baselines",
        "ParetoNBD": "pareto_nbd",
        "PredictiveDraws": "intervals",
        "Prevalence": "baselines",
        "PurchaseModel": "purchase_model",
        "RECENCY_FREQUENCY": "churn_logistic",
        "RFMScores": "rfm_scores",
        "Replicates": "intervals",
        "SEGMENTS": "rfm_scores",
        "SameCountAgain": "baselines",
        "SameSpendAgain": "baselines",
        "ValueScore": "value_score",
        "bootstrap": "intervals",
        "customer_lifetime_value": "lifetime_value",
        "latent_draws": "intervals",
        "load_model": "load",
        "model_class": "load",
        "parameter_interval": "intervals",
        "predictive_draws": "intervals",
    },
)
