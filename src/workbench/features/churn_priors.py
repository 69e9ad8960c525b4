"""A shop's tables in, the shop's means that a customer's rates are drawn towards out.

They are learned once, at the fit, kept as numbers and given again at scoring: so a
customer's features depend on their own rows only.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Self

from workbench.errors import BadParameter, BadSpec
from workbench.features.beside import Beside
from workbench.features.purchase_days import not_staged

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from workbench.window import Window

_KIND = "churn_priors"


@dataclass(frozen=True)
class Priors:
    """Means of a shop.

    Parameters
    ----------
    return_rate
        Return lines over purchase lines [0 to 1].
    satisfaction
        Mean answer of the surveys [1 to 5].

    Raises
    ------
    BadParameter
        If a mean is out of its range.

    Examples
    --------
    >>> Priors.from_json(Priors(return_rate=0.1).to_json())
    Priors(return_rate=0.1, satisfaction=4.0)
    """

    return_rate: float = 0.05
    satisfaction: float = 4.0

    def __post_init__(self) -> None:
        _require_between("return_rate", self.return_rate, 0, 1)
        _require_between("satisfaction", self.satisfaction, 1, 5)

    def to_json(self) -> str:
        """Return the means as JSON."""
        return json.dumps({"model": _KIND, **asdict(self)}, indent=1)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return the means kept by ``to_json``.

        Raises
        ------
        BadSpec
            If the text is no such JSON.
        """
        try:
            values = json.loads(text)
        except ValueError:
            values = None
        names = {"model", "return_rate", "satisfaction"}
        if not isinstance(values, dict) or {*values} != names:
            raise BadSpec(f"expected a shop's churn priors, found {text[:60]!r}")
        if values.pop("model") != _KIND:
            raise BadSpec(f"expected a shop's churn priors, found {text[:60]!r}")
        return cls(**values)


def learn_priors(
    transactions: ir.Table, window: Window, beside: Beside | None = None
) -> Priors:
    """Return the shop's means over all that was known at ``as_of``.

    A mean that nothing tells stays at its default.
    """
    seen = not_staged(window.history(transactions))
    lines = seen.aggregate(
        bought=seen.count(where=seen.kind == "purchase"),
        back=seen.count(where=seen.kind == "return"),
    )
    row = lines.to_pyarrow().to_pylist()[0]
    means = {}
    if row["bought"]:
        means["return_rate"] = min(1.0, row["back"] / row["bought"])
    answer = _mean_answer(window, (beside or Beside()).feedback)
    if answer is not None:
        means["satisfaction"] = answer
    return Priors(**means)


def _mean_answer(window: Window, feedback: ir.Table | None) -> float | None:
    if feedback is None or "satisfaction" not in feedback.columns:
        return None
    said = feedback.filter(feedback.opened_on <= window.as_of)
    found = said.aggregate(n=said.satisfaction.count(), total=said.satisfaction.sum())
    row = found.to_pyarrow().to_pylist()[0]
    return float(row["total"]) / row["n"] if row["n"] else None


def _require_between(name: str, value: float, least: float, most: float) -> None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not least <= value <= most:
        raise BadParameter(f"{name} must be from {least} to {most}, found {value!r}")
