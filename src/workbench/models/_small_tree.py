"""A grown tree of few questions in, a table of its answers out, for the booster.

A tree with q questions has 2^q ways to answer them all, few enough to write down the
leaf and the path of each; scoring is then a look-up.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from workbench.errors import BadValues

Floats = NDArray[np.float64]

LEAF = -1
MOST_QUESTIONS = 8


@dataclass(frozen=True)
class SmallTree:
    """A binary tree as numbers, one entry a node, the root first.

    Parameters
    ----------
    feature
        Place of the feature that the node asks about; -1 for a leaf.
    threshold
        Whose value is at most this goes left; 0 for a leaf.
    left, right
        The node's children, which come after it; 0 for a leaf.
    value
        What a leaf adds to the log-odds; 0 for other nodes.
    count
        Customers of the fit in the node.
    """

    feature: tuple[int, ...]
    threshold: tuple[float, ...]
    left: tuple[int, ...]
    right: tuple[int, ...]
    value: tuple[float, ...]
    count: tuple[int, ...]

    def to_fields(self) -> dict[str, Any]:
        """Return the numbers for JSON."""
        return asdict(self)

    @classmethod
    def from_fields(cls, fields: Mapping[str, Any], n_features: int) -> Self:
        """Return the tree of ``to_fields``.

        Raises
        ------
        BadValues
            If it is no tree of at most 8 questions about so many features.
        """
        try:
            tree = cls(**{name: tuple(numbers) for name, numbers in fields.items()})
            tree._check(n_features)
        except (TypeError, ValueError) as error:
            raise BadValues(
                f"expected a tree of at most {MOST_QUESTIONS} questions about "
                f"{n_features} features, found {str(fields)[:80]} ({error})"
            ) from error
        return tree

    def _check(self, n_features: int) -> None:
        n_nodes = len(self.feature)
        if n_nodes == 0 or {len(one) for one in asdict(self).values()} != {n_nodes}:
            raise ValueError("one entry a node")
        if not all(map(math.isfinite, (*self.threshold, *self.value))):
            raise ValueError("numbers must be finite")
        if min(self.count) < 1 or max(self.feature) >= n_features:
            raise ValueError("counts must be above 0 and features known")
        if len(self.questions) > MOST_QUESTIONS:
            raise ValueError(f"{len(self.questions)} questions")
        children = [n for q in self.questions for n in (self.left[q], self.right[q])]
        parents = [q for q in self.questions for _ in range(2)]
        after = all(n > q for n, q in zip(children, parents, strict=True))
        if sorted(children) != list(range(1, n_nodes)) or not after:
            raise ValueError("every node but the root must have one parent before it")

    @cached_property
    def questions(self) -> tuple[int, ...]:
        """The nodes that ask."""
        return tuple(n for n, feature in enumerate(self.feature) if feature != LEAF)

    @cached_property
    def means(self) -> tuple[float, ...]:
        """Mean of the leaves below each node, weighted by their customers."""
        found = list(self.value)
        for node in reversed(self.questions):
            ways = (self.left[node], self.right[node])
            total = sum(self.count[way] for way in ways)
            found[node] = sum(self.count[way] * found[way] for way in ways) / total
        return tuple(found)

    @cached_property
    def answers(self) -> Floats:
        """Value of the leaf for each way to answer, ``(2^n_questions,)``."""
        return np.array([self.value[path[-1]] for path in self._paths])

    @cached_property
    def parts(self) -> dict[int, Floats]:
        """Change of the mean at each feature's splits, for each way to answer."""
        asked = dict.fromkeys(self.feature[node] for node in self.questions)
        found = {feature: np.zeros(len(self._paths)) for feature in asked}
        for way, path in enumerate(self._paths):
            for node, child in zip(path, path[1:], strict=False):
                found[self.feature[node]][way] += self.means[child] - self.means[node]
        return found

    def ways(self, inputs: Floats) -> NDArray[np.intp]:
        """Return which way each customer answers, ``(n_features, n_customers)`` in."""
        way = np.zeros(inputs.shape[1], dtype=np.uint8)
        for bit, node in enumerate(self.questions):
            is_left = inputs[self.feature[node]] <= self.threshold[node]
            way |= is_left.view(np.uint8) << np.uint8(bit)
        return way.astype(np.intp)

    @cached_property
    def _paths(self) -> tuple[tuple[int, ...], ...]:
        """The nodes from the root to the leaf, for each way to answer."""
        bit_of = {node: bit for bit, node in enumerate(self.questions)}
        paths = []
        for way in range(2 ** len(self.questions)):
            path = [0]
            while (node := path[-1]) in bit_of:
                is_left = way >> bit_of[node] & 1
                path.append(self.left[node] if is_left else self.right[node])
            paths.append(tuple(path))
        return tuple(paths)


def tree_of(nodes: NDArray[np.void]) -> SmallTree:
    """Return the tree of scikit-learn's node records, whose children come later."""
    is_leaf = nodes["is_leaf"].astype(bool)
    return SmallTree(
        feature=tuple(np.where(is_leaf, LEAF, nodes["feature_idx"]).tolist()),
        threshold=tuple(np.where(is_leaf, 0.0, nodes["num_threshold"]).tolist()),
        left=tuple(np.where(is_leaf, 0, nodes["left"]).tolist()),
        right=tuple(np.where(is_leaf, 0, nodes["right"]).tolist()),
        value=tuple(np.where(is_leaf, nodes["value"], 0.0).tolist()),
        count=tuple(nodes["count"].tolist()),
    )
