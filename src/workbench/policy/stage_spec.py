"""The shape of a file of life-cycle stages: which keys there are, closed."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from workbench.policy.shape import Closed, Condition, Name, Shape, Text


class StageSpec(Closed):
    """One stage: its name, the condition to be in it, and what to do next."""

    name: Name
    title: Text
    meaning: Text
    when: Condition
    next: Text


class StagesSpec(Closed):
    """All stages, in the order in which a customer goes through them."""

    name: Name
    version: Annotated[int, Field(ge=1)]
    stages: Annotated[list[StageSpec], Field(min_length=2, max_length=20)]


STAGES = Shape(StagesSpec, "file of stages")
