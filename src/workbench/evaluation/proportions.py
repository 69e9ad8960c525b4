"""Counts of yes among so many in, shares with 95 % intervals out, and how two differ.

One method throughout: the interval of a share is Wilson's, and what is made of two
shares takes its interval from theirs, so that a difference whose interval holds 0 and a
ratio whose interval holds 1 are the same verdict.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.errors import BadValues

Floats = NDArray[np.float64]
Z = 1.959963984540054  # 97.5 % point of the normal distribution


class Between(NamedTuple):
    """A number, or an array of them, and the ends of its 95 % interval."""

    value: Floats
    low: Floats
    high: Floats


def share_of(yes: ArrayLike, n: ArrayLike, z: ArrayLike = Z) -> Between:
    """Return the share of yes with Wilson's interval.

    Parameters
    ----------
    yes, n
        How many said yes, of how many, a number or an array each [count].
    z
        Point of the normal distribution that sets the coverage.

    Raises
    ------
    BadValues
        If nobody was asked, or more said yes than were asked.

    References
    ----------
    Wilson (1927), JASA 22, 209-212.

    Examples
    --------
    >>> low, high = share_of(81, 263)[1:]
    >>> print(f"{low:.4f} to {high:.4f}")
    0.2553 to 0.3662
    """
    said, asked = _checked(yes, n)
    share, z2 = said / asked, np.square(z)
    centre = (share + z2 / (2 * asked)) / (1 + z2 / asked)
    spread = share * (1 - share) / asked + z2 / (4 * asked**2)
    half = np.asarray(z) * np.sqrt(spread) / (1 + z2 / asked)
    low = np.where(said == 0, 0.0, np.maximum(0.0, centre - half))
    high = np.where(said == asked, 1.0, np.minimum(1.0, centre + half))
    return Between(share, low[()], high[()])


def pooled_share(yes: ArrayLike, n: ArrayLike, weights: ArrayLike) -> Between:
    """Return the weighted mean of the shares of several strata, with its interval.

    With one stratum it is ``share_of``.

    Parameters
    ----------
    yes, n, weights
        Of each stratum, ``(n_strata,)``; weights are brought to the sum 1.

    References
    ----------
    Yan & Su (2010), Statistics in Biopharmaceutical Research 2, 329-335, section 3:
    Wilson's interval of each stratum at a smaller z. The variances are taken at
    Wilson's middle, so that strata without any yes have one too.
    """
    said, asked = _checked(yes, n)
    parts = np.asarray(weights, dtype=np.float64) / np.sum(weights)
    middle = (said + Z**2 / 2) / (asked + Z**2)
    error = parts * np.sqrt(middle * (1 - middle) / asked)
    each = share_of(said, asked, Z * np.sqrt(np.sum(error**2)) / np.sum(error))
    return Between(*(np.sum(parts * ends) for ends in each))


def difference(first: Between, second: Between) -> Between:
    """Return the first share less the second, with Newcombe's interval.

    References
    ----------
    Newcombe (1998), Statistics in Medicine 17, 873-890, method 10 (hybrid score).

    Examples
    --------
    >>> value, low, high = difference(share_of(56, 70), share_of(48, 80))
    >>> print(f"{value:.2f} [{low:.4f}, {high:.4f}]")
    0.20 [0.0524, 0.3339]
    """
    value = first.value - second.value
    below = np.hypot(first.value - first.low, second.high - second.value)
    above = np.hypot(first.high - first.value, second.value - second.low)
    return Between(value, value - below, value + above)


def ratio(first: Between, second: Between) -> Between:
    """Return the first share over the second, with an interval from both of theirs.

    Its interval holds 1 exactly if that of the difference holds 0. Without any yes in
    the second, value and upper end are infinite.

    References
    ----------
    Donner & Zou (2012), Statistical Methods in Medical Research 21, 347-359, eq. (9):
    Newcombe's square-and-add for a ratio (MOVER-R).
    """
    p, q = first.value, second.value
    with np.errstate(divide="ignore", invalid="ignore"):
        low = _end(p, q, first.low, second.high, -1)
        high = _end(p, q, first.high, second.low, 1)
        value = np.asarray(p / q)
    low = np.where(np.isfinite(low), np.maximum(0.0, low), 0.0)
    high = np.where(np.isfinite(high), high, np.inf)
    value = np.where(np.isnan(value), np.inf, value)
    return Between(value[()], low[()], high[()])


def _end(p: Floats, q: Floats, of_p: Floats, of_q: Floats, side: int) -> Floats:
    """Return one end of a ratio from an end of each share."""
    inside = (p * q) ** 2 - of_p * of_q * (2 * p - of_p) * (2 * q - of_q)
    root = side * np.sqrt(np.maximum(0.0, inside))
    return np.asarray((p * q + root) / (of_q * (2 * q - of_q)))


def _checked(yes: ArrayLike, n: ArrayLike) -> tuple[Floats, Floats]:
    said = np.asarray(yes, dtype=np.float64)
    asked = np.asarray(n, dtype=np.float64)
    wrong = ~((asked >= 1) & (said >= 0) & (said <= asked))
    if wrong.any():
        raise BadValues(
            "a share needs 1 or more asked, and no more yes than asked: found "
            f"{wrong.sum()} of {wrong.size} that are not, for example "
            f"{said[wrong].flat[0]:g} of {asked[wrong].flat[0]:g}"
        )
    return said, asked
