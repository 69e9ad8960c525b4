"""What a sentence calls a reason has to be one: its loss loses the tier."""

import itertools

import ibis
import pytest

from workbench.delivery.judged import (
    Found,
    Group,
    grounds,
    holds_without,
    judged,
)
from workbench.policy import Cuts, Policy, leaves

HEAD = """
name: p
version: 1
title: {en: p, zh: p}
about: {en: p, zh: p}
tiers:
"""
TIER = """
  - name: %s
    title: {en: t, zh: t}
    about: {en: t, zh: t}
    enter: "%s"
    plan:
      benefits: [{en: b, zh: b}]
      service: {en: s, zh: s}
      marketing:
        channel: {en: c, zh: c}
        offer: {en: o, zh: o}
        rhythm: {en: r, zh: r}
      department: {en: d, zh: d}
"""
CONDITIONS = (
    "a >= 1 and b >= 1 or c >= 1",
    "(a >= 1 or b >= 1) and c >= 1",
    "not (a < 1 and b < 1) and (c >= 1 or a >= 1)",
    "a >= 1 or b >= 1 or c >= 1",
    "(a >= 1 or b >= 1 and c >= 1) and (b >= 1 or c >= 1)",
)


def policy_of(condition):
    return Policy.parse(HEAD + TIER % ("good", condition) + TIER % ("rest", "true"))


def tier_of(policy, **row):
    table = ibis.memtable({"customer_id": ["x"]} | {k: [v] for k, v in row.items()})
    found = policy.assign(table, Cuts({}), as_of="2026-01-01", bundle_id="b")
    return found.tier.to_pyarrow()[0].as_py()


def tree_of(policy, row):
    node = policy.trees(Cuts({}))["good"]
    found = (
        Found(
            "good", str(leaf), leaf.measure, leaf.operator, row[leaf.measure], 1, 0, h
        )
        for leaf in leaves(node)
        for h in [row[leaf.measure] >= 1]
    )
    return judged(node, found)


@pytest.mark.parametrize("condition", CONDITIONS)
def test_breaking_what_is_named_changes_the_tier_exactly_when_the_tree_says_so(
    condition,
):
    """Every row of 0s and 2s, every set of its named columns broken in the engine."""
    policy = policy_of(condition)
    for bits in itertools.product([0.0, 2.0], repeat=3):
        row = dict(zip("abc", bits, strict=True))
        tree = tree_of(policy, row)
        assert tree.holds == (tier_of(policy, **row) == "good")
        if not tree.holds:
            continue
        held = grounds(tree)
        names = sorted({found.column for found in flat(held)})
        for size in range(1, len(names) + 1):
            for broken in itertools.combinations(names, size):
                gone = [found for found in flat(tree) if found.column in broken]
                moved = row | dict.fromkeys(broken, 0.0)
                stays = tier_of(policy, **moved) == "good"
                assert holds_without(held, gone) == stays, (condition, row, broken)


def flat(tree):
    if isinstance(tree, Found):
        return [tree]
    return [found for part in tree.parts for found in flat(part)]


def test_of_an_or_only_what_holds_is_a_ground():
    a, b = (
        Found("t", n, n, ">=", v, 1.0, 0.0, v >= 1) for n, v in (("a", 0), ("b", 2))
    )
    assert grounds(Group(False, (a, b))) == b
    assert grounds(Group(True, (Group(False, (a, b)), b))) == Group(True, (b, b))
