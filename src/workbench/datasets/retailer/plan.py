"""What was asked for in, what a synthetic shop is made from out: size, period, seeds.

Every random number comes from ``SeedSequence(seed)``: its first child draws what the
shop has once, each further child one block of customers. So neither the number of
processes nor the number of customers changes a block.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from typing import Any

import numpy as np

from workbench.errors import BadParameter
from workbench.window import parse_day

NAME = "synthetic retailer"
EDITION = 4  # raise it when the same seed gives another shop
BASE, BASE_MARKET = "CNY", "CN"
MARKETS = {"CN": "CNY", "SG": "SGD"}
TIME_ZONE = "Asia/Shanghai"
# Both clocks show the same hour in these years, and neither changes.
MARKET_ZONES = {"CN": TIME_ZONE, "SG": "Asia/Singapore"}
UTC_HOURS = 8
EARLIEST, LATEST = date(2018, 1, 1), date(2026, 6, 29)
FEWEST_DAYS, MOST_DAYS = 730, 1096
MOST_CUSTOMERS = 50_000_000


@dataclass(frozen=True)
class Plan:
    """A synthetic shop, not yet made.

    Parameters
    ----------
    customers
        Registered customers; each has one row in ``truth``.
    seed
        Seed of all random numbers, 0 or more.
    is_pure
        Only BG/NBD and Gamma-Gamma in continuous time: one segment, no season.
    start_on
        First day of the period, a date or an ISO text.
    days
        Length of the period [days].
    block_size
        Customers drawn together, into one file per table; part of what is made.

    Raises
    ------
    BadParameter
        If a number or a day is out of its range.
    """

    customers: int
    seed: int
    is_pure: bool = False
    start_on: date | str = "2023-06-01"
    days: int = 1096
    block_size: int = field(default=20_000, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "start_on", parse_day(self.start_on))
        _within("customers", self.customers, 1, MOST_CUSTOMERS)
        _within("seed", self.seed, 0, 2**63 - 1)
        _within("days", self.days, FEWEST_DAYS, MOST_DAYS)
        _within("block_size", self.block_size, 1, 1_000_000)
        if self.first_on < EARLIEST or self.ends_on > LATEST:
            raise BadParameter(
                f"the period must lie between {EARLIEST} and {LATEST}, found "
                f"{self.first_on} to {self.ends_on}. Choose another --start-on."
            )

    @property
    def first_on(self) -> date:
        """First day of the period."""
        return parse_day(self.start_on)

    @property
    def ends_on(self) -> date:
        """Last day of the period."""
        return self.first_on + timedelta(days=self.days - 1)

    @property
    def markets(self) -> dict[str, dict[str, str]]:
        """Zone and currency of each market, as a mapping says them; pure has none."""
        if self.is_pure:
            return {}
        return {
            name: {"time_zone": MARKET_ZONES[name], "currency": currency}
            for name, currency in MARKETS.items()
        }

    @property
    def n_blocks(self) -> int:
        """How many blocks of customers there are."""
        return -(-self.customers // self.block_size)

    @property
    def parameters(self) -> dict[str, Any]:
        """What makes two shops the same, as plain values."""
        return asdict(self) | {"edition": EDITION, "start_on": str(self.start_on)}

    def block(self, number: int) -> tuple[int, int]:
        """Return a block's first customer and how many it has."""
        first = number * self.block_size
        return first, min(self.block_size, self.customers - first)

    def random_of_shop(self) -> np.random.Generator:
        """Return the random numbers of what the shop has once."""
        return _child(self.seed, 0)

    def random_of_block(self, number: int) -> np.random.Generator:
        """Return the random numbers of one block of customers."""
        return _child(self.seed, 1 + number)


def _child(seed: int, number: int) -> np.random.Generator:
    """Return what ``SeedSequence(seed).spawn(number + 1)[number]`` gives."""
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(number,)))


def _within(name: str, value: int, least: int, most: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int):
        raise BadParameter(f"{name} must be a whole number, found {value!r}")
    if not least <= value <= most:
        raise BadParameter(f"{name} must be from {least:,} to {most:,}, found {value}")
