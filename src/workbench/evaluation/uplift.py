"""Campaigns with a control group in, what the contact did out, with intervals.

Who was contacted is compared with who was chosen as well and held back at random, each
counted where they were put, whether the contact reached them or not (intention to
treat). Without such a control group nothing is said: those contacted against the rest
would show who was chosen, not what the contact did.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import ibis
import numpy as np
import pandas as pd
from scipy.stats import binomtest

from workbench.errors import BadParameter, UnfitData, UnknownName
from workbench.evaluation.arm_means import mean_difference
from workbench.evaluation.proportions import (
    Between,
    Z,
    difference,
    pooled_share,
    share_of,
)
from workbench.evaluation.segments import SMALLEST_GROUP
from workbench.features.campaign_outcomes import (
    campaign_outcomes,
    chosen_after_the_end,
)

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from workbench.window import Window

#: A smaller chance of the split that was found: the assignment was not as planned.
#: Fabijan et al. (2019), KDD, doi 10.1145/3292500.3330722, use 0.0005 to 0.01.
MISMATCH = 0.001
Z_OF_POWER = 0.8416212335729143  # 80 % point of the normal distribution
_ABOUT = ("campaign_id", "name", "starts_on", "ends_on", "has_control", "treated_share")
_BRIEF = (
    *("n_treated", "n_control", "rate_treated", "rate_control"),
    *("uplift", "low", "high", "net_gain", "is_sound"),
)
NO_CONTROL = (
    "no control group: those contacted against the rest would show who was chosen, "
    "not what the contact did"
)
CHOSEN_LATE = "customers were chosen after its last day: give horizon_days"


@dataclass(frozen=True)
class Uplift:
    """What the campaigns of a shop did.

    Parameters
    ----------
    table
        One row for each campaign that can be judged, the oldest first:

        * ``campaign_id``, ``name``, ``n_treated``, ``n_control``
        * ``rate_treated``, ``rate_control``: share that bought
        * ``uplift``, ``low``, ``high``: their difference (Newcombe)
        * ``detectable``: the least uplift that so many customers show in four
          campaigns of five
        * ``orders_more``, ``orders_low``, ``orders_high`` per customer [count]
        * ``spend_treated``, ``spend_control`` per customer [currency]
        * ``spend_more``, ``spend_low``, ``spend_high`` (bootstrap) [currency]
        * ``net_gain``, ``net_low``, ``net_high``: margin on it less the cost
          [currency per contacted customer]
        * ``p_assignment``: chance of so uneven a split, missing if none was planned
        * ``is_sound``: the split was as planned
    left_out
        ``campaign_id``, ``reason`` of the others.
    outcomes
        One row per campaign and chosen customer of the table, from
        ``campaign_outcomes``: private.
    """

    table: pd.DataFrame
    left_out: pd.DataFrame
    outcomes: pd.DataFrame = field(repr=False)

    @property
    def sound(self) -> pd.DataFrame:
        """The campaigns whose customers were split as planned."""
        return self.table[self.table["is_sound"]]

    @property
    def brief(self) -> pd.DataFrame:
        """The columns to look at first, a row a campaign."""
        return self.table.set_index("name")[list(_BRIEF)]

    @property
    def together(self) -> Between | None:
        """The uplift of all sound campaigns, each by its size; None without any."""
        rows = self.sound
        if rows.empty:
            return None
        treated, control = pooled_arms(rows)
        return difference(treated, control)

    @property
    def words(self) -> str:
        """What was found, in a few lines."""
        lines = [self._found(), *self._mismatches()]
        reasons = self.left_out.groupby("reason", sort=True).size()
        lines += [f"{n} left out: {reason}" for reason, n in reasons.items()]
        return "\n".join(lines)

    def of(self, campaign_id: str) -> pd.Series:
        """Return one campaign's row.

        Raises
        ------
        UnfitData
            If the campaign cannot be judged, with the reason.
        UnknownName
            If there is no such campaign.
        """
        rows = self.table[self.table["campaign_id"] == campaign_id]
        if len(rows):
            return rows.iloc[0]
        reasons = self.left_out.set_index("campaign_id")["reason"]
        if campaign_id in reasons.index:
            raise UnfitData(
                f"campaign {campaign_id} says nothing of its effect: expected a "
                f"control group and days that are over, found {reasons[campaign_id]}. "
                "Hold back some of the chosen at random in the next one."
            )
        every = [*self.table["campaign_id"], *reasons.index]
        raise UnknownName("campaign", campaign_id, every)

    def _found(self) -> str:
        found = self.together
        if self.table.empty and self.left_out.empty:
            return "the store has no campaigns with contacts: uplift is switched off"
        if found is None:
            return "no campaign with a control group is over: uplift is not known"
        shown = int(((self.sound["low"] > 0) | (self.sound["high"] < 0)).sum())
        return (
            f"{len(self.sound)} campaigns with a control group: of those contacted "
            f"{100 * found.value:+.1f} of 100 more bought than of those held back "
            f"(95% interval {100 * found.low:+.1f} to {100 * found.high:+.1f}; "
            f"intention to treat); {shown} show it alone, by chance "
            f"{0.05 * len(self.sound):.1f} would"
        )

    def _mismatches(self) -> list[str]:
        wrong = self.table[~self.table["is_sound"]]
        return [
            f"{row['campaign_id']}: {row['n_treated']:,} were contacted and "
            f"{row['n_control']:,} held back, which is not the split that was planned "
            f"(p = {row['p_assignment']:.1g}): not counted"
            for row in wrong.to_dict("records")
        ]


def measure_uplift(
    transactions: ir.Table,
    campaigns: ir.Table | None,
    contacts: ir.Table | None,
    window: Window,
    *,
    horizon_days: int | None = None,
    cost_per_contact: float = 0.0,
    margin: float = 1.0,
    replicates: int = 1000,
    seed: int = 0,
) -> Uplift:
    """Compare contacted and held back customers in each campaign that is over.

    Parameters
    ----------
    transactions
        A clean table of transactions; amounts are after coupons.
    campaigns, contacts
        Clean tables of that name; None switches all off.
    window
        Nothing after ``window.as_of`` is seen.
    horizon_days
        Judge so many days from the last choice on instead of the campaign's own [days].
    cost_per_contact
        Of each contacted customer, beside what coupons took off [currency].
    margin
        Share of the spend that stays with the shop [0 to 1].
    replicates, seed
        Of the bootstrap; at least 100.

    Raises
    ------
    BadParameter
        If ``horizon_days`` or ``replicates`` is too small.
    """
    if horizon_days is not None and horizon_days < 1:
        raise BadParameter(f"horizon_days must be 1 or more, found {horizon_days}")
    if campaigns is None or contacts is None:
        return _nothing()
    about = _about(campaigns, window)
    has_control = about.loc[about["has_control"], "campaign_id"]
    wanted = contacts.filter(contacts.campaign_id.isin(has_control.tolist()))
    every = campaign_outcomes(transactions, campaigns, wanted, window, horizon_days)
    outcomes = every.execute()
    late = chosen_after_the_end(campaigns, wanted, window, horizon_days).execute()
    arms = _smaller_arm(outcomes), set(late["campaign_id"])
    reasons = _reasons(about, *arms, window, horizon_days)
    judged = about[reasons.isna().to_numpy()]
    outcomes = outcomes[outcomes["campaign_id"].isin(judged["campaign_id"])]
    rows = _rows(judged, outcomes, replicates, np.random.default_rng(seed))
    for row in rows:
        row |= _net(row, cost_per_contact, margin)
    left_out = reasons.dropna().reset_index()
    return Uplift(_table(rows), left_out, outcomes.reset_index(drop=True))


def pooled_arms(rows: pd.DataFrame) -> tuple[Between, Between]:
    """Return the share that bought, of those contacted and of those held back.

    Campaigns count by n₁n₂ / (n₁ + n₂), as Mantel and Haenszel's. Who was chosen for
    several counts in each: which arm they got was drawn anew.
    """
    treated, control = rows["n_treated"].to_numpy(), rows["n_control"].to_numpy()
    weights = treated * control / (treated + control)
    return (
        pooled_share(rows["n_bought_treated"], treated, weights),
        pooled_share(rows["n_bought_control"], control, weights),
    )


def arms_of(people: pd.DataFrame) -> dict[str, int]:
    """Count the customers of each arm, and those who bought."""
    bought, is_treated = people["orders"] > 0, people["is_treated"].astype(bool)
    return {
        "n_treated": int(is_treated.sum()),
        "n_control": int((~is_treated).sum()),
        "n_bought_treated": int((bought & is_treated).sum()),
        "n_bought_control": int((bought & ~is_treated).sum()),
    }


def _nothing() -> Uplift:
    left_out = pd.DataFrame(columns=["campaign_id", "reason"])
    return Uplift(_table([]), left_out, pd.DataFrame(columns=["campaign_id"]))


def _about(campaigns: ir.Table, window: Window) -> pd.DataFrame:
    """Return what is known of the campaigns that had started, the oldest first."""
    seen = campaigns.filter(campaigns.starts_on <= window.as_of)
    kinds = {"ends_on": "date", "has_control": "boolean", "treated_share": "float64"}
    frame = seen.select(
        **{
            name: seen[name]
            if name in seen.columns
            else ibis.null(kinds.get(name, "string"))
            for name in _ABOUT
        }
    ).execute()
    frame["has_control"] = frame["has_control"].fillna(False).astype(bool)
    frame["name"] = frame["name"].fillna(frame["campaign_id"])
    return frame.sort_values(["starts_on", "campaign_id"]).reset_index(drop=True)


def _reasons(
    about: pd.DataFrame,
    smaller: dict[str, int],
    late: set[str],
    window: Window,
    horizon_days: int | None,
) -> pd.Series:
    """Say why a campaign cannot be judged; missing for those that can."""
    found: dict[str, str | None] = {}
    for one in about.to_dict("records"):
        name = one["campaign_id"]
        until = _last_day(one["starts_on"], one["ends_on"], horizon_days)
        found[name] = None
        if not one["has_control"]:
            found[name] = NO_CONTROL
        elif until is None:
            found[name] = "no last day is known: give horizon_days"
        elif until > window.as_of:
            found[name] = f"its days are not over on {window.as_of}"
        elif name in late:
            found[name] = CHOSEN_LATE
        elif smaller.get(name, 0) < SMALLEST_GROUP:
            found[name] = (
                f"fewer than {SMALLEST_GROUP} contacted or held back customers whose "
                "days are over"
            )
    return pd.Series(found, dtype=object, name="reason").rename_axis("campaign_id")


def _smaller_arm(outcomes: pd.DataFrame) -> dict[str, int]:
    """Count the customers of each campaign's smaller arm."""
    treated = outcomes["is_treated"].astype(bool)
    each = treated.groupby(outcomes["campaign_id"]).agg(["size", "sum"])
    held_back = each["size"] - each["sum"]
    smaller = each["sum"].where(each["sum"] < held_back, held_back)
    return {str(name): int(n) for name, n in smaller.items()}


def _last_day(starts_on: date, ends_on: date, horizon_days: int | None) -> date | None:
    if horizon_days is not None:
        return pd.Timestamp(starts_on).date() + timedelta(days=horizon_days - 1)
    return None if pd.isna(ends_on) else pd.Timestamp(ends_on).date()


def _rows(
    judged: pd.DataFrame,
    outcomes: pd.DataFrame,
    replicates: int,
    random: np.random.Generator,
) -> list[dict[str, Any]]:
    """Return what each campaign did, in the order of the campaigns."""
    by_campaign = dict(tuple(outcomes.groupby("campaign_id")))
    rows = []
    for one in judged.to_dict("records"):
        people = by_campaign[one["campaign_id"]].sort_values("customer_id")
        found = _row(people, one["treated_share"], replicates, random)
        rows.append({"campaign_id": one["campaign_id"], "name": one["name"]} | found)
    return rows


def _row(
    people: pd.DataFrame,
    treated_share: float,
    replicates: int,
    random: np.random.Generator,
) -> dict[str, Any]:
    """Return what one campaign did."""
    arms = arms_of(people)
    treated = share_of(arms["n_bought_treated"], arms["n_treated"])
    control = share_of(arms["n_bought_control"], arms["n_control"])
    more = difference(treated, control)
    is_treated = people["is_treated"].to_numpy(dtype=bool)
    row: dict[str, Any] = dict(arms)
    row |= {"rate_treated": float(treated.value), "rate_control": float(control.value)}
    row |= {"uplift": float(more.value), "low": float(more.low)}
    row |= {"high": float(more.high), "detectable": _detectable(arms)}
    for name in ("orders", "spend"):
        values = people[name].to_numpy(dtype=np.float64)
        arm = values[is_treated], values[~is_treated]
        found = mean_difference(*arm, replicates, random)
        row |= {f"{name}_treated": arm[0].mean(), f"{name}_control": arm[1].mean()}
        row |= dict(zip(_ends_of(name), map(float, found), strict=True))
    return row | _assignment(arms, treated_share)


def _detectable(arms: dict[str, int]) -> float:
    """Return the uplift found with a power of 80 % at the 5 % level, two-sided."""
    n, m = arms["n_treated"], arms["n_control"]
    share = (arms["n_bought_control"] + 1) / (m + 2)
    error = np.sqrt(share * (1 - share) * (1 / n + 1 / m))
    return float((Z + Z_OF_POWER) * error)


def _ends_of(name: str) -> tuple[str, str, str]:
    return f"{name}_more", f"{name}_low", f"{name}_high"


def _net(row: dict[str, Any], cost: float, margin: float) -> dict[str, Any]:
    """Return the margin on the difference in spend less the cost of the contact."""
    names = zip(("net_gain", "net_low", "net_high"), _ends_of("spend"), strict=True)
    return {net: margin * row[spend] - cost for net, spend in names}


def _assignment(arms: dict[str, int], treated_share: float) -> dict[str, Any]:
    """Return the chance of so uneven a split, had it been drawn as planned."""
    if pd.isna(treated_share):
        return {"p_assignment": np.nan, "is_sound": True}
    n = arms["n_treated"] + arms["n_control"]
    chance = float(binomtest(arms["n_treated"], n, float(treated_share)).pvalue)
    return {"p_assignment": chance, "is_sound": chance >= MISMATCH}


def _table(rows: list[dict[str, Any]]) -> pd.DataFrame:
    names = ["campaign_id", "name", "n_treated", "n_control"]
    names += ["n_bought_treated", "n_bought_control", "rate_treated", "rate_control"]
    names += ["uplift", "low", "high", "detectable"]
    for what in ("orders", "spend"):
        names += [f"{what}_treated", f"{what}_control", *_ends_of(what)]
    names += ["net_gain", "net_low", "net_high", "p_assignment", "is_sound"]
    frame = pd.DataFrame(rows, columns=names)
    return frame.astype({"is_sound": bool})
