"""A file of rules in, a tier policy or the stages of a life cycle out."""

from __future__ import annotations

from pathlib import Path

from workbench.policy import reading
from workbench.policy.policy import Policy
from workbench.policy.stages import Stages


def load_rules(path: str | Path) -> Policy | Stages:
    """Return the rules of a file: stages where it lists ``stages``, else a policy.

    Raises
    ------
    BadPolicy
        If the file is missing or not valid.
    """
    file = Path(path)
    if file.is_file():
        values, _ = reading.read(reading.text_of(file), file.name)
        if isinstance(values, dict) and "stages" in values:
            return Stages.load(file)
    return Policy.load(file)
