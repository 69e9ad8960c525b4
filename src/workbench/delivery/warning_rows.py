"""Churn features of a day in, of whom to warn, how loudly and why out, in columns.

No loop goes over customers: a million are warned of in the time that their features
take. Sentences are made when somebody reads them.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from workbench.churn_words import family_of
from workbench.delivery.rounding import rounded
from workbench.delivery.scoring import Scorer
from workbench.delivery.warning_levels import LEVELS, WarningLevels
from workbench.delivery.warning_sentences import is_told, speaks_of
from workbench.delivery.warning_tellings import SAYS_AGAIN
from workbench.models import ChurnModel, usual_spend
from workbench.models.reasons import ReasonTable
from workbench.tables import MONEY
from workbench.window import parse_day

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Codes = NDArray[np.int16]

MOST_REASONS = 3
_ASKED_FOR = 6
"""So many are asked of the model: some may not be told."""

LEAST_CONTRIBUTION = 0.02
"""Less moves a probability by no more than half a point and is no reason [log-odds].

Trees spread a cause that few customers have over many small steps: at .1 the returns of
three in four whom faulty goods drove away were told to nobody.
"""

_WITHOUT_GAPS = {
    "overdue_ratio": "days_since_last_order",
    "mean_gap_days": "is_one_time",
    "gap_variation": "is_one_time",
}
"""What one-time buyers are told in place of a feature that speaks of their gaps."""
_FIRST = ("is_one_time", "overdue_ratio", "days_since_last_order", "mean_gap_days")

REASON = pa.struct(
    {
        "family": pa.string(),
        "feature": pa.string(),
        "value": pa.float64(),
        "contribution": pa.float64(),
    }
)


def warning_rows(scorer: Scorer, buyers: pa.Table, as_of: date | str) -> pa.Table:
    """Return a row for each customer to be warned of, by customer_id.

    Parameters
    ----------
    scorer
        The models and the learned levels.
    buyers
        ``Scorer.churn_features`` of the day.
    as_of
        The day.

    Returns
    -------
    pyarrow.Table
        * ``customer_id, as_of``
        * ``level`` watch, warn or urgent
        * ``p_churn_<horizon>d``, ``value_at_risk`` [currency]
        * ``is_one_time, overdue_ratio, days_since_last_order, mean_gap_days``; who
          bought on one day only has no gap and no overdue ratio
        * ``reasons`` what raises the probability, largest first, at most three
        * the other churn features, so that sentences can be made of the row
    """
    eligible = can_churn(buyers)
    customers = _frame(eligible)
    p, value = risks(scorer, customers)
    one_time = customers["is_one_time"].to_numpy(dtype=bool)
    codes = scorer.settings.levels.codes(p, value, one_time)
    is_in = codes > 0
    known = _features(eligible.filter(pa.array(is_in)), as_of)
    first = {
        "customer_id": known.pop("customer_id"),
        "as_of": known.pop("as_of"),
        "level": pa.array(LEVELS).take(pa.array(codes[is_in] - 1)),
        scorer.settings.p_churn: pa.array(p[is_in]),
        "value_at_risk": pa.array(value[is_in]).cast(MONEY),
    }
    first |= {name: known.pop(name) for name in _FIRST}
    first["reasons"] = _reasons(scorer, customers[is_in].reset_index(drop=True))
    return pa.table(first | known).sort_by("customer_id")


def can_churn(buyers: pa.Table) -> pa.Table:
    """Return the customers who have not lapsed."""
    return buyers.filter(pc.equal(buyers["status"], "eligible"))


def learned_levels(scorer: Scorer, buyers: pa.Table) -> WarningLevels:
    """Return the levels with what is urgent and usual among a day's customers.

    Rates and scores that are drawn towards the shop's mean are held against that mean:
    nobody is on its far side but by what they did themselves.
    """
    customers, priors = _frame(can_churn(buyers)), scorer.settings.churn_priors
    levels = scorer.settings.levels.learn(customers, *risks(scorer, customers))
    means = {"return_rate": priors.return_rate}
    means |= {"satisfaction_score": priors.satisfaction}
    drawn = {name: float(f"{of:.4g}") for name, of in means.items()}
    known = {name: of for name, of in drawn.items() if name in levels.usual}
    return replace(levels, usual={**levels.usual, **known})


def told_reasons(
    churn: ChurnModel, warned: pd.DataFrame, levels: WarningLevels
) -> tuple[ReasonTable, Flags]:
    """Return what raises the probabilities, and which of it is told.

    Returns
    -------
    tuple
        The reasons, the largest first, and a flag for each, ``(n_customers, k)``: at
        most three of a customer, and only what their own numbers bear out.
    """
    table = churn.top_reasons(warned, n=_ASKED_FOR, raising_only=True)
    told = _told(table, warned, levels)
    return table, told & (np.cumsum(told, axis=1) <= MOST_REASONS)


def risks(scorer: Scorer, customers: pd.DataFrame) -> tuple[Floats, Floats]:
    """Return the probability of no purchase and the value at risk, to the cent.

    What is at risk is the probability times the margin of what the customer usually
    spends in the horizon.
    """
    if customers.empty:
        return np.empty(0), np.empty(0)
    settings = scorer.settings
    p = rounded(scorer.churn.p_churn(customers))
    spend = usual_spend(customers, settings.churn_horizon_days)
    return p, np.round(p * spend * settings.margin, 2)


def _frame(customers: pa.Table) -> pd.DataFrame:
    return customers.drop_columns(["customer_id", "status"]).to_pandas()


def _features(customers: pa.Table, as_of: date | str) -> dict[str, pa.Array]:
    """Return the features by name; who bought once has no gaps to speak of."""
    one_time = pc.cast(customers["is_one_time"], pa.bool_())
    day = pa.repeat(pa.scalar(parse_day(as_of), pa.date32()), customers.num_rows)
    found = {"as_of": day}
    for name in customers.column_names:
        column = customers[name]
        if pa.types.is_floating(column.type):
            column = pa.array(rounded(column.to_numpy()))
        if name in _WITHOUT_GAPS:
            column = pc.if_else(one_time, None, column)
        found[name] = column
    found.pop("status")
    return found


def _reasons(scorer: Scorer, warned: pd.DataFrame) -> pa.ListArray:
    """Return the reasons that may be told, the largest first."""
    if warned.empty:
        return pa.array([], pa.list_(REASON))
    table, told = told_reasons(scorer.churn, warned, scorer.settings.levels)
    ends = np.concatenate([[0], np.cumsum(told.sum(axis=1))])
    features, value = _without_gaps(table, told, warned)
    families = [family_of(name) for name in table.features]
    parts = {
        "family": pa.array(families, pa.string()).take(pa.array(table.codes[told])),
        "feature": features,
        "value": pa.array(rounded(value)),
        "contribution": pa.array(rounded(table.contributions[told])),
    }
    structs = pa.StructArray.from_arrays(list(parts.values()), fields=list(REASON))
    return pa.ListArray.from_arrays(pa.array(ends, pa.int32()), structs)


def _told(table: ReasonTable, warned: pd.DataFrame, levels: WarningLevels) -> Flags:
    """Return which reasons say of their customer what is so, ``(n_customers, k)``."""
    families = [family_of(name) for name in table.features]
    holds = {name: is_told(name, warned, levels.usual) for name in set(families)}
    told = np.zeros(table.codes.shape, dtype=bool)
    for code, family in enumerate(families):
        if speaks_of(family, table.features[code]):
            told |= (table.codes == code) & holds[family][:, None]
    told &= table.contributions >= LEAST_CONTRIBUTION
    return told & ~_repeats(table, told, families, warned)


def _repeats(
    table: ReasonTable, told: Flags, families: list[str | None], warned: pd.DataFrame
) -> Flags:
    """Return which reasons of one-time buyers say what their silence says already."""
    first, again = (
        told & np.isin(table.codes, [n for n, of in enumerate(families) if of == name])
        for name in SAYS_AGAIN
    )
    once = warned["is_one_time"].to_numpy(dtype=bool)
    return again & (once & first.any(axis=1))[:, None]


def _without_gaps(
    table: ReasonTable, told: Flags, warned: pd.DataFrame
) -> tuple[pa.Array, Floats]:
    """Return name and value of each told reason; of one-time buyers without gaps."""
    who, codes = np.nonzero(told)[0], table.codes[told]
    value = table.values[told]  # noqa: PD011
    names = [*table.features, *_WITHOUT_GAPS.values()]
    one_time = warned["is_one_time"].to_numpy(dtype=bool)[who]
    instead = codes.copy()
    for place, (gap, other) in enumerate(_WITHOUT_GAPS.items(), len(table.features)):
        if gap in table.features:
            is_gap = one_time & (codes == table.features.index(gap))
            instead[is_gap] = place
            value[is_gap] = warned[other].to_numpy(dtype=np.float64)[who[is_gap]]
    return pa.array(names).take(pa.array(instead)), value
