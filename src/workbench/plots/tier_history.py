"""A picture of one customer: purchases, the tiers' main measure, the tiers given."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from matplotlib.axes import Axes
from matplotlib.dates import date2num

from workbench.plots.canvas import BLUE, GREY, INK, ORANGE, empty, label, panels

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

_BANDS = ("#f3d9c2", "#f8ead9", "#e3edf4", "#eef3f7", "#f4f5f6", "#fafafa")
_HIGHEST_SHOWN = 3.0


def tier_history(
    purchases: pd.DataFrame,
    measured: pd.DataFrame,
    limits: pd.DataFrame,
    published: pd.DataFrame,
    *,
    as_of: date,
    titles: Mapping[str, tuple[str, str]],
    measure: tuple[str, str],
    units: tuple[str, str],
) -> Figure:
    """Draw purchases over time, the measure with the tiers' limits, and the tiers.

    Parameters
    ----------
    purchases
        ``day, amount`` [currency].
    measured
        ``day, value``: the measure at the ends of months; may be empty.
    limits
        ``tier, threshold``: from where on the measure counts for a tier.
    published
        ``day, tier``: the tiers as they were published; may be empty.
    as_of
        Last day of the picture.
    titles
        Each tier's English and Chinese title, the best first.
    measure
        What the measure is called, English and Chinese.
    units
        Of the amounts and of the measure: a currency, *points*, *count*.
    """
    heights = {"height_ratios": [2, 4, 1], "sharex": True}
    with panels(3, 1, 9.5, 6.2, **heights) as (figure, (bought, line, strip)):
        _draw_purchases(bought, purchases, units[0])
        _draw_measure(line, measured, limits, titles, measure, units[1])
        _draw_tiers(strip, published, as_of, titles)
        strip.set_xlabel(label("day", "日期"))
        first = [*purchases["day"], *measured["day"], *published["day"], as_of]
        begin = date2num(min(first))
        end = date2num(as_of)
        strip.set_xlim(begin - 0.02 * (end - begin) - 1, end + 1)
        strip.xaxis_date()
    return figure


def _draw_purchases(axes: Axes, purchases: pd.DataFrame, unit: str) -> None:
    title = f"{len(purchases)} days with a purchase"
    axes.set_title(label(title, f"购买日 {len(purchases)} 天"))
    if purchases.empty:
        empty(axes, label("nothing bought yet", "尚未购买"))
        return
    when = date2num(purchases["day"])
    axes.vlines(when, 0, purchases["amount"], color=BLUE, linewidth=1.6)
    axes.plot(when, purchases["amount"], "o", color=BLUE, markersize=3)
    axes.set_ylim(0)
    axes.set_ylabel(label(f"spent [{unit}]", "购买额"))


def _draw_measure(
    axes: Axes,
    measured: pd.DataFrame,
    limits: pd.DataFrame,
    titles: Mapping[str, tuple[str, str]],
    measure: tuple[str, str],
    unit: str,
) -> None:
    """Draw the measure's line before the bands of the tiers."""
    axes.set_title(label(measure[0], measure[1]))
    if measured.empty:
        empty(axes, label("no measure of purchases to show", "没有可画的指标"))
        return
    top = 1.15 * max(measured["value"].max(), 1.0)
    known = limits.sort_values("threshold")
    beyond = known["threshold"] > _HIGHEST_SHOWN * top
    top = max(top, 1.12 * known.loc[~beyond, "threshold"].max(), 1.0)
    _draw_bands(axes, known[~beyond], top, titles)
    far = [
        f"{label(*titles[tier])} {threshold:,.0f} ↑"
        for tier, threshold in zip(
            known.loc[beyond, "tier"], known.loc[beyond, "threshold"], strict=True
        )
    ]
    axes.annotate(
        "\n".join(far),
        (0.01, 0.97),
        xycoords="axes fraction",
        va="top",
        fontsize=8,
        color=INK,
    )
    when = date2num(measured["day"])
    axes.plot(when, measured["value"], "-o", color=ORANGE, markersize=3.5)
    axes.set_ylim(min(0, measured["value"].min()), top)
    axes.set_ylabel(label(f"at the month's end [{unit}]", "月末值"))


def _draw_bands(
    axes: Axes,
    limits: pd.DataFrame,
    top: float,
    titles: Mapping[str, tuple[str, str]],
) -> None:
    """Draw a band from each limit to the next; tiers of one limit share a label."""
    shared = limits.groupby("threshold")["tier"].agg(list)
    edges = [*shared.index, top]
    for place, tiers in enumerate(shared):
        low, high = edges[place], edges[place + 1]
        axes.axhspan(low, high, color=_color(tiers[0], titles), zorder=0)
        axes.axhline(low, color=GREY, linewidth=0.8, linestyle=":")
        named = ", ".join(label(*titles[tier]) for tier in tiers)
        axes.annotate(
            f"{named}  ≥ {low:,.0f}",
            (0.01, low),
            xycoords=("axes fraction", "data"),
            xytext=(0, 2),
            textcoords="offset points",
            fontsize=8,
            color=INK,
        )


def _draw_tiers(
    axes: Axes,
    published: pd.DataFrame,
    as_of: date,
    titles: Mapping[str, tuple[str, str]],
) -> None:
    """Draw each published tier from its day to the next other one's."""
    axes.set_title(label("tier as published", "公布的等级"))
    axes.set(yticks=[], ylim=(0, 1))
    axes.spines["left"].set_visible(False)
    if published.empty:
        empty(axes, label("none published yet", "尚未公布"))
        return
    moves = published[published["tier"] != published["tier"].shift()]
    days = [*date2num(moves["day"]), date2num(as_of) + 1]
    for place, tier in enumerate(moves["tier"]):
        width = days[place + 1] - days[place]
        color = _color(tier, titles)
        axes.barh(0.5, width, 1, days[place], color=color, edgecolor=GREY)
        axes.annotate(
            label(*titles[tier]) if tier in titles else tier,
            (days[place], 0.5),
            xytext=(3, 0),
            textcoords="offset points",
            va="center",
            fontsize=8,
            color=INK,
        )


def _color(tier: str, titles: Mapping[str, tuple[str, str]]) -> str:
    """Return the tier's colour, by its place; the last one's for an older policy's."""
    place = list(titles).index(tier) if tier in titles else len(_BANDS) - 1
    return _BANDS[place % len(_BANDS)]
