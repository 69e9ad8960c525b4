"""A shop on a day in; how many of its keys lead to a customer, and how many do not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from workbench.features.identities import CIRCLE, TWO_OWNERS

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from workbench.shop import Shop


def keys_table(shop: Shop) -> pd.DataFrame:
    """Count the declared keys by what became of them.

    Returns
    -------
    pandas.DataFrame
        Index *what*, column *count*; empty where the store has no ``identities``.
    """
    counts: dict[str, int] = {}
    if shop.keys is not None:
        owners, conflicts = shop.keys.owners, shop.keys.conflicts
        why = conflicts.drop_duplicates("key")["why"]
        counts = {
            "keys that lead to a customer": len(owners),
            "customers with two keys or more": _with_several(owners["customer_id"]),
            "ids of lines before keys were joined": _ids(shop.store.read()),
            "ids of lines after it": _ids(shop.transactions),
            "keys with two owners, joined to nobody": int((why == TWO_OWNERS).sum()),
            "keys that own each other, joined to nobody": int((why == CIRCLE).sum()),
        }
    return pd.DataFrame({"count": counts}, dtype="int64").rename_axis("what")


def _with_several(customers: pd.Series) -> int:
    return int((customers.value_counts() > 1).sum())


def _ids(lines: ir.Table) -> int:
    return int(lines.customer_id.nunique().execute())
