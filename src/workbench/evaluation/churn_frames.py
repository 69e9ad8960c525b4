"""A shop's tables and a day in, each buyer's features, and what then happened, out.

Every frame is built from tables cut at its own day, so it is the same whoever asks for
it, and is made once for all the origins of a judge.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Protocol

import pandas as pd

from workbench.churn_words import family_of, fitted
from workbench.errors import BadColumns, BadParameter, BadValues, UnknownName
from workbench.evaluation.as_known import beside_until, lines_until
from workbench.evaluation.holdout import label_no_order, with_future
from workbench.features import Beside, Priors, churn_table, future_orders

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from workbench.window import Window

FEWEST_OF_EACH = 100


class Build(Protocol):
    """What makes the features: ``churn_table``, or one of a data scientist's own."""

    def __call__(
        self,
        transactions: ir.Table,
        window: Window,
        eligible_days: int = 365,
        beside: Beside = ...,
        priors: Priors = ...,
    ) -> ir.Table:
        """Return one row per buyer: ``customer_id, status`` and the features."""
        ...


@dataclass(frozen=True)
class ChurnFrames:
    """Makes the frames of one judge, each day's once.

    Parameters
    ----------
    beside
        What the shop knows beside its transactions.
    priors
        Shop means that a customer's rates are drawn towards.
    eligible_days
        Who bought within so many days can churn [days].
    own_features
        Names of numeric columns, 0 or more, that are tried beside the known features:
        of what ``build`` returns, or of the customers table, where who is not in it
        has 0.
    build
        What makes the features.

    Raises
    ------
    BadParameter
        If an own feature bears the name of a known one.
    """

    beside: Beside = Beside()
    priors: Priors = Priors()
    eligible_days: int = 365
    own_features: tuple[str, ...] = ()
    build: Build = churn_table
    _buyers: dict[date, pd.DataFrame] = field(default_factory=dict, repr=False)
    _closed: dict[Window, pd.DataFrame] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        """Refuse own features that are none."""
        known = [name for name in self.own_features if family_of(name)]
        if known:
            raise BadParameter(
                "own features must have names of their own, found "
                f"{', '.join(known)}, which the workbench builds. Leave them out, or "
                "give what you build another name."
            )

    def buyers(self, transactions: ir.Table, window: Window) -> pd.DataFrame:
        """Return everybody who had bought by ``window.as_of``, with their features."""
        day = window.as_of
        if day not in self._buyers:
            beside = beside_until(self.beside, day)
            lines = lines_until(transactions, day)
            table = self.build(
                lines, window, self.eligible_days, beside=beside, priors=self.priors
            )
            frame = table.execute().sort_values("customer_id", ignore_index=True)
            self._buyers[day] = with_own(frame, beside.customers, self.own_features)
        return self._buyers[day]

    def eligible(self, transactions: ir.Table, window: Window) -> pd.DataFrame:
        """Return those of them who can churn."""
        known = self.buyers(transactions, window)
        return known[known["status"] == "eligible"].reset_index(drop=True)

    def closed(self, transactions: ir.Table, window: Window) -> pd.DataFrame:
        """Return them with ``no_order``: whether they stayed away in the horizon.

        The horizon must lie within ``transactions``.
        """
        if window not in self._closed:
            known = self.eligible(transactions, window)
            came = future_orders(transactions, window).execute()
            label = label_no_order(with_future(known[["customer_id"]], came))
            self._closed[window] = known.assign(no_order=label)
        return self._closed[window]

    def features(self, customers: pd.DataFrame) -> tuple[str, ...]:
        """Return what the models of all features are fitted on, own features last.

        What is the same of all these customers tells nothing, and is not asked for
        when they are scored: a calendar without a day in the year, say.
        """
        own = [name for name in self.own_features if name in customers.columns]
        there = fitted(customers.columns)
        told = [n for n in there if customers[n].min() < customers[n].max()]
        return (*told, *own)


def with_own(
    frame: pd.DataFrame, customers: ir.Table | None, names: Sequence[str]
) -> pd.DataFrame:
    """Return the features with the shop's own columns.

    Raises
    ------
    UnknownName
        If neither the features nor the customers table have such a column.
    BadColumns, BadValues
        If it is not of numbers, one of them is below 0, or a customer stands in the
        table twice.
    """
    there = () if customers is None else customers.columns
    missing = [name for name in names if name not in frame.columns]
    for name in missing:
        if name not in there:
            raise UnknownName("own feature", name, (*frame.columns, *there))
    if customers is not None and missing:
        known = customers.select("customer_id", *missing).execute()
        _require_one_row_each(known)
        frame = frame.merge(known, on="customer_id", how="left", validate="1:1")
    return frame.assign(**{name: _own_numbers(frame[name]) for name in names})


def outcome_counts(customers: pd.DataFrame) -> tuple[int, int]:
    """Return how many came back, and how many stayed away."""
    stayed_away = int(customers["no_order"].sum())
    return len(customers) - stayed_away, stayed_away


def has_both_outcomes(customers: pd.DataFrame) -> bool:
    """Whether at least 100 customers came back and at least 100 did not."""
    return min(outcome_counts(customers)) >= FEWEST_OF_EACH


def _require_one_row_each(customers: pd.DataFrame) -> None:
    twice = int(customers["customer_id"].duplicated().sum())
    if twice:
        raise BadValues(
            f"own features need one row per customer, found {twice} of "
            f"{len(customers)} rows too many. Keep the newest of each."
        )


def _own_numbers(values: pd.Series) -> pd.Series:
    """Return an own feature as numbers, refused where a model could not take it.

    The door keeps a shop's own columns as they came, so numbers may be text here.
    """
    numbers = pd.to_numeric(values, errors="coerce").astype("float64")
    unread = int((numbers.isna() & values.notna()).sum())
    if unread:
        raise BadColumns(
            f"own feature {values.name} must be of numbers, found {unread} of "
            f"{len(values)} that are none. Write 1234.5, and leave unknown ones empty."
        )
    numbers = numbers.fillna(0.0)
    wrong = int((numbers < 0).sum())
    if wrong:
        raise BadValues(
            f"own feature {values.name} must be 0 or more, found {wrong} of "
            f"{len(numbers)} below, {numbers.min():g} the lowest. Count from its "
            "lowest value."
        )
    return numbers
