"""A shop and a day in, each customer's life-cycle stage and tier on it out."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

import pandas as pd

from workbench.delivery.assignment import previous_assignment
from workbench.delivery.run_models import stages_of_project
from workbench.evaluation import customer_stages
from workbench.settings import places

if TYPE_CHECKING:
    from workbench.shop import Shop
    from workbench.window import Window


@dataclass(frozen=True)
class KnownGroups:
    """What customers were called on a day.

    Parameters
    ----------
    table
        Private: ``customer_id``, ``stage`` where the project has rules of the life
        cycle, ``tier`` where tiers were assigned by that day.
    words
        Where each comes from, or why it is not there.
    """

    table: pd.DataFrame = field(repr=False)
    words: str

    @property
    def names(self) -> tuple[str, ...]:
        """The columns to split by."""
        return tuple(name for name in ("stage", "tier") if name in self.table.columns)


def known_groups(shop: Shop, window: Window, eligible_days: int = 365) -> KnownGroups:
    """Return the stage on a day, and the tier of the newest table of then.

    Parameters
    ----------
    shop
        The shop, on the day or later.
    window
        The day; tiers that were assigned as of a later one are not looked at.
    eligible_days
        After so many days without a purchase a customer has lapsed [days].
    """
    stages, words = stages_of_project(), []
    table = shop.everybody.select("customer_id").execute()
    if stages is None:
        words.append("no stages.yaml: stages are not shown")
    else:
        known = (shop.customers, eligible_days)
        found = customer_stages(shop.transactions, window, stages, *known)
        staged = found.select("customer_id", "stage").execute()
        table = table.merge(staged, on="customer_id", how="left")
        words.append(f"stages on {window.as_of} by {stages.id}")
    after = window.as_of + timedelta(days=1)
    store = shop.store.identity["name"]
    tiers = previous_assignment(places().tiers, after, store, shop.scope)
    if tiers is None:
        words.append(f"no tiers were assigned as of {window.as_of} or before")
        return KnownGroups(table, "; ".join(words))
    assigned = tiers.table().select("customer_id", "tier").execute()
    words.append(f"tiers as of {tiers.manifest['as_of']}")
    return KnownGroups(
        table.merge(assigned, on="customer_id", how="left"), "; ".join(words)
    )
