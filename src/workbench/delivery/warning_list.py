"""Warnings of a day in, a list for the service desk out, with a sentence a reason.

A CSV that spreadsheets open as it is, Chinese included; for its owner only.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from workbench.delivery.warning_sentences import plain_sentence, sentence
from workbench.delivery.warning_terms import warning_words
from workbench.storage import write_atomically

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_list(
    path: str | Path, rows: pa.Table, usual: Mapping[str, float], lang: str = "en"
) -> int:
    """Write who to call, the loudest and most valuable first; return how many.

    Below them stands whom to call no longer, who is gone since the day before, and why.

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
    columns = ["customer_id", "level", p, "value_at_risk", "last_ordered_on"]
    columns += ["was", "change", "reasons"]
    here, gone = _in_order(rows)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([warning_words(name, lang) for name in columns])
    for row in (*here, *gone):
        told = row | _told(row, usual, lang)
        writer.writerow([_cell(name, told[name], lang) for name in columns])
    write_atomically(Path(path), "\ufeff" + text.getvalue(), mode=0o600)
    return len(here)


def _in_order(rows: pa.Table) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return who is warned of, the loudest first, and who is gone, by customer_id."""
    is_here = pc.is_valid(rows["level"])
    here = rows.filter(is_here).to_pylist()
    rank = {"urgent": 0, "warn": 1, "watch": 2}
    here.sort(key=lambda r: (rank[r["level"]], -r["value_at_risk"], r["customer_id"]))
    return here, rows.filter(pc.invert(is_here)).sort_by("customer_id").to_pylist()


def _told(
    row: Mapping[str, Any], usual: Mapping[str, float], lang: str
) -> dict[str, Any]:
    """Return what is told of a row: level, last purchase day, and reasons or why."""
    ago = row["days_since_last_order"]
    last = None if ago is None else row["as_of"] - timedelta(days=int(ago))
    if row["level"] is None:
        why = warning_words(row["why"], lang)
        return {"level": "gone", "last_ordered_on": last, "reasons": why}
    listed = ("；" if lang == "zh" else "; ").join(told_reasons(row, usual, lang))
    return {"last_ordered_on": last, "reasons": listed}


def told_reasons(
    row: Mapping[str, Any], usual: Mapping[str, float], lang: str = "en"
) -> list[str]:
    """Return the reasons of a warning table's row, a sentence each.

    Where there are none, one that says so, with when the customer last bought.
    """
    features = {name: value for name, value in row.items() if _is_number(value)}
    families = [reason["family"] for reason in row["reasons"] or []]
    said = (sentence(family, features, usual, lang) for family in families)
    found = [text for text in said if text]
    return found or [plain_sentence(features, lang)]


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
    if name in ("value_at_risk", "last_ordered_on", "reasons"):
        return str(value)
    return warning_words(value, lang)
