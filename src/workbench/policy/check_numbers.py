"""A policy's named numbers: learned, given, or put in the order that they must have.

Comes in: a policy's cut points and thresholds. Goes out: for every market whose numbers
are its own, a number for each name, so that the policy can be looked at before anything
was learned.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from workbench.policy.cuts import Cuts
from workbench.policy.spec import CutSpec, PolicySpec
from workbench.words import Column


@dataclass(frozen=True)
class Numbers:
    """The numbers that count for the customers of some market.

    Parameters
    ----------
    market
        Whose; None for every market without numbers of its own.
    by_name
        Cut point or threshold, and its number.
    assumed
        What was taken for granted, in words; empty where all numbers are known.
    """

    market: str | None
    by_name: Mapping[str, float]
    assumed: tuple[str, ...] = ()


def cut_names(name: str, cut: CutSpec) -> tuple[str, ...]:
    """Return the names of the numbers that a cut makes: two of an ABC, else its own."""
    return (f"{name}_a", f"{name}_b") if cut.abc else (name,)


def numbers_of(
    spec: PolicySpec,
    cuts: Cuts | None,
    held: Mapping[str, set[float]],
    columns: Mapping[str, Column],
) -> list[Numbers]:
    """Return the numbers of each market that has its own, and of all the others.

    Parameters
    ----------
    spec
        The policy.
    cuts
        What was learned; None before. What nothing tells in a shop is put in order.
    held
        By column, the plain numbers that conditions hold it against.
    columns
        What each column may hold, for as far as it is known.
    """
    learned, assumed = _in_order(spec.cuts, held, columns)
    markets = {m for one in spec.thresholds.values() for m in one.markets}
    if cuts is not None:
        markets |= {*cuts.markets}
        assumed = assumed if cuts.absent else []
    found = []
    for market in (None, *sorted(markets)):
        known = learned if cuts is None else learned | cuts.of(market)
        given = {
            name: one.markets.get(market, one.default) if market else one.default
            for name, one in spec.thresholds.items()
        }
        asked = {name: known[name] for name in learned}
        found.append(Numbers(market, asked | given, tuple(assumed)))
    return found


def _in_order(
    cuts: Mapping[str, CutSpec],
    held: Mapping[str, set[float]],
    columns: Mapping[str, Column],
) -> tuple[dict[str, float], list[str]]:
    """Put the cut points of each column apart, above its other numbers."""
    ranks: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for name, cut in cuts.items():
        shares = cut.abc or [cut.pareto_share or 0.0]
        for one, share in zip(cut_names(name, cut), shares, strict=True):
            rank = cut.quantile if cut.quantile is not None else 1 - share / 2
            ranks[cut.column].append((rank, one))
    found: dict[str, float] = {}
    assumed = []
    for column, named in ranks.items():
        ordered = [name for _, name in sorted(named)]
        low, step = _room(len(ordered), held.get(column, set()), columns.get(column))
        found |= {name: low + step * n for n, name in enumerate(ordered, 1)}
        order = " < ".join(ordered)
        if len(ordered) > 1 or held.get(column):
            above = f"above {low:g}" if held.get(column) else ""
            assumed.append(f"{column}: {order}{', ' * bool(above)}{above}")
    return found, assumed


def _room(n_cuts: int, held: set[float], column: Column | None) -> tuple[float, float]:
    """Return above what the cut points stand, and how far apart."""
    most = None if column is None else column.most
    below = [one for one in held if most is None or one < most]
    least = 0.0 if column is None or column.least is None else column.least
    low = max([*below, least])
    step = 10.0 if most is None else (most - low) / (n_cuts + 1)
    return low, step
