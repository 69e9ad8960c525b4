"""The scores of a day and a policy in, tiers that follow a moved threshold at once out.

For a person in a notebook: nothing is fitted or learned again, the scores stay, and one
number of the policy moves. Where no notebook is open the start is shown, with one line.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import ibis
import pandas as pd
import pyarrow as pa

from workbench.errors import UnknownName
from workbench.rehearsal.moves import SMALLEST_GROUP
from workbench.rehearsal.replay_page import shown

if TYPE_CHECKING:
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
    """

    policy: Policy
    cuts: Cuts
    scores: pa.Table

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
            numbers.

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
        few = now["customers"].combine(start["customers"], min) < SMALLEST_GROUP
        return pd.concat([now, more], axis=1)[~few].reindex([*self.policy.tiers])

    def show(self, live: bool = True) -> Any:
        """Return sliders with a table that follows them; the table alone if not live.

        Parameters
        ----------
        live
            Whether a person has the notebook open.
        """
        import ipywidgets as widgets

        if not live or not self.numbers:
            return self.tiers().round(0)
        table = widgets.HTML(self._html({}))
        sliders = {name: _slider(name, at) for name, at in self.numbers.items()}

        def follow(_: object) -> None:
            moved = {name: slider.value for name, slider in sliders.items()}
            table.value = self._html(moved)

        for slider in sliders.values():
            slider.observe(follow, names="value")
        return widgets.VBox([*sliders.values(), table])

    def _html(self, moved: Mapping[str, float]) -> str:
        """Return the table as HTML; a slider left alone moves nothing."""
        there = self.numbers
        changed = {name: at for name, at in moved.items() if at != there[name]}
        head, *rows = shown(self.tiers(**changed))
        lines = [_row("th", head), *(_row("td", row) for row in rows)]
        return f"<table>{''.join(lines)}</table>"

    def _given(self, moved: Mapping[str, float]) -> pd.DataFrame:
        cuts = replace(self.cuts, values={**self.numbers, **moved})
        table = ibis.memtable(self.scores)
        found = self.policy.assign(
            table, cuts, as_of=self.cuts.as_of, bundle_id="sandbox"
        ).select("customer_id", "tier")
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
    return Sandbox(replay.policies[policy], learned[max(learned)], replay.scores)


def _slider(name: str, at: float) -> Any:
    """Return a slider around a number, from nothing to twice as much."""
    import ipywidgets as widgets

    low, high = sorted((0.0, 2 * at))
    if low == high:
        low, high = -1.0, 1.0
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


def _row(cell: str, values: list[str]) -> str:
    return f"<tr>{''.join(f'<{cell}>{value}</{cell}>' for value in values)}</tr>"
