"""A store in, one line out that says what its amounts are in, for every report."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workbench.ingest.rates_used import Used
    from workbench.ingest.snapshot import Snapshot


def money_said(store: Snapshot) -> str:
    """Return what the amounts of a store are in, and how they came to be so.

    A converted currency is named with the first and the last day whose rate was used,
    and with the age of the oldest rate where one was carried [days].

    Parameters
    ----------
    store
        One version of a store.
    """
    currency = store.base_currency or store.currency
    if currency is None:
        return "Amounts in a currency that no source declares."
    converted = [_converted(code, used) for code, used in store.rates.items()]
    return " ".join([f"Amounts in {currency}.", *converted])


def _converted(code: str, used: Used) -> str:
    span = f"({used['first_on']} … {used['last_on']})"
    said = f"{code} converted at the rate of the order's day {span}"
    days = used["oldest_carried_days"]
    if not days:
        return f"{said}."
    return f"{said}, up to {days} day{'s' if days > 1 else ''} old."
