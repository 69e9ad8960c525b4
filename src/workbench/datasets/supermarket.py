"""A number of customers in, the purchases of a supermarket's frequent buyers out.

It is there to test alarms of leaks: who buys every week and has been silent for a month
has left, so recency alone foretells honestly what elsewhere only a leak does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.datasets.simulate import simulate_customers
from workbench.errors import BadParameter

if TYPE_CHECKING:
    import pandas as pd

# Rates are Gamma with a mean of one purchase a week and a coefficient of variation of
# .35, so hardly anybody is slow; one purchase in 80 is the last.
RATES = {"r": 8.0, "alpha": 56.0}
LEAVING = {"a": 1.0, "b": 79.0}
LEAST_DAYS = 181


def simulate_supermarket(
    n_customers: int, seed: int, days: int = 730, *, start: str = "2024-01-01"
) -> pd.DataFrame:
    """Simulate customers who buy about weekly, some of whom leave.

    Each follows BG/NBD. On a day a quarter before the end, "no purchase in the next 90
    days" is told by the days since the last purchase with an AUC above .95.

    Parameters
    ----------
    n_customers
        How many customers; each buys at least once.
    seed
        Seed of the random numbers; the same seed gives the same frame.
    days
        Length of the period, more than two quarters; all have joined by its half
        [days].
    start
        First day [ISO date].

    Returns
    -------
    DataFrame
        One row per purchase, in order of time:

        * ``customer_id`` text
        * ``ordered_on`` date
        * ``amount`` rounded to the cent [currency]

    Raises
    ------
    BadParameter
        If there are too few days for a history and a quarter after it.

    References
    ----------
    Fader, Hardie & Lee (2005), "Counting Your Customers" the Easy Way, section 3.

    Examples
    --------
    >>> orders = simulate_supermarket(100, seed=1)
    >>> orders["customer_id"].nunique(), orders["ordered_on"].max().isoformat()
    (100, '2025-12-30')
    """
    if days < LEAST_DAYS:
        raise BadParameter(
            f"days must be {LEAST_DAYS} or more, found {days}. A history and a quarter "
            "after it need so many."
        )
    orders = simulate_customers(
        n_customers,
        seed,
        **RATES,
        **LEAVING,
        start=start,
        days=days,
        joining_days=days / 2,
    )
    known = orders.assign(ordered_on=orders["ordered_at"].dt.date)
    return known[["customer_id", "ordered_on", "amount"]]
