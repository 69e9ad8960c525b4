"""Two days' warnings in, what changed between them out: new, worse, better, gone.

Who is warned of more quietly is *better* only if the probability fell as people read
it; else only less is at stake.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from workbench.delivery.warning_levels import LEVELS

CHANGES = ("new", "worse", "same", "better", "less_at_stake", "gone")
WHY_GONE = ("bought_again", "lapsed", "risk_fell", "not_known")
_NEW, _WORSE, _SAME, _BETTER, _LESS_AT_STAKE = range(5)
_BOUGHT_AGAIN, _LAPSED, _RISK_FELL, _NOT_KNOWN = range(4)


def with_changes(
    rows: pa.Table,
    buyers: pa.Table,
    as_of: date,
    previous: pa.Table | None = None,
    since: date | None = None,
) -> pa.Table:
    """Return the rows with what changed, and who is gone since, by customer_id.

    Parameters
    ----------
    rows
        From ``warning_rows``.
    buyers
        ``Scorer.churn_features`` of the same day, of whoever has bought.
    as_of
        The day.
    previous, since
        The warning table before and its day; None for the first.

    Returns
    -------
    pyarrow.Table
        After ``reasons``:

        * ``was`` the level before, null for none
        * ``change`` new, worse, same, better (a lower level, and the probability
          fell), less_at_stake (a lower level, and it did not) or gone
        * ``why`` of who is gone, whose level is null: *bought_again*, *lapsed*,
          *risk_fell* (neither, but below the limit) or *not_known* (no longer a
          customer of these lines)
    """
    if previous is None or since is None:
        nothing = pa.nulls(rows.num_rows, pa.string())
        return _placed(rows, nothing, _every("new", rows.num_rows), nothing)
    before = previous.filter(pc.is_valid(previous["level"]))
    place = pc.index_in(rows["customer_id"], value_set=_ids(before))
    was = before["level"].take(place)
    nothing = pa.nulls(rows.num_rows, pa.string())
    fell = _fell(_p(rows), _p(before), place)
    stay = _placed(rows, was, _change(rows["level"], was, fell), nothing)
    gone = _gone(rows, buyers, before, (as_of - since).days)
    known = {name: gone[name] for name in gone.column_names}
    known["as_of"] = _every(as_of, gone.num_rows)
    left = [
        known[field.name].cast(field.type)
        if field.name in known
        else pa.nulls(gone.num_rows, field.type)
        for field in stay.schema
    ]
    both = pa.concat_tables([stay, pa.table(left, schema=stay.schema)])
    return both.sort_by("customer_id")


def _gone(
    rows: pa.Table, buyers: pa.Table, before: pa.Table, days_between: int
) -> pa.Table:
    """Return who was warned of before and is not now: nothing but who and why."""
    is_gone = pc.is_null(pc.index_in(before["customer_id"], value_set=_ids(rows)))
    left = before.filter(is_gone)
    now = buyers.select(["status", "days_since_last_order"])
    now = now.take(pc.index_in(left["customer_id"], value_set=_ids(buyers)))
    return pa.table(
        {
            "customer_id": left["customer_id"],
            "is_one_time": left["is_one_time"],
            "days_since_last_order": now["days_since_last_order"],
            "was": left["level"],
            "change": _every("gone", left.num_rows),
            "why": _why(now, days_between),
        }
    )


def _why(now: pa.Table, days_between: int) -> pa.Array:
    ago = pc.fill_null(now["days_since_last_order"], -1).to_numpy()
    lapsed = pc.fill_null(pc.equal(now["status"], "lapsed"), False).to_numpy()
    why = np.select(
        [ago < 0, ago < days_between, lapsed],
        [_NOT_KNOWN, _BOUGHT_AGAIN, _LAPSED],
        default=_RISK_FELL,
    )
    return pa.array(WHY_GONE).take(pa.array(why))


def _change(
    level: pa.ChunkedArray, was: pa.ChunkedArray, fell: NDArray[np.bool_]
) -> pa.Array:
    now, then = _rank(level), _rank(was)
    change = np.select(
        [then < 0, now > then, (now < then) & fell, now < then],
        [_NEW, _WORSE, _BETTER, _LESS_AT_STAKE],
        default=_SAME,
    )
    return pa.array(CHANGES).take(pa.array(change))


def _fell(
    now: NDArray[np.float64], before: NDArray[np.float64], place: pa.Array
) -> NDArray[np.bool_]:
    """Return whose probability is lower by a whole percent or more, as it is shown."""
    then = pa.array(before).take(place).to_numpy(zero_copy_only=False)
    return np.round(now, 2) < np.round(then, 2)


def _p(rows: pa.Table) -> NDArray[np.float64]:
    """Return the probabilities of a warning table, whatever their horizon."""
    name = next(name for name in rows.column_names if name.startswith("p_churn_"))
    return np.asarray(rows[name].to_numpy(), dtype=np.float64)


def _rank(level: pa.ChunkedArray) -> NDArray[np.int64]:
    """Return how loud each level is; -1 for none."""
    found = pc.index_in(level, value_set=pa.array(LEVELS))
    return pc.fill_null(found, -1).to_numpy().astype(np.int64)


def _placed(rows: pa.Table, was: pa.Array, change: pa.Array, why: pa.Array) -> pa.Table:
    """Return the rows with the three columns after the reasons."""
    place = rows.column_names.index("reasons") + 1
    columns = {"was": was, "change": change, "why": why}
    for at, (name, column) in enumerate(columns.items(), place):
        rows = rows.add_column(at, name, column)
    return rows


def _ids(table: pa.Table) -> pa.Array:
    return table["customer_id"].combine_chunks()


def _every(value: object, n: int) -> pa.Array:
    return pa.repeat(pa.scalar(value), n)
