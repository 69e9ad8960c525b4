"""The integral of the Pareto/NBD model over the moment at which a customer left.

Positive and smooth, so one Gauss rule serves all parameters, and the derivatives of its
logarithm follow under the sign of the integral.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_NEGLIGIBLE = 45.0  # e^-45 of the integrand's largest value is not looked at
_BLOCK = 1000  # rows at a time: their arrays stay in the cache
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(24)
_NODES, _WEIGHTS = (_NODES + 1) / 2, _WEIGHTS / 2
_GRID = np.linspace(0, 1, 257)


@dataclass(frozen=True)
class Integral:
    """``∫ (alpha+τ)^-n (beta+τ)^-(s+1) dτ`` of each row.

    Its logarithm, and under its integrand the means of ``ln(alpha+τ)``,
    ``ln(beta+τ)``, ``1/(alpha+τ)`` and ``1/(beta+τ)``; each ``(n_rows,)``.
    """

    log: Floats
    log_alpha: Floats
    log_beta: Floats
    per_alpha: Floats
    per_beta: Floats


def integrate(
    n: Floats, begin: Floats, end: Floats, alpha: float, beta: float, s: float
) -> Integral:
    """Integrate from ``begin`` to ``end``; minus infinity as log where they are equal.

    Parameters
    ----------
    n
        Exponent of the buying, r + x, ``(n_rows,)``.
    begin, end
        Ends of τ, ``(n_rows,)``.
    alpha, beta, s
        Of the model.

    Notes
    -----
    Fader & Hardie (2005), A note on deriving the Pareto/NBD model, equation 14, write
    it as a difference of two 2F1, which loses its digits where the two are close. Here
    ``τ = (c + begin)·exp(u) - c`` with c the smaller of alpha and beta, so that the
    integrand is analytic for |Im u| < π; what lies beyond a fall of e^-45 is cut off.
    """
    parts = [
        _block(
            n[i : i + _BLOCK],
            begin[i : i + _BLOCK],
            end[i : i + _BLOCK],
            alpha,
            beta,
            s,
        )
        for i in range(0, len(n), _BLOCK)
    ]
    return Integral(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def draw_moments(
    n: Floats,
    begin: Floats,
    end: Floats,
    alpha: float,
    beta: float,
    s: float,
    rng: np.random.Generator,
) -> Floats:
    """Draw τ from each row's integrand, by its cumulated mass on a fine grid.

    Parameters are those of :func:`integrate`, and a source of chance.
    """
    moments = np.empty(len(n))
    for i in range(0, len(n), _BLOCK):
        part = slice(i, i + _BLOCK)
        least, length = min(alpha, beta), _length(n, begin, end, alpha, beta, s, part)
        u = length[:, None] * _GRID
        moment = (least + begin[part])[:, None] * np.exp(u)
        height = u - n[part, None] * np.log(moment + (alpha - least))
        height -= (s + 1) * np.log(moment + (beta - least))
        mass = np.exp(height - height.max(axis=1)[:, None])
        steps = (mass[:, 1:] + mass[:, :-1]).cumsum(axis=1)
        drawn = rng.random(len(steps)) * steps[:, -1]
        place = (steps < drawn[:, None]).sum(axis=1)
        rows = np.arange(len(place))
        before = np.where(place > 0, steps[rows, place - 1], 0.0)
        share = (drawn - before) / (steps[rows, place] - before)
        at = length * (place + share) / (len(_GRID) - 1)
        moments[part] = (least + begin[part]) * np.exp(at) - least
    return np.clip(moments, begin, end)


def _length(
    n: Floats,
    begin: Floats,
    end: Floats,
    alpha: float,
    beta: float,
    s: float,
    part: slice = slice(None),
) -> Floats:
    """Return how far u goes, to the end or to where hardly anything is left."""
    n, begin, end = n[part], begin[part], end[part]
    least = min(alpha, beta)
    fall = _NEGLIGIBLE + np.log((least + end) / (least + begin))
    with np.errstate(over="ignore"):
        end = np.minimum(end, begin + (alpha + begin) * np.expm1(fall / n))
        end = np.minimum(end, begin + (beta + begin) * np.expm1(fall / (s + 1)))
    return np.log1p((end - begin) / (least + begin))


def _block(
    n: Floats, begin: Floats, end: Floats, alpha: float, beta: float, s: float
) -> tuple[Floats, ...]:
    least, length = min(alpha, beta), _length(n, begin, end, alpha, beta, s)
    u = length[:, None] * _NODES
    moment = (least + begin)[:, None] * np.exp(u)
    in_alpha, in_beta = moment + (alpha - least), moment + (beta - least)
    log_alpha, log_beta = np.log(in_alpha), np.log(in_beta)
    height = u - n[:, None] * log_alpha - (s + 1) * log_beta
    top = height.max(axis=1)
    mass = np.exp(height - top[:, None]) * _WEIGHTS
    area = mass.sum(axis=1)
    mass /= area[:, None]
    with np.errstate(divide="ignore"):
        log = np.log(least + begin) + top + np.log(area) + np.log(length)
    means = (log_alpha, log_beta, 1 / in_alpha, 1 / in_beta)
    return log, *(np.einsum("ij,ij->i", mass, values) for values in means)
