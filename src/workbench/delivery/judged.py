"""A condition as it stands for one customer: each comparison, and what joins them.

The tree keeps ``and`` and ``or``, so that a reason is only called a reason where its
loss would matter: all parts of an ``and`` hold it together, any part of an ``or`` does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from workbench.policy import Comparison, Constant, Node


@dataclass(frozen=True)
class Found:
    """One comparison of the policy, as it stands for the customer.

    ``value``, ``threshold`` and ``gap = threshold - value`` are null where the
    comparison is not about numbers; ``content`` is the column's content then.
    ``titles`` is what the policy calls the column, in English and Chinese.
    """

    tier: str
    text: str
    column: str
    operator: str
    value: float | None
    threshold: float | None
    gap: float | None
    holds: bool
    content: Any = None
    titles: tuple[str, str] | None = None


@dataclass(frozen=True)
class Group:
    """``and`` (every) or ``or`` over smaller conditions."""

    every: bool
    parts: tuple[Judged, ...]

    @property
    def holds(self) -> bool:
        """Whether the group holds."""
        held = [part.holds for part in self.parts]
        return all(held) if self.every else any(held)


Judged = Found | Group


def judged(node: Node, found: Iterator[Found]) -> Judged:
    """Return a condition's tree with the comparisons as they stand, in its order."""
    if isinstance(node, Comparison):
        return next(found)
    if isinstance(node, Constant):
        return Group(node.value, ())
    return Group(node.every, tuple(judged(part, found) for part in node.parts))


def grounds(tree: Judged) -> Judged:
    """Return what holds a condition up: of an ``or`` only the parts that hold.

    A group with one part left is that part.
    """
    if isinstance(tree, Found):
        return tree
    kept = tuple(grounds(part) for part in tree.parts if part.holds)
    return kept[0] if len(kept) == 1 else Group(tree.every, kept)


def holds_without(tree: Judged, broken: Collection[Found]) -> bool:
    """Return whether the condition holds when some comparisons are broken.

    Examples
    --------
    >>> a, b = (
    ...     Found("t", f"{c} > 1", c, ">", 2.0, 1.0, -1.0, True) for c in ("a", "b")
    ... )
    >>> holds_without(Group(False, (a, b)), [a])
    True
    >>> holds_without(Group(True, (a, b)), [a])
    False
    """
    if isinstance(tree, Found):
        return tree.holds and tree not in broken
    held = [holds_without(part, broken) for part in tree.parts]
    return all(held) if tree.every else any(held)
