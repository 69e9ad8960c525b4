"""The last assignment and a customer in, what explains that customer out.

The bundle, the store and the earlier tier table are those that the assignment used,
unless others are asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from workbench.delivery.assignment import (
    Assignment,
    last_assignment,
    open_assignment,
    previous_assignment,
)
from workbench.delivery.bundle import Bundle
from workbench.delivery.explainer import explain
from workbench.delivery.explanation import Explanation
from workbench.ingest import open_store
from workbench.settings import places
from workbench.shop import Shop, open_shop
from workbench.window import parse_day


@dataclass(frozen=True)
class Asked:
    """What a question about a customer is answered from.

    Parameters
    ----------
    bundle
        Opened, and valid on the day.
    shop
        The store as known on the day.
    as_of
        The day.
    earlier
        The tier table before, None without one.
    """

    bundle: Bundle
    shop: Shop
    as_of: date
    earlier: Assignment | None

    @property
    def currency(self) -> str | None:
        """The currency of the amounts; None where nothing declares it."""
        return self.shop.store.base_currency or self.shop.store.currency

    def explain(self, customer_id: str) -> Explanation:
        """Return the explanation of one customer.

        Raises
        ------
        UnknownCustomer
            If nobody of this id is known on the day.
        """
        return explain(
            self.shop.customer_of(customer_id),
            self.bundle,
            self.shop.transactions,
            self.as_of,
            self.earlier.table() if self.earlier else None,
            self.shop.beside,
            self.currency,
        )


def last_asked(
    *,
    as_of: str | None = None,
    bundle: str | None = None,
    data: str | None = None,
) -> Asked:
    """Open what the last assignment used.

    Parameters
    ----------
    as_of
        Another day than the last assigned one, an ISO text.
    bundle, data
        In place of the bundle and the store that the assignment used.

    Raises
    ------
    MissingInputs
        If no tier table of the day is there to take bundle and data from.
    """
    out = places().tiers
    if as_of and bundle and data:
        day, opened, store = parse_day(as_of), Bundle.find(bundle), data
        scope = opened.scorer.settings.scope
        policy = opened.policy.spec.name
        earlier = previous_assignment(out, day, scope=scope, policy=policy)
    else:
        folder = out / f"as_of={parse_day(as_of)}" if as_of else None
        last = open_assignment(folder) if folder else last_assignment(out)
        day, used = parse_day(last.manifest["as_of"]), last.manifest["data"] or {}
        opened = Bundle.find(bundle or last.manifest["bundle"])
        store = data or f"{used.get('name')}@{used.get('version')}"
        before = last.manifest["previous"]
        earlier = open_assignment(out / before) if before else None
    opened.require_valid(day)
    snapshot = open_store(store)
    opened.require_store(snapshot.identity)
    shop = open_shop(snapshot, day, opened.scorer.settings.scope)
    return Asked(opened, shop, day, earlier)


def explain_last(
    customer_id: str,
    *,
    as_of: str | None = None,
    bundle: str | None = None,
    data: str | None = None,
) -> Explanation:
    """Explain one customer's tier as the last assignment gave it.

    Parameters
    ----------
    customer_id
        Who asks, as text.
    as_of, bundle, data
        As in ``last_asked``.

    Raises
    ------
    MissingInputs
        If no tier table of the day is there to take bundle and data from.
    UnknownCustomer
        If nobody of this id is known on the day.
    """
    return last_asked(as_of=as_of, bundle=bundle, data=data).explain(customer_id)
