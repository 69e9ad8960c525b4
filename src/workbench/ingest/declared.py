"""A store's sources in, what those of transactions say of time and money out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from workbench.ingest.rates_used import RatesUsed, together

Sources = Iterable[dict[str, Any]]


def the_one(what: str, sources: Sources) -> str | None:
    """Return what all mappings say under a key; None where they differ."""
    declared = {source["mapping"].get(what) for source in _orders(sources)}
    return declared.pop() if len(declared) == 1 else None


def market_zones(sources: Sources) -> dict[str, str]:
    """Return the zone of each market that has one of its own, the newest source's."""
    return {
        name: market["time_zone"]
        for source in _orders(sources)
        for name, market in source["mapping"].get("markets", {}).items()
        if market["time_zone"]
    }


def base_currency(sources: Sources) -> str | None:
    """Return the currency that amounts were converted to; None where nothing asked."""
    asked = {source["mapping"].get("base_currency") for source in _orders(sources)}
    return next(iter(sorted(asked - {None})), None)


def rates(sources: Sources) -> RatesUsed:
    """Return the days of the rates that converted each currency's amounts."""
    return together(*(source.get("rates", {}) for source in _orders(sources)))


def _orders(sources: Sources) -> list[dict[str, Any]]:
    return [source for source in sources if source["table"] == "transactions"]
