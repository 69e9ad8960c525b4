"""The numbers at which the answer of a comparison can change."""

from __future__ import annotations

import pytest

from workbench.policy.conditions import Condition, leaves
from workbench.policy.edges import edges_of
from workbench.policy.reading import Place


def edges(text):
    node = Condition.parse(text, Place("c", text, 0, len(text))).node
    return edges_of(next(leaves(node)))


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("a > 5", {"a": {5}}),
        ("a in (1, -2)", {"a": {1, -2}}),
        ("-a > 5", {"a": {-5}}),
        ("abs(a) <= 5", {"a": {5, -5}}),
        ("a * 2 + 1 > 5", {"a": {2}}),
        ("10 - a > 4", {"a": {6}}),
        ("a / 2 > 3", {"a": {6}}),
        ("least(a, b, 7) > 5", {"a": {5}, "b": {5}}),
        ("coalesce(a, 0) > 5", {"a": {5}}),
        ("a is null", {"a": set()}),
        ("a > 0.5 * 40 - 2 / 4", {"a": {19.5}}),
        ("a * (3 - 1) > 5 + 5", {"a": {5}}),
    ],
)
def test_one_side_with_columns_is_exact(text, numbers):
    found = edges(text)
    assert found.exact
    assert found.numbers == numbers
    assert not found.tied


def test_columns_held_against_each_other_are_tied():
    found = edges("greatest(a, 3) > b")
    assert (found.exact, found.tied) == (True, {"a", "b"})
    assert found.numbers == {"a": {3}, "b": {3}}


def test_calculated_numbers_count_as_they_come_out():
    found = edges("greatest(a, 2 * 3) > least(b, -(1 + 1))")
    assert (found.exact, found.tied) == (True, {"a", "b"})
    assert found.numbers == {"a": {6, -2}, "b": {6, -2}}


def test_texts_are_told_apart_from_numbers():
    assert edges("t in ('x', 'y')").texts == {"t": {"x", "y"}}


@pytest.mark.parametrize("text", ["a + b > 5", "a > 2 * b", "5 / a > 1", "a * a > 4"])
def test_arithmetic_over_columns_is_not_exact(text):
    assert not edges(text).exact
