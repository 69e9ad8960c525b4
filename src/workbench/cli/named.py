"""A policy as people name it on the command line in, the policy out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workbench.policy import Policy


def named_policy(named: str) -> Policy:
    """Return the policy of a file, or of a name in the project's folder."""
    from workbench.policy import Policy
    from workbench.settings import places

    file = Path(named)
    if file.suffix or file.is_file():
        return Policy.load(file)
    return Policy.load(places().policies / f"{named}.yaml")
