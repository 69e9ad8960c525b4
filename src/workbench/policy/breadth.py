"""A condition's tree in, the work of telling its distances out.

The nearest way into an ``or`` is found by holding every alternative against every
other; so the question that an engine is asked grows with their number squared.
"""

from __future__ import annotations

from workbench.errors import BadPolicy
from workbench.policy.conditions import Branch, Condition, Node, leaves

#: Some 55 alternatives side by side: building the question takes ten seconds.
MOST_COMPARED = 10_000


def n_compared(node: Node, given: int = 0) -> int:
    """Return how many comparisons the distance to enter a condition writes out.

    Parameters
    ----------
    node
        The tree.
    given
        Comparisons that every leaf of it carries along already.

    Examples
    --------
    >>> from workbench.policy.reading import Place
    >>> text = "a > 1 or b > 1 or c > 1"
    >>> n_compared(Condition.parse(text, Place("", text, 0, len(text))).node)
    27
    """
    if not isinstance(node, Branch):
        return 2 + given
    if node.every:
        return sum(n_compared(part, given) for part in node.parts)
    sizes = [sum(1 for _ in leaves(part)) for part in node.parts]
    whole = sum(sizes)
    return sum(
        n_compared(part, given + 2 * whole + (len(sizes) - 2) * size)
        for part, size in zip(node.parts, sizes, strict=True)
    )


def check_breadth(condition: Condition) -> None:
    """Refuse a condition with so many alternatives that no engine bears the question.

    Raises
    ------
    BadPolicy
        With its place.
    """
    found = n_compared(condition.node)
    if found > MOST_COMPARED:
        raise BadPolicy(
            f"{condition.place.here}: too many alternatives ('or') in one condition: "
            f"telling what is missing would hold {found:,} comparisons against each "
            f"other, expected {MOST_COMPARED:,} at most. Make a class of the column, "
            "or use 'in'."
        )
