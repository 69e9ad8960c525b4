"""Chances of each customer in, drawn lives and their orders out, for the models.

A *life* is what a purchase model knows of nobody for sure: whether the customer is
still active, how fast they buy, how readily they leave. The models draw lives given a
history; what follows from a life stands here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.errors import BadParameter

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_MOST = 1e18  # more orders than this are not counted: the range of whole numbers ends


@dataclass(frozen=True)
class Lives:
    """One drawn life per customer, arrays of shape ``(n_customers,)``.

    Parameters
    ----------
    alive
        Whether the customer is still active; who has left orders nothing any more.
    rate
        Purchases per time unit while active, λ [1 / ``time_unit``].
    leaving
        How readily they leave: the chance p after a purchase (BG/NBD, MBG/NBD), or the
        rate μ of leaving [1 / ``time_unit``] (Pareto/NBD).
    stage
        Stages passed since the last purchase, where a gap has several (Erlang-k);
        elsewhere 0.
    """

    alive: NDArray[np.bool_]
    rate: Floats
    leaving: Floats
    stage: Ints

    def __len__(self) -> int:
        """Return how many customers there are."""
        return len(self.alive)


def draw_geometric_lives(
    p_alive: Floats,
    gamma_if_alive: tuple[Floats, Floats],
    gamma_if_left: tuple[Floats, Floats],
    beta_if_alive: tuple[Floats, Floats],
    rng: np.random.Generator,
) -> Lives:
    """Draw lives of customers who may leave after a purchase, BG/NBD and its kin.

    Parameters
    ----------
    p_alive
        Probability that each is still active, ``(n_customers,)``.
    gamma_if_alive, gamma_if_left
        Shape and rate of λ's Gamma given the history, if active and if not.
    beta_if_alive
        Both parameters of p's Beta given the history, if active. Who left did so at one
        of the chances that this counts as passed: their p is Beta(a + 1, b - 1).
    rng
        Source of chance.
    """
    alive = rng.random(len(p_alive)) < p_alive
    shape, per = (
        np.where(alive, *pair)
        for pair in zip(gamma_if_alive, gamma_if_left, strict=True)
    )
    a, b = beta_if_alive
    rate = rng.gamma(shape) / per
    leaving = rng.beta(np.where(alive, a, a + 1), np.where(alive, b, b - 1))
    return Lives(alive, rate, leaving, np.zeros(len(alive), dtype=np.int64))


def geometric_orders(lives: Lives, horizon: float) -> Floats:
    """Return the expected orders given lives that may end after each order.

    Parameters
    ----------
    lives
        ``leaving`` is the chance p to leave after an order.
    horizon
        t, in the lives' unit of time.

    Returns
    -------
    numpy.ndarray
        ``(n_customers,)``: ``(1 - exp(-λ·p·t)) / p`` if active, λ·t for p = 0, else 0.

    References
    ----------
    Fader, Hardie & Lee (2005), "Counting your customers" the easy way, Marketing
    Science 24, 275-284: the mean of X(t) given λ and p.
    """
    at_most = lives.rate * horizon
    return lives.alive * at_most * _kept(at_most * lives.leaving)


def exponential_orders(lives: Lives, horizon: float) -> Floats:
    """Return the expected orders given lives that may end at any moment.

    Parameters
    ----------
    lives
        ``leaving`` is the rate μ of leaving.
    horizon
        t, in the lives' unit of time.

    Returns
    -------
    numpy.ndarray
        ``(n_customers,)``: ``λ/μ · (1 - exp(-μ·t))`` if active, λ·t for μ = 0, else 0.

    References
    ----------
    Schmittlein, Morrison & Colombo (1987), Counting your customers: who are they and
    what will they do next?, Management Science 33, 1-24: the mean given λ and μ.
    """
    return lives.alive * lives.rate * horizon * _kept(lives.leaving * horizon)


def draw_geometric_orders(
    lives: Lives, ends: list[float], rng: np.random.Generator, k: int = 1
) -> Ints:
    """Draw the orders in each step, given lives that may end after each order.

    Parameters
    ----------
    lives
        ``leaving`` is the chance p to leave after an order.
    ends
        Where the steps end, rising, in the lives' unit of time; the first begins at 0.
    rng
        Source of chance.
    k
        Events to an order; ``stage`` of them have passed.

    Returns
    -------
    numpy.ndarray
        ``(n_steps, n_customers)``, purchase days.

    Notes
    -----
    When one leaves does not depend on when one buys: the count up to a moment is the
    lesser of a Poisson count and of the geometric number of the order that is the last.
    """
    with np.errstate(divide="ignore", over="ignore"):
        per_order = -np.log1p(-lives.leaving)
        last = np.ceil(rng.exponential(size=len(lives)) / per_order)
    last = np.clip(last, 1, _MOST) * lives.alive
    lengths = np.diff(ends, prepend=0.0)[:, None]
    wanted = rng.poisson(np.minimum(lives.rate * lengths, _MOST / len(ends)))
    enough = (wanted.cumsum(axis=0) + lives.stage) // k
    until = np.minimum(enough, last.astype(np.int64))
    return np.diff(until, axis=0, prepend=0)


def draw_exponential_orders(
    lives: Lives, ends: list[float], rng: np.random.Generator
) -> Ints:
    """Draw the orders in each step, given lives that may end at any moment.

    Parameters and result are those of :func:`draw_geometric_orders`, but ``leaving`` is
    the rate μ of leaving.
    """
    with np.errstate(divide="ignore", over="ignore"):
        left_at = rng.exponential(size=len(lives)) / lives.leaving
    lived = np.minimum(np.array(ends)[:, None], np.where(lives.alive, left_at, 0.0))
    lengths = np.diff(lived, axis=0, prepend=0.0)
    return rng.poisson(np.minimum(lives.rate * lengths, _MOST / len(ends)))


def require_rising(ends_days: list[float]) -> list[float]:
    """Return where steps end [days], refused unless they rise from above 0."""
    if len(ends_days) == 0 or not np.all(np.diff([0.0, *ends_days]) > 0):
        raise BadParameter(
            f"ends_days must rise from above 0, found {list(ends_days)!r}. Take those "
            "of step_ends(horizon_days)."
        )
    return [float(end) for end in ends_days]


def _kept(hazard: Floats) -> Floats:
    """Return ``(1 - exp(-u)) / u``, the share of orders that leaving does not take."""
    positive = np.where(hazard > 0, hazard, 1.0)
    return np.where(hazard > 0, -np.expm1(-positive) / positive, 1.0)
