"""A block's orders in, answered surveys and complaints out.

Both follow the hidden satisfaction s of 0 to 1, which falls for good when an order
comes late or is faulty: the answer to *would you recommend us* is about 10 s,
satisfaction about 1 + 4 s. Most late orders are complained about, and some that are
faulty; any other only rarely, the likelier the lower s is.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from workbench.datasets.retailer.columns import as_table, days, numbered, text
from workbench.datasets.retailer.orders import Orders
from workbench.datasets.retailer.people import People
from workbench.datasets.retailer.plan import Plan

KINDS = ("survey", "complaint")
TOPICS = ("late delivery", "quality", "service", "price")
ANSWERS, LATE_COMPLAINS, FAULTY_COMPLAINS = 0.05, 0.8, 0.3
LATE_LOSS, FAULTY_LOSS, LEAST_SATISFACTION = 0.4, 0.3, 0.02
_LATE, _QUALITY = 0, 1
_NO_ANSWER = -1


def satisfaction_after(
    satisfaction: np.ndarray, is_late: np.ndarray, is_faulty: np.ndarray
) -> np.ndarray:
    """Return the hidden satisfaction after what struck each one [1]."""
    fallen = satisfaction - LATE_LOSS * is_late - FAULTY_LOSS * is_faulty
    return np.maximum(fallen, np.minimum(satisfaction, LEAST_SATISFACTION))


def complaint_chance(satisfaction: np.ndarray) -> np.ndarray:
    """Return the chance that an order without fault is complained about [1]."""
    return 0.001 + 0.04 * (1.0 - satisfaction) ** 2


def feedback_table(
    plan: Plan,
    people: People,
    orders: Orders,
    ids: pa.Array,
    order_ids: pa.Array,
    random: np.random.Generator,
) -> pa.Table:
    """Draw a block's surveys and complaints."""
    felt = _felt(people, orders)
    survey = _surveys(orders, felt, random)
    complaint = _complaints(orders, felt, random)
    found = {name: np.concatenate([survey[name], complaint[name]]) for name in survey}
    kept = found["opened"] < plan.days
    found = {name: values[kept] for name, values in found.items()}
    return _as_table(plan, people, orders, ids, order_ids, found)


def _felt(people: People, orders: Orders) -> np.ndarray:
    """Return the satisfaction of each order's customer, the order included."""
    late = orders.first_at(orders.is_late, people.n)[orders.who]
    faulty = orders.first_at(orders.is_faulty, people.n)[orders.who]
    before = people.satisfaction[orders.who]
    return satisfaction_after(before, orders.at >= late, orders.at >= faulty)


def _surveys(
    orders: Orders, felt: np.ndarray, random: np.random.Generator
) -> dict[str, np.ndarray]:
    asked = np.flatnonzero(random.random(orders.n) < ANSWERS)
    noise = random.normal(0.0, 1.0, (2, len(asked)))
    nps = np.rint(10 * felt[asked] + 1.2 * noise[0])
    satisfaction = np.rint(1 + 4 * felt[asked] + 0.5 * noise[1])
    opened = orders.at[asked] + 2.0 + 5.0 * random.random(len(asked))
    return {
        "order": asked,
        "kind": np.zeros(len(asked), dtype=np.int64),
        "opened": opened,
        "closed": opened,
        "nps": np.clip(nps, 0, 10).astype(np.int64),
        "satisfaction": np.clip(satisfaction, 1, 5).astype(np.int64),
        "topic": np.full(len(asked), _NO_ANSWER),
    }


def _complaints(
    orders: Orders, felt: np.ndarray, random: np.random.Generator
) -> dict[str, np.ndarray]:
    chance = np.where(orders.is_faulty, FAULTY_COMPLAINS, complaint_chance(felt))
    chance = np.where(orders.is_late, LATE_COMPLAINS, chance)
    about = np.flatnonzero(random.random(orders.n) < chance)
    n = len(about)
    opened = orders.at[about] + 1.0 + random.exponential(3.0, n)
    other = random.integers(1, len(TOPICS), n)
    topic = np.where(orders.is_faulty[about], _QUALITY, other)
    return {
        "order": about,
        "kind": np.ones(n, dtype=np.int64),
        "opened": opened,
        "closed": opened + random.gamma(2.0, 3.0, n),
        "nps": np.full(n, _NO_ANSWER),
        "satisfaction": np.full(n, _NO_ANSWER),
        "topic": np.where(orders.is_late[about], _LATE, topic),
    }


def _as_table(
    plan: Plan,
    people: People,
    orders: Orders,
    ids: pa.Array,
    order_ids: pa.Array,
    found: Mapping[str, np.ndarray],
) -> pa.Table:
    n = len(found["order"])
    is_survey = found["kind"] == 0
    is_open = is_survey | (found["closed"] >= plan.days)
    number = people.first * 1_000 + np.arange(n)
    topic = np.maximum(found["topic"], 0)
    return as_table(
        "feedback",
        {
            "feedback_id": numbered("F", number, 12),
            "customer_id": text(orders.who[found["order"]], ids),
            "kind": text(found["kind"], list(KINDS)),
            "order_id": order_ids.take(pa.array(found["order"])),
            "opened_on": days(plan.first_on, found["opened"]),
            "closed_on": days(plan.first_on, found["closed"], absent=is_open),
            "nps": pa.array(found["nps"], mask=~is_survey),
            "satisfaction": pa.array(found["satisfaction"], mask=~is_survey),
            "topic": text(topic, list(TOPICS), absent=is_survey),
        },
    )
