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
    """One column: its name, Arrow type, unit and meaning."""

    name: str
    type: pa.DataType
    meaning: str
    unit: str = ""
    required: bool = False


@dataclass(frozen=True)
class Table:
    """One table: its name, what a row is, and its columns in order."""

    name: str
    row: str
    columns: tuple[Column, ...]

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
