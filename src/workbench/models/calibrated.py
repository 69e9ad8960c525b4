"""A fitted churn model and another origin's outcome in, recalibrated probabilities out.

Probabilities drift between origins while ranks do not, so two numbers learned on
another origin, before or after the fit, put them right: the ranks, and so the reasons'
order, stay as they are.
"""

from __future__ import annotations

import json
from typing import NamedTuple, Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, logit

from workbench.errors import BadValues, NotConverged
from workbench.models._estimator import from_json, parse, positive_numbers, to_json
from workbench.models.churn_model import ChurnModel, checked_lapses

Floats = NDArray[np.float64]

STEEPEST = 10.0
#: What one year does that the next does not [log-odds, standard deviation]; some .02 in
#: a probability. A judgement.
YEARS_DIFFER = 0.1
_STEPS = 100
_ENOUGH = 1e-10
_ROUNDING = 1e-12
NO_ORIGIN = "not recalibrated: no closed origin was left for it"


class Calibrated(ChurnModel):
    """A churn model whose log-odds are shifted and stretched: ``a + b · logit p``.

    Parameters
    ----------
    model
        A fitted churn model; it is not fitted again.

    Attributes
    ----------
    parameters_
        ``intercept`` (a) and ``slope`` (b) [log-odds]; 0 and 1 leave it as it is.
    note_
        What a reader has to know about them, in words; empty if nothing.
    n_customers_
        How many customers they were learned from, those of both origins twice.

    Notes
    -----
    Where a second origin is handed in, each says an intercept that makes its own level
    true, and the one taken lies between: halfway (Bates & Granger), or nearer to the
    first where they lie so far apart that neither luck nor what one year does explains
    it. With d their distance and v the variance of that, the first has the weight
    1 - v / d² (Efron & Morris), and never less than 1/2.

    The slope is kept at 1 and only the intercept is learned where the slope cannot be
    trusted: 0 or less (the model ranks the other origin backwards, and turning its
    reasons round would tell people the opposite of what it learned), above 10 or
    without an optimum (it parts the two outcomes), or unknown (it says the same of
    everybody). ``note_`` then says so.

    References
    ----------
    Cox (1958), Two further applications of a model for binary regression, Biometrika
    45, 562-565. Platt (1999), Probabilistic outputs for support vector machines.
    Bates & Granger (1969), The combination of forecasts, Operational Research Quarterly
    20, 451-468. Efron & Morris (1973), Stein's estimation rule and its competitors,
    JASA 68, 117-130.
    """

    name = "calibrated"
    note_: str
    n_customers_: int

    def __init__(self, model: ChurnModel) -> None:
        self.model = model

    @classmethod
    def identity(cls, model: ChurnModel, note: str = NO_ORIGIN) -> Self:
        """Return a model that says what the inner one says, and why, in words."""
        same = cls(model)
        return same._learned(0.0, 1.0, note, 0)

    @property
    def inner(self) -> ChurnModel:
        """The model that is recalibrated."""
        return self.model

    def fit(
        self,
        customers: pd.DataFrame,
        lapses: ArrayLike,
        newest: tuple[pd.DataFrame, ArrayLike] | None = None,
    ) -> Self:
        """Learn the two numbers on customers that the inner model was not fitted on.

        Parameters
        ----------
        customers
            One row per eligible customer of another origin, as the inner model reads.
        lapses
            Who placed no order in the horizon, ``(n_customers,)`` of bool.
        newest
            The same of the newest closed horizon, which may be the one of the fit: the
            level is taken from both, the slope from the first alone.

        Raises
        ------
        NotEnoughData
            If fewer than 10 customers lapsed, or fewer than 10 came back.
        """
        label = checked_lapses(customers, lapses)
        said = self.model.log_odds(customers)
        intercept, slope = _cox(said, label)
        note = _doubt(slope)
        if note:
            intercept, slope = _shift(said, label), 1.0
        if newest is None:
            return self._learned(intercept, slope, note, len(label))
        outcome = checked_lapses(*newest)
        known = slope * self.model.log_odds(newest[0])
        between = _between(_level(slope * said, label), _level(known, outcome))
        return self._learned(between, slope, note, len(label) + len(outcome))

    @property
    def features_used(self) -> tuple[str, ...]:
        """The columns that the inner model reads."""
        return self.model.features_used

    @property
    def weights_(self) -> pd.Series:
        """The inner model's weights times the slope."""
        self._require_fitted()
        return self.model.weights_ * self.parameters_["slope"]

    def to_json(self) -> str:
        """Return the fitted numbers as JSON, the inner model's inside."""
        self._require_fitted()
        fields = {
            "inner": parse(self.model.to_json()),
            "parameters": self.parameters_,
            "note": self.note_,
            "n_customers": self.n_customers_,
        }
        return to_json(self.name, fields)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return the model that ``to_json`` wrote."""
        from workbench.models.load import load_model

        fields = from_json(text, cls.name, ("inner", "parameters"))
        found = dict(fields["parameters"])
        intercept = found.pop("intercept", None)
        if not isinstance(intercept, int | float) or not np.isfinite(intercept):
            raise BadValues(f"intercept must be a number, found {intercept!r}")
        slope = positive_numbers(found, ("slope",), "parameters")["slope"]
        model = cls(load_model(json.dumps(fields["inner"])))
        note, seen = str(fields.get("note", "")), int(fields.get("n_customers", 0))
        return model._learned(float(intercept), slope, note, seen)

    def _learned(self, intercept: float, slope: float, note: str, seen: int) -> Self:
        self.parameters_ = {"intercept": intercept, "slope": slope}
        self.note_ = note
        self.n_customers_ = seen
        return self

    @property
    def _told(self) -> tuple[str, ...]:
        return self.model._told

    def _values(self, inputs: Floats) -> Floats:
        return self.model._values(inputs)

    def _columns(self, customers: pd.DataFrame) -> list[Floats]:
        return self.model._columns(customers)

    def _log_odds(self, inputs: Floats) -> Floats:
        return self._moved(self.model._log_odds(inputs))

    def _log_odds_and_parts(self, inputs: Floats) -> tuple[Floats, Floats]:
        said, parts = self.model._log_odds_and_parts(inputs)
        return self._moved(said), parts * self.parameters_["slope"]

    def _moved(self, log_odds: Floats) -> Floats:
        learned = self.parameters_
        return learned["intercept"] + learned["slope"] * log_odds


def _doubt(slope: float) -> str:
    """Return why a slope is not taken, in words; empty if it is."""
    if 0 < slope <= STEEPEST:
        return ""
    why = "the model says the same of everybody"
    if slope <= 0:
        why = f"the model ranks customers backwards (slope {slope:.3g})"
    if slope > STEEPEST:
        why = f"the model parts the two outcomes (slope {slope:.3g})"
    return f"only the level was recalibrated: on the origin it was held against {why}"


def _cox(log_odds: Floats, label: NDArray[np.bool_]) -> tuple[float, float]:
    """Return intercept and slope of greatest likelihood, by Newton's steps.

    The slope is not a number where all log-odds are the same, and infinite where they
    part the outcomes, so that the likelihood has no greatest.
    """
    middle, spread = float(log_odds.mean()), float(log_odds.std())
    if spread < _ENOUGH:
        return 0.0, float("nan")
    lapsed, others = log_odds[label], log_odds[~label]
    if lapsed.min() >= others.max() or lapsed.max() <= others.min():
        return 0.0, float(np.copysign(np.inf, lapsed.mean() - others.mean()))
    x = (log_odds - middle) / spread
    at = np.array([logit(label.mean()), 0.0])
    for _ in range(_STEPS):
        step = _newton_step(x, label, at)
        at = at + step
        if np.abs(step).max() < _ENOUGH:
            slope = float(at[1]) / spread
            return float(at[0]) - slope * middle, slope
    raise NotConverged(
        f"the recalibration found no optimum in {_STEPS} steps on {len(label)} "
        "customers. Take another origin."
    )


def _newton_step(x: Floats, label: NDArray[np.bool_], at: Floats) -> Floats:
    """Return a step of Newton's, halved while the likelihood falls beyond rounding."""
    p = expit(at[0] + at[1] * x)
    weight = p * (1 - p)
    slope = np.array([(label - p).sum(), ((label - p) * x).sum()])
    cross = (weight * x).sum()
    curve = np.array([[weight.sum(), cross], [cross, (weight * x * x).sum()]])
    step = np.linalg.solve(curve, slope)
    enough = _log_likelihood(x, label, at) - _ROUNDING * len(x)
    while _log_likelihood(x, label, at + step) < enough:
        step = step / 2
    return step


def _log_likelihood(x: Floats, label: NDArray[np.bool_], at: Floats) -> float:
    said = at[0] + at[1] * x
    return float(-np.logaddexp(0.0, np.where(label, -said, said)).sum())


class _Level(NamedTuple):
    """The intercept that makes a level true, and the variance of it by luck."""

    intercept: float
    variance: float


def _level(log_odds: Floats, label: NDArray[np.bool_]) -> _Level:
    intercept = _shift(log_odds, label)
    p = expit(intercept + log_odds)
    return _Level(intercept, float(1 / (p * (1 - p)).sum()))


def _between(first: _Level, second: _Level) -> float:
    """Return an intercept halfway, or nearer to the first where they lie far apart."""
    apart = first.intercept - second.intercept
    luck = first.variance + second.variance + YEARS_DIFFER**2
    weight = 1 - luck / apart**2 if apart**2 > 2 * luck else 0.5
    return second.intercept + weight * apart


def _shift(log_odds: Floats, label: NDArray[np.bool_]) -> float:
    """Return the intercept at which the mean probability is the share that lapsed."""
    from scipy.optimize import brentq

    def excess(intercept: float) -> float:
        return float(expit(intercept + log_odds).mean() - label.mean())

    far = float(np.abs(log_odds).max()) + 40.0
    return float(brentq(excess, -far, far, xtol=1e-12))
