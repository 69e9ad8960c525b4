"""Whether a condition holds: the same answers without an engine as with one."""

from __future__ import annotations

import ibis
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.policy.answers import answer
from workbench.policy.conditions import Condition
from workbench.policy.expressions import holds
from workbench.policy.reading import Place

NUMBERS = (None, -2.0, 0.0, 1.0, 2.5, 3.0)
ROWS = [(a, b, t) for a in NUMBERS for b in NUMBERS for t in ("x", "y", None)]


def condition(text):
    return Condition.parse(text, Place("c", text, 0, len(text)))


def by_engine(text):
    columns = dict(zip("abt", zip(*ROWS, strict=True), strict=True))
    table = ibis.memtable(pa.table({k: pa.array(v) for k, v in columns.items()}))
    found = table.select(x=holds(condition(text), table).fill_null(False))
    return found.to_pyarrow()["x"].to_pylist()


def without_engine(text):
    a, b, t = zip(*ROWS, strict=True)
    columns = {
        "a": np.array(a, dtype=float),
        "b": np.array(b, dtype=float),
        "t": np.array(t, dtype=object),
    }
    found = answer(condition(text).node, columns)
    return np.broadcast_to(found, len(ROWS)).tolist()


@pytest.mark.parametrize(
    "text",
    [
        "a >= 1 and not (b < 2 or t = 'x')",
        "a between 0 and 2.5 or b is null",
        "t in ('x', 'z') and a not in (1, 3)",
        "not (t in ('x'))",
        "least(a, b) < 1 or greatest(a, b, 2) > 2.5",
        "coalesce(a, b, 0) <> 0",
        "a / b > 1",
        "-a + 2 * b - 1 >= abs(b)",
        "coalesce(t, 'none') = 'none'",
        "3 > a",
        "true",
    ],
)
def test_the_answers_are_those_of_the_engine(text):
    assert without_engine(text) == by_engine(text)


LEAVES = st.sampled_from(
    ["a > 1", "b <= 2.5", "a = b", "t = 'x'", "a is null", "abs(b) < 2", "a + b > 1"]
)
TREES = st.recursive(
    LEAVES,
    lambda part: st.one_of(
        part.map(lambda one: f"not ({one})"),
        st.tuples(part, st.sampled_from(["and", "or"]), part).map(
            lambda three: f"({' '.join(three)})"
        ),
    ),
    max_leaves=6,
)


@settings(max_examples=25, deadline=None)
@given(text=TREES)
def test_any_condition_is_answered_alike(text):
    assert without_engine(text) == by_engine(text)
