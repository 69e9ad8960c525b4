"""A block's customers in, the further keys under which they are known out.

Who buys online has an account. Some customers also show a card at the till that was
never joined to their registration: what they buy in the store is declared under the
card's number, as if by somebody else. Of most cards the shop knows by now whose they
are (``identities``), of all the truth does (``truth_identities``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from workbench.datasets.retailer.columns import as_table, days, numbered, text
from workbench.datasets.retailer.orders import Orders
from workbench.datasets.retailer.people import People
from workbench.datasets.retailer.plan import Plan

KINDS = ("store_card", "online_account")
_HAS_CARD, _IS_KNOWN = 0.06, 0.8


@dataclass(frozen=True)
class Identities:
    """The keys of one block.

    Parameters
    ----------
    ids
        The customers' ids, then as many card numbers, in the same order.
    has_card, is_known
        Per customer: buys in the store under a card; the shop knows whose it is.
    has_account
        Per customer: has an account, which the shop knows.
    """

    ids: pa.Array
    has_card: np.ndarray
    is_known: np.ndarray
    has_account: np.ndarray

    def declared(self, orders: Orders) -> np.ndarray:
        """Return the place in ``ids`` that each order was declared under."""
        by_card = self.has_card[orders.who] & ~orders.is_online
        return orders.who + len(self.has_card) * by_card


def draw_identities(people: People, random: np.random.Generator) -> Identities:
    """Draw who has which keys; a card needs some shopping on either side."""
    on_both = (people.online > 0.1) & (people.online < 0.9)
    is_buyer = people.segment < len(people.segments)
    has_card = is_buyer & on_both & (random.random(people.n) < _HAS_CARD)
    numbers = people.numbers
    ids = pa.concat_arrays([numbered("C", numbers), numbered("K", numbers)])
    return Identities(
        ids, has_card, random.random(people.n) < _IS_KNOWN, people.online > 0.1
    )


def identities_table(plan: Plan, people: People, keys: Identities) -> pa.Table:
    """Return the keys of which the shop knows whose they are."""
    card = np.flatnonzero(keys.has_card & keys.is_known)
    account = np.flatnonzero(keys.has_account)
    who = np.concatenate([card, account])
    kind = np.repeat([0, 1], [len(card), len(account)])
    return as_table(
        "identities",
        {
            "key": _keys(people, card, account),
            "kind": text(kind, list(KINDS)),
            "customer_id": text(who, keys.ids),
            "known_since": days(plan.first_on, people.joined[who]),
        },
    )


def truth_table(people: People, keys: Identities) -> pa.Table:
    """Return every key and whose it is."""
    card, account = np.flatnonzero(keys.has_card), np.flatnonzero(keys.has_account)
    is_known = np.concatenate([keys.is_known[card], np.ones(len(account), dtype=bool)])
    return as_table(
        "truth_identities",
        {
            "key": _keys(people, card, account),
            "customer_id": text(np.concatenate([card, account]), keys.ids),
            "is_known": pa.array(is_known),
        },
    )


def _keys(people: People, card: np.ndarray, account: np.ndarray) -> pa.Array:
    parts = [
        numbered("K", people.numbers[card]),
        numbered("A", people.numbers[account]),
    ]
    return pa.concat_arrays(parts)
