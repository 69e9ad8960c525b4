"""Clean rows in, the days of the rates that converted them out, for whoever counts.

By currency code: the first and last day whose rate was used, and for how many days the
oldest of them was carried.
"""

from __future__ import annotations

from typing import TypedDict

import pyarrow as pa
import pyarrow.compute as pc


class Used(TypedDict):
    """What is known of one currency's rates; days are ISO texts."""

    first_on: str
    last_on: str
    oldest_carried_days: int


RatesUsed = dict[str, Used]


def rates_used(rows: pa.Table) -> RatesUsed:
    """Return what the rows say of the rates that converted them.

    Parameters
    ----------
    rows
        * ``ordered_on`` day of the order
        * ``original_currency`` ISO 4217 code it was paid in
        * ``rate_on`` day whose rate converted it, null where nothing did

        Without the last two there were no rates.
    """
    if not {"original_currency", "rate_on"} <= set(rows.column_names):
        return {}
    rows = rows.filter(pc.is_valid(rows["rate_on"]))
    if not len(rows):
        return {}
    days = [pc.cast(rows[name], pa.int32()) for name in ("ordered_on", "rate_on")]
    carried = rows.append_column("carried_days", pc.subtract(*days))
    wanted = [("rate_on", "min"), ("rate_on", "max"), ("carried_days", "max")]
    found = carried.group_by("original_currency").aggregate(wanted).to_pylist()
    return {
        one["original_currency"]: Used(
            first_on=one["rate_on_min"].isoformat(),
            last_on=one["rate_on_max"].isoformat(),
            oldest_carried_days=one["carried_days_max"],
        )
        for one in sorted(found, key=lambda one: str(one["original_currency"]))
    }


def together(*parts: RatesUsed) -> RatesUsed:
    """Return what several parts say in all, in the order of the codes.

    Examples
    --------
    >>> early = {"SGD": Used(first_on="2024-01-01", last_on="2024-01-31",
    ...                      oldest_carried_days=0)}
    >>> late = {"SGD": Used(first_on="2024-02-01", last_on="2024-02-27",
    ...                     oldest_carried_days=2)}
    >>> together(early, late)["SGD"]
    {'first_on': '2024-01-01', 'last_on': '2024-02-27', 'oldest_carried_days': 2}
    """
    found: RatesUsed = {}
    for code in sorted({code for part in parts for code in part}):
        some = [part[code] for part in parts if code in part]
        found[code] = Used(
            first_on=min(one["first_on"] for one in some),
            last_on=max(one["last_on"] for one in some),
            oldest_carried_days=max(one["oldest_carried_days"] for one in some),
        )
    return found
