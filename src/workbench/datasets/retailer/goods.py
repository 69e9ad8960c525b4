"""The shop's random numbers in, its products, prices and rates out.

A category's prices form a ladder: each rung is 2 % above the one before, and brands
take turns. So for every amount there is a product whose price is just above, and what a
customer pays is never more than the price of the day; the rest is the line's discount.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from workbench.datasets.retailer.columns import as_table, days, money, numbered, text
from workbench.datasets.retailer.plan import BASE, MARKETS, Plan
from workbench.datasets.retailer.season import Promotion, promotions

CATEGORIES = {  # lowest price of each, in the base currency
    "groceries": 3.0,
    "household": 5.0,
    "baby": 8.0,
    "beauty": 10.0,
    "books": 6.0,
    "toys": 9.0,
    "clothes": 15.0,
    "sports": 15.0,
    "home": 20.0,
    "electronics": 30.0,
}
POPULARITY = np.array([0.20, 0.12, 0.08, 0.12, 0.06, 0.07, 0.14, 0.07, 0.08, 0.06])
N_RUNGS, STEP, N_BRANDS = 250, 1.02, 5
PRICE_LEVEL = {"CNY": 1.0, "SGD": 5.4}  # base currency that buys as much as one unit
_REVISED_EVERY = 182
_BRANDS = ["Aster", "Birch", "Cedar", "Daisy", "Elm"]
_LOWEST = np.array(list(CATEGORIES.values()))


@dataclass(frozen=True)
class Goods:
    """What is for sale, and at which prices on each day.

    Parameters
    ----------
    level
        Price over first price on each day, of shape (n_markets, days) [1].
    rate
        What a unit of each market's currency is worth on each day, of the same shape
        [base currency].
    """

    level: np.ndarray
    rate: np.ndarray

    @property
    def n_products(self) -> int:
        """How many products there are."""
        return len(CATEGORIES) * N_RUNGS

    def rung_above(self, category: np.ndarray, value: np.ndarray) -> np.ndarray:
        """Return the lowest rung surely above a value [base currency, day's level].

        Rounding to the cent can lower a price, so one more rung is taken.
        """
        ratio = np.maximum(value, 1e-6) / _LOWEST[category]
        rung = np.ceil(np.log(ratio) / np.log(STEP)).astype(np.int64) + 1
        return np.clip(rung, 0, N_RUNGS - N_BRANDS)

    def highest(self, category: np.ndarray) -> np.ndarray:
        """Return the largest value that still has products above it."""
        return _LOWEST[category] * STEP ** (N_RUNGS - N_BRANDS - 1)

    def price_cents(
        self, product: np.ndarray, market: np.ndarray, day: np.ndarray
    ) -> np.ndarray:
        """Return the price of one piece on a day, in cents of the market's currency."""
        per_unit = np.array([PRICE_LEVEL[currency] for currency in MARKETS.values()])
        first = first_prices()[product]
        return np.rint(100 * first * self.level[market, day] / per_unit[market])

    def in_base(
        self, cents: np.ndarray, market: np.ndarray, day: np.ndarray
    ) -> np.ndarray:
        """Return amounts at the day's rate, to the cent, half away from zero."""
        millionths = np.rint(self.rate[market, day] * 1e6).astype(np.int64)
        size = (np.abs(cents).astype(np.int64) * millionths + 500_000) // 1_000_000
        return np.sign(cents).astype(np.int64) * size


def goods(plan: Plan, random: np.random.Generator, rate: np.ndarray) -> Goods:
    """Draw how prices move: revised every half year, cut on promotion days."""
    n_revisions = plan.days // _REVISED_EVERY + 1
    steps = 1.0 + random.uniform(-0.01, 0.03, n_revisions)
    steps[0] = 1.0
    revised = np.cumprod(steps)[np.arange(plan.days) // _REVISED_EVERY]
    level = np.tile(revised, (len(MARKETS), 1))
    for one in promotions(plan):
        for place, market in enumerate(MARKETS):
            if one.concerns(market):
                first, last = _days_of(one, plan)
                level[place, first : last + 1] *= 1.0 - one.price_cut
    return Goods(level, rate)


def first_prices() -> np.ndarray:
    """Return each product's first price [base currency], category by category."""
    return np.outer(_LOWEST, STEP ** np.arange(N_RUNGS)).round(2).ravel()


def product_ids() -> pa.Array:
    """Return the products' ids, category by category, cheapest first."""
    return numbered("P", np.arange(len(CATEGORIES) * N_RUNGS), 5)


def brand_names() -> list[str]:
    """Return the brands, category by category."""
    return [f"{brand} {category}" for category in CATEGORIES for brand in _BRANDS]


def brand_of(product: np.ndarray) -> np.ndarray:
    """Return the place of a product's brand in ``brand_names``."""
    return product // N_RUNGS * N_BRANDS + product % N_RUNGS % N_BRANDS


def products_table() -> pa.Table:
    """Return the words' table of products."""
    every = np.arange(len(CATEGORIES) * N_RUNGS)
    return as_table(
        "products",
        {
            "product_id": product_ids(),
            "category": text(every // N_RUNGS, list(CATEGORIES)),
            "brand": text(brand_of(every), brand_names()),
            "list_price": money(np.rint(100 * first_prices())),
            "currency": text(np.zeros(len(every)), [BASE]),
        },
    )


def prices_table(plan: Plan, shop: Goods) -> pa.Table:
    """Return each product's prices in each market's currency, one row a change."""
    parts = [
        _prices(plan, shop, place, currency)
        for place, currency in enumerate(MARKETS.values())
    ]
    return pa.concat_tables(parts, promote_options="none").combine_chunks()


def promotions_table(plan: Plan) -> pa.Table:
    """Return the calendar of promotions."""
    found = promotions(plan)
    starts = np.array([_days_of(one, plan)[0] for one in found], dtype=float)
    ends = np.array([_days_of(one, plan)[1] for one in found], dtype=float)
    return as_table(
        "promotions",
        {
            "promotion_id": numbered("PR", np.arange(len(found)), 3),
            "name": pa.array([one.name for one in found], pa.string()),
            "starts_on": days(plan.first_on, starts),
            "ends_on": days(plan.first_on, ends),
            "market": pa.array([one.market for one in found], pa.string()),
            "price_cut": pa.array([one.price_cut for one in found], pa.float64()),
        },
    )


def draw_rates(plan: Plan, random: np.random.Generator) -> np.ndarray:
    """Draw each day's rate to the base currency; the base itself stands at 1."""
    currencies = list(MARKETS.values())
    steps = random.normal(0.0, 0.001, (len(currencies), plan.days))
    drift = np.exp(np.cumsum(steps, axis=1))
    rate = np.array([[PRICE_LEVEL[name]] for name in currencies]) * drift
    rate[currencies.index(BASE)] = 1.0
    return rate.round(6)


def rates_table(plan: Plan, rate: np.ndarray) -> pa.Table:
    """Return each day's rate of each currency."""
    n_days, currencies = plan.days, list(MARKETS.values())
    every = np.tile(np.arange(n_days, dtype=float), len(currencies))
    return as_table(
        "rates",
        {
            "rate_on": days(plan.first_on, every),
            "currency": text(np.repeat(np.arange(len(currencies)), n_days), currencies),
            "rate": rate.ravel(),
            "base": text(np.zeros(len(every)), [BASE]),
        },
    )


def _prices(plan: Plan, shop: Goods, place: int, currency: str) -> pa.Table:
    level = shop.level[place]
    changes = np.flatnonzero(np.diff(level, prepend=0.0))
    product = np.repeat(np.arange(shop.n_products), len(changes))
    day = np.tile(changes, shop.n_products)
    cents = shop.price_cents(product, np.full(len(product), place), day)
    return as_table(
        "prices",
        {
            "product_id": text(product, product_ids()),
            "valid_from": days(plan.first_on, day.astype(float)),
            "price": money(cents),
            "currency": text(np.full(len(product), place), list(MARKETS.values())),
        },
    )


def _days_of(one: Promotion, plan: Plan) -> tuple[int, int]:
    first = plan.first_on
    return (one.starts_on - first).days, (one.ends_on - first).days
