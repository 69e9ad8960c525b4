"""A block's orders in, lines with products, pieces, discounts and returns out.

What an order is worth is known beforehand; the lines share it to the cent. For each
line a product is found whose price on that day is just above what is paid for a piece,
so prices, discounts and amounts agree: amount + discount = quantity × price.

Of a faulty order the first line comes back, and nearly all of the others; whatever its
customer buys later comes back more often than before.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workbench.datasets.retailer.campaigns import COUPON_CUT
from workbench.datasets.retailer.goods import (
    N_BRANDS,
    N_RUNGS,
    POPULARITY,
    Goods,
)
from workbench.datasets.retailer.orders import Orders
from workbench.datasets.retailer.people import NO_INTEREST, People
from workbench.datasets.retailer.segments import drawn_from

_MORE_LINES, _MOST_LINES = 0.6, 6
_TO_INTEREST, _TO_BRAND = 0.65, 0.5
_RETURN_DELAY_DAYS, _FAULTY_DELAY_DAYS = 6.0, 3.0
FAULTY_BACK, MORE_RETURNS = 0.9, 0.25


@dataclass(frozen=True)
class Lines:
    """Order lines of one block; one value per line.

    Parameters
    ----------
    order
        Place of the order in the block.
    line_no
        From 1 within the order; return lines go on counting.
    at
        Calendar time of the purchase or of the return [days since the start].
    cents, discount
        Paid, and taken off the price [cents]; negative amounts for returns.
    pieces
        How many; negative for returns.
    product
        Place among the products.
    """

    order: np.ndarray
    line_no: np.ndarray
    at: np.ndarray
    cents: np.ndarray
    discount: np.ndarray
    pieces: np.ndarray
    product: np.ndarray


def draw_lines(
    people: People, orders: Orders, shop: Goods, random: np.random.Generator
) -> Lines:
    """Share every order over its lines and find a product for each."""
    n_lines = np.minimum(1 + random.poisson(_MORE_LINES, orders.n), _MOST_LINES)
    n_lines = np.where(orders.cents < 10 * n_lines, 1, n_lines)
    order = np.repeat(np.arange(orders.n), n_lines)
    first = np.cumsum(n_lines) - n_lines
    cents = _shares(orders.cents, n_lines, order, first, random)
    category = _categories(people, orders.who[order], random)
    product, pieces, listed = _products(
        people, orders, shop, order, category, cents, random
    )
    return Lines(
        order,
        np.arange(len(order)) - first[order] + 1,
        orders.at[order],
        cents,
        listed - cents,
        pieces,
        product,
    )


def draw_returns(
    days: int,
    people: People,
    orders: Orders,
    lines: Lines,
    random: np.random.Generator,
) -> Lines:
    """Bring some lines back, each as a whole, some days later."""
    n = len(lines.order)
    delay = np.where(orders.is_faulty, _FAULTY_DELAY_DAYS, _RETURN_DELAY_DAYS)
    at = lines.at + 1.0 + delay[lines.order] * random.exponential(1.0, n)
    comes_back = random.random(n) < _return_chance(people, orders, lines)
    back = np.flatnonzero(comes_back & (at < days))
    most = np.bincount(lines.order, minlength=orders.n)[lines.order[back]]
    return Lines(
        lines.order[back],
        lines.line_no[back] + most,
        at[back],
        -lines.cents[back],
        -lines.discount[back],
        -lines.pieces[back],
        lines.product[back],
    )


def _return_chance(people: People, orders: Orders, lines: Lines) -> np.ndarray:
    """Return the chance of each line to come back [1]."""
    usual = people.returns[orders.who]
    faulty_at = orders.first_at(orders.is_faulty, people.n)[orders.who]
    wary = usual + (1.0 - usual) * MORE_RETURNS
    chance = np.where(orders.at > faulty_at, wary, usual)[lines.order]
    of_faulty = np.where(lines.line_no == 1, 1.0, FAULTY_BACK)
    return np.where(orders.is_faulty[lines.order], of_faulty, chance)


def _shares(
    cents: np.ndarray,
    n_lines: np.ndarray,
    order: np.ndarray,
    first: np.ndarray,
    random: np.random.Generator,
) -> np.ndarray:
    """Split each order's cents over its lines; they add up exactly."""
    part = random.exponential(1.0, len(order)) + 0.3
    so_far = np.cumsum(part)
    before = (so_far - part)[first]
    whole = so_far[first + n_lines - 1] - before
    until = np.rint((so_far - before[order]) / whole[order] * cents[order])
    until = until.astype(np.int64)
    last = first + n_lines - 1
    until[last] = cents
    return np.diff(until, prepend=0) + _restart(until, first)


def _restart(until: np.ndarray, first: np.ndarray) -> np.ndarray:
    """Return what makes differences begin anew with every order."""
    again = np.zeros(len(until), dtype=np.int64)
    again[first[1:]] = until[first[1:] - 1]
    return again


def _categories(
    people: People, who: np.ndarray, random: np.random.Generator
) -> np.ndarray:
    """Draw each line's category, mostly the one its customer likes most."""
    edges = np.cumsum(POPULARITY / POPULARITY.sum())
    popular = np.searchsorted(edges[:-1], random.random(len(who)), side="right")
    liked = people.interest[who]
    to_liked = (liked != NO_INTEREST) & (random.random(len(who)) < _TO_INTEREST)
    return np.where(to_liked, liked, popular)


def _products(
    people: People,
    orders: Orders,
    shop: Goods,
    order: np.ndarray,
    category: np.ndarray,
    cents: np.ndarray,
    random: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Find each line's product, pieces and price of all pieces [cents]."""
    who = orders.who[order]
    market, day = people.market[who], orders.at[order].astype(np.int64)
    share_paid = np.where(orders.coupon[order] >= 0, 1.0 - COUPON_CUT, 1.0)
    value = cents / 100 * people.per_unit[who] / shop.level[market, day] / share_paid
    wanted = 1 + random.poisson(
        drawn_from((*people.segments,), "pieces", people.segment[who])
    )
    needed = np.ceil(value / shop.highest(category)).astype(np.int64)
    pieces = np.maximum(np.minimum(wanted, np.maximum(cents // 100, 1)), needed)
    rung = shop.rung_above(category, value / pieces)
    rung = rung + _brand_steps(people, who, category, rung, random)
    product = category * N_RUNGS + rung.astype(np.int64)
    listed = pieces * shop.price_cents(product, market, day).astype(np.int64)
    return product, pieces, listed


def _brand_steps(
    people: People,
    who: np.ndarray,
    category: np.ndarray,
    rung: np.ndarray,
    random: np.random.Generator,
) -> np.ndarray:
    """Return how many rungs further up: to the own brand, or to any of them."""
    own = (people.numbers[who] + category) % N_BRANDS
    to_own = random.random(len(who)) < _TO_BRAND
    anywhere = random.integers(0, N_BRANDS, len(who))
    steps = np.where(to_own, (own - rung) % N_BRANDS, anywhere)
    return np.minimum(steps, N_RUNGS - 1 - rung)
