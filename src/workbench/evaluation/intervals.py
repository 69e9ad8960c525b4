"""A table of intervals in, the same table out if it says which interval is which.

Three kinds are easily taken for each other, and none can stand for another:

``parameter``
    where the group's mean lies, were the model fitted to another sample of customers;
``latent``
    where a customer's own expected value lies, which nobody ever sees;
``predictive``
    where the value lies that a customer will in fact bring.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from workbench.errors import BadColumns, BadValues, UnknownName

KINDS = ("parameter", "latent", "predictive")
COLUMNS = ("group", "kind", "low", "median", "high")


def checked_intervals(table: pd.DataFrame) -> pd.DataFrame:
    """Return the five columns, in order of group and kind, if they make sense.

    Parameters
    ----------
    table
        One row for each group and kind:

        - ``group``: 1 is the best, then 2, 3 …; ten customers or more each
        - ``kind``: parameter, latent or predictive
        - ``low``, ``median``, ``high``: 5 %, 50 % and 95 % point [currency]

    Raises
    ------
    BadColumns
        If a column is missing.
    UnknownName
        If there is another kind of interval, with the nearest one.
    BadValues
        If a kind stands twice in a group or lacks, the groups are not 1, 2, 3 …, or
        low, median and high are not finite and in this order.
    """
    missing = [name for name in COLUMNS if name not in table.columns]
    if missing:
        raise BadColumns(
            f"intervals need the columns {', '.join(COLUMNS)}, found no "
            f"{', '.join(missing)} among {', '.join(map(str, table.columns[:5]))}"
        )
    for kind in table["kind"].unique():
        if kind not in KINDS:
            raise UnknownName("kind of interval", str(kind), KINDS)
    _require_each_once(table)
    _require_order(table)
    place = table["kind"].map(KINDS.index).rename("place")
    order = pd.concat([table["group"], place], axis=1).sort_values(["group", "place"])
    return table.loc[order.index, list(COLUMNS)].reset_index(drop=True)


def _require_each_once(table: pd.DataFrame) -> None:
    rows = pd.Series(list(zip(table["group"], table["kind"], strict=True)))
    groups = range(1, table["group"].nunique() + 1)
    wanted = {(group, kind) for group in groups for kind in KINDS}
    if len(rows) and len(rows) == len(wanted) and set(rows) == wanted:
        return
    raise BadValues(
        f"intervals need one row for each of the groups 1, 2, 3 … and each of "
        f"{', '.join(KINDS)}: found {len(rows)} rows, {rows.duplicated().sum()} of "
        f"them doubled, for {table['group'].nunique()} groups. Number the groups from "
        "1, the best, and give each the three kinds."
    )


def _require_order(table: pd.DataFrame) -> None:
    values = table[["low", "median", "high"]].to_numpy(dtype="float64")
    finite = np.isfinite(values).all(axis=1)
    wrong = ~finite | (values[:, 0] > values[:, 1]) | (values[:, 1] > values[:, 2])
    if wrong.any():
        at = table.iloc[int(wrong.argmax())]
        raise BadValues(
            "low, median and high must be finite and in this order: found "
            f"{wrong.sum()} of {len(table)} rows that are not, for example group "
            f"{at['group']}, {at['kind']}: {at['low']}, {at['median']}, {at['high']}"
        )
