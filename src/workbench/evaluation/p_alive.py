"""P(alive) offered as a churn score in, its AUC and the words why not out."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from workbench.evaluation.churn_frames import ChurnFrames
from workbench.evaluation.measured import Measured
from workbench.evaluation.metrics import measure
from workbench.features import btyd_table
from workbench.models import BGNBD

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from workbench.window import Window


CHANCE = 0.5


class PAliveAsScore(NamedTuple):
    """The AUC of 1 - P(alive), and the sentence that goes with it."""

    auc: Measured
    words: str


def p_alive_as_score(
    transactions: ir.Table,
    window: Window,
    eligible_days: int = 365,
    replicates: int = 1000,
    seed: int = 0,
) -> PAliveAsScore:
    """Judge 1 - P(alive) of BG/NBD as if it were a probability to stay away.

    P(alive) answers whether a customer may ever come again, not whether they come in
    the horizon; and BG/NBD lets nobody leave before a second purchase, so it is 1 for
    every one-time buyer.

    Parameters
    ----------
    transactions
        A clean table of transactions.
    window
        The day and the horizon; the judge stands one horizon earlier.
    eligible_days
        Who bought within so many days can churn [days].
    replicates, seed
        Of the interval.

    References
    ----------
    Fader, Hardie & Lee (2008), Computing P(alive) using the BG/NBD model.
    """
    judging = window.judging()
    seen = transactions.filter(transactions.ordered_on <= judging.end)
    test = ChurnFrames(eligible_days=eligible_days).closed(seen, judging)
    known = btyd_table(judging.history(transactions), judging).execute()
    alive = known.assign(p_alive=BGNBD().fit(known).p_alive(known))
    joined = test[["customer_id", "no_order"]].merge(
        alive[["customer_id", "frequency", "p_alive"]], on="customer_id", validate="1:1"
    )
    actual = joined["no_order"].to_numpy(dtype=np.float64)
    said = 1 - joined["p_alive"].to_numpy()
    auc = measure("auc", actual, said, replicates=replicates, seed=seed)
    once = float((joined["frequency"] == 0).mean())
    return PAliveAsScore(auc, _words(auc, once, judging))


def _words(auc: Measured, once: float, window: Window) -> str:
    told = f"{auc.value:.3f} [{auc.low:.3f}, {auc.high:.3f}]"
    of_once = f" It is 1 for each of the {once:.0%} who bought once." if once else ""
    return (
        f"P(alive) is no churn score: as 1 - P(alive) it has AUC {told} at "
        f"{window.as_of}, {_against_chance(auc)}.{of_once} Ask for P(no order in "
        f"{window.horizon_days} days) instead: bg_nbd_p0"
    )


def _against_chance(auc: Measured) -> str:
    low, high = auc.low or 0.0, auc.high or 1.0
    if high < CHANCE:
        return "worse than chance"
    return "no better than chance" if low <= CHANCE else "and is no probability"
