"""Declared keys in, whose they are out; and a table with its customers joined.

A card at the till and an account on the site become one customer only where the shop
has *declared* it: a key with two owners, or keys that own each other in a circle, are
listed and join nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

    from workbench.window import Window

TWO_OWNERS, CIRCLE = "two owners", "circle"


@dataclass(frozen=True)
class Keys:
    """Whose every declared key is, as of a day.

    Parameters
    ----------
    owners
        ``key``, ``customer_id``: each key once, its last owner.
    conflicts
        ``key``, ``customer_id``, ``why``: what was declared and joins nobody.
    """

    owners: pd.DataFrame
    conflicts: pd.DataFrame


def declared_keys(identities: ir.Table, window: Window) -> Keys:
    """Find whose every key is, by what was known on a day.

    A key may belong to another key (a card to an account, the account to a customer):
    keys are joined by union-find, and the one of them that belongs to nobody else is
    the customer.

    Parameters
    ----------
    identities
        A clean table: ``key``, ``customer_id``, and where there are such columns
        ``known_since`` (empty: since ever) and ``known_until`` (empty: it holds).
    window
        What the shop learned after ``window.as_of`` is not known.
    """
    import pandas as pd

    known = _holding(identities, window)
    known = known.filter(known.key != known.customer_id)
    pairs = known.select("key", "customer_id").distinct()
    pairs = pairs.order_by("key", "customer_id").execute()
    twice = pairs["key"].duplicated(keep=False)
    owners, circles = _joined_by_key(pairs[~twice])
    conflicts = [pairs[twice].assign(why=TWO_OWNERS), circles.assign(why=CIRCLE)]
    return Keys(owners, pd.concat(conflicts, ignore_index=True))


def join_keys(table: ir.Table, owners: ir.Table) -> ir.Table:
    """Return a table in which every known key is replaced by its customer.

    Parameters
    ----------
    table
        Any table with ``customer_id``.
    owners
        ``key``, ``customer_id``, each key once, on the same backend.
    """
    whose = owners.select(known_key="key", owner="customer_id")
    found = table.left_join(whose, table.customer_id == whose.known_key)
    return found.select(
        customer_id=found.owner.coalesce(found.customer_id),
        **{name: found[name] for name in table.columns if name != "customer_id"},
    )


def _holding(identities: ir.Table, window: Window) -> ir.Table:
    """Return what was known on the day and had not ended."""
    known, day = identities, window.as_of
    if "known_since" in known.columns:
        known = known.filter(known.known_since.fill_null(day) <= day)
    if "known_until" in known.columns:
        known = known.filter(known.known_until.fill_null(day) >= day)
    return known


def _joined_by_key(pairs: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Follow keys with one owner each to the customer; return those in circles apart.

    In a component of such keys at most one id belongs to nobody: the customer.
    """
    import numpy as np
    import pandas as pd
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    ends, ids = pd.factorize(
        np.concatenate([pairs["key"].to_numpy(), pairs["customer_id"].to_numpy()])
    )
    key, owner = ends[: len(pairs)], ends[len(pairs) :]
    shape = (len(ids), len(ids))
    links = coo_array((np.ones(len(pairs), dtype=np.int8), (key, owner)), shape=shape)
    _, component = connected_components(links, directed=False)
    customer = np.setdiff1d(np.arange(len(ids)), key)
    last = np.full(len(ids), -1, dtype=np.int64)
    last[component[customer]] = customer
    end = last[component[key]]
    is_circle = end < 0
    owners = pd.DataFrame(
        {"key": ids[key[~is_circle]], "customer_id": ids[end[~is_circle]]}, dtype="str"
    )
    return owners, pairs[is_circle]
