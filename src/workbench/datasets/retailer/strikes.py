"""A block's customers in, which repeat order strikes each and what it costs them out.

Two strokes are planted; the first of each kind counts. A repeat order online may come
late, and a repeat order in any channel may turn out faulty. At once the repeat orders
that were left to the customer are divided, rounded down. So of Geometric(p) orders none
is left with chance 1 − (1 − p)^(divisor − 1): these customers leave at the very order.
The others make Geometric(1 − (1 − p)^divisor) orders more.

What else a stroke does is said where it shows: satisfaction and complaints in
``feedback``, what is sent back in ``baskets``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workbench.datasets.retailer.people import People
from workbench.datasets.retailer.plan import Plan

LATE_RATE, FAULTY_RATE = 0.06, 0.03
LATE_DIVISOR, FAULTY_DIVISOR = 15, 15
OWN, LATE, FAULTY = 0, 1, 2
CAUSES = ("own", "late_delivery", "faulty_goods")
NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True)
class Strikes:
    """Places among the repeat orders, from 1; one value per customer.

    Parameters
    ----------
    own
        The last one, if nothing strikes.
    late, faulty
        The one that comes late, the one that is faulty; ``NEVER`` for none.
    """

    own: np.ndarray
    late: np.ndarray
    faulty: np.ndarray

    @property
    def last(self) -> np.ndarray:
        """The last one, after all that strikes."""
        divisor = np.where(self._is_late_first, FAULTY_DIVISOR, LATE_DIVISOR)
        return _cut(self._after_one, np.maximum(self.late, self.faulty), divisor)

    def cause(self, chances: np.ndarray) -> np.ndarray:
        """Return why each has left after so many chances to buy, a place in ``CAUSES``.

        Who had left without a stroke has left of their own accord; otherwise it is the
        earlier stroke where that one was enough, else the later.
        """
        was_enough = self._after_one <= chances
        struck = np.where(self._is_late_first == was_enough, LATE, FAULTY)
        return np.where(self.own <= chances, OWN, struck)

    @property
    def _is_late_first(self) -> np.ndarray:
        return self.late <= self.faulty

    @property
    def _after_one(self) -> np.ndarray:
        """The last one, if only the earlier stroke strikes."""
        divisor = np.where(self._is_late_first, LATE_DIVISOR, FAULTY_DIVISOR)
        return _cut(self.own, np.minimum(self.late, self.faulty), divisor)


def draw_strikes(plan: Plan, people: People, random: np.random.Generator) -> Strikes:
    """Draw who would leave when, and what strikes when; nothing in a pure shop."""
    own = _geometric(random, people.dropout)
    late = _geometric(random, LATE_RATE * people.online)
    if plan.is_pure:
        never = np.full(people.n, NEVER)
        return Strikes(own, never, never)
    return Strikes(own, late, _geometric(random, np.full(people.n, FAULTY_RATE)))


def _geometric(random: np.random.Generator, chance: np.ndarray) -> np.ndarray:
    """Draw the number of tries until the first success; ``NEVER`` is out of reach."""
    drawn = random.geometric(np.clip(chance, 1e-9, 1.0))
    return np.where(chance > 0, drawn, 2**40)


def _cut(last: np.ndarray, struck: np.ndarray, divisor: np.ndarray) -> np.ndarray:
    """Divide what lies between the order that is struck and the last one."""
    before = np.minimum(struck, last)
    return before + (last - before) // divisor
