"""Warnings of a day in, a list for the service desk out, with a sentence a reason.

A CSV that spreadsheets open as it is, Chinese included; for its owner only.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from workbench.delivery.warning_sentences import sentence
from workbench.delivery.warning_terms import warning_words
from workbench.storage import write_atomically

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_list(
    path: str | Path, rows: pa.Table, usual: Mapping[str, float], lang: str = "en"
) -> int:
    """Write who to call, the loudest and most valuable first; return how many.

    Who is gone since the day before is not on it.

    Parameters
    ----------
    path
        The file; replaced in one step.
    rows
        Of a warning table.
    usual
        What is usual in the shop, from the table's manifest.
    lang
        ``en`` or ``zh``.
    """
    p = next(name for name in rows.column_names if name.startswith("p_churn_"))
    here = rows.filter(pc.is_valid(rows["level"])).to_pylist()
    rank = {"urgent": 0, "warn": 1, "watch": 2}
    here.sort(key=lambda r: (rank[r["level"]], -r["value_at_risk"], r["customer_id"]))
    columns = ("customer_id", "level", p, "value_at_risk", "was", "change", "reasons")
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([warning_words(name, lang) for name in columns])
    for row in here:
        told = row | {
            "reasons": ("；" if lang == "zh" else "; ").join(
                told_reasons(row, usual, lang)
            )
        }
        writer.writerow([_cell(name, told[name], lang) for name in columns])
    write_atomically(Path(path), "\ufeff" + text.getvalue(), mode=0o600)
    return len(here)


def told_reasons(
    row: Mapping[str, Any], usual: Mapping[str, float], lang: str = "en"
) -> list[str]:
    """Return the reasons of a warning table's row, a sentence each."""
    features = {name: value for name, value in row.items() if _is_number(value)}
    families = [reason["family"] for reason in row["reasons"] or []]
    said = (sentence(family, features, usual, lang) for family in families)
    return [text for text in said if text]


def _is_number(value: object) -> bool:
    return isinstance(value, bool | int | float)


def _cell(name: str, value: Any, lang: str) -> str:
    """Return a cell; an id that a spreadsheet would run stands behind an apostrophe."""
    if value is None:
        return ""
    if name == "customer_id":
        return f"'{value}" if value.startswith(_FORMULA) else str(value)
    if name.startswith("p_churn_"):
        return f"{value:.0%}"
    if name == "value_at_risk":
        return str(value)
    return str(value) if name == "reasons" else warning_words(value, lang)
