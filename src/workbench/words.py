"""What a column and a table of words are, for the files that name a shop's tables."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from workbench.errors import UnknownName

MONEY = pa.decimal128(18, 2)
TEXT = pa.string()
DAY = pa.date32()
INSTANT = pa.timestamp("us", tz="UTC")
COUNT = pa.int64()
NUMBER = pa.float64()
FLAG = pa.bool_()


@dataclass(frozen=True)
class Column:
    """One column: its name, Arrow type, unit and meaning, and what it may hold.

    Parameters
    ----------
    name, type, meaning, unit
        What it is called, how it is kept, what it says, and in what.
    required
        Every clean table of this kind has it, and no row is without it.
    one_of
        The only texts that it may hold; empty for any.
    least, most
        The smallest and the largest number that it may hold [unit].
    refers_to
        ``table.column`` where its values should be found too; one that is not there is
        an *orphan*, which is counted and kept.
    """

    name: str
    type: pa.DataType
    meaning: str
    unit: str = ""
    required: bool = False
    one_of: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None
    refers_to: str = ""


@dataclass(frozen=True)
class Table:
    """One table: its name, what a row is, and its columns in order.

    Parameters
    ----------
    name, row, columns
        What it is called, what one row is, and what a row says.
    key
        Columns that tell its rows apart, as far as a table has them; a later load that
        brings a key again replaces what was known of it. Empty where every row is a
        thing that happened, and stays.
    day
        Column of the day on which a row became true, by which *as of* cuts; empty where
        nothing says it.
    """

    name: str
    row: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    day: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """All column names, in order."""
        return tuple(column.name for column in self.columns)

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the columns that every clean table of this kind has."""
        return tuple(column.name for column in self.columns if column.required)

    def __getitem__(self, name: str) -> Column:
        """Return the column of this name."""
        for column in self.columns:
            if column.name == name:
                return column
        raise UnknownName(f"column in {self.name}", name, self.names)

    def schema(self, names: tuple[str, ...] | None = None) -> pa.Schema:
        """Return the Arrow schema of these columns (all of them by default)."""
        return pa.schema(
            pa.field(name, self[name].type) for name in (names or self.names)
        )
