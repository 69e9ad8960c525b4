"""Pictures of what became of each tier's customers, and of whom upper tiers reach."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.lines import Line2D
from matplotlib.ticker import PercentFormatter, StrMethodFormatter

from workbench.plots.canvas import BLUE, GREY, ORANGE, drawing, empty, label, panels
from workbench.plots.flows import tier_colors

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from workbench.evaluation.tier_effect import TierEffect
    from workbench.evaluation.tier_fairness import TierFairness

    Titles = Mapping[str, tuple[str, str]]

_ACROSS, _HIGH = 3, 2.9  # panels beside each other; height of one [inches]
_APART = 0.05  # between the lines of two tiers, of a period
_SHARES = ("repeat_rate", "churn", "conversion", "offers_taken", "parts_share")
_GROWTH = ("growth", "growth_of_year")
MOST_GROUPS = 40


def tiers_by_period(
    effect: TierEffect, names: Titles, titles: Titles, currency: str
) -> Figure:
    """Draw every figure in a panel of its own: a line a tier, over the periods.

    Parameters
    ----------
    effect
        From ``judge_tier_effect``; what is not told is not drawn.
    names
        English and Chinese name of each figure.
    titles
        English and Chinese name of each tier.
    currency
        Of the amounts.
    """
    told = effect.figures
    n_rows = max(1, -(-len(told) // _ACROSS))
    colors = tier_colors(effect.tiers)
    with panels(n_rows, _ACROSS, 12.5, _HIGH * n_rows + 1.1) as (figure, every):
        for axes, name in zip(every, told, strict=False):
            _draw_figure(axes, effect, name, colors)
            axes.set_title(_english_first(names[name]), fontsize=9)
            unit = _unit(name, currency)
            axes.set(xlabel=label("end of the period", "期末"), ylabel=unit)
        for axes in every[len(told) :]:
            empty(axes, "")
        if not told:
            empty(every[0], "no figure has ten customers")
        _legend(figure, effect, titles, colors)
        figure.suptitle(_said(effect, titles), x=0.01, ha="left", fontweight="bold")
    return figure


def upper_tiers_by_group(result: TierFairness) -> Figure:
    """Draw the share of each group that has an upper tier; coloured where it differs.

    Parameters
    ----------
    result
        From ``tier_shares_by_group``.
    """
    rows = result.table.head(MOST_GROUPS).iloc[::-1]
    with drawing(9, 0.32 * len(rows) + 1.9) as (figure, axes):
        if rows.empty:
            axes.set_title("No group has ten customers")
            empty(axes, label("nothing to compare", "无可比较"))
            return figure
        for place, row in enumerate(rows.to_dict("records")):
            best = row["of_best"] == 1
            color = BLUE if best else ORANGE if row["differs"] else GREY
            ends = [100 * row["low"], 100 * row["high"]]
            axes.plot(ends, [place, place], color=color, linewidth=2)
            axes.plot(100 * row["share"], place, "o", color=color, markersize=4)
        wanted = zip(rows["by"], rows["group"], rows["n_customers"], strict=True)
        axes.set_yticks(
            range(len(rows)), [f"{by}: {group} ({n:,})" for by, group, n in wanted]
        )
        axes.xaxis.set_major_formatter(PercentFormatter())
        axes.set(
            title=_reach_said(result),
            xlabel=label(
                f"have a tier of {', '.join(result.upper)}, with 95% interval",
                "高等级占比",
            ),
            ylim=(-0.7, len(rows) - 0.3),
        )
    return figure


def _draw_figure(
    axes: Axes, effect: TierEffect, name: str, colors: dict[str, str]
) -> None:
    """Draw a line a tier, each a little beside the others so that none hides one."""
    rows = effect.table[effect.table["figure"] == name].dropna(subset="value")
    apart = pd.Timedelta(_APART * _longest(effect), "D")
    middle = (len(effect.tiers) - 1) / 2
    for place, tier in enumerate(effect.tiers):
        own = rows[rows["tier"] == tier].sort_values("until")
        _draw_tier(axes, own, (place - middle) * apart, _times(name), colors[tier])
    days = sorted({str(day)[:10] for day in rows["until"]})
    axes.set_xticks(pd.to_datetime(days), days)
    axes.tick_params(axis="x", labelrotation=25, labelsize=8)
    axes.margins(x=0.08)
    if name in _SHARES + _GROWTH:
        axes.yaxis.set_major_formatter(PercentFormatter(decimals=0))
    if name == "net_spend" and _spans_wide(rows):
        axes.set_yscale("log")
        axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))


def _draw_tier(
    axes: Axes, rows: pd.DataFrame, beside: pd.Timedelta, times: float, color: str
) -> None:
    if rows.empty:
        return
    value, low, high = (times * rows[n].to_numpy() for n in ("value", "low", "high"))
    around = [np.maximum(value - low, 0.0), np.maximum(high - value, 0.0)]
    axes.errorbar(
        pd.to_datetime(rows["until"]) + beside,
        value,
        yerr=around,
        color=color,
        marker="o",
        markersize=3,
        linewidth=1.4,
        elinewidth=0.8,
        capsize=2,
    )


def _longest(effect: TierEffect) -> float:
    """Return the length of the longest period [days]."""
    ends = pd.to_datetime(effect.table["until"])
    return float((ends - pd.to_datetime(effect.table["held_on"])).dt.days.max())


def _spans_wide(rows: pd.DataFrame) -> bool:
    """Whether amounts differ so much that a plain axis would hide the small ones."""
    return bool(rows["low"].min() > 0 and rows["high"].max() > 20 * rows["low"].min())


def _times(name: str) -> float:
    return 100.0 if name in _SHARES + _GROWTH else 1.0


def _unit(name: str, currency: str) -> str:
    units = {
        "net_spend": (f"{currency} per customer", "每位顾客"),
        "purchase_days": ("days per customer", "天／人"),
        "satisfaction": ("1 to 5", "1至5分"),
        "nps": ("points, -100 to 100", "分"),
    }
    if name in units:
        return label(*units[name])
    return (
        label("change [%]", "变化") if name in _GROWTH else label("share [%]", "占比")
    )


def _english_first(names: tuple[str, str]) -> str:
    return label(*names).replace(" · ", "\n")


def _legend(
    figure: Figure, effect: TierEffect, titles: Titles, colors: dict[str, str]
) -> None:
    lines = [Line2D([], [], color=colors[tier], marker="o") for tier in effect.tiers]
    words = [label(*titles[tier]) for tier in effect.tiers]
    figure.legend(
        lines, words, loc="outside lower center", ncols=min(len(words), 6), fontsize=9
    )


def _said(effect: TierEffect, titles: Titles) -> str:
    """Say what the best and the last tier brought per customer, the newest period."""
    told = effect.of("net_spend").dropna(how="all")
    if told.empty:
        return "No tier has ten customers"
    newest = told.iloc[-1].dropna()
    best, last = str(newest.index[0]), str(newest.index[-1])
    if best == last or newest[last] <= 0:
        what = f"{titles[best][0]}: {newest[best]:,.0f} per customer"
        return f"Up to {told.index[-1]}, {what}"
    return (
        f"Up to {told.index[-1]} a customer of {titles[best][0].lower()} brought "
        f"{newest[best] / newest[last]:,.1f} times as much as one of "
        f"{titles[last][0].lower()}"
    )


def _reach_said(result: TierFairness) -> str:
    compared = result.table[result.table["of_best"] != 1]
    if compared.empty:
        return "No group has another of its kind to be held against"
    return (
        f"{compared['differs'].sum()} of {len(compared)} groups have an upper tier "
        "less often than\nthe group of their kind that has it most"
    )
