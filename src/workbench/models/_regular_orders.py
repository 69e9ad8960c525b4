"""Expected purchases of a customer who buys at every k-th stage and may leave."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from workbench.models._btyd import distinct_rows
from workbench.models._negative_binomial import p_at_least
from workbench.models.hyp2f1 import mean_over_dropout

Floats = NDArray[np.float64]
Complexes = NDArray[np.complex128]

_NEGLIGIBLE = 1e-15  # of the sum so far
_LEAST_P = 1e-7  # of a purchase: below, the transform is flat to seven digits
_MOST_STAGES = 200  # expected stages above which a transform is quicker than the sum
_LONGEST_RATIO = 100  # the sum takes 35 × ratio terms: above, the transform too
_BLOCK = 50  # rows at a time: their arrays stay in the cache


def regular_orders(
    shape: Floats, ratio: Floats, a: float, b: Floats, k: int, stage: int
) -> Floats:
    """Return E[purchases] of who is active and ``stage`` stages past a purchase.

    Parameters
    ----------
    shape, ratio
        Of the negative binomial number N of stages to come, ``(n_customers,)``.
    a, b
        Of the chance p ~ Beta(a, b) to leave at a purchase; b of each customer.
    k
        Stages to a purchase.
    stage
        Stages passed since the last one, 0 to k - 1.

    Notes
    -----
    The sum over N of P(N)·W((N + stage) // k), where W(q) = Σ (m = 1 … q)
    E[(1-p)^(m-1)] counts the purchases made with time for q. Each sum ends on its own.
    Where hundreds of stages are expected, or the sum would be long, its transform is
    integrated over p instead.
    """
    first, row = distinct_rows(shape, ratio, b)
    total = np.empty(len(first))
    many = (shape * ratio > _MOST_STAGES) | (ratio > _LONGEST_RATIO)
    many = many[first]
    few = first[~many]
    total[~many] = _summed(shape[few], ratio[few], a, b[few], k, stage)
    for begin in range(0, int(many.sum()), _BLOCK):
        rows = np.flatnonzero(many)[begin : begin + _BLOCK]
        i = first[rows]
        total[rows] = _transformed(shape[i], ratio[i], a, b[i], k, stage)
    return total[row]


def regular_orders_of(
    events: Floats, p: Floats, k: int, stage: NDArray[np.int64]
) -> Floats:
    """Return E[purchases] of lives that are known: the transform at their own p.

    Parameters
    ----------
    events
        Expected stages to come, λ·t, ``(n_customers,)``.
    p
        Chance to leave at a purchase.
    k, stage
        Stages to a purchase, and those passed since the last one.
    """
    p = np.clip(p, _LEAST_P / np.maximum(events, 1), 1 - _LEAST_P)
    return (1 - _stays(p, k, stage, lambda z: np.exp(-events * (1 - z)))) / p


def _summed(
    shape: Floats, ratio: Floats, a: float, b: Floats, k: int, stage: int
) -> Floats:
    """Walk over N = 0, 1 … until what is left adds nothing."""
    total, open_ = np.zeros(len(shape)), np.arange(len(shape))
    with np.errstate(divide="ignore"):
        log_z = np.log(ratio) - np.log1p(ratio)
    log_p, made, share = -shape * np.log1p(ratio), np.zeros(len(b)), np.ones(len(b))
    n = 0
    while len(open_):
        total[open_] += np.exp(log_p) * made
        log_p = log_p + np.log((shape + n) / (n + 1)) + log_z
        n += 1
        if (n + stage) % k == 0:
            q = (n + stage) // k
            made, share = made + share, share * (b + q - 1) / (a + b + q - 1)
        beyond = np.exp(log_p) * np.maximum(made, 1) * (1 + ratio)
        keep = (n <= shape * ratio + k) | (beyond > _NEGLIGIBLE * total[open_])
        if not keep.all():
            state = (open_, shape, ratio, b, log_z, log_p, made, share)
            open_, shape, ratio, b, log_z, log_p, made, share = (
                values[keep] for values in state
            )
    return total


def _transformed(
    shape: Floats, ratio: Floats, a: float, b: Floats, k: int, stage: int
) -> Floats:
    """Return E[(1 - E[y^q]) / p] with y = 1 - p and q = (N + stage) // k."""
    columns = shape[:, None], ratio[:, None]

    def generating(z: Complexes) -> Complexes:
        return np.exp(-columns[0] * np.log1p(columns[1] * (1 - z)))

    least_p = np.minimum(_LEAST_P / (columns[0] * columns[1]), 0.5)

    def per_dropout(p: Floats) -> Floats:
        p = np.clip(p, least_p, 1 - _LEAST_P)
        return (1 - _stays(p, k, stage, generating)) / p

    at_zero = per_dropout(np.zeros((len(shape), 1)))[:, 0]
    at_one = p_at_least(k - stage, shape, ratio)
    return mean_over_dropout(per_dropout, at_zero, at_one, a, b)


def _stays(
    p: Floats,
    k: int,
    stage: int | NDArray[np.int64],
    generating: Callable[[Complexes], Complexes],
) -> Floats:
    """Return E[(1 - p)^((N + stage) // k)] from N's generating function E[z^N].

    With ``z = (1-p)^(1/k)·ω`` over the k-th roots of unity ω, it is the mean over the
    roots of ``Σ (j < k) z^(stage - j)·E[z^N]``.
    """
    stays = np.zeros(p.shape)
    for root in np.exp(2j * np.pi * np.arange(k) / k):
        z = (1 - p) ** (1 / k) * root
        powers = sum(z ** (stage - j) for j in range(k))
        stays += (powers * generating(z)).real / k
    return stays
