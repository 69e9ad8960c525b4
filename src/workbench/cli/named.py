"""Rules as people name them on the command line in, the rules out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workbench.policy import Policy, Stages


def named_policy(named: str) -> Policy:
    """Return the policy of a file, or of a name in the project's folder."""
    from workbench.policy import Policy

    return Policy.load(rules_file(named))


def named_rules(named: str) -> Policy | Stages:
    """Return a policy, or the stages of a file of stages."""
    from workbench.policy import load_rules

    return load_rules(rules_file(named))


def rules_file(named: str) -> Path:
    """Return the file that is meant: itself, or that of a policy of the project."""
    from workbench.settings import places

    file = Path(named)
    if file.suffix or file.is_file():
        return file
    return places().policies / f"{named}.yaml"
