"""Customers at risk and an offer in, who is worth winning back out, and for how much.

An offer is worth its cost where the customer would stay away, is worth keeping, and the
offer keeps them. The last is not known until a campaign with a control group has shown
it, so every result says what it was reckoned with.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.errors import BadColumns, BadParameter, BadValues
from workbench.evaluation.save_rate import SaveRate, assumed_save_rate
from workbench.evaluation.segments import SMALLEST_GROUP, shown_count

Floats = NDArray[np.float64]
#: Save rates at which the list is looked at again.
SAVE_RATES = (0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3)
_NEEDED = ("customer_id", "p_churn", "value_if_kept")
_POINTS = 60  # of a curve


@dataclass(frozen=True)
class Offer:
    """What it costs to offer something to a customer.

    Parameters
    ----------
    cost_per_contact
        Paid for everybody on the list; a column ``cost_per_contact`` of the customers
        stands before it [currency].
    cost_when_redeemed
        Paid for who uses the offer [currency].
    used_by_others
        Share of those who would have come anyway that use it too: 1 is the cautious
        answer [0 to 1].

    Raises
    ------
    BadParameter
        If a cost is negative, or the share is none.
    """

    cost_per_contact: float = 0.0
    cost_when_redeemed: float = 0.0
    used_by_others: float = 1.0

    def __post_init__(self) -> None:
        """Refuse costs that are none."""
        for name in ("cost_per_contact", "cost_when_redeemed"):
            if not 0 <= getattr(self, name) < np.inf:
                raise BadParameter(
                    f"{name} must be 0 or more, found {getattr(self, name)}"
                )
        if not 0 <= self.used_by_others <= 1:
            raise BadParameter(
                f"used_by_others is a share from 0 to 1, found {self.used_by_others}"
            )


@dataclass(frozen=True)
class WinBack:
    """Who is worth winning back.

    Parameters
    ----------
    save_rate
        What it was reckoned with, and whether anybody measured it.
    listed
        Private: ``place`` (1 is the best), ``customer_id, p_churn, value_if_kept,
        cost, expected_gain`` [currency], ``break_even_save_rate``, the least share
        at which the customer pays, and ``save_rate``, ``save_rate_from``: what was
        reckoned with, assumed or measured.
    table
        For each save rate: ``n_worth``, customers who would pay at it; ``gain_of_best``
        of these, before the budget; ``gain_of_list``, of the list above; ``used``:
        *assumed* or *measured* for the rate that the list was made with [currency].
        Missing where it would tell of fewer than ten customers.
    curve
        Expected gain by money spent, for picking by ``order``: gain, p, at random;
        points stand for ten customers or more [currency].
    n_known, n_without_p, budget
        Customers with p and value; those without, who are left out; the money.
    gain_between
        Of the list, at both ends of a measured save rate's interval; None for an
        assumed one [currency].
    """

    save_rate: SaveRate
    listed: pd.DataFrame = field(repr=False)
    table: pd.DataFrame
    curve: pd.DataFrame = field(repr=False)
    n_known: int
    n_without_p: int
    budget: float | None
    break_even_save_rate: float
    gain_between: tuple[float, float] | None = None

    @property
    def cost(self) -> float:
        """Expected cost of the list [currency]."""
        return float(self.listed["cost"].sum())

    @property
    def expected_gain(self) -> float:
        """Expected gain of the list, cost taken off [currency]."""
        return float(self.listed["expected_gain"].sum())

    @property
    def is_shown(self) -> bool:
        """Whether the list is long enough for its totals to be shown."""
        return len(self.listed) >= SMALLEST_GROUP

    @property
    def words(self) -> str:
        """The result in a few lines, the assumption first."""
        lines = [self.save_rate.words]
        listed, known = shown_count(len(self.listed)), shown_count(self.n_known)
        if self.listed.empty:
            lines.append(f"nobody of {known} customers is worth the offer")
        elif not self.is_shown:
            lines.append(
                f"{listed} of {known} customers are worth the offer{self._of_budget()}"
            )
        else:
            lines.append(
                f"{listed} of {known} customers are worth the offer"
                f"{self._of_budget()}: expected cost {self.cost:,.0f}, "
                f"expected gain {self.expected_gain:,.0f} after it{self._between()}; "
                f"the list pays from a save rate of {self.break_even_save_rate:.1%} on"
            )
        if self.n_without_p:
            lines.append(
                f"{shown_count(self.n_without_p)} customers have no probability or no "
                "value (lapsed, say) and are left out"
            )
        return "\n".join(lines)

    def _between(self) -> str:
        if self.gain_between is None:
            return ""
        low, high = self.gain_between
        return f" ({low:,.0f} to {high:,.0f} over the interval of the save rate)"

    def _of_budget(self) -> str:
        return "" if self.budget is None else f" within a budget of {self.budget:,.0f}"


def worth_winning_back(
    customers: pd.DataFrame,
    offer: Offer,
    save_rate: SaveRate | None = None,
    budget: float | None = None,
) -> WinBack:
    """List who is worth an offer, the largest expected gain first.

    Parameters
    ----------
    customers
        One row per customer, left as it is:

        - ``customer_id``
        - ``p_churn``: chance to stay away; missing for those who have lapsed [1]
        - ``value_if_kept``: lifetime value over a horizon, or the usual margin, of a
          customer who stays; an expected lifetime value has the chance to leave in it
          already, and is too small for those likely to leave [currency]
        - ``cost_per_contact``, if it differs between customers [currency]
    offer
        What it costs.
    save_rate
        From ``measured_save_rate``; by default one in ten, an assumption.
    budget
        Money there is: the list ends before the customer whose expected cost would go
        beyond it [currency].

    Raises
    ------
    BadColumns, BadValues, BadParameter
        If a column is missing, a customer stands there twice, a probability is none or
        the budget is negative.

    Notes
    -----
    With s the save rate and p the probability, the expected gain is s·p·value − cost,
    and the cost is per contact + when redeemed · (s·p + (1 − p) · used by others): who
    is kept uses the offer, and so may who would have come anyway. Equal gains stand in
    the order of the ids.
    """
    rate = assumed_save_rate() if save_rate is None else save_rate
    if budget is not None and not budget >= 0:
        raise BadParameter(f"the budget must be 0 or more, found {budget}")
    known = _checked(customers)
    people = _People(known, offer)
    every = known.assign(
        cost=people.cost(rate.value),
        expected_gain=people.gain(rate.value),
        break_even_save_rate=people.break_even(),
    ).sort_values(["expected_gain", "customer_id"], ascending=[False, True])
    chosen = every[every["expected_gain"] > 0]
    if budget is not None:
        chosen = chosen[chosen["cost"].cumsum() <= budget]
    rows = chosen.index.to_numpy()
    return WinBack(
        save_rate=rate,
        listed=_listed(chosen, rate),
        table=_by_save_rate(people, rows, rate),
        curve=_curves(every),
        n_known=len(known),
        n_without_p=len(customers) - len(known),
        budget=budget,
        break_even_save_rate=people.break_even_of(rows),
        gain_between=people.gain_between(rate, rows),
    )


class _People:
    """The customers' numbers as functions of the save rate."""

    def __init__(self, known: pd.DataFrame, offer: Offer) -> None:
        p = known["p_churn"].to_numpy(dtype=np.float64)
        value = known["value_if_kept"].to_numpy(dtype=np.float64)
        fixed = np.full(len(known), offer.cost_per_contact)
        if "cost_per_contact" in known.columns:
            fixed = known["cost_per_contact"].to_numpy(dtype=np.float64)
        self.certain = fixed + offer.cost_when_redeemed * (1 - p) * offer.used_by_others
        self.if_kept = offer.cost_when_redeemed * p
        self.worth = p * (value - offer.cost_when_redeemed)

    def cost(self, rate: float) -> Floats:
        return self.certain + rate * self.if_kept

    def gain(self, rate: float) -> Floats:
        return rate * self.worth - self.certain

    def gain_between(
        self, rate: SaveRate, rows: NDArray[np.intp]
    ) -> tuple[float, float] | None:
        """Return a list's gain at both ends of a measured rate's interval."""
        if not rate.is_measured or rate.found is None:
            return None
        low, high = (float(self.gain(float(end))[rows].sum()) for end in rate.found[1:])
        return low, high

    def break_even(self) -> Floats:
        """Return the save rate at which each customer pays; missing if none does."""
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            least = np.where(self.worth > 0, self.certain / self.worth, np.nan)
        return np.where(least <= 1, least, np.nan)

    def break_even_of(self, rows: NDArray[np.intp]) -> float:
        """Return the save rate at which a list pays as a whole; missing for none."""
        worth = self.worth[rows].sum()
        return float(self.certain[rows].sum() / worth) if worth > 0 else float("nan")


def _listed(chosen: pd.DataFrame, rate: SaveRate) -> pd.DataFrame:
    """Return the list with each customer's place, and what all of it leans on."""
    names = [*_NEEDED, "cost", "expected_gain", "break_even_save_rate"]
    listed = chosen[names].reset_index(drop=True)
    listed = listed.assign(save_rate=rate.value, save_rate_from=rate.origin)
    listed.insert(0, "place", np.arange(1, len(listed) + 1))
    return listed


def _by_save_rate(
    people: _People, rows: NDArray[np.intp], rate: SaveRate
) -> pd.DataFrame:
    """Look again at other save rates; sums of under ten customers are missing."""
    records = []
    for one in sorted({*SAVE_RATES, rate.value}):
        gain = people.gain(one)
        best = gain[gain > 0]
        records.append(
            {
                "save_rate": one,
                "n_worth": len(best) if _may_be_shown(best) else np.nan,
                "gain_of_best": best.sum() if _may_be_shown(best) else np.nan,
                "gain_of_list": gain[rows].sum() if _may_be_shown(rows) else np.nan,
                "used": rate.origin if one == rate.value else "",
            }
        )
    return pd.DataFrame(records)


def _may_be_shown(some: NDArray[np.float64] | NDArray[np.intp]) -> bool:
    return len(some) == 0 or len(some) >= SMALLEST_GROUP


def _curves(every: pd.DataFrame) -> pd.DataFrame:
    """Return gain by money spent, for three orders of the same customers.

    Of fewer than ten customers nothing is shown.
    """
    if len(every) < SMALLEST_GROUP:
        return pd.DataFrame(columns=["order", "spent", "expected_gain"])
    by_p = every.sort_values(["p_churn", "customer_id"], ascending=[False, True])
    total = every[["cost", "expected_gain"]].sum()
    straight = pd.DataFrame({"cost": [0.0, total["cost"]]})
    straight["expected_gain"] = [0.0, total["expected_gain"]]
    parts = {"gain": _curve(every), "p": _curve(by_p), "at random": straight}
    joined = pd.concat(parts, names=["order"]).reset_index(level="order")
    return joined.rename(columns={"cost": "spent"}).reset_index(drop=True)


def _curve(ordered: pd.DataFrame) -> pd.DataFrame:
    """Return the running sums at points of ten customers or more."""
    sums = ordered[["cost", "expected_gain"]].cumsum()
    n_points = min(_POINTS, len(sums) // SMALLEST_GROUP)
    ends = [len(part) for part in np.array_split(np.arange(len(sums)), n_points)]
    at = sums.iloc[np.cumsum(ends) - 1]
    origin = pd.DataFrame({"cost": [0.0], "expected_gain": [0.0]})
    return pd.concat([origin, at], ignore_index=True)


def _checked(customers: pd.DataFrame) -> pd.DataFrame:
    """Return the customers with a probability and a value, rows numbered anew."""
    missing = [name for name in _NEEDED if name not in customers.columns]
    if missing:
        raise BadColumns(
            f"winning back needs the columns {', '.join(_NEEDED)}, found no "
            f"{', '.join(missing)} among {', '.join(map(str, customers.columns[:5]))}"
        )
    twice = int(customers["customer_id"].duplicated().sum())
    if twice:
        raise BadValues(f"expected one row per customer, found {twice} rows too many")
    known = customers.dropna(subset=["p_churn", "value_if_kept"]).reset_index(drop=True)
    p = known["p_churn"].to_numpy(dtype=np.float64)
    if ((p < 0) | (p > 1)).any():
        raise BadValues(
            f"p_churn must be from 0 to 1, found {p.min():g} to {p.max():g}"
        )
    numbers = ["value_if_kept", *known.columns.intersection(["cost_per_contact"])]
    if not np.isfinite(known[numbers].to_numpy(dtype=np.float64)).all():
        raise BadValues(f"{' and '.join(numbers)} must be finite, found some that lack")
    if "cost_per_contact" in numbers and (known["cost_per_contact"] < 0).any():
        raise BadValues(
            "cost_per_contact must be 0 or more, found "
            f"{known['cost_per_contact'].min():g}. What a contact earns belongs to "
            "value_if_kept."
        )
    return known
