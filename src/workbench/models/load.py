"""Any model's JSON in, the fitted model out, for bundles and notebooks."""

from __future__ import annotations

import importlib
from typing import Any

from workbench.errors import UnknownName
from workbench.models._estimator import parse

CLASSES = {
    "bg_nbd": ("bgnbd", "BGNBD"),
    "calibrated": ("calibrated", "Calibrated"),
    "churn_bg_nbd": ("churn_bgnbd", "ChurnBGNBD"),
    "churn_booster": ("churn_booster", "ChurnBooster"),
    "churn_logistic": ("churn_logistic", "ChurnLogistic"),
    "customer_classes": ("customer_classes", "CustomerClasses"),
    "gamma_gamma": ("gamma_gamma", "GammaGamma"),
    "hiatus": ("churn_baselines", "Hiatus"),
    "lifetimes_bg_nbd": ("lifetimes_bgnbd", "LifetimesBGNBD"),
    "mbg_cnbd_k": ("mbg_cnbd_k", "MBGCNBDk"),
    "mbg_nbd": ("mbgnbd", "MBGNBD"),
    "own_gap": ("churn_baselines", "OwnGap"),
    "pareto_nbd": ("pareto_nbd", "ParetoNBD"),
    "prevalence": ("churn_baselines", "Prevalence"),
    "recency": ("churn_baselines", "Recency"),
    "rfm_scores": ("rfm_scores", "RFMScores"),
    "value_score": ("value_score", "ValueScore"),
}


def model_class(name: str) -> Any:
    """Return the class of a model by its name in JSON and parameters.

    Raises
    ------
    UnknownName
        With the nearest name.
    """
    if name not in CLASSES:
        raise UnknownName("model", name, CLASSES)
    file, cls = CLASSES[name]
    return getattr(importlib.import_module(f"workbench.models.{file}"), cls)


def load_model(text: str) -> Any:
    """Return the fitted model that a ``to_json`` wrote.

    Parameters
    ----------
    text
        JSON with a field ``model``.

    Raises
    ------
    UnknownName
        If no model has the name in it.
    BadValues
        If the text is no model's JSON.
    """
    return model_class(str(parse(text).get("model"))).from_json(text)
