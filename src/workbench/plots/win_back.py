"""A picture of winning back: what is gained for the money, and what it leans on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.plots.canvas import BLUE, GREY, INK, ORANGE, drawing, empty, label

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from workbench.evaluation.win_back import WinBack

SMALLEST_GROUP = 10


def win_back_gain(result: WinBack, currency: str = "currency") -> Figure:
    """Draw expected gain against money spent, for three orders of the same customers.

    Parameters
    ----------
    result
        From ``worth_winning_back``.
    currency
        Unit of the money.
    """
    styles = {
        "gain": (BLUE, "-", label("by expected gain", "按预期收益")),
        "p": (ORANGE, "-", label("by probability alone", "仅按流失概率")),
        "at random": (GREY, "--", label("at random", "随机")),
    }
    with drawing(8.5, 5) as (figure, axes):
        if result.curve.empty:
            empty(axes, f"fewer than {SMALLEST_GROUP} customers")
            return figure
        for order, (color, line, words) in styles.items():
            points = result.curve[result.curve["order"] == order]
            axes.plot(
                points["spent"],
                points["expected_gain"],
                color=color,
                linestyle=line,
                label=words,
            )
        axes.axhline(0, color=GREY, linewidth=1)
        if result.is_shown:
            axes.plot(result.cost, result.expected_gain, "o", color=INK)
        axes.set(
            title=_finding(result),
            xlabel=label(f"expected cost [{currency}]", "预期成本"),
            ylabel=label(f"expected gain after cost [{currency}]", "扣除成本后收益"),
        )
        figure.legend(loc="outside lower center", ncols=3)
    return figure


def _finding(result: WinBack) -> str:
    rate = f"save rate {result.save_rate.value:.1%}, {result.save_rate.origin}"
    if not result.is_shown:
        return f"Hardly anybody is worth the offer ({rate})"
    return (
        f"{len(result.listed):,} customers are worth the offer: "
        f"{result.expected_gain:,.0f} for {result.cost:,.0f}\n({rate})"
    )
