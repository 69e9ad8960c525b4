"""Every reason is explained, and optional columns are read or refused by name."""

from __future__ import annotations

import ast
from decimal import Decimal
from pathlib import Path

import workbench.ingest as room
from workbench import tables
from workbench.ingest.reasons import REASONS

HEADER = "customer_id,ordered_at,amount,line_no,discount,brand,status\n"


def test_every_code_in_the_source_is_explained():
    used = set()
    for path in Path(room.__path__[0]).glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "marks.refuse":
                code = node.args[1]
                used |= {code.value} if isinstance(code, ast.Constant) else set()
    assert {"bad_amount", "bad_line_no", "too_old"} <= used <= set(REASONS)


def test_optional_columns(load):
    receipt = load(
        HEADER
        + "a,2024-03-01,1.005,2,0.50,x,paid\nb,2024-03-01,1,,,,\n"
        + "c,2024-03-01,1,1.5,,,\nd,2024-03-01,1,,much,,\n"
    )
    assert receipt.reasons == {"bad_line_no": 1, "bad_discount": 1}
    assert receipt.notes == {"rounded_to_cent": 1}
    first, second = load.rows
    assert (first["line_no"], first["discount"]) == (2, Decimal("0.50"))
    assert first["amount"] == Decimal("1.01")
    assert [second[n] for n in ("line_no", "discount", "brand", "status")] == [None] * 4


def test_extra_column_is_kept_as_text_if_asked_for(load):
    content = "customer_id,ordered_at,amount,Farbe\na,2024-03-01,1,rot\n"
    load(content, columns={"extra_colour": "Farbe"})
    assert load.rows[0]["extra_colour"] == "rot"


def test_what_is_published_has_the_clean_schema(load):
    load(HEADER + "a,2024-03-01,1,2,0.50,x,paid\n", currency="EUR")
    import pyarrow.parquet as pq

    schema = pq.read_schema(load.snapshot.parts()[0])
    tables.check(schema, tables.TRANSACTIONS)
