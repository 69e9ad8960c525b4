"""The customers that could be: a proof over cells agrees with trying them all."""

from __future__ import annotations

from itertools import product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.policy.answers import answer
from workbench.policy.conditions import Condition, leaves
from workbench.policy.edges import edges_of
from workbench.policy.possible import Possible, fact
from workbench.policy.reading import Place
from workbench.words import COUNT, NUMBER, Column

A = Column("a", COUNT, "", required=True, least=0, most=6)
B = Column("b", COUNT, "", least=0, most=6)


def condition(text):
    return Condition.parse(text, Place("c", text, 0, len(text)))


def possible(*texts, facts=(), columns=(A, B)):
    asked = [condition(text) for text in texts]
    edges = [edges_of(leaf) for one in asked for leaf in leaves(one.node)]
    known = {one.name: one for one in columns}
    return Possible(known, edges, [fact(text) for text in facts]), asked


def found(*texts, facts=()):
    among, asked = possible(*texts, facts=facts)

    def wanted(space):
        holding = [answer(one.node, space.columns) for one in asked]
        return np.asarray(np.logical_and.reduce(np.broadcast_arrays(*holding)))

    return among.find(wanted, asked)


LEAVES = st.sampled_from(
    ["a >= 3", "b < 2", "a = b", "a > b", "b is null", "least(a, b) <= 4", "a <> 5"]
)


@settings(max_examples=60, deadline=None)
@given(one=LEAVES, other=LEAVES, third=LEAVES)
def test_a_customer_is_found_if_and_only_if_there_is_one(one, other, third):
    texts = (f"{one} or {third}", other, f"not ({third})")
    cells = list(product(range(7), [*range(7), np.nan]))
    a, b = (np.array(column, float) for column in zip(*cells, strict=True))
    every = [answer(condition(t).node, {"a": a, "b": b}) for t in (*texts, "a <= b")]
    there = bool(np.logical_and.reduce(every).any())
    result = found(*texts, "a <= b")
    assert result.sure
    assert (result.row is not None) == there


def test_a_fact_leaves_out_who_could_not_be():
    assert found("a > 4", "b < 3").row == {"a": 5, "b": 0}
    left_out = found("a > 4", "b < 3", facts=["a <= b"])
    assert (left_out.row, left_out.sure) == (None, True)


def test_a_draw_has_only_customers_who_could_be():
    numbers = [Column(name, NUMBER, "", least=0) for name in ("x", "y")]
    among, _ = possible("x > 5", "y > 2", facts=["x <= y"], columns=numbers)
    drawn = among.drawn.columns
    both = ~np.isnan(drawn["x"]) & ~np.isnan(drawn["y"])
    assert both.sum() > 1000
    assert (drawn["x"] <= drawn["y"])[both].all()
    assert np.array_equal(
        drawn["x"],
        possible("x > 5", "y > 2", facts=["x <= y"], columns=numbers)[0].drawn.columns[
            "x"
        ],
        equal_nan=True,
    )
