"""The champion as a reviewer reads it: the decision, the bundle and its evidence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from workbench.delivery.bundle import Bundle
from workbench.delivery.decisions import (
    Decision,
    champion_decision,
    read_decisions,
)
from workbench.evaluation import Measured
from workbench.review.stages import StageView, metrics_frame, open_stage
from workbench.settings import places
from workbench.window import parse_day


@dataclass(frozen=True)
class Champion:
    """The newest approval and what it approved."""

    decision: Decision
    bundle: Bundle

    @property
    def name(self) -> str:
        """The bundle's id."""
        return self.bundle.id

    @property
    def measured(self) -> dict[str, dict[str, Measured]]:
        """The metrics that were approved, by stage and name."""
        return {
            stage: {name: Measured(**value) for name, value in found["metrics"].items()}
            for stage, found in self.bundle.evidence["stages"].items()
        }

    @property
    def metrics(self) -> pd.DataFrame:
        """The metrics that were approved, as a table."""
        return metrics_frame(self.measured)

    @property
    def stages(self) -> dict[str, StageView]:
        """The stages of the approved run, as far as its folder is still there."""
        folder = places().runs / self.decision.run
        return {
            stage: open_stage(folder / stage)
            for stage in self.bundle.evidence["stages"]
            if (folder / stage / "record.json").is_file()
        }


def older_than_champion(as_of: date) -> str | None:
    """Return a warning if approving a run of this day would turn back the clock."""
    approvals = [entry for entry in read_decisions() if entry.action == "approve"]
    if not approvals or as_of >= parse_day(approvals[-1].as_of):
        return None
    return (
        f"the champion so far, {approvals[-1].bundle_id}, is as of "
        f"{approvals[-1].as_of}; this run is older, of {as_of}"
    )


def champion() -> Champion:
    """Return the champion.

    Raises
    ------
    NoChampion
        If nothing has been approved; the message has the command that approves.
    Tampered
        If the record or the bundle was altered.
    """
    return Champion(champion_decision(), Bundle.champion())
