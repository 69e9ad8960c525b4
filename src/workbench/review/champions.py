"""The champion as a reviewer reads it: the decision, the bundle and its evidence."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from workbench.delivery.bundle import Bundle
from workbench.delivery.decisions import Decision, champion_decision
from workbench.evaluation import Measured
from workbench.review.stages import StageView, metrics_frame, open_stage
from workbench.settings import places


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
