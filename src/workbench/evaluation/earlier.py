"""A question and a window in, how it did on the origins before the last one out.

What is tried is chosen here; the last origin is kept for confirming the choice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from workbench.errors import NotEnoughData
from workbench.evaluation.backtest import Backtest, Question, judge_origins
from workbench.evaluation.confirmation import confirm
from workbench.evaluation.measured import Measured
from workbench.evaluation.origins import origins_with_history, rolling_origins

if TYPE_CHECKING:
    from collections.abc import Mapping

    import ibis.expr.types as ir

    from workbench.window import Window

PREFIX = "earlier_"
GAIN = "mae_minus_same_count_again"


@dataclass(frozen=True)
class Earlier:
    """The back-test on the earlier origins; None where none has enough history.

    ``words`` say what was judged and what was left out.
    """

    backtest: Backtest | None
    words: str

    @property
    def metrics(self) -> dict[str, Measured]:
        """What was measured over the earlier origins, each name with ``earlier_``."""
        if self.backtest is None:
            return {}
        found = self.backtest.metrics.items()
        return {f"{PREFIX}{name}": measured for name, measured in found}

    @property
    def differences(self) -> pd.DataFrame:
        """Model minus baselines over the earlier origins, with 95 % intervals."""
        if self.backtest is None:
            columns = ["value", "low", "high", "unit", "better is"]
            return pd.DataFrame(columns=columns).rename_axis("difference")
        return self.backtest.differences

    @property
    def customers(self) -> pd.DataFrame:
        """What was said and what happened: ``origin, customer_id``, then columns."""
        if self.backtest is None:
            return pd.DataFrame({"origin": [], "customer_id": []}, dtype="str")
        return self.backtest.customers

    def confirmation(
        self,
        chosen: str,
        last: Mapping[str, Measured],
        n_tried: int,
        difference: str = GAIN,
    ) -> str:
        """Say whether what was chosen here also holds at the last origin.

        Parameters
        ----------
        chosen
            Name of the model.
        last
            What was measured at the last origin.
        n_tried
            How many runs were tried, this one included; 0 says that nothing is chosen
            yet.
        difference
            What is compared.
        """
        if n_tried == 0:
            return "Nothing is chosen yet: the last origin was kept back."
        if self.backtest is None:
            return f"Nothing was chosen on earlier origins: {self.words}."
        before = self.backtest.metrics[difference]
        return confirm(chosen, difference, before, last[difference], n_tried).words


def judge_earlier(
    transactions: ir.Table,
    window: Window,
    n_origins: int,
    question: Question,
    replicates: int = 1000,
    seed: int = 0,
) -> Earlier:
    """Ask a question at the origins before the last one.

    Parameters
    ----------
    transactions
        A clean table of transactions.
    window
        The day and the horizon; the last origin is one horizon earlier, and the
        horizons of those judged here end on it or before.
    n_origins
        How many at most; 0 for none.
    question
        What to predict: ``FutureOrders``, say.
    replicates, seed
        Of the intervals over customers.
    """
    if n_origins == 0:
        return Earlier(None, "no earlier origin was asked for")
    wanted = rolling_origins(window, n_origins)
    try:
        found = origins_with_history(transactions, wanted)
    except NotEnoughData as error:
        return Earlier(None, str(error).rstrip("."))
    backtest = judge_origins(transactions, found.windows, question, replicates, seed)
    return Earlier(backtest, found.words)
