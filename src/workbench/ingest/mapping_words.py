"""Words that a mapping names in, a refusal out where no table, or not this one, has it.

A mapping does not know its table: any table's words are taken when it is read, and held
against the table when a file is ingested.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from workbench.errors import BadSpec, did_you_mean
from workbench.shop_tables import RATES, SHOP_TABLES
from workbench.tables import TRANSACTIONS
from workbench.words import Table

UNIT_PRICE = "unit_price"
#: Words of a source that are judged by and not kept.
JUDGED = (UNIT_PRICE, "brushing", "is_test")
#: Columns that the door writes itself.
WRITTEN_HERE = (
    *("ordered_on", "original_amount", "original_currency", "rate_on", "flags"),
    "happened_on",
)
#: Words without which no line is one; every line says its own.
_OWN_TO_EACH_LINE = ("customer_id", "ordered_at", "amount", "quantity", UNIT_PRICE)
_EXTRA = re.compile(r"extra_[a-z0-9_]+")


def of_source(words: Table) -> tuple[str, ...]:
    """Return the columns of a table that a source may have, in order."""
    if words is RATES:
        return words.names
    return tuple(name for name in words.names if name not in WRITTEN_HERE)


def as_text(said: Any) -> Any:
    """Return keys and values of YAML as text; what it took for true was ``yes``.

    Examples
    --------
    >>> as_text({"is_treated": True, "kind": {1: "view"}})
    {'is_treated': 'yes', 'kind': {'1': 'view'}}
    """
    if isinstance(said, dict):
        return {as_text(key): as_text(value) for key, value in said.items()}
    if isinstance(said, bool):
        return "yes" if said else "no"
    return str(said) if isinstance(said, int | float) else said


def require_known(names: Iterable[str]) -> None:
    """Refuse a name that is no word of any table.

    Raises
    ------
    ValueError
        With the nearest word.
    """
    known = {
        name for words in (TRANSACTIONS, *SHOP_TABLES) for name in of_source(words)
    }
    known.update(JUDGED)
    for name in names:
        if name.startswith("extra_"):
            require_plain(name)
        elif name not in known:
            raise ValueError(f"no column '{name}'. {did_you_mean(name, known)}")


def require_plain(name: str) -> None:
    """Refuse a further column whose name is no plain one.

    Raises
    ------
    ValueError
        With an example.
    """
    if not _EXTRA.fullmatch(name):
        raise ValueError(
            f"'{name}' is no name of a further column: after 'extra_' come small "
            "letters, digits and underscores, say extra_colour"
        )


def require_of_table(key: str, names: Iterable[str], words: Table) -> None:
    """Refuse a word that the table does not have.

    Parameters
    ----------
    key
        The key of the mapping that names the words.
    names
        The words.
    words
        The table that is being filled.

    Raises
    ------
    BadSpec
        With the nearest word of the table.
    """
    known = [*of_source(words), *(JUDGED if words is TRANSACTIONS else ())]
    for name in names:
        if name not in known and not name.startswith("extra_"):
            raise BadSpec(
                f"mapping {key}: table {words.name} has no column '{name}' that a "
                f"source could fill. {did_you_mean(name, known)}"
            )


def require_constant(names: Iterable[str], words: Table) -> None:
    """Refuse one value for all lines where every line says its own.

    Raises
    ------
    BadSpec
        Naming the word.
    """
    for name in names:
        if words is TRANSACTIONS and name in _OWN_TO_EACH_LINE:
            raise BadSpec(
                f"mapping constants: '{name}' is each order line's own; expected a "
                "word that is the same for all, say channel. Name its heading under "
                "'columns'."
            )


def require_meanings(name: str, meanings: Iterable[str], words: Table) -> None:
    """Refuse a translation into a word that the column cannot hold.

    Raises
    ------
    BadSpec
        With the nearest word that it can.
    """
    known = words[name].one_of if name in words.names else ()
    for meaning in meanings:
        if known and meaning not in known:
            raise BadSpec(
                f"mapping words: {words.name}.{name} cannot be '{meaning}'. "
                f"{did_you_mean(meaning, known)}"
            )
