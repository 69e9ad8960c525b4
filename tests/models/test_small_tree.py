import numpy as np
import pytest

from workbench.errors import BadValues
from workbench.models._small_tree import SmallTree

# silence <= 30 ? -1 : (orders <= 2 ? +2 : 0), of 10, 6 and 4 customers
FIELDS = {
    "feature": [0, -1, 1, -1, -1],
    "threshold": [30.0, 0.0, 2.0, 0.0, 0.0],
    "left": [1, 0, 3, 0, 0],
    "right": [2, 0, 4, 0, 0],
    "value": [0.0, -1.0, 0.0, 2.0, 0.0],
    "count": [20, 10, 10, 6, 4],
}
INPUTS = np.array([[30.0, 31.0, 31.0], [1.0, 2.0, 3.0]])


@pytest.fixture
def tree():
    return SmallTree.from_fields(FIELDS, n_features=2)


def test_at_most_the_threshold_goes_left(tree):
    assert tree.answers[tree.ways(INPUTS)].tolist() == [-1, 2, 0]


def test_a_nodes_mean_is_that_of_its_leaves_by_their_customers(tree):
    assert tree.means == pytest.approx((0.1, -1, 1.2, 2, 0))


def test_parts_are_the_changes_of_the_mean_along_the_path(tree):
    ways = tree.ways(INPUTS)
    assert tree.parts[0][ways] == pytest.approx([-1.1, 1.1, 1.1])
    assert tree.parts[1][ways] == pytest.approx([0, 0.8, -1.2])


def test_a_tree_without_a_question_says_one_thing():
    leaf = {name: numbers[1:2] for name, numbers in FIELDS.items()}
    tree = SmallTree.from_fields(leaf, n_features=2)
    assert tree.answers[tree.ways(INPUTS)].tolist() == [-1, -1, -1]
    assert tree.parts == {}


@pytest.mark.parametrize(
    "change",
    [
        {"left": [0, 0, 3, 0, 0]},  # a circle
        {"right": [2, 0, 3, 0, 0]},  # a node with two parents
        {"right": [2, 0, 9, 0, 0]},  # a child that is not there
        {"feature": [0, -1, 2, -1, -1]},
        {"count": [20, 10, 10, 6, 0]},
        {"value": [0.0, float("nan"), 0.0, 2.0, 0.0]},
        {"value": [0.0]},
        {"threshold": None},
        {"depth": [0, 1, 1, 2, 2]},
    ],
)
def test_what_is_no_tree_is_refused(change):
    with pytest.raises(BadValues, match="a tree of at most 8 questions"):
        SmallTree.from_fields(FIELDS | change, n_features=2)


def test_what_asks_too_much_is_refused():
    n = 9
    chain = {
        "feature": [0, -1] * n + [-1],
        "threshold": [1.0] * (2 * n + 1),
        "left": [at + 1 if at % 2 == 0 else 0 for at in range(2 * n)] + [0],
        "right": [at + 2 if at % 2 == 0 else 0 for at in range(2 * n)] + [0],
        "value": [0.0] * (2 * n + 1),
        "count": [1] * (2 * n + 1),
    }
    with pytest.raises(BadValues, match="9 questions"):
        SmallTree.from_fields(chain, n_features=1)
