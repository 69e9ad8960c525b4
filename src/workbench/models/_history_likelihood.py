"""What the likelihoods of all purchase models share: scaling, penalty and gradient."""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np
from numpy.typing import NDArray

from workbench.models._btyd import Histories

Floats = NDArray[np.float64]


class HistoryLikelihood(ABC):
    """Mean negative log-likelihood of grouped histories, with its gradient.

    It is a function of the log-parameters. Times are divided by the mean age, so hours,
    days and weeks take the same path to the same fit.

    Parameters
    ----------
    every
        Distinct histories with their weights, in the data's unit.
    penalizer
        L2 weight on the log-parameters, per customer.
    """

    names: tuple[str, ...]
    in_time_units: tuple[str, ...] = ("alpha",)

    def __init__(self, every: Histories, penalizer: float) -> None:
        self.n = every.n_customers
        self.scale = float((every.weight * every.age).sum() / self.n) or 1.0
        self.penalizer = penalizer
        self.n_orders = float((every.weight * every.frequency).sum())
        self._prepare(every)

    @abstractmethod
    def _prepare(self, every: Histories) -> None:
        """Compute once what does not depend on the parameters."""

    @abstractmethod
    def _value_and_gradient(self, parameters: Floats) -> tuple[float, Floats]:
        """Return the log-likelihood in scaled times, and its plain derivatives."""

    @abstractmethod
    def starts(self) -> list[Floats]:
        """Return where to begin [log-parameters], the likeliest place first."""

    @property
    def mean_orders(self) -> float:
        """Repeat purchase days per customer."""
        return max(self.n_orders / self.n, 1e-3)

    def parameters(self, log_parameters: Floats) -> Floats:
        """Return the parameters in the data's own unit."""
        return np.exp(log_parameters) * self._units()

    def total(self, log_parameters: Floats) -> float:
        """Return the summed log-likelihood in the data's own unit, unpenalised."""
        scaled = self._value_and_gradient(np.exp(log_parameters))[0]
        return scaled - self.n_orders * float(np.log(self.scale))

    def __call__(self, log_parameters: Floats) -> tuple[float, Floats]:
        """Return what is minimised, per customer, and its gradient."""
        parameters = np.exp(log_parameters)
        value, gradient = self._value_and_gradient(parameters)
        penalty = self.penalizer * float((log_parameters**2).sum())
        slope = 2 * self.penalizer * log_parameters
        return penalty - value / self.n, slope - gradient * parameters / self.n

    def _units(self) -> Floats:
        timed = [name in self.in_time_units for name in self.names]
        return np.where(timed, self.scale, 1.0)
