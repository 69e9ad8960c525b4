"""Features of buyers in, a class of each kind out: how often, how much, what, where."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Literal, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.errors import BadParameter, BadValues, NotEnoughData
from workbench.models._columns import numbers, refuse, require_columns, require_rows
from workbench.models._estimator import Estimator, from_json, require_between, to_json

# class column -> (its measure, names of the classes, the lowest first)
MEASURES = {
    "frequency_class": ("purchase_days_365d", ("low", "middle", "high")),
    "amount_class": ("net_spend_365d", ("small", "middle", "large")),
}
ACTIVITY = ("sleeping", "occasional", "active")
LEAST_CUSTOMERS = 100  # so that a third of them says more than chance
CURE = "Build the frame with workbench.features.class_table."

Cuts = dict[str, tuple[float, float]]
Floats = NDArray[np.float64]


class CustomerClasses(Estimator):
    """Classes from stored cut points, which equal values never straddle.

    A value is in the lowest class up to the first cut point, in the middle one up to
    the second, above it in the highest. Cut points are quantiles of who bought in the
    last 365 days: the others have no purchase in it and are in the lowest class.

    Parameters
    ----------
    low, high
        Shares of customers up to the first and the second cut point [0 to 1].
    given
        Cut points that the shop sets itself, two numbers by class column; these are
        not learned, and are the same everywhere.
    per_market
        Learn cut points within each ``market``.
    inside
        ``interest`` to learn them within each interest group; empty for not. With
        ``per_market`` within each pair of both.
    place
        What ``geography_class`` is of: market, region or city.
    active_within_days, active_days
        Who was active this lately, on this many days of 365, is *active* [days].
    sleeping_after_days
        Who was not for this long is *sleeping*; *occasional* lies between [days].

    Attributes
    ----------
    cuts_
        The whole shop's two cut points by class column.
    group_cuts_
        The same of each group of a hundred customers who bought in the year, and who
        it is; smaller groups take the whole shop's.
    empty_classes_
        Classes that nobody of the fit has, by class column.
    places_
        Places with a hundred customers; the others are in class *other*.
    n_customers_
        How many customers were fitted.

    Examples
    --------
    >>> frame = pd.DataFrame(
    ...     {
    ...         "purchase_days_365d": [0, 1, 2, 9],
    ...         "net_spend_365d": [0.0, 40.0, 30.0, 90.0],
    ...         "days_since_last_activity": [400, 100, 20, 3],
    ...         "active_days_365d": [0, 1, 2, 9],
    ...     }
    ... )
    >>> classes = CustomerClasses().fit(frame)
    >>> classes.cuts_["frequency_class"]
    (1.0, 2.0)
    >>> classes.classify(frame).iloc[:, 4:].to_numpy().tolist()[2]
    ['middle', 'small', 'active']
    """

    name = "customer_classes"
    cuts_: Cuts
    group_cuts_: list[dict[str, Any]]
    empty_classes_: dict[str, list[str]]
    places_: list[str]
    n_customers_: int

    def __init__(
        self,
        low: float = 1 / 3,
        high: float = 2 / 3,
        given: Mapping[str, Sequence[float]] | None = None,
        per_market: bool = False,
        inside: Literal["", "interest"] = "",
        place: Literal["market", "region", "city"] = "market",
        active_within_days: int = 90,
        active_days: int = 2,
        sleeping_after_days: int = 180,
    ) -> None:
        self.low, self.high, self.given = low, high, given
        self.per_market, self.inside, self.place = per_market, inside, place
        self.active_within_days, self.active_days = active_within_days, active_days
        self.sleeping_after_days = sleeping_after_days

    def fit(self, customers: pd.DataFrame) -> Self:
        """Learn the cut points.

        Parameters
        ----------
        customers
            One row per customer:

            - ``purchase_days_365d`` [count], ``net_spend_365d`` [currency]
            - ``days_since_last_activity`` [days], ``active_days_365d`` [count]
            - optional: ``interest, interest_status``, and ``market``, ``region`` or
              ``city``

        Raises
        ------
        NotEnoughData
            If there are no customers, or none bought in the last 365 days.
        """
        self._check_settings()
        require_rows(customers)
        values = {column: _measure(customers, column) for column in MEASURES}
        lately = values["frequency_class"] > 0
        self.cuts_ = self._learned(values, np.flatnonzero(lately))
        self.group_cuts_ = [
            self._group(key, rows, values)
            for key, every in self._groups(customers)
            if len(rows := every[lately[every]]) >= LEAST_CUSTOMERS
        ]
        self.places_ = _large_places(customers, self.place)
        self.n_customers_ = len(customers)
        self.empty_classes_ = {
            column: [name for name in names if name not in set(given)]
            for (column, (_, names)), given in zip(
                MEASURES.items(), self._by_cuts(customers).values(), strict=True
            )
        }
        return self

    def classify(self, customers: pd.DataFrame) -> pd.DataFrame:
        """Return the frame with a column for each kind of class.

        ``frequency_class, amount_class, activity_class``; ``interest_class`` where the
        frame has ``interest`` (the interest, or its status), and ``geography_class``
        where it has the place (unknown where it is empty).
        """
        self._require_fitted()
        classes: dict[str, Any] = dict(self._by_cuts(customers))
        classes["activity_class"] = self._activity(customers)
        if "interest" in customers.columns:
            classes["interest_class"] = _interest_class(customers)
        if self.place in customers.columns:
            where = _known(customers[self.place])
            here = where.isin([*self.places_, "unknown"])
            classes["geography_class"] = where.where(here, "other")
        return customers.assign(**classes)

    def to_json(self) -> str:
        """Return settings and cut points as JSON."""
        self._require_fitted()
        fields = {
            **self.get_params(),
            "cuts": self.cuts_,
            "group_cuts": self.group_cuts_,
            "empty_classes": self.empty_classes_,
            "places": self.places_,
            "n_customers": self.n_customers_,
        }
        return to_json(self.name, fields)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return the classes that ``to_json`` wrote."""
        settings = tuple(cls._setting_names())
        fields = from_json(text, cls.name, (*settings, "cuts", "group_cuts", "places"))
        model = cls(**{name: fields[name] for name in settings})
        model._check_settings()
        model.cuts_ = _checked_cuts(fields["cuts"])
        model.group_cuts_ = [
            {**group, "cuts": _checked_cuts(group["cuts"])}
            for group in fields["group_cuts"]
        ]
        model.empty_classes_ = fields.get("empty_classes", {})
        model.places_ = [str(place) for place in fields["places"]]
        model.n_customers_ = int(fields.get("n_customers", 0))
        return model

    @property
    def _group_columns(self) -> list[str]:
        return ["market"] * self.per_market + [self.inside] * bool(self.inside)

    def _groups(
        self, customers: pd.DataFrame
    ) -> list[tuple[tuple[str, ...], NDArray[np.intp]]]:
        """Return the rows of each group that has cut points of its own, by name."""
        if not self._group_columns:
            return []
        require_columns(customers, self._group_columns)
        keys = {"market": lambda: _known(customers["market"])}
        keys["interest"] = lambda: _interest_class(customers)
        columns = [keys[name]().to_numpy() for name in self._group_columns]
        found = pd.DataFrame(dict(enumerate(columns))).groupby([*range(len(columns))])
        numbers_of = found.ngroup().to_numpy()
        order = np.argsort(numbers_of, kind="stable")
        starts = np.searchsorted(numbers_of[order], np.arange(found.ngroups))
        return [
            (tuple(str(column[rows[0]]) for column in columns), rows)
            for rows in np.split(order, starts[1:])
        ]

    def _group(
        self,
        key: tuple[str, ...],
        rows: NDArray[np.intp],
        values: Mapping[str, Floats],
    ) -> dict[str, Any]:
        """Learn the cut points of one group; ``rows`` are who bought in the year."""
        return {
            "of": dict(zip(self._group_columns, key, strict=True)),
            "n_customers": len(rows),
            "cuts": self._learned(values, rows),
        }

    def _learned(self, values: Mapping[str, Floats], rows: NDArray[np.intp]) -> Cuts:
        given = self.given or {}
        to_learn = [column for column in MEASURES if column not in given]
        if to_learn and len(rows) == 0:
            raise NotEnoughData(
                f"cut points of {', '.join(to_learn)} need customers who bought in the "
                "last 365 days, found none. Choose an earlier as_of, or give the cut "
                "points."
            )
        cuts = {column: (float(a), float(b)) for column, (a, b) in given.items()}
        for column in to_learn:
            a, b = np.quantile(
                values[column][rows], [self.low, self.high], method="inverted_cdf"
            )
            cuts[column] = (float(a), float(b))
        return {column: cuts[column] for column in MEASURES}

    def _by_cuts(self, customers: pd.DataFrame) -> dict[str, NDArray[np.object_]]:
        """Return the classes that are made by cut points, each row by its group's."""
        own = {tuple(g["of"].values()): g["cuts"] for g in self.group_cuts_}
        groups = [
            (rows, own[key]) for key, rows in self._groups(customers) if key in own
        ]
        classes = {}
        for column, (_, names) in MEASURES.items():
            value = _measure(customers, column)
            cuts = np.tile(np.array(self.cuts_[column]), (len(value), 1))
            for rows, cuts_of_group in groups:
                cuts[rows] = cuts_of_group[column]
            place = (value > cuts[:, 0]).astype(int) + (value > cuts[:, 1])
            classes[column] = np.array(names, dtype=object)[place]
        return classes

    def _activity(self, customers: pd.DataFrame) -> NDArray[np.object_]:
        ago = numbers(customers, "days_since_last_activity", CURE)
        days = numbers(customers, "active_days_365d", CURE)
        awake = ago < self.sleeping_after_days
        lately = (ago < self.active_within_days) & (days >= self.active_days)
        return np.array(ACTIVITY, dtype=object)[awake.astype(int) + (awake & lately)]

    def _check_settings(self) -> None:
        low = require_between("low", self.low, 0.0, 1.0)
        require_between("high", self.high, low, 1.0)
        if self.inside not in ("", "interest"):
            raise BadParameter(
                f"inside must be interest or empty, found {self.inside!r}"
            )
        days = (self.active_within_days, self.sleeping_after_days)
        if not 0 < days[0] <= days[1]:
            raise BadParameter(
                "active_within_days must be above 0 and at most sleeping_after_days, "
                f"found {days[0]} and {days[1]}"
            )
        for column, cuts in (self.given or {}).items():
            if column not in MEASURES:
                raise BadParameter(
                    f"cut points can be given for {', '.join(MEASURES)}; found {column}"
                )
            _two_numbers(column, cuts)


def _measure(customers: pd.DataFrame, column: str) -> Floats:
    measure = MEASURES[column][0]
    values = numbers(customers, measure, CURE)
    if column == "frequency_class":
        refuse(customers, measure, values < 0, "must be 0 or more", CURE)
    return values


def _known(column: pd.Series) -> pd.Series:
    return column.astype(object).where(column.notna(), "unknown")


def _interest_class(customers: pd.DataFrame) -> pd.Series:
    """Return the interest, or in its place why there is none."""
    require_columns(customers, ["interest", "interest_status"])
    interest = customers["interest"].astype(object)
    return interest.where(customers["interest"].notna(), customers["interest_status"])


def _large_places(customers: pd.DataFrame, place: str) -> list[str]:
    if place not in customers.columns:
        return []
    counts = customers[place].value_counts()
    return sorted(counts.index[counts >= LEAST_CUSTOMERS])


def _checked_cuts(cuts: Any) -> Cuts:
    if not isinstance(cuts, dict) or set(cuts) != set(MEASURES):
        raise BadValues(f"cuts must be for {', '.join(MEASURES)}; found {cuts!r}")
    return {column: _two_numbers(column, cuts[column]) for column in MEASURES}


def _two_numbers(column: str, cuts: Any) -> tuple[float, float]:
    """Return two cut points, refused unless they are finite and in order."""
    right = isinstance(cuts, list | tuple) and len(cuts) == 2
    plain = right and all(
        isinstance(cut, int | float) and math.isfinite(cut) for cut in cuts
    )
    if not plain or cuts[0] > cuts[1]:
        raise BadValues(
            f"cuts of {column} must be two numbers, the lower first; found {cuts!r}"
        )
    return float(cuts[0]), float(cuts[1])
