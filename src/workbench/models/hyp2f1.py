"""Expected orders of a customer still active, as a table over distinct (x, T).

The Gauss hypergeometric function is slow and does not depend on t_x: it is evaluated
once for each distinct pair of frequency and age, and looked up for the customers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaln, hyp2f1

from workbench.models._age_panels import distinct_pairs, over_panels

Floats = NDArray[np.float64]

_LARGEST_Z = 0.9  # the power series of 2F1 is accurate up to here
_LEAST_DIFFERENCE = 1e-4  # below it 1 - F loses too many digits
_SHORTEST = 5e-4  # (r + x) · t/(alpha+T) below this: four terms of the series
_SMALL_A = 0.3
_BLOCK = 100  # pairs integrated at a time: their arrays stay in the cache


def orders_if_alive(
    frequency: Floats,
    age: Floats,
    horizon: float,
    parameters: dict[str, float],
) -> Floats:
    """Return the expected orders in the horizon of customers active at its start.

    Parameters
    ----------
    frequency, age
        x and T, ``(n_customers,)``.
    horizon
        t, in the unit of the ages.
    parameters
        r, alpha, a, b of the BG/NBD model.

    Returns
    -------
    numpy.ndarray
        ``(n_customers,)``.

    Notes
    -----
    Equation 10 of the paper divided by P(alive):
    ``(a+b+x-1)/(a-1) · (1 - (1-z)^(r+x) · 2F1(r+x, b+x; a+b+x-1; z))`` with
    ``z = t/(alpha+T+t)``. Both factors of the product leave the range of floats for
    large x, so Euler's transformation (Abramowitz & Stegun 15.3.3) turns it into
    ``(1-z)^(a-1) · 2F1(a+b-1-r, a-1; a+b+x-1; z)``. Where that loses digits (z near 1,
    a near 1, very short horizons) the expectation over p is integrated instead.

    References
    ----------
    Fader, Hardie & Lee (2005), "Counting your customers" the easy way, Marketing
    Science 24, equation 10.
    """
    if horizon == 0:
        return np.zeros(len(frequency))
    first, row = distinct_pairs(frequency, age)
    return _of_pairs(frequency[first], age[first], horizon, parameters).take(row)


def orders_of_many(
    frequency: Floats,
    age: Floats,
    horizons: Sequence[float],
    counts: Floats,
    parameters: dict[str, float],
) -> Floats:
    """Return the sum over horizons of count times ``orders_if_alive``, to 12 digits.

    Parameters
    ----------
    frequency, age
        x and T, ``(n_customers,)``.
    horizons, counts
        t in the unit of the ages, and what each is multiplied by.
    parameters
        r, alpha, a, b of the BG/NBD model.
    """

    def together(x: Floats, span: Floats) -> Floats:
        total = np.zeros(len(x))
        for horizon, count in zip(horizons, counts, strict=True):
            total += count * _of_pairs(x, span, horizon, parameters)
        return total

    return over_panels(together, frequency, age, parameters["alpha"])


def _of_pairs(
    x: Floats, age: Floats, horizon: float, parameters: dict[str, float]
) -> Floats:
    """Return the orders of distinct pairs, by whichever form keeps the digits."""
    r, alpha, a, b = (parameters[name] for name in ("r", "alpha", "a", "b"))
    ratio = horizon / (alpha + age)
    table = _short(x, ratio, r, a, b)
    open_ = np.flatnonzero(np.isnan(table))
    table[open_] = _closed_form(x[open_], ratio[open_], r, a, b)
    for unsure in _blocks(np.flatnonzero(np.isnan(table))):
        table[unsure] = _integrated(x[unsure], ratio[unsure], r, a, b)
    return table


def _short(x: Floats, ratio: Floats, r: float, a: float, b: float) -> Floats:
    """Return the first terms in ``ratio`` where it is short, not-a-number elsewhere."""
    n, beta = r + x, b + x
    first = n * ratio
    mean_p = a / (a + beta)
    mean_p2 = mean_p * (a + 1) / (a + beta + 1)
    mean_p3 = mean_p2 * (a + 2) / (a + beta + 2)
    second = -(n + 1) * ratio / 2
    third = second * -(n + 2) * ratio / 3
    fourth = third * -(n + 3) * ratio / 4
    series = first * (1 + second * mean_p + third * mean_p2 + fourth * mean_p3)
    return np.where((n + 4) * ratio < _SHORTEST, series, np.nan)


def _closed_form(x: Floats, ratio: Floats, r: float, a: float, b: float) -> Floats:
    """Return the closed form, not-a-number where it would lose digits.

    ``ratio`` is t/(alpha+T), so that z = ratio/(1+ratio).
    """
    table = np.full(len(x), np.nan)
    z, c = ratio / (1 + ratio), a + b + x - 1
    tame = np.flatnonzero((z <= _LARGEST_Z) & (a - 1 <= r + x) & (c > 0.1))
    if abs(a - 1) < 1e-9 or len(tame) == 0:
        return table
    z, c = z[tame], c[tame]
    series = hyp2f1(a + b - 1 - r, a - 1, c, z)
    difference = 1 - np.exp((1 - a) * np.log1p(ratio[tame])) * series
    good = np.isfinite(series) & (np.abs(difference) > _LEAST_DIFFERENCE)
    table[tame[good]] = (c / (a - 1) * difference)[good]
    return table


def _integrated(x: Floats, ratio: Floats, r: float, a: float, b: float) -> Floats:
    """Integrate ``g(p) = (1 - (1 + p·ratio)^-(r+x)) / p`` over p ~ Beta(a, b+x)."""
    n, column = r + x, ratio[:, None]

    def per_dropout(p: Floats) -> Floats:
        return -np.expm1(-n[:, None] * np.log1p(p * column)) / p

    at_one = -np.expm1(-n * np.log1p(ratio))
    return mean_over_dropout(per_dropout, n * ratio, at_one, a, b + x)


def mean_over_dropout(
    g: Callable[[Floats], Floats], at_zero: Floats, at_one: Floats, a: float, b: Floats
) -> Floats:
    """Return E[g(p)] over p ~ Beta(a, b) of each customer, ``(n_customers,)``.

    Parameters
    ----------
    g
        ``(n_customers, n_nodes)`` chances p in, values out.
    at_zero, at_one
        g at the two ends.
    a, b
        Of the chance to leave; b of each customer.

    Notes
    -----
    The trapezoid rule in logit(p) converges exponentially once the tails are short:
    g(1) is taken out, and for a small a, whose mass sits at p = 0, the chord from g(0)
    to g(1). The nodes do not depend on the other rows.
    """
    small = a < _SMALL_A
    slope = (at_zero - at_one) * small
    nodes, step = _nodes(a + small)
    logit = np.log((a + small) / (b + 1))[:, None] + nodes
    log_p, log_rest = -np.logaddexp(0, -logit), -np.logaddexp(0, logit)
    log_density = a * log_p + b[:, None] * log_rest - betaln(a, b)[:, None]
    chord = at_one[:, None] + slope[:, None] * np.exp(log_rest)
    rest = (np.exp(log_density) * (g(np.exp(log_p)) - chord)).sum(axis=1) * step
    return at_one + slope * b / (a + b) + rest


def _nodes(a: float) -> tuple[Floats, float]:
    """Return the nodes around the centre, and their distance, for tails e^al, e^-l."""
    step = min(0.25, 0.5 / np.sqrt(a))
    beyond = 10 * np.sqrt(1 / a + 1)
    n_left, n_right = int((38 / a + beyond) / step), int((38 + beyond) / step)
    return step * np.arange(-n_left, n_right + 1), step


def _blocks(rows: NDArray[np.intp]) -> list[NDArray[np.intp]]:
    return [rows[i : i + _BLOCK] for i in range(0, len(rows), _BLOCK)]
