"""A store's name and a day in, the shop as it was known on that day out.

What notebooks, the batch and the explanation read: the clean tables with store and
online customers joined by declared keys, of one channel or market where that is asked
for, and everybody who was known on the day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

import ibis

from workbench.errors import BadParameter, UnknownName
from workbench.features.beside import Beside
from workbench.features.identities import Keys, declared_keys, join_keys
from workbench.features.purchase_days import purchases
from workbench.features.spine import on_spine, spine
from workbench.ingest import Snapshot, open_store
from workbench.promotion_days import promotion_days
from workbench.scope import ALL, parse_scope
from workbench.tables import table as words_of
from workbench.window import Window, parse_day

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd


#: The day on which something ended; before it nobody knew.
CLOSED = "closed_on"


@dataclass(frozen=True)
class Shop:
    """A shop on a day. Make one with ``open_shop``.

    Parameters
    ----------
    store
        The version of the store that is read.
    as_of
        What the shop learned after this day is not known; lines of later days are
        there, and cut by whoever has a window.
    scope
        Which lines: *all*, or those of a channel, of a market, of both; see ``scope``.
    """

    store: Snapshot
    as_of: date
    scope: str = ALL

    @property
    def window(self) -> Window:
        """The day, for what looks back only."""
        return Window(self.as_of)

    @cached_property
    def transactions(self) -> ir.Table:
        """Order lines, each under its customer, of the channel and market asked for."""
        lines = self._joined("transactions")
        for name, wanted in self._wanted.items():
            lines = lines.filter(self._having(lines, name, wanted))
        return lines

    @cached_property
    def customers(self) -> ir.Table | None:
        """Registrations, each customer once; None where the store has no such table.

        What was registered under a key counts for the customer whose it is, unless they
        registered themselves. Of a scope these are its buyers, and who registered in
        its market; of a channel nothing says who else would buy there.
        """
        if "customers" not in self.store.tables:
            return None
        rows, wanted = self._known(self._registered(), "joined_on"), self._wanted
        if not wanted:
            return rows
        bought = purchases(self.window.history(self.transactions))
        buys = rows.customer_id.isin(bought.customer_id)
        if "channel" in wanted or "market" not in rows.columns:
            return rows.filter(buys)
        return rows.filter(buys | (rows.market == wanted["market"]).fill_null(False))

    @cached_property
    def everybody(self) -> ir.Table:
        """Every customer known on the day, purchases or none; see ``spine``."""
        return spine(self.transactions, self.customers, self.window)

    @cached_property
    def beside(self) -> Beside:
        """What the shop knows beside its transactions, as known on the day."""
        named = ("customers", "products", "events", "feedback")
        tables = {name: self.table(name) for name in named}
        return Beside(**tables, calendar=promotion_days(self.store.home))

    @property
    def currency(self) -> str:
        """The currency of its amounts; *currency* where nothing says it."""
        return self.store.currency or "currency"

    @property
    def keys(self) -> Keys | None:
        """Whose every declared key is; None where the store has no identities."""
        return self._keys

    @property
    def conflicts(self) -> pd.DataFrame | None:
        """Keys that were declared and join nobody, with the reason."""
        return None if self._keys is None else self._keys.conflicts

    def on_spine(self, scores: pd.DataFrame) -> pd.DataFrame:
        """Return a row for every customer of the shop: their scores, or their id."""
        return on_spine(scores, self.everybody)

    def customer_of(self, known_as: str) -> str:
        """Return whose a key is; an id that is no known key stays itself."""
        if self._keys is None:
            return known_as
        owners = self._keys.owners
        found = owners.loc[owners["key"] == known_as, "customer_id"]
        return str(found.iloc[0]) if len(found) else known_as

    def table(self, name: str) -> ir.Table | None:
        """Return a table as known on the day, each row under its customer.

        Parameters
        ----------
        name
            A table of ``tables.py``; None where the store does not have it.
        """
        words = words_of(name)
        if name in ("transactions", "customers"):
            return getattr(self, name)
        if name not in self.store.tables:
            return None
        rows = self._joined(name)
        rows = self._known(rows, words.day)
        if CLOSED in rows.columns:
            is_past = rows[CLOSED] <= self.as_of
            rows = rows.mutate(**{CLOSED: is_past.ifelse(rows[CLOSED], None)})
        return rows

    @property
    def _wanted(self) -> dict[str, str]:
        return parse_scope(self.scope)

    def _known(self, rows: ir.Table, day: str) -> ir.Table:
        """Return the rows that were true on the day; an empty day is since ever."""
        if day not in rows.columns:
            return rows
        return rows.filter(rows[day].fill_null(self.as_of) <= self.as_of)

    def _joined(self, name: str) -> ir.Table:
        rows = self.store.read(name)
        owners = self._owners_in(name) if "customer_id" in rows.columns else None
        return rows if owners is None else join_keys(rows, owners)

    def _registered(self) -> ir.Table:
        """Return one registration a customer: their own, else that of the first key."""
        rows, owners = self.store.read("customers"), self._owners_in("customers")
        if owners is None:
            return rows
        joined = join_keys(rows.mutate(under=rows.customer_id), owners)
        order = [joined.under != joined.customer_id, joined.under]
        place = ibis.row_number().over(group_by="customer_id", order_by=order)
        return joined.mutate(place=place).filter(lambda t: t.place == 0)[rows.columns]

    def _having(self, lines: ir.Table, name: str, wanted: str) -> ir.BooleanColumn:
        if name not in lines.columns:
            raise BadParameter(
                f"store {self.store.name} says of no line its {name}: expected scope "
                f"{ALL}, found {name}={wanted}."
            )
        known = lines.select(name).distinct().drop_null().order_by(name).limit(1_000)
        names = known.to_pyarrow()[name].to_pylist()
        if wanted not in names:
            raise UnknownName(f"{name} in store {self.store.name}", wanted, names)
        return lines[name] == wanted

    @cached_property
    def _keys(self) -> Keys | None:
        if "identities" not in self.store.tables:
            return None
        return declared_keys(self.store.read("identities"), self.window)

    @cached_property
    def _found_owners(self) -> dict[str, ir.Table | None]:
        return {}

    @cached_property
    def _every_owner(self) -> ir.Table | None:
        if self._keys is None or self._keys.owners.empty:
            return None
        name = f"owners_as_of_{self.as_of:%Y%m%d}"
        return self.store.beside(name, self._keys.owners)

    def _owners_in(self, name: str) -> ir.Table | None:
        """Return the keys that a table uses as a customer; None without any.

        They are few as a rule: a site writes the customer, only a till writes its card.
        """
        every = self._every_owner
        if every is None or name == "identities":
            return None
        if name not in self._found_owners:
            used = every.filter(every.key.isin(self.store.read(name).customer_id))
            found = used.execute()
            beside = f"{every.get_name()}_in_{name}"
            self._found_owners[name] = (
                None if found.empty else self.store.beside(beside, found)
            )
        return self._found_owners[name]


def open_shop(
    data: str | Snapshot,
    as_of: date | str,
    scope: str = ALL,
) -> Shop:
    """Open a shop as it was known on a day.

    Parameters
    ----------
    data
        The store: ``NAME``, ``NAME@VERSION``, a folder, or one that is open.
    as_of
        The day to stand on.
    scope
        Which lines: *all*, ``channel=online``, ``market=SG``, or both.

    Raises
    ------
    UnknownStore, UnknownName, BadParameter
        If there is no such store, channel or market.
    """
    store = data if isinstance(data, Snapshot) else open_store(data)
    return Shop(store, parse_day(as_of), scope)
