"""Learned cut points: each resolved once by its own query, then kept as a number."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import asdict, dataclass, field
from typing import Any

from workbench.errors import BadPolicy

LEAST_CUSTOMERS = 100


@dataclass(frozen=True)
class MarketCuts:
    """The numbers of one cut point, market by market.

    Parameters
    ----------
    numbers
        Cut point by market, in the column's own unit.
    too_few
        Markets with too few customers to learn from: the whole shop's number counts.
    least_customers
        How many are enough, of those that the cut is learned among.
    """

    numbers: dict[str, float] = field(default_factory=dict)
    too_few: tuple[str, ...] = ()
    least_customers: int = LEAST_CUSTOMERS


@dataclass(frozen=True)
class Cuts:
    """The numbers a policy learned on one day.

    Parameters
    ----------
    values
        Cut point by name, in the column's own unit, rounded down to 9 significant
        digits; learned from the whole shop.
    as_of
        Day of the scores they were learned from, an ISO text.
    n_customers
        Customers in those scores.
    policy_id, policy_sha256
        The policy that asked for them.
    by_market
        By name, what was learned per market; it counts before ``values``.
    stages_sha256
        The rules of the life-cycle stages that the scores had; empty without any.
    absent
        Names for which nothing could be learned, because the shop does not have their
        column: a comparison with one holds for nobody.
    """

    values: dict[str, float] = field(default_factory=dict)
    as_of: str = ""
    n_customers: int = 0
    policy_id: str = ""
    policy_sha256: str = ""
    by_market: dict[str, MarketCuts] = field(default_factory=dict)
    stages_sha256: str = ""
    absent: tuple[str, ...] = ()

    @property
    def absent_numbers(self) -> tuple[str, ...]:
        """Those of ``absent`` that a condition may name: no full marks."""
        return tuple(name for name in self.absent if "." not in name)

    @property
    def markets(self) -> tuple[str, ...]:
        """Every market that has a number of its own, in order."""
        found = {name for own in self.by_market.values() for name in own.numbers}
        return tuple(sorted(found))

    @property
    def every(self) -> dict[str, float]:
        """All numbers by name, those of a market with it in brackets."""
        own = {
            f"{name} [{market}]": number
            for name, found in self.by_market.items()
            for market, number in found.numbers.items()
        }
        return self.values | own

    def of(self, market: str | None) -> dict[str, float]:
        """Return the numbers that count for a market's customers, by name.

        Examples
        --------
        >>> cuts = Cuts({"high": 9.0}, by_market={"high": MarketCuts({"SG": 2.0})})
        >>> cuts.of("SG"), cuts.of(None)
        ({'high': 2.0}, {'high': 9.0})
        """
        own = {
            name: found.numbers[market]
            for name, found in self.by_market.items()
            if market is not None and market in found.numbers
        }
        return self.values | own

    def lacking(self, market: str | None, names: Collection[str]) -> list[str]:
        """Return those of some cut points for which a market has no number of its own.

        The whole shop's counts there. Names that are not learned per market are left
        out.
        """
        asked = [name for name in self.by_market if name in names]
        return [name for name in asked if market not in self.by_market[name].numbers]

    def to_json(self) -> str:
        """Return the cut points as JSON."""
        kept = asdict(self)
        for name in ("by_market", "stages_sha256", "absent"):
            if not kept[name]:
                del kept[name]
        return json.dumps({"model": "cuts", **kept}, indent=1)

    @classmethod
    def from_json(cls, text: str) -> Cuts:
        """Return the cut points kept by ``to_json``.

        Raises
        ------
        BadPolicy
            If the text is not what ``to_json`` wrote.
        """
        try:
            values: dict[str, Any] = json.loads(text)
            if values.pop("model", None) != "cuts":
                raise ValueError("no key 'model' with the value 'cuts'")
            by_market = {
                name: MarketCuts(**{**own, "too_few": tuple(own["too_few"])})
                for name, own in values.pop("by_market", {}).items()
            }
            absent = tuple(values.pop("absent", ()))
            return cls(**values, by_market=by_market, absent=absent)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise BadPolicy(
                f"expected the JSON of learned cut points, found {text[:60]!r} "
                f"({error}). Run the stage that learns them again."
            ) from error
