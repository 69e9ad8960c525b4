"""A policy and the markets of a shop in, the markets that only the policy knows out."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from workbench.policy.conditions import leaves
from workbench.policy.edges import edges_of
from workbench.policy.per_market import MARKET

if TYPE_CHECKING:
    import pyarrow as pa

    from workbench.policy.policy import Policy

_MOST_NAMED = 5


def unknown_markets(policy: Policy, known: Collection[str]) -> list[str]:
    """Return a line for each market that a policy names and no customer has.

    Parameters
    ----------
    policy
        Its thresholds by market, and its conditions, are looked at.
    known
        The markets of the shop's customers; of a shop without any nothing is said.
    """
    if not known:
        return []
    named = dict.fromkeys(name for name in _named(policy) if name not in known)
    some = sorted(known)
    more = ", …" if len(some) > _MOST_NAMED else ""
    there = ", ".join(some[:_MOST_NAMED]) + more
    return [f"no customer of the market {name}; known: {there}" for name in named]


def markets_of(scores: pa.Table) -> set[str]:
    """Return every market that a customer of a score table has."""
    if MARKET not in scores.column_names:
        return set()
    return {*scores[MARKET].unique().drop_null().to_pylist()}


def _named(policy: Policy) -> Iterator[str]:
    for threshold in policy.spec.thresholds.values():
        yield from threshold.markets
    for condition in (*policy.written.judging, *policy.among.values()):
        for leaf in leaves(condition.node):
            yield from sorted(edges_of(leaf).texts.get(MARKET, ()))
