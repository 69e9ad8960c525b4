"""A picture of a model carried on past its fit: repeats expected beside those seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num

from workbench.plots.canvas import BLUE, GREY, INK, ORANGE, label, panels

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

DAYS_A_WEEK = 7
SMALLEST_GROUP = 10


def repeats_tracking(table: pd.DataFrame) -> Figure:
    """Draw actual and expected repeat purchase days, summed up and week by week.

    A dashed line stands where the fit ended. What came in a week with fewer than 10
    customers is not drawn, but is in the later sums; weeks of fewer than seven days, at
    the ends of the watch, are drawn in the sums only.

    Parameters
    ----------
    table
        From ``tracking_table``.
    """
    shown = ~table["repeat_customers"].between(1, SMALLEST_GROUP - 1)
    whole = (table["last_on"] - table["first_on"]).dt.days == DAYS_A_WEEK - 1
    end = table.loc[table["in_fit"], "last_on"].iloc[-1]
    with panels(1, 2, 11.5, 4.4) as (figure, (left, right)):
        so_far = table[["last_on", "actual_so_far", "expected_so_far"]]
        _lines(left, so_far[shown], so_far, end)
        left.set(
            title=_so_far_said(table),
            ylabel=label("repeat purchase days so far", "累计重复购买日数"),
        )
        weeks = table.loc[whole, ["last_on", "actual", "expected"]]
        _lines(right, weeks.where(shown), weeks, end)
        right.set(
            title=_after_fit_said(table),
            ylabel=label("repeat purchase days a week", "每周重复购买日数"),
        )
        handles, words = left.get_legend_handles_labels()
        figure.legend(handles, words, loc="outside lower center", ncols=3)
    return figure


def _lines(
    axes: Axes, came: pd.DataFrame, said: pd.DataFrame, end: pd.Timestamp
) -> None:
    """Draw the second column of what came beside the third of what was said."""
    axes.plot(
        came.iloc[:, 0],
        came.iloc[:, 1],
        color=BLUE,
        marker=".",
        markersize=4,
        label=label("came", "实际"),
    )
    axes.plot(
        said.iloc[:, 0],
        said.iloc[:, 2],
        color=ORANGE,
        label=label("expected by the model", "模型预期"),
    )
    words = label("end of the fit", "拟合截止")
    axes.axvline(date2num(end), color=INK, linestyle="--", linewidth=1, label=words)
    locator = AutoDateLocator()
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))
    axes.grid(axis="y", color=GREY, alpha=0.25)
    axes.set_ylim(bottom=0)
    axes.set_xlabel(label("last day of the week", "周末日"))


def _so_far_said(table: pd.DataFrame) -> str:
    last = table.iloc[-1]
    if last["actual_so_far"] < SMALLEST_GROUP:
        return f"Fewer than {SMALLEST_GROUP} repeat purchase days in all"
    return (
        f"In all {last['expected_so_far']:,.0f} expected, "
        f"{last['actual_so_far']:,} came"
    )


def _after_fit_said(table: pd.DataFrame) -> str:
    after = table[~table["in_fit"]]
    came, said = after["actual"].sum(), after["expected"].sum()
    if came < SMALLEST_GROUP:
        return f"After the fit fewer than {SMALLEST_GROUP} came"
    return f"After the fit the model expects {said / came:.0%} of what came"
