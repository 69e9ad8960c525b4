"""What is hidden about a block's customers in, the tables of the truth out."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from workbench.datasets.retailer.columns import as_table, days, instants, money, text
from workbench.datasets.retailer.feedback import satisfaction_after
from workbench.datasets.retailer.goods import CATEGORIES
from workbench.datasets.retailer.orders import Lives, Orders
from workbench.datasets.retailer.people import NO_INTEREST, People
from workbench.datasets.retailer.plan import MARKETS, Plan
from workbench.datasets.retailer.segments import PROSPECT, PURE, SEGMENTS
from workbench.datasets.retailer.strikes import (
    CAUSES,
    FAULTY_DIVISOR,
    FAULTY_RATE,
    LATE_DIVISOR,
    LATE_RATE,
)

# A name nobody has is in the file too: a pure shop's bytes stay those it always had.
_N_PURE_CAUSES = 2


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
        columns |= _character(people, lives, orders) | _struck(plan, people, orders)
        columns |= {"returned": money(returned_cents)}
    return as_table("truth", columns)


def parameters_table(plan: Plan) -> pa.Table:
    """Return one row per segment: what its customers were drawn from."""
    segments = PURE if plan.is_pure else SEGMENTS
    names = ("share", "r", "alpha", "a", "b", "p", "q", "gamma")
    columns = {
        name: np.array([getattr(one, name) for one in segments]) for name in names
    }
    columns |= {
        name: np.full(len(segments), value) for name, value in _strokes(plan).items()
    }
    named = {"segment": pa.array([one.name for one in segments], pa.string())}
    return as_table("truth_parameters", columns | named)


def first_orders(people: People, orders: Orders) -> np.ndarray:
    """Return the calendar time of each one's first order, infinite without any."""
    return orders.first_at(np.ones(orders.n, dtype=bool), people.n)


def _strokes(plan: Plan) -> dict[str, float]:
    """Return how often a stroke comes and what it divides by; pure has none."""
    if plan.is_pure:
        return {"late_rate": 0.0, "late_divisor": 1.0}
    return {
        "late_rate": LATE_RATE,
        "late_divisor": float(LATE_DIVISOR),
        "faulty_rate": FAULTY_RATE,
        "faulty_divisor": float(FAULTY_DIVISOR),
    }


def _process(
    plan: Plan, people: People, lives: Lives, orders: Orders
) -> dict[str, pa.Array | np.ndarray]:
    first = first_orders(people, orders)
    names = [*(one.name for one in people.segments), PROSPECT]
    currencies = list(MARKETS.values())
    causes = list(CAUSES[:_N_PURE_CAUSES] if plan.is_pure else CAUSES)
    return {
        "segment": text(people.segment, names),
        "rate_per_day": people.rate,
        "dropout": people.dropout,
        "mean_value": people.value / people.per_unit,
        "currency": text(people.market, currencies),
        "first_order_at": instants(plan.first_on, first, absent=np.isinf(first)),
        "left_at": instants(plan.first_on, lives.left, absent=np.isnan(lives.left)),
        "churn_cause": text(np.maximum(lives.cause, 0), causes, absent=lives.cause < 0),
        "orders": np.bincount(orders.who, minlength=people.n),
    }


def _continuous(lives: Lives) -> dict[str, np.ndarray]:
    return {"x": lives.frequency, "t_x": lives.recency, "T": lives.age}


def _character(
    people: People, lives: Lives, orders: Orders
) -> dict[str, pa.Array | np.ndarray]:
    now = satisfaction_after(people.satisfaction, lives.is_late, lives.is_faulty)
    brought = orders.who[orders.campaign >= 0]
    return {
        "satisfaction": people.satisfaction,
        "satisfaction_at_end": now,
        "is_late_delivered": pa.array(lives.is_late),
        "is_faulty": pa.array(lives.is_faulty),
        "dominant_interest": text(
            np.maximum(people.interest, 0),
            list(CATEGORIES),
            absent=people.interest == NO_INTEREST,
        ),
        "online_share": people.online,
        "return_rate": people.returns,
        "campaign_orders": np.bincount(brought, minlength=people.n),
    }


def _struck(plan: Plan, people: People, orders: Orders) -> dict[str, pa.Array]:
    """Return the day of the order that came late, and of the one that was faulty."""
    late = orders.first_at(orders.is_late, people.n)
    faulty = orders.first_at(orders.is_faulty, people.n)
    return {
        "late_delivered_on": days(plan.first_on, late, absent=np.isinf(late)),
        "faulty_on": days(plan.first_on, faulty, absent=np.isinf(faulty)),
    }


def _sums(who: np.ndarray, cents: np.ndarray, n: int) -> np.ndarray:
    """Add up whole cents per customer; a double holds them exactly below 2⁵³."""
    return np.bincount(who, weights=cents, minlength=n).astype(np.int64)
