"""Pictures of a rehearsal: tiers over the days, flicker and its price, revenue."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from workbench.plots.canvas import BLUE, GREY, ORANGE, empty, label, panels

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    Tables = Mapping[str, pd.DataFrame]

_VARIANTS = {
    "as_written": ("as written", "原方案"),
    "no_grace": ("without grace", "无宽限期"),
    "no_keep": ("without hysteresis", "无保级条件"),
    "no_memory": ("without memory", "无记忆"),
}


def tiers_over_days(counts: Tables) -> Figure:
    """Draw how many customers had each tier, one above the other, day after day.

    Parameters
    ----------
    counts
        By policy: index the day, columns the tiers, the best first [customers]; a
        missing count is not drawn.
    """
    with panels(1, len(counts), 5.5 * len(counts), 4.2, sharey=True) as (figure, every):
        for axes, (policy, table) in zip(every, counts.items(), strict=True):
            days = [str(day)[:10] for day in table.index]
            heights = [table[name].fillna(0.0).to_numpy() for name in table.columns]
            axes.stackplot(
                range(len(days)),
                *heights,
                colors=_shades(len(heights)),
            )
            shown = np.unique(np.linspace(0, len(days) - 1, 5).astype(int))
            axes.set_xticks(shown, [days[place] for place in shown], fontsize=8)
            axes.set(
                title=f"{policy}: {_grown(table)}",
                xlabel=label("day", "日期"),
                ylabel=label("customers", "顾客数"),
            )
            _name_bands(axes, table)
    return figure


def flicker_and_price(prices: Tables, currency: str = "currency") -> Figure:
    """Draw flicker, and what the benefits cost, of each policy and variant.

    Parameters
    ----------
    prices
        By policy, from ``rehearsal.prices``: index *variant*, ``flicker`` [per 100
        customers and year], ``cost`` [currency].
    currency
        Of the cost.
    """
    bars = [(p, v) for p, table in prices.items() for v in table.index]
    height = 1.2 + 0.42 * len(bars)
    with panels(1, 2, 11, height, sharey=True) as (figure, (left, right)):
        places = np.arange(len(bars))[::-1]
        for axes, column, color in ((left, "flicker", BLUE), (right, "cost", ORANGE)):
            values = [float(prices[policy].loc[v, column]) for policy, v in bars]
            drawn = axes.barh(places, values, color=[_dim(v, color) for _, v in bars])
            axes.bar_label(drawn, fmt="{:,.1f}", fontsize=8, padding=2)
            axes.margins(x=0.15)
            axes.locator_params(axis="x", nbins=4)
        named = [f"{policy}, {_word(variant)}" for policy, variant in bars]
        left.set_yticks(places, named, fontsize=8)
        flicker = label("turns per 100 customers and year", "每百位顾客每年次数")
        left.set(title=_calmed(prices), xlabel=flicker)
        cost = label(f"benefits [{currency}]", "权益成本")
        right.set(title="What the benefits cost", xlabel=cost)
    return figure


def revenue_by_tier(tables: Tables) -> Figure:
    """Draw each tier's share of the net spend, and who stayed away later.

    Parameters
    ----------
    tables
        By policy, from ``rehearsal.by_tier``: index *tier*, ``share_of_spend``,
        ``later_churn`` [0 to 1].
    """
    parts = (
        ("share_of_spend", BLUE, label("of the net spend", "净消费额占比"), -0.2),
        ("later_churn", GREY, label("stayed away later", "后续流失"), 0.2),
    )
    with panels(1, len(tables), 5.5 * len(tables), 4.2, sharey=True) as (figure, every):
        for axes, (policy, table) in zip(every, tables.items(), strict=True):
            if table["share_of_spend"].isna().all():
                axes.set_title(f"{policy}: nothing has followed yet")
                empty(axes, label("no span has come to its end", "尚无完整区间"))
                continue
            places = np.arange(len(table))
            for name, color, words, shift in parts:
                heights = 100 * table[name]
                bars = axes.bar(places + shift, heights, 0.38, color=color, label=words)
                said = ["" if np.isnan(one) else f"{one:.0f}" for one in heights]
                axes.bar_label(bars, said, fontsize=8, padding=1)
            axes.set_xticks(places, table.index)
            axes.set(
                title=_revenue_said(policy, table),
                xlabel=label("tier, the best first", "等级（由高到低）"),
                ylabel=label("share [%]", "占比"),
            )
            axes.legend(fontsize=8)
    return figure


def _shades(n: int) -> list[tuple[float, ...]]:
    """Return a colour for each tier, the best the darkest."""
    import matplotlib as mpl

    return [mpl.colormaps["Blues"](depth) for depth in np.linspace(0.95, 0.2, n)]


def _name_bands(axes: Axes, table: pd.DataFrame) -> None:
    """Write each tier's name beside its band on the last day, none over another."""
    last = table.iloc[-1].fillna(0.0).to_numpy()
    middles, lowest = np.cumsum(last) - last / 2, 0.0
    for name, middle in zip(table.columns, middles, strict=True):
        height = max(middle, lowest)
        lowest = height + 0.045 * last.sum()
        place = (len(table) - 1, height)
        axes.annotate(
            str(name),
            place,
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            fontsize=8,
            annotation_clip=False,
        )


def _grown(table: pd.DataFrame) -> str:
    upper = table.iloc[:, :-1].sum(axis=1)
    first, last = upper.iloc[0], upper.iloc[-1]
    return f"{first:,.0f} to {last:,.0f} above {table.columns[-1]}"


def _calmed(prices: Tables) -> str:
    """Say of the policy whose memory does most what it does."""
    rows = {
        name: (t["flicker"]["no_memory"], t["flicker"]["as_written"])
        for name, t in prices.items()
    }
    name = max(rows, key=lambda one: float(rows[one][0]) - float(rows[one][1]))
    bare, written = rows[name]
    return f"{name}: {written:.1f} up and down,\n{bare:.1f} without memory"


def _revenue_said(policy: str, table: pd.DataFrame) -> str:
    upper = table["share_of_spend"].iloc[:-1].sum()
    return f"{policy}: above {table.index[-1]} {upper:.0%} of the net spend"


def _word(variant: str) -> str:
    return label(*_VARIANTS[variant])


def _dim(variant: str, color: str) -> str:
    return color if variant == "as_written" else GREY
