"""Parameters of both models in each replicate, kept as numbers, for the intervals."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.errors import BadValues, UnknownName
from workbench.models._estimator import from_json, parse, to_json
from workbench.models.intervals._whole import require_whole
from workbench.models.intervals.tables import quantiles
from workbench.models.load import load_model

Floats = NDArray[np.float64]

NAME = "replicates"
FIELDS = (
    "orders_model",
    "value_model",
    "orders_parameters",
    "value_parameters",
    "n_failed",
    "n_customers",
    "seed",
)


@dataclass(frozen=True, eq=False)
class Replicates:
    """What ``bootstrap`` found.

    Parameters
    ----------
    orders_model, value_model
        The fits to all customers, as JSON.
    orders_parameters, value_parameters
        One row per replicate, ``(n_replicates, n_parameters)``, in the order of
        ``names``.
    n_failed
        Replicates that had no fit and are left out.
    n_customers
        Customers in each replicate.
    seed
        Seed of the draws.
    """

    orders_model: str
    value_model: str
    orders_parameters: Floats
    value_parameters: Floats
    n_failed: int
    n_customers: int
    seed: int

    def __len__(self) -> int:
        """Return how many replicates there are."""
        return len(self.orders_parameters)

    @property
    def share_failed(self) -> float:
        """Share of the replicates that had no fit."""
        return self.n_failed / (len(self) + self.n_failed)

    @property
    def parameters(self) -> pd.DataFrame:
        """Parameters of both models by name, one row per replicate."""
        names = [*_names(self.orders_model), *_names(self.value_model)]
        both = np.hstack([self.orders_parameters, self.value_parameters])
        return pd.DataFrame(both, columns=names)

    def interval(self, name: str, level: float = 0.9) -> dict[str, float]:
        """Return ``low``, ``median`` and ``high`` of a parameter.

        Parameters
        ----------
        name
            A parameter of either model.
        level
            Share of the replicates between ``low`` and ``high``.

        Raises
        ------
        UnknownName
            If neither model has the parameter; with the nearest name.
        """
        found = self.parameters
        if name not in found.columns:
            raise UnknownName("parameter", name, found.columns)
        three = quantiles(found[name].to_numpy(), level)
        return dict(zip(("low", "median", "high"), three.tolist(), strict=True))

    def models(self) -> Iterator[tuple[Any, Any]]:
        """Give each replicate's purchase model and value model."""
        rows = zip(self.orders_parameters, self.value_parameters, strict=True)
        orders, value = parse(self.orders_model), parse(self.value_model)
        for of_orders, of_value in rows:
            yield _with(orders, of_orders), _with(value, of_value)

    def to_json(self) -> str:
        """Return the numbers as JSON."""
        return to_json(
            NAME,
            {
                "orders_model": parse(self.orders_model),
                "value_model": parse(self.value_model),
                "orders_parameters": self.orders_parameters.tolist(),
                "value_parameters": self.value_parameters.tolist(),
                "n_failed": self.n_failed,
                "n_customers": self.n_customers,
                "seed": self.seed,
            },
        )

    def __repr__(self) -> str:
        """Return what was refitted and how often."""
        names = [
            json.loads(text)["model"] for text in (self.orders_model, self.value_model)
        ]
        failed = f", {self.n_failed} failed" if self.n_failed else ""
        customers = f"{self.n_customers:,} customers"
        return f"{len(self)} refits of {' and '.join(names)} to {customers}{failed}"

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return the replicates that ``to_json`` wrote.

        Raises
        ------
        BadValues
            If the text is not theirs, or its tables do not fit the models.
        """
        fields = from_json(text, NAME, FIELDS)
        orders_model = json.dumps(fields["orders_model"])
        value_model = json.dumps(fields["value_model"])
        orders = _table(fields["orders_parameters"], len(_names(orders_model)))
        value = _table(fields["value_parameters"], len(_names(value_model)))
        if len(orders) != len(value):
            raise BadValues(
                "expected as many replicates of both models, found "
                f"{len(orders)} and {len(value)}"
            )
        counts = [require_whole(name, fields[name], 0) for name in FIELDS[-3:]]
        return cls(orders_model, value_model, orders, value, *counts)


def _names(model: str) -> list[str]:
    return list(load_model(model).parameters_)


def _with(model: dict[str, Any], row: Floats) -> Any:
    """Return a model with other parameters, and no standard errors of its own."""
    parameters = dict(zip(model["parameters"], row.tolist(), strict=True))
    fields = {**model, "parameters": parameters, "standard_errors": None}
    return load_model(json.dumps(fields))


def _table(rows: Any, n_parameters: int) -> Floats:
    try:
        table = np.array(rows, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise BadValues(
            f"expected rows of {n_parameters} numbers, found {error}"
        ) from error
    right = table.ndim == 2 and table.shape[1] == n_parameters
    if not right or not (np.isfinite(table) & (table > 0)).all():
        raise BadValues(
            f"expected replicates of {n_parameters} numbers above 0, found an array of "
            f"shape {table.shape}"
        )
    return table
