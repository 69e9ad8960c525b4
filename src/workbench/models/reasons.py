"""What moves customers' scores: a model's parts in, the largest reasons out, signed.

A reason is told once a family (``workbench.churn_words``): features of one family say
the same thing in several ways, so their parts are summed before the largest are taken.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self, TypedDict

import numpy as np
from numpy.typing import NDArray

from workbench.churn_words import family_of
from workbench.errors import BadParameter

Floats = NDArray[np.float64]
Codes = NDArray[np.int16]
NO_REASON = -1
_NOTHING = 1e-9


class Reason(TypedDict):
    """One family's part in a customer's score, told by one of its features.

    ``contribution`` is the family's, in log-odds against the average customer of the
    fit (BG/NBD: against the typical one): above 0 it speaks for churn, below 0
    against. ``feature`` is the one with the largest part in it and ``value`` the
    customer's own; ``family`` is None for a feature of no family, which speaks for
    itself.
    """

    feature: str
    family: str | None
    value: float
    contribution: float


@dataclass(frozen=True)
class ReasonTable:
    """The reasons of many customers in columns, the largest of each customer first.

    Parameters
    ----------
    features
        The names that ``codes`` count.
    codes
        Place of each reason's feature in ``features``; -1 is no reason,
        ``(n_customers, k)``.
    values
        The customer's value of that feature; not a number where there is no reason,
        ``(n_customers, k)``.
    contributions
        Of the feature's family [log-odds]; 0 where there is no reason,
        ``(n_customers, k)``.
    """

    features: tuple[str, ...]
    codes: Codes
    values: Floats
    contributions: Floats

    def __len__(self) -> int:
        """Return how many customers there are."""
        return len(self.codes)

    @classmethod
    def empty(cls, features: tuple[str, ...], n_customers: int, k: int) -> Self:
        """Return a table without a reason, to be filled."""
        return cls(
            features,
            np.full((n_customers, k), NO_REASON, dtype=np.int16),
            np.full((n_customers, k), np.nan),
            np.zeros((n_customers, k)),
        )

    def rows(self) -> list[list[Reason]]:
        """Return the reasons one by one, for the few that people read."""
        columns = (self.codes.tolist(), self.values.tolist())
        table = zip(*columns, self.contributions.tolist(), strict=True)
        return [
            [self._reason(*one) for one in zip(*row, strict=True) if one[0] >= 0]
            for row in table
        ]

    def _reason(self, code: int, value: float, contribution: float) -> Reason:
        name = self.features[code]
        return Reason(
            feature=name,
            family=family_of(name),
            value=value,
            contribution=contribution,
        )


def families_of(features: Iterable[str]) -> tuple[tuple[int, ...], ...]:
    """Return the places of the features of each family, in order of first appearance.

    Examples
    --------
    >>> families_of(["overdue_ratio", "frequency", "days_since_last_order", "size"])
    ((0, 2), (1,), (3,))
    """
    places: dict[str, list[int]] = {}
    for place, name in enumerate(features):
        places.setdefault(family_of(name) or f"feature {name}", []).append(place)
    return tuple(tuple(of) for of in places.values())


def fill_largest(
    table: ReasonTable,
    rows: slice,
    parts: Floats,
    values: Floats,
    raising_only: bool = False,
) -> None:
    """Write the largest reasons of some customers into their rows of a table.

    Parameters
    ----------
    table
        Of the features that ``parts`` and ``values`` have a row for.
    rows
        Which rows of it, ``n_customers`` of them.
    parts
        Contribution of each feature to each customer's score [log-odds],
        ``(n_features, n_customers)``. A family whose parts add up to zero is no reason
        and left out.
    values
        The features themselves, ``(n_features, n_customers)``.
    raising_only
        Whether only those that speak for churn are wanted.
    """
    families = families_of(table.features)
    if not families:
        return
    everyone = np.arange(parts.shape[1])
    sums = np.stack([_sum(parts, places) for places in families])
    speakers = np.stack(
        [_speaker(parts, places, sums[at]) for at, places in enumerate(families)]
    )
    size = sums.copy() if raising_only else np.abs(sums)
    for rank in range(min(table.codes.shape[1], len(families))):
        largest, family = _largest(size)
        code = speakers[family, everyone]
        is_one = largest > _NOTHING
        contribution = sums[family, everyone]
        table.codes[rows, rank] = np.where(is_one, code, NO_REASON)
        table.values[rows, rank] = np.where(is_one, values[code, everyone], np.nan)
        table.contributions[rows, rank] = np.where(is_one, contribution, 0.0)
        size[family, everyone] = -np.inf


def checked_n(n: int) -> int:
    """Return how many reasons are wanted, refused unless it is a number from 1 up."""
    if isinstance(n, bool) or not isinstance(n, int | np.integer) or n < 1:
        raise BadParameter(f"n reasons must be a whole number from 1 up, found {n!r}")
    return int(n)


def _sum(parts: Floats, places: tuple[int, ...]) -> Floats:
    """Return the sum of a family, one feature after another."""
    total = parts[places[0]]
    for place in places[1:]:
        total = total + parts[place]
    return total


def _speaker(parts: Floats, places: tuple[int, ...], total: Floats) -> Codes:
    """Return the place of the largest part that has the sign of the family's sum."""
    said = np.full(len(total), places[0], dtype=np.int16)
    if len(places) == 1:
        return said
    sign = np.sign(total)
    most = parts[places[0]] * sign
    for place in places[1:]:
        part = parts[place] * sign
        is_more = part > most
        np.copyto(said, place, where=is_more)
        np.maximum(most, part, out=most)
    return said


def _largest(size: Floats) -> tuple[Floats, Codes]:
    """Return the largest of each column and its row; of equals the first."""
    most = size[0].copy()
    at = np.zeros(len(most), dtype=np.int16)
    for row in range(1, len(size)):
        np.copyto(at, row, where=size[row] > most)
        np.maximum(most, size[row], out=most)
    return most, at
