"""The models: one file each, fit and predict on pandas frames, numbers kept as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.doors import lazily

if TYPE_CHECKING:
    from workbench.models.baselines import (
        HiatusCount,
        HiatusSpend,
        MeanOrders,
        MeanSpend,
        SameCountAgain,
        SameSpendAgain,
    )
    from workbench.models.bgnbd import BGNBD
    from workbench.models.calibrated import Calibrated
    from workbench.models.churn_baselines import Hiatus, OwnGap, Prevalence, Recency
    from workbench.models.churn_bgnbd import ChurnBGNBD
    from workbench.models.churn_booster import ChurnBooster
    from workbench.models.churn_logistic import RECENCY_FREQUENCY, ChurnLogistic
    from workbench.models.churn_model import ChurnModel
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
    from workbench.models.reasons import Reason, ReasonTable
    from workbench.models.rfm_scores import SEGMENTS, RFMScores
    from workbench.models.usual_spending import usual_spend
    from workbench.models.value_score import ValueScore

__all__ = [
    "BGNBD",
    "Calibrated",
    "ChurnBGNBD",
    "ChurnBooster",
    "ChurnLogistic",
    "ChurnModel",
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
    "OwnGap",
    "ParetoNBD",
    "PredictiveDraws",
    "Prevalence",
    "PurchaseModel",
    "RECENCY_FREQUENCY",
    "RFMScores",
    "Reason",
    "ReasonTable",
    "Recency",
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
    "usual_spend",
]

__getattr__ = lazily(
    __name__,
    {
        "BGNBD": "bgnbd",
        "Calibrated": "calibrated",
        "ChurnBGNBD": "churn_bgnbd",
        "ChurnBooster": "churn_booster",
        "ChurnLogistic": "churn_logistic",
        "ChurnModel": "churn_model",
        "CustomerClasses": "customer_classes",
        "GammaGamma": "gamma_gamma",
        "Hiatus": "churn_baselines",
        "HiatusCount": "baselines",
        "HiatusSpend": "baselines",
        "Intervals": "intervals",
        "LatentDraws": "intervals",
        "LifetimesBGNBD": "lifetimes_bgnbd",
        "MBGCNBDk": "mbg_cnbd_k",
        "MBGNBD": "mbgnbd",
        "MeanOrders": "baselines",
        "MeanSpend": "baselines",
        "OwnGap": "churn_baselines",
        "ParetoNBD": "pareto_nbd",
        "PredictiveDraws": "intervals",
        "Prevalence": "churn_baselines",
        "PurchaseModel": "purchase_model",
        "RECENCY_FREQUENCY": "churn_logistic",
        "RFMScores": "rfm_scores",
        "Reason": "reasons",
        "ReasonTable": "reasons",
        "Recency": "churn_baselines",
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
        "usual_spend": "usual_spending",
    },
)
