"""A picture of a shop's tables: a coloured cell for each check, grey where absent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from matplotlib.patches import Patch

from workbench.plots.canvas import BLUE, GREY, INK, label, panels

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

NOTHING = "nothing to compare"
_COLORS = {"kept": "#cfe1ee", "doubted": "#f3c58b", "refused": "#b5481f"}
_PALE, _ABSENT = "#f7f8f9", "#e3e6e9"


def tables_checked(
    checks: pd.DataFrame, absent: pd.DataFrame, covered: pd.Series
) -> Figure:
    """Draw every table and every check as a grid, and the buyers it speaks of.

    Parameters
    ----------
    checks
        ``table, check``, ``level`` (kept, doubted, refused, nothing to compare) and
        ``found`` in words, in the order that is drawn.
    absent
        Index *table* of those that are not there; ``for`` what they would be.
    covered
        Index *table*: share of the buyers of whom it speaks [0 to 1]; null where it
        speaks of none.
    """
    names = list(dict.fromkeys(checks["table"]))
    rows = [*names, *absent.index]
    size = (12.5, 0.34 * len(rows) + 2.4)
    wide = [5, 1]
    with panels(1, 2, *size, sharey=True, width_ratios=wide) as (figure, (grid, bars)):
        _cells(grid, checks, names)
        for place, (_, words) in enumerate(absent.iterrows(), len(names)):
            _absent(grid, place, str(words["for"]), checks["check"].nunique())
        _bars(bars, covered.reindex(names), len(rows))
        grid.set_yticks(range(len(rows)), rows)
        grid.set_ylim(len(rows) - 0.5, -0.5)
        grid.set_title(_finding(checks, len(names), len(rows)))
        figure.legend(handles=_legend(), ncols=5, fontsize=9, loc="outside lower left")
    return figure


def _cells(axes: Axes, checks: pd.DataFrame, names: list[str]) -> None:
    kinds = list(dict.fromkeys(checks["check"]))
    for _, check in checks.iterrows():
        at = (kinds.index(check["check"]), names.index(check["table"]))
        _cell(axes, at, str(check["level"]), str(check["found"]))
    axes.set_xlim(-0.5, len(kinds) - 0.5)
    axes.set_xticks(range(len(kinds)), [_two_lines(kind) for kind in kinds], fontsize=8)
    axes.tick_params(
        length=0, top=False, labeltop=True, bottom=False, labelbottom=False
    )
    axes.spines[:].set_visible(False)


def _cell(axes: Axes, at: tuple[int, int], level: str, found: str) -> None:
    color = _COLORS.get(level, _PALE)
    axes.barh(at[1], 0.96, 0.92, left=at[0] - 0.48, color=color)
    words = "–" if found == NOTHING else found
    pen = "white" if level == "refused" else GREY if found == NOTHING else INK
    axes.annotate(words, at, ha="center", va="center", fontsize=8, color=pen)


def _absent(axes: Axes, place: int, purpose: str, n_kinds: int) -> None:
    axes.barh(place, n_kinds - 0.04, 0.92, left=-0.48, color=_ABSENT)
    words = f"absent: {purpose}"
    axes.annotate(words, (-0.38, place), va="center", fontsize=8, color=INK)


def _bars(axes: Axes, covered: pd.Series, n_rows: int) -> None:
    shares = 100 * covered.astype("float64")
    for place, share in enumerate(shares):
        if pd.notna(share):
            axes.barh(place, share, 0.5, color=BLUE)
            beside = (max(share, 0) + 3, place)
            axes.annotate(f"{share:.0f}", beside, va="center", fontsize=8, color=INK)
    axes.set_visible(bool(shares.notna().any()))
    axes.set_xlim(0, 125)
    axes.set_xticks([0, 50, 100])
    axes.tick_params(left=False, labelleft=False)
    axes.set(xlabel=label("buyers [%]", "涉及买家"))


def _finding(checks: pd.DataFrame, n_there: int, n_tables: int) -> str:
    levels = checks.groupby("table")["level"].agg(set)
    refused = sum("refused" in found for found in levels)
    doubted = sum("doubted" in found for found in levels) - sum(
        {"doubted", "refused"} <= found for found in levels
    )
    said = f"{n_there} of {n_tables} tables are there"
    if refused + doubted == 0:
        return f"{said}, and all limits are kept"
    return f"{said}: {doubted} with doubts, {refused} not usable"


def _legend() -> list[Patch]:
    words = (
        ("kept", label("limit kept", "符合")),
        ("doubted", label("doubts", "存疑")),
        ("refused", label("not usable", "不可用")),
    )
    known = [Patch(color=_COLORS[level], label=text) for level, text in words]
    return [
        *known,
        Patch(color=_PALE, label=label("nothing to compare", "无可比较")),
        Patch(color=_ABSENT, label=label("absent", "缺失")),
    ]


def _two_lines(words: str) -> str:
    """Break a heading near its middle, so that headings stand side by side."""
    parts = words.split()
    half = (len(parts) + 1) // 2
    return "\n".join(" ".join(some) for some in (parts[:half], parts[half:]) if some)
