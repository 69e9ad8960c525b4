"""The scores of a day and a policy in, tiers that follow a moved threshold at once out.

For a person in a notebook: nothing is fitted or learned again, the scores stay, and one
number of the policy moves. Where no notebook is open the start is shown, with one line.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from html import escape
from typing import TYPE_CHECKING, Any

import ibis
import pandas as pd
import pyarrow as pa

from workbench.errors import UnknownName
from workbench.policy import examined
from workbench.rehearsal.moves import SMALLEST_GROUP
from workbench.rehearsal.replay_page import readable, shown

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from workbench.policy import Cuts, Policy
    from workbench.rehearsal.replayed import Replay

REVENUE = "net_spend_365d"
STILL = (
    "Open this notebook by hand (workbench lab) to move the thresholds; here stands "
    "the start.",
    "请在 workbench lab 中打开本笔记本以移动阈值；此处为初始状态。",
)


@dataclass(frozen=True)
class Sandbox:
    """The scores of a day, and a policy to play with. Make one with ``open_sandbox``.

    Parameters
    ----------
    policy
        The policy.
    cuts
        Its numbers as learned on the day.
    scores
        The score table of the day.
    currency
        Of its money.
    """

    policy: Policy
    cuts: Cuts
    scores: pa.Table
    currency: str = "currency"

    @property
    def numbers(self) -> Mapping[str, float]:
        """What can be moved: cut points and thresholds by name, as they stand."""
        return self.cuts.of(None)

    def tiers(self, **moved: float) -> pd.DataFrame:
        """Return each tier's customers and revenue with some numbers moved.

        A number per market is moved for the markets that have none of their own.

        Returns
        -------
        pandas.DataFrame
            Index *tier*, the best first: ``customers``, ``net_spend`` of the 365 days
            before the day [currency], ``more_customers``, ``more_net_spend`` than with
            the numbers as they stand. Tiers of fewer than ten customers have no
            numbers, and those that had fewer no difference.

        Raises
        ------
        UnknownName
            If the policy has no such number.
        """
        for name in moved:
            if name not in self.numbers:
                raise UnknownName("threshold", name, self.numbers)
        start, now = self._given({}), self._given(moved)
        more = (now - start).add_prefix("more_")
        is_few, was_few = (t["customers"] < SMALLEST_GROUP for t in (now, start))
        more = more.where(~(is_few | was_few))
        return pd.concat([now.where(~is_few), more], axis=1)

    @property
    def fixed(self) -> tuple[str, ...]:
        """What a slider does not move: the numbers that markets have of their own."""
        return tuple(
            f"{name} of {market}: {number:,.4g} (its own; the slider does not move it)"
            for name, own in self.cuts.by_market.items()
            for market, number in own.numbers.items()
        )

    def movable(self) -> tuple[str, ...]:
        """Return the numbers that change somebody's tier somewhere on their slider."""
        start = self._tier_of({})
        return tuple(
            name
            for name, at in self.numbers.items()
            if any(self._tier_of({name: end}) != start for end in _ends(at))
        )

    def contradictions(self, **moved: float) -> tuple[str, ...]:
        """Return what the policy no longer does as it says, with some numbers moved."""
        return examined(self.policy, self._cuts(moved)).findings

    def show(self, live: bool = True) -> Any:
        """Return sliders with a table that follows them; the table alone if not live.

        A number that moves nobody has no slider, and is named below.

        Parameters
        ----------
        live
            Whether a person has the notebook open.
        """
        import ipywidgets as widgets

        if not live or not self.numbers:
            return readable(self.tiers(), currency=self.currency)
        table, movable = widgets.HTML(self._html({})), self.movable()
        sliders = {name: _slider(name, self.numbers[name]) for name in movable}

        def follow(_: object) -> None:
            moved = {name: slider.value for name, slider in sliders.items()}
            table.value = self._html(moved)

        for slider in sliders.values():
            slider.observe(follow, names="value")
        still = widgets.HTML(self._still(movable))
        return widgets.VBox([*sliders.values(), table, still])

    def _still(self, movable: tuple[str, ...]) -> str:
        """Return what does not move, as HTML."""
        still = [name for name in self.numbers if name not in movable]
        lines = [f"{name} moves nobody here" for name in still]
        return "".join(f"<div>{escape(one)}</div>" for one in (*self.fixed, *lines))

    def _html(self, moved: Mapping[str, float]) -> str:
        """Return the table as HTML; a slider left alone moves nothing."""
        there = self.numbers
        changed = {name: at for name, at in moved.items() if at != there[name]}
        head, *rows = shown(self.tiers(**changed), currency=self.currency)
        lines = [_row("th", head), *(_row("td", row) for row in rows)]
        wrong = self.contradictions(**changed) if changed else ()
        said = "".join(f"<p><b>{escape(line)}</b></p>" for line in wrong)
        return f"<table>{''.join(lines)}</table>{said}"

    def _cuts(self, moved: Mapping[str, float]) -> Cuts:
        return replace(self.cuts, values={**self.numbers, **moved})

    def _assigned(self, table: ir.Table, moved: Mapping[str, float]) -> ir.Table:
        return self.policy.assign(
            table, self._cuts(moved), as_of=self.cuts.as_of, bundle_id="sandbox"
        ).select("customer_id", "tier")

    def _tier_of(self, moved: Mapping[str, float]) -> list[str]:
        """Return everybody's tier, by customer."""
        found = self._assigned(ibis.memtable(self.scores), moved)
        return found.order_by("customer_id").to_pyarrow()["tier"].to_pylist()

    def _given(self, moved: Mapping[str, float]) -> pd.DataFrame:
        table = ibis.memtable(self.scores)
        found = self._assigned(table, moved)
        spent = table.select("customer_id", spent=table[REVENUE])
        both = found.inner_join(spent, "customer_id")
        sums = both.group_by("tier").agg(
            customers=both.count(), net_spend=both.spent.sum()
        )
        frame = sums.execute().set_index("tier").reindex([*self.policy.tiers])
        return frame.fillna(0.0).astype("float64")


def open_sandbox(replay: Replay, policy: str) -> Sandbox:
    """Take the last day of a rehearsal, for one of its policies to be played with.

    Raises
    ------
    UnknownName
        If it was not rehearsed.
    """
    if policy not in replay.policies:
        raise UnknownName("policy", policy, replay.policies)
    learned = replay.cuts[policy]
    cuts = learned[max(learned)]
    return Sandbox(replay.policies[policy], cuts, replay.scores, replay.currency)


def _slider(name: str, at: float) -> Any:
    """Return a slider around a number, from nothing to twice as much."""
    import ipywidgets as widgets

    low, high = _ends(at)
    return widgets.FloatSlider(
        value=at,
        min=low,
        max=high,
        step=(high - low) / 100,
        description=name,
        continuous_update=False,
        readout_format=".4g",
        style={"description_width": "12em"},
        layout={"width": "40em"},
    )


def _ends(at: float) -> tuple[float, float]:
    """Return from where to where a number can be moved."""
    low, high = sorted((0.0, 2 * at))
    return (low, high) if low < high else (-1.0, 1.0)


def _row(cell: str, values: list[str]) -> str:
    return f"<tr>{''.join(f'<{cell}>{escape(v)}</{cell}>' for v in values)}</tr>"
