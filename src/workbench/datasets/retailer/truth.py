"""What is hidden about a block's customers in, the tables of the truth out."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from workbench.datasets.retailer.columns import as_table, instants, money, text
from workbench.datasets.retailer.feedback import satisfaction_after
from workbench.datasets.retailer.goods import CATEGORIES
from workbench.datasets.retailer.orders import (
    CAUSES,
    LATE_DIVISOR,
    LATE_RATE,
    Lives,
    Orders,
)
from workbench.datasets.retailer.people import NO_INTEREST, People
from workbench.datasets.retailer.plan import MARKETS, Plan
from workbench.datasets.retailer.segments import PROSPECT, PURE, SEGMENTS


def truth_table(
    plan: Plan,
    people: People,
    lives: Lives,
    orders: Orders,
    returned_cents: np.ndarray,
    ids: pa.Array,
) -> pa.Table:
    """Return one row per customer of a block.

    Parameters
    ----------
    returned_cents
        What each customer was paid back, negative, of shape (n_customers,) [cents].
    """
    columns = _process(plan, people, lives, orders) | {
        "customer_id": text(np.arange(people.n), ids),
        "spend": money(_sums(orders.who, orders.cents, people.n)),
    }
    if plan.is_pure:
        columns |= _continuous(lives)
    else:
        columns |= _character(people, lives, orders)
        columns |= {"returned": money(returned_cents)}
    return as_table("truth", columns)


def parameters_table(plan: Plan) -> pa.Table:
    """Return one row per segment: what its customers were drawn from."""
    segments = PURE if plan.is_pure else SEGMENTS
    names = ("share", "r", "alpha", "a", "b", "p", "q", "gamma")
    columns = {
        name: np.array([getattr(one, name) for one in segments]) for name in names
    }
    late, divisor = (0.0, 1.0) if plan.is_pure else (LATE_RATE, float(LATE_DIVISOR))
    return as_table(
        "truth_parameters",
        columns
        | {
            "segment": pa.array([one.name for one in segments], pa.string()),
            "late_rate": np.full(len(segments), late),
            "late_divisor": np.full(len(segments), divisor),
        },
    )


def first_orders(people: People, orders: Orders) -> np.ndarray:
    """Return the calendar time of each one's first order, infinite without any."""
    first = np.full(people.n, np.inf)
    np.minimum.at(first, orders.who, orders.at)
    return first


def _process(
    plan: Plan, people: People, lives: Lives, orders: Orders
) -> dict[str, pa.Array | np.ndarray]:
    first = first_orders(people, orders)
    names = [*(one.name for one in people.segments), PROSPECT]
    currencies = list(MARKETS.values())
    return {
        "segment": text(people.segment, names),
        "rate_per_day": people.rate,
        "dropout": people.dropout,
        "mean_value": people.value / people.per_unit,
        "currency": text(people.market, currencies),
        "first_order_at": instants(plan.first_on, first, absent=np.isinf(first)),
        "left_at": instants(plan.first_on, lives.left, absent=np.isnan(lives.left)),
        "churn_cause": text(
            np.maximum(lives.cause, 0), list(CAUSES), absent=lives.cause < 0
        ),
        "orders": np.bincount(orders.who, minlength=people.n),
    }


def _continuous(lives: Lives) -> dict[str, np.ndarray]:
    return {"x": lives.frequency, "t_x": lives.recency, "T": lives.age}


def _character(
    people: People, lives: Lives, orders: Orders
) -> dict[str, pa.Array | np.ndarray]:
    now = np.where(
        lives.is_late, satisfaction_after(people.satisfaction), people.satisfaction
    )
    brought = orders.who[orders.campaign >= 0]
    return {
        "satisfaction": people.satisfaction,
        "satisfaction_at_end": now,
        "is_late_delivered": pa.array(lives.is_late),
        "dominant_interest": text(
            np.maximum(people.interest, 0),
            list(CATEGORIES),
            absent=people.interest == NO_INTEREST,
        ),
        "online_share": people.online,
        "return_rate": people.returns,
        "campaign_orders": np.bincount(brought, minlength=people.n),
    }


def _sums(who: np.ndarray, cents: np.ndarray, n: int) -> np.ndarray:
    """Add up whole cents per customer; a double holds them exactly below 2⁵³."""
    return np.bincount(who, weights=cents, minlength=n).astype(np.int64)
