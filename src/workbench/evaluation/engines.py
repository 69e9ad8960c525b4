"""Summaries of customers in, purchase models beside each other out, before any judging.

Which model finds the data likeliest, and whether our BG/NBD and that of lifetimes are
one: what a reader asks before looking at a hold-out.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence

import pandas as pd

from workbench.errors import FitWarning, NotConverged, Unchecked, WorkbenchWarning
from workbench.models import BGNBD, LifetimesBGNBD, PurchaseModel, model_class

PURCHASE_MODELS = ("bg_nbd", "mbg_nbd", "pareto_nbd", "mbg_cnbd_k")


def likeliest_models(
    customers: pd.DataFrame,
    names: Sequence[str] = PURCHASE_MODELS,
    penalizer: float = 0.0,
) -> pd.DataFrame:
    """Fit each model on the same customers, the lowest AIC first, ties as named.

    Parameters
    ----------
    customers
        From ``btyd_table(..., gaps=True)``, in days.
    names
        Models by their names in JSON.
    penalizer
        As in ``BGNBD``.

    Returns
    -------
    pandas.DataFrame
        Index *model*: ``log_likelihood``, ``AIC``, ``BIC``, ``AIC above the best``,
        ``evaluations`` of the likelihood, ``share active`` on average, and ``remark``:
        the regularity k and the codes of the fit's doubts; not-a-number and the reason
        where the likelihood has no maximum.
    """
    rows = {}
    for name in names:
        model = model_class(name)(penalizer=penalizer)
        with warnings.catch_warnings(record=True) as doubts:
            warnings.simplefilter("always", WorkbenchWarning)
            try:
                rows[name] = _told(model.fit(customers), customers)
                rows[name]["remark"] = ", ".join([*_regularity(model), *_codes(doubts)])
            except NotConverged as error:
                rows[name] = {"AIC": math.nan, "remark": str(error)}
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("model")
    table = table.sort_values("AIC", key=lambda aic: aic.round(4), kind="stable")
    table.insert(3, "AIC above the best", table["AIC"] - table["AIC"].min())
    return table


def both_engines(customers: pd.DataFrame, horizon_days: int) -> pd.DataFrame:
    """Fit BG/NBD by our engine and by lifetimes', and hold the two together.

    Parameters
    ----------
    customers
        From ``btyd_table``, in days.
    horizon_days
        For which orders are expected [days].

    Returns
    -------
    pandas.DataFrame
        Index *quantity*: ``ours``, ``lifetimes``, ``relative difference``;
        not-a-number where an engine finds no maximum.

    Warns
    -----
    Unchecked
        If one of them finds none.
    """
    found = {}
    for engine, cls in (("ours", BGNBD), ("lifetimes", LifetimesBGNBD)):
        try:
            found[engine] = _numbers(cls(), customers, horizon_days)
        except NotConverged as error:
            found[engine] = {}
            words = f"the two engines cannot be held together: {error}"
            warnings.warn(words, Unchecked, stacklevel=2)
    table = pd.DataFrame(found, columns=["ours", "lifetimes"], dtype="float64")
    table = table.rename_axis("quantity")
    table["relative difference"] = table["lifetimes"] / table["ours"] - 1
    return table


def _numbers(
    model: BGNBD | LifetimesBGNBD, customers: pd.DataFrame, horizon_days: int
) -> dict[str, float]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FitWarning)  # said where it is the model
        model.fit(customers)
    orders = model.expected_orders(customers, horizon_days=horizon_days)
    return {
        **model.parameters_,
        "log-likelihood": model.log_likelihood_,
        f"orders in {horizon_days} days": float(orders.sum()),
    }


def _told(model: PurchaseModel, customers: pd.DataFrame) -> dict[str, float | str]:
    return {
        "log_likelihood": model.log_likelihood_,
        "AIC": model.aic_,
        "BIC": model.bic_,
        "evaluations": model.convergence_["evaluations"],
        "share active": float(model.p_alive(customers).mean()),
    }


def _regularity(model: PurchaseModel) -> list[str]:
    k = getattr(model, "k_", None)
    return [] if k is None else [f"k = {k}"]


def _codes(doubts: list[warnings.WarningMessage]) -> list[str]:
    found = {
        d.category.code for d in doubts if issubclass(d.category, WorkbenchWarning)
    }
    return sorted(found)
