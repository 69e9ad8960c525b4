"""The words: what every column of a clean table means, and the one check of a table.

A table arrives as an Arrow schema or a frame's columns and leaves checked; the data
dictionary in ``data/README.md`` is written from here. ``transactions`` stands in this
file, the tables that may stand beside it in ``shop_tables``, the truth of a synthetic
shop in ``truth_tables``.
"""

from __future__ import annotations

import pyarrow as pa

from workbench.errors import BadColumns, UnknownName, did_you_mean
from workbench.shop_tables import SHOP_TABLES
from workbench.truth_tables import TRUTH_TABLES
from workbench.words import MONEY, Column, Table

TRANSACTIONS = Table(
    "transactions",
    "one order line, or one return line",
    (
        Column(
            "customer_id",
            pa.string(),
            "who bought, kept as text",
            required=True,
            refers_to="customers.customer_id",
        ),
        Column("order_id", pa.string(), "the receipt or order this line belongs to"),
        Column("line_no", pa.int64(), "the line within its order"),
        Column(
            "ordered_at",
            pa.timestamp("us", tz="UTC"),
            "when it was paid",
            "UTC",
            required=True,
        ),
        Column(
            "ordered_on",
            pa.date32(),
            "the day in the store's own time zone; all windows compare this day",
            "day",
            required=True,
        ),
        Column(
            "amount",
            MONEY,
            "what was paid for the line; negative for a return",
            "currency",
            required=True,
        ),
        Column("currency", pa.string(), "ISO 4217 code of the amount"),
        Column(
            "original_amount", MONEY, "before it was converted", "original_currency"
        ),
        Column("original_currency", pa.string(), "ISO 4217 code it was paid in"),
        Column("rate_on", pa.date32(), "the day whose rate converted it", "day"),
        Column("kind", pa.string(), "purchase or return", required=True),
        Column("quantity", pa.float64(), "how many; negative for a return", "pieces"),
        Column("discount", MONEY, "taken off the price of the line", "currency"),
        Column(
            "product_id",
            pa.string(),
            "what was bought",
            refers_to="products.product_id",
        ),
        Column("brand", pa.string(), "the product's brand"),
        Column("category", pa.string(), "the product's category"),
        Column("channel", pa.string(), "store, online …"),
        Column("store_id", pa.string(), "which store"),
        Column("market", pa.string(), "country or region of the sale"),
        Column("status", pa.string(), "state of the order at the source"),
        Column(
            "flags",
            pa.string(),
            "what to know of the row: brushing (an order that was only staged), "
            "amount_not_price, late; codes with a blank between them",
        ),
    ),
    day="ordered_on",
)

TABLES = {table.name: table for table in (TRANSACTIONS, *SHOP_TABLES, *TRUTH_TABLES)}


def table(name: str) -> Table:
    """Return the words of a table.

    Raises
    ------
    UnknownName
        If no table has this name.
    """
    if name not in TABLES:
        raise UnknownName("table", name, TABLES)
    return TABLES[name]


def check(schema: pa.Schema, words: Table) -> None:
    """Refuse a schema that is not the clean form of its table.

    Raises
    ------
    BadColumns
        Naming what is missing, unknown or of another type.
    """
    twice = sorted({name for name in schema.names if schema.names.count(name) > 1})
    if twice:
        raise BadColumns(
            f"table {words.name} has {', '.join(twice)} more than once: expected each "
            "column once. Ingest the source again, with a mapping for its headings."
        )
    missing = [name for name in words.required if name not in schema.names]
    unknown = [
        name
        for name in schema.names
        if name not in words.names and not name.startswith("extra_")
    ]
    wrong = [
        f"{name} is {schema.field(name).type}, expected {words[name].type}"
        for name in schema.names
        if name in words.names and schema.field(name).type != words[name].type
    ]
    if missing or unknown or wrong:
        hints = [f"{name}: {did_you_mean(name, words.names)}" for name in unknown]
        found = "; ".join(
            part
            for part in (
                f"missing {', '.join(missing)}" if missing else "",
                f"unknown {', '.join(unknown)} ({' '.join(hints)})" if unknown else "",
                "; ".join(wrong),
            )
            if part
        )
        raise BadColumns(
            f"table {words.name} expects {', '.join(words.required)}: {found}. "
            "Ingest the source again, with a mapping for its headings."
        )


def dictionary() -> str:
    """Return the data dictionary as Markdown."""
    parts = []
    for words in TABLES.values():
        parts += [
            f"## {words.name}",
            "",
            f"One row is {words.row}.{_told_apart(words)}",
            "",
            "| column | type | unit | always there | meaning |",
            "|---|---|---|---|---|",
        ]
        parts += [
            f"| `{c.name}` | {c.type} | {c.unit or '–'} | "
            f"{'yes' if c.required else ''} | {c.meaning}{_found_in(c)} |"
            for c in words.columns
        ]
        parts.append("")
    return "\n".join(parts)


def _told_apart(words: Table) -> str:
    names = ", ".join(f"`{name}`" for name in words.key)
    return f" Told apart by {names}; a later load replaces." if names else ""


def _found_in(column: Column) -> str:
    return f"; found in `{column.refers_to}`" if column.refers_to else ""


__all__ = [
    "MONEY",
    "TABLES",
    "TRANSACTIONS",
    "Column",
    "Table",
    "check",
    "dictionary",
    "table",
]
