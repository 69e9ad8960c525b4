"""The values that stand for all that a column may hold."""

from __future__ import annotations

import numpy as np

from workbench.policy.cells import values_of
from workbench.policy.edges import Edges
from workbench.words import COUNT, FLAG, NUMBER, TEXT, Column


def values(*columns, edges=()):
    found = values_of({one.name: one for one in columns}, edges)
    return {
        name: [None if v is None or v != v else v for v in one.tolist()]
        for name, one in found.items()
    }


def test_numbers_have_each_side_of_every_number_and_the_null():
    found = values(Column("a", NUMBER, "", least=0), edges=[Edges({"a": {4.0}})])
    assert found["a"] == [0, 2, 4, 5, None]


def test_whole_numbers_have_both_ends_of_every_span():
    column = Column("n", COUNT, "", required=True, least=0, most=5)
    found = values(column, edges=[Edges({"n": {2.5}})])
    assert found["n"] == [0, 1, 2, 3, 4, 5]


def test_texts_have_another_one_beside_those_that_are_named():
    found = values(Column("t", TEXT, ""), edges=[Edges({}, {"t": {"y", "x"}})])
    assert found["t"] == ["x", "y", "another", None]
    known = Column("t", TEXT, "", required=True, one_of=("b", "a"))
    assert values(known)["t"] == ["a", "b"]


def test_yes_and_no_are_both_there():
    assert values(Column("f", FLAG, "", required=True))["f"] == [0, 1]


def test_columns_that_are_compared_share_their_numbers():
    a, b = (Column(n, NUMBER, "", required=True) for n in "ab")
    tied = Edges({}, {}, frozenset("ab"))
    found = values(a, b, edges=[Edges({"a": {4.0}}), tied])
    assert found["a"] == found["b"]
    assert np.diff(found["a"]).min() > 0
    assert sum(v < 4 for v in found["b"]) >= 2
