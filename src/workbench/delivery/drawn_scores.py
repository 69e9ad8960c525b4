"""A scorer and customers in, the scores that their own lives may be worth out, by draw.

What a model says of a customer is a mean over all lives that their history allows. A
draw takes one of those lives: whether they are still active, how fast they buy, how
readily they leave and what an order of theirs is worth, all given history; and says
what would be expected of *that* life. Nothing of the parameters' own doubt is in it: a
bootstrap of parameters says how well the mean is known, and of the customer nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.models.lifetime_value import discounted_steps

if TYPE_CHECKING:
    from workbench.delivery.scoring import Scorer

Floats = NDArray[np.float64]

P_ALIVE, VALUE_PER_ORDER = "p_alive", "expected_value_per_order"


@dataclass(frozen=True, eq=False)
class DrawnScores:
    """Draws of the score columns that the models of orders and value make.

    Parameters
    ----------
    scorer
        Its models of orders and value are asked.
    customers
        One row per buyer, the columns both models need.
    columns
        Score columns that are wanted; those that no draw can tell are passed over.
    seed
        Of the draws.
    """

    scorer: Scorer
    customers: pd.DataFrame
    columns: tuple[str, ...]
    seed: int

    @property
    def names(self) -> tuple[str, ...]:
        """The columns that are drawn."""
        return drawn_columns(self.scorer, self.columns)

    def draw(self, number: int) -> dict[str, Floats]:
        """Return the columns of one draw, ``(n_customers,)`` each; the same each time.

        *p_alive* is 1 for who is active in this draw, else 0.
        """
        names, settings = self.names, self.scorer.settings
        rng = np.random.default_rng([self.seed, number])
        orders = self.scorer.orders
        lives = orders.draw_lives(self.customers, rng)
        worth = self.scorer.value.draw_mean_values(self.customers, rng)
        found: dict[str, Floats] = {}
        if P_ALIVE in names:
            found[P_ALIVE] = lives.alive.astype(np.float64)
        if VALUE_PER_ORDER in names:
            found[VALUE_PER_ORDER] = worth
        if settings.expected_orders in names:
            ahead = orders.orders_of(lives, settings.horizon_days)
            found[settings.expected_orders] = ahead
        if settings.clv in names:
            found[settings.clv] = self._discounted(lives) * worth * settings.margin
        return found

    def _discounted(self, lives: object) -> Floats:
        """Return the orders of each life, discounted as in the lifetime value."""
        settings = self.scorer.settings
        rate = settings.annual_discount_rate
        steps = discounted_steps(settings.value_horizon_days, rate)
        steps = steps if rate else steps[-1:]
        together, before = np.zeros(len(self.customers)), np.zeros(len(self.customers))
        for end, factor in steps:
            until = self.scorer.orders.orders_of(lives, end)
            together += (until - before) * factor
            before = until
        return together


def drawn_columns(scorer: Scorer, columns: tuple[str, ...]) -> tuple[str, ...]:
    """Return those of some score columns that draws can tell, in their order."""
    able = hasattr(scorer.orders, "draw_lives") and hasattr(
        scorer.value, "draw_mean_values"
    )
    settings = scorer.settings
    known = {P_ALIVE, VALUE_PER_ORDER, settings.clv, settings.expected_orders}
    return tuple(name for name in columns if able and name in known)
