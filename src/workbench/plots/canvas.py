"""The paper every picture is drawn on: size, colours, and labels in two languages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import matplotlib as mpl
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import findSystemFonts, fontManager

INK, BLUE, ORANGE, GREY = "#2b2f36", "#2f6f9f", "#d1772e", "#9aa3ad"
CJK_FAMILIES = (
    "Noto Sans CJK SC",
    "Noto Sans CJK JP",
    "Source Han Sans SC",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "PingFang SC",
    "Microsoft YaHei",
    "SimHei",
)

_STYLE = {
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": GREY,
    "axes.labelcolor": INK,
    "axes.titlelocation": "left",
    "axes.titlesize": 12,
    "axes.titleweight": "bold",
    "axes.titlepad": 12,
    "axes.unicode_minus": False,
    "axes.prop_cycle": cycler(color=[BLUE, ORANGE, GREY, INK]),
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "font.size": 10,
    "legend.frameon": False,
    "figure.facecolor": "white",
}


@contextmanager
def drawing(width: float = 8.0, height: float = 4.0) -> Iterator[tuple[Figure, Axes]]:
    """Give a figure with one pair of axes, in the house's style.

    Parameters
    ----------
    width, height
        Size of the picture [inches].
    """
    with panels(1, 1, width, height) as (figure, (axes,)):
        yield figure, axes


@contextmanager
def panels(
    n_rows: int, n_columns: int, width: float = 11.0, height: float = 4.0, **grid: Any
) -> Iterator[tuple[Figure, list[Axes]]]:
    """Give a figure with several pairs of axes, row by row, in the house's style.

    Parameters
    ----------
    n_rows, n_columns
        How many stand below and beside each other.
    width, height
        Size of the whole picture [inches].
    **grid
        Further words for ``Figure.subplots``: ``sharey``, ``height_ratios`` …
    """
    family = ["DejaVu Sans", *filter(None, [cjk_family()])]
    with mpl.rc_context(_STYLE | {"font.family": family}):
        figure = Figure(figsize=(width, height), layout="constrained")
        FigureCanvasAgg(figure)
        axes = figure.subplots(n_rows, n_columns, squeeze=False, **grid)
        yield figure, list(axes.flat)


def empty(axes: Axes, words: str) -> None:
    """Say in the middle of a pair of axes why nothing is drawn there."""
    axes.set(xticks=[], yticks=[], xlabel="", ylabel="")
    axes.spines[:].set_visible(False)
    axes.annotate(
        words,
        (0.5, 0.5),
        xycoords="axes fraction",
        ha="center",
        va="center",
        color=GREY,
    )


@cache
def cjk_family() -> str | None:
    """Return the first installed font that can draw Chinese, or None."""
    known = {font.name for font in fontManager.ttflist}
    for family in CJK_FAMILIES:
        if family in known:
            return family
    return _found_beside_the_list()


def label(english: str, chinese: str) -> str:
    """Return a label with Chinese before the English where a font can draw it.

    Examples
    --------
    >>> label("customers", "顾客数").endswith("customers")
    True
    """
    return f"{chinese} · {english}" if cjk_family() else english


def fonts_said() -> str:
    """Say in one line which languages the labels have, and the cure if one lacks."""
    family = cjk_family()
    if family:
        return f"Labels in Chinese and English ({family})."
    return (
        "Labels in English only: no font here can draw Chinese. "
        "Install one, Debian's fonts-noto-cjk say, and run again."
    )


def _found_beside_the_list() -> str | None:
    """Look at the system's fonts: matplotlib's list is older than a new font."""
    for path in findSystemFonts():
        if "cjk" in path.lower() or "wqy" in path.lower():
            fontManager.addfont(path)
    known = {font.name for font in fontManager.ttflist}
    return next((family for family in CJK_FAMILIES if family in known), None)
