"""Pictures of what came in: rows lost, cells empty, lines repeated, rows late."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.plots.canvas import BLUE, GREY, ORANGE, empty, label, panels

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SMALLEST_GROUP = 10
MOST_LOADS = 40
_LEAST_PLACES = 6


def losses_and_cells(ledger: pd.DataFrame, cells: pd.DataFrame) -> Figure:
    """Draw what share of the records was set aside, and of each column is filled.

    Parameters
    ----------
    ledger
        ``reason, records, share`` [0 to 1], *accepted* among the reasons.
    cells
        Index *column*; ``share`` of filled cells [0 to 1], null where the store does
        not have the column.
    """
    with panels(1, 2, 11, 0.26 * len(cells) + 1.4) as (figure, (left, right)):
        _losses(left, ledger)
        _cells(right, cells)
    return figure


def repeats_and_late_rows(months: pd.DataFrame, loads: pd.DataFrame) -> Figure:
    """Draw the share of repeated lines by month, and of late rows by load.

    Months and loads with fewer than 10 customers are not drawn; of the loads the last
    40 are.

    Parameters
    ----------
    months
        ``month, rows, customers, repeats, share`` [0 to 1].
    loads
        ``load, customers, rows, late_rows, share_late`` [0 to 1].
    """
    drawn = months["repeats"].any() or loads["late_rows"].any()
    with panels(1, 2, 11, 3.6 if drawn else 1.6) as (figure, (left, right)):
        _repeats(left, months)
        _late(right, loads)
    return figure


def _losses(axes: Axes, ledger: pd.DataFrame) -> None:
    aside = ledger[ledger["reason"] != "accepted"].sort_values("share")
    if aside.empty:
        axes.set_title("Every record was accepted")
        empty(axes, label("nothing was set aside", "无剔除记录"))
        return
    names = aside["reason"].str.replace("_", " ")
    bars = axes.barh(names, 100 * aside["share"], color=ORANGE)
    axes.bar_label(bars, [f"{n:,}" for n in aside["records"]], padding=3)
    axes.margins(x=0.2)
    axes.set_ylim(len(aside) - max(len(aside), _LEAST_PLACES) - 0.5, len(aside) - 0.5)
    axes.set(
        title=f"{aside['share'].sum():.2%} of the records were set aside",
        xlabel=label("share of all records [%]; beside: records", "占全部记录"),
    )


def _cells(axes: Axes, cells: pd.DataFrame) -> None:
    here = cells["share"].notna()
    gaps = int((cells["share"] < 1).sum())
    finding = f"Columns with empty cells: {gaps or 'none'} of {here.sum()}"
    axes.barh(cells.index, 100 * cells["share"].fillna(0), color=BLUE)
    for place, (share, is_here) in enumerate(zip(cells["share"], here, strict=True)):
        words = _percent(share) if is_here else "not in this store"
        at = 100 * share + 1 if is_here else 1
        axes.text(at, place, words, va="center", fontsize=8, color=GREY)
    axes.invert_yaxis()
    axes.set_xlim(0, 115)
    axes.set(title=finding, xlabel=label("filled cells [%]", "已填单元格"))


def _percent(share: float) -> str:
    """Return a share so that only a full column reads as 100 %."""
    return "100 %" if share == 1 else f"{min(100 * share, 99.99):.2f} %"


def _repeats(axes: Axes, months: pd.DataFrame) -> None:
    shown = months[months["customers"] >= SMALLEST_GROUP]
    repeats = months["repeats"].sum()
    finding = "No line repeats another"
    if repeats:
        finding = f"{repeats / months['rows'].sum():.2%} of the lines repeat another"
    axes.bar(shown["month"], 100 * shown["share"], width=25, color=BLUE)
    axes.xaxis_date()
    axes.tick_params(axis="x", rotation=30)
    axes.set(
        title=finding,
        xlabel=label("month", "月份"),
        ylabel=label("lines that repeat another [%]", "重复行"),
    )
    if not shown["share"].any():
        empty(axes, label("no month to draw with a repeat", "无重复行"))


def _late(axes: Axes, loads: pd.DataFrame) -> None:
    late, later = loads["late_rows"].sum(), loads.iloc[1:]
    shown = later[later["customers"] >= SMALLEST_GROUP].tail(MOST_LOADS)
    finding = f"{late:,} rows came later than their day's load"
    if late < SMALLEST_GROUP:
        few = f"fewer than {SMALLEST_GROUP}" if late else "no"
        finding = f"{few.capitalize()} rows came later than their day's load"
    if not len(later):
        finding = "First load: no row can be late yet"
    axes.bar(shown["load"].astype(str), 100 * shown["share_late"], color=BLUE)
    axes.set_xlim(-0.6, max(len(shown), _LEAST_PLACES) - 0.4)
    axes.set(
        title=finding,
        xlabel=label("load, by its number; the first is not drawn", "批次"),
        ylabel=label("late rows of the load [%]", "迟到行"),
    )
    if not shown["share_late"].any():
        empty(axes, label("no load to draw with a late row", "无迟到行"))
