import numpy as np

from workbench.models.reasons import largest_reasons

PARTS = {
    "gap": np.array([0.4, 0.0, -2.0]),
    "spend": np.array([-1.21, 0.0, 0.1]),
    "age": np.array([0.0, 0.0, 0.3]),
}
VALUES = {name: np.array([1.0, 2.0, 3.0]) for name in PARTS}


def test_the_largest_in_size_comes_first_whatever_its_sign():
    found = largest_reasons(PARTS, VALUES, n=2)
    assert [[r["feature"] for r in row] for row in found] == [
        ["spend", "gap"],
        [],
        ["gap", "age"],
    ]
    assert found[0][0] == {"feature": "spend", "value": 1.0, "contribution": -1.21}


def test_a_part_of_zero_is_no_reason():
    assert [len(row) for row in largest_reasons(PARTS, VALUES, n=3)] == [2, 0, 3]
