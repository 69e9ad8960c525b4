"""Columns of a customer frame as checked float arrays, for every model."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.errors import BadColumns, BadValues, NotEnoughData, did_you_mean

Floats = NDArray[np.float64]

_NO_NUMBERS = "mMc"  # spans, moments, complex: NumPy would count their nanoseconds


def require_columns(frame: pd.DataFrame, names: Iterable[str]) -> None:
    """Refuse a frame that lacks a column, with the nearest name it has."""
    wanted = list(names)
    missing = [name for name in wanted if name not in frame.columns]
    if missing:
        found = [str(name) for name in frame.columns]
        hints = " ".join(f"{name}: {did_you_mean(name, found)}" for name in missing[:5])
        raise BadColumns(
            f"expected the columns {', '.join(wanted)}; missing "
            f"{', '.join(missing)}. {hints}"
        )


def require_rows(frame: pd.DataFrame) -> None:
    """Refuse an empty frame."""
    if len(frame) == 0:
        raise NotEnoughData("expected at least one customer, found an empty frame")


def numbers(frame: pd.DataFrame, name: str, cure: str = "") -> Floats:
    """Return a column as floats, refused if a value is missing or not finite.

    Parameters
    ----------
    frame
        One row per customer.
    name
        The column.
    cure
        What the caller can do about a bad value.
    """
    require_columns(frame, [name])
    if getattr(frame[name].dtype, "kind", "O") in _NO_NUMBERS:
        raise _no_numbers(frame, name, cure)
    try:
        values = frame[name].to_numpy(dtype=np.float64, na_value=np.nan)
    except (TypeError, ValueError) as error:
        raise _no_numbers(frame, name, cure) from error
    refuse(frame, name, ~np.isfinite(values), "must be a finite number", cure)
    return values


def _no_numbers(frame: pd.DataFrame, name: str, cure: str) -> BadColumns:
    """Return what is said of a column that holds something else than numbers."""
    column = frame[name]
    wrong = column.notna()
    if column.dtype.kind == "O":
        wrong &= pd.to_numeric(column, errors="coerce").isna()
    rows = np.flatnonzero(wrong)
    found = f"column {name} must be numbers, found {column.dtype}"
    if len(rows):
        found += (
            f": {len(rows)} of {len(frame)} rows are none, for example "
            f"{column.iloc[rows[0]]!s} in row {rows[0]}"
        )
    return BadColumns(f"{found}. {cure}".strip())


def refuse(
    frame: pd.DataFrame, name: str, wrong: NDArray[np.bool_], rule: str, cure: str
) -> None:
    """Refuse a column in which some values break a rule.

    Raises
    ------
    BadValues
        Naming the column, the rule, how many rows break it, the first row's place and
        value, and the cure. Customer ids are not shown.
    """
    rows = np.flatnonzero(wrong)
    if len(rows) == 0:
        return
    raise BadValues(
        f"column {name} {rule}: found {len(rows)} of {len(frame)} rows that break "
        f"this, for example {frame[name].iloc[rows[0]]!s} in row {rows[0]}. {cure}"
    )
