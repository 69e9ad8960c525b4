"""Classes and grids by hand, and for any numbers: one class each."""

import ibis
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import BadPolicy
from workbench.policy import Cuts, MarketCuts, Policy

T = "title: {en: t, zh: t}"
CLASSES = f"""
classes:
  frequency:
    {T}
    of: a
    levels:
      - {{name: high, {T}, at_least: 10}}
      - {{name: middle, {T}, at_least: floor}}
      - {{name: low, {T}}}
  amount:
    {T}
    of: b
    levels:
      - {{name: large, {T}, at_least: 100.5}}
      - {{name: small, {T}}}
thresholds:
  floor: {{default: 5, markets: {{SG: 2}}}}
"""
GRID = f"""
grids:
  group:
    {T}
    rows: frequency
    columns: amount
    cells:
      high: {{large: core, small: to_develop}}
      middle: {{large: core, small: other}}
      low: {{large: to_develop, small: other}}
"""


def policy_of(policy_text, more=CLASSES + GRID, condition="group = 'core'"):
    return Policy.parse(policy_text(f'"{condition}"', '"true"', more=more), "p.yaml")


def derived(policy, table):
    found = policy.with_derived(table, policy.learn_cuts(table))
    return found.order_by("customer_id").to_pyarrow().to_pydict()


def test_the_first_level_that_is_reached_counts_and_nobody_without_a_number(
    policy_text, scores
):
    table = scores(
        a=[10.0, 9.9, 5.0, 4.9, None, -1.0], b=[100.5, 100.4, None, 0.0, 200.0, 200.0]
    )
    found = derived(policy_of(policy_text), table)
    assert found["frequency"] == ["high", "middle", "middle", "low", None, "low"]
    assert found["amount"] == ["large", "small", None, "small", "large", "large"]
    assert found["group"] == ["core", "other", None, "other", None, "to_develop"]


def test_a_class_is_cut_by_the_customers_own_market(policy_text, scores):
    table = scores(a=[2.0, 2.0, 5.0, 1.9], b=[0.0] * 4, market=["SG", "CN", None, "SG"])
    found = derived(policy_of(policy_text), table)
    assert found["frequency"] == ["middle", "low", "middle", "low"]
    assert "floor_of_market" not in found


def test_tier_tables_have_classes_and_grids_and_their_reasons(policy_text, scores):
    policy = policy_of(policy_text)
    assert policy.derived == ("frequency", "amount", "group")
    assert policy.columns == ("a", "b")
    cuts = Cuts({"floor": 5.0}, by_market={"floor": MarketCuts({"SG": 2.0})})
    table = scores(a=[10.0, 0.0], b=[200.0, 200.0])
    found = policy.assign(table, cuts, as_of="2026-06-30", bundle_id="b")
    rows = found.order_by("customer_id").to_pyarrow().to_pydict()
    assert rows["tier"] == ["tier_1", "tier_2"]
    assert rows["rule"] == ["group = 'core'", "true"]
    assert (rows["a"], rows["frequency"], rows["group"]) == (
        [10.0, 0.0],
        ["high", "low"],
        ["core", "to_develop"],
    )
    assert list(policy.trees(cuts)) == ["tier_1", "tier_2"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ((", at_least: 10}", "}"), "line 10, column 9: .*found 'high' with None"),
        (
            ("name: low, ", "name: low, at_least: 1, "),
            "line 12, column .*takes the rest",
        ),
        (
            ("at_least: floor", "at_least: flor"),
            "line 11, column .*Did you mean 'floor'",
        ),
        (
            ("at_least: floor", "at_least: 10"),
            "line 10, column 7: .*fall; found 10, 10",
        ),
        (("name: middle", "name: high"), "line 10, column 7: .*twice: high"),
        (("of: a", "of: floor"), "line 8, column 9: class 'frequency' is made before"),
        (("of: b", "of: frequency"), "class 'amount' is made before 'frequency'"),
        (("rows: frequency", "rows: frequenzy"), "Did you mean 'frequency'"),
        (("rows: frequency", "rows: a"), "lays classes of this policy"),
        (("      high: {", "      hihg: {"), "'hihg' is no level.*Did you mean 'high'"),
        (("small: other}\n      low", "smal: other}\n      low"), "'smal' is no level"),
        (
            ("large: core, small: other", "large: core"),
            "row 'middle' for amount = small",
        ),
        (("      low: {large: to_develop, small: other}\n", ""), "frequency = low are"),
    ],
)
def test_what_is_not_whole_is_refused_with_its_place(policy_text, change, words):
    text = (CLASSES + GRID).replace(*change)
    with pytest.raises(BadPolicy, match=rf"p\.yaml, .*{words}"):
        policy_of(policy_text, text)


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ("group = 'cor'", "'group' never is 'cor'. Did you mean 'core'"),
        ("frequency in ('high', 'lo')", "'frequency' never is 'lo'"),
        ("not amount <> 'big'", "'amount' never is 'big'. Known: large, small"),
    ],
)
def test_a_word_that_no_class_has_is_refused(policy_text, condition, words):
    with pytest.raises(BadPolicy, match=words):
        policy_of(policy_text, condition=condition)


def test_texts_have_no_classes(policy_text, scores):
    policy = policy_of(policy_text)
    with pytest.raises(BadPolicy, match="line 8, column 9: 'a' is a column of string"):
        policy.with_derived(
            scores(a=["x"], b=[1.0]),
            Cuts({"floor": 5.0}, by_market={"floor": MarketCuts({"SG": 2.0})}),
        )


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(-50, 50), min_size=1, max_size=5, unique=True),
    st.lists(st.one_of(st.none(), st.integers(-60, 60)), min_size=1, max_size=20),
)
def test_everybody_with_a_number_has_the_one_class_that_holds_it(numbers, values):
    falling = sorted(numbers, reverse=True)
    levels = [f"{{name: l{i}, {T}, at_least: {n}}}" for i, n in enumerate(falling)]
    listed = ", ".join([*levels, f"{{name: rest, {T}}}"])
    more = f"classes: {{c: {{{T}, of: a, levels: [{listed}]}}}}"
    policy = Policy.parse(PLAIN.replace("MORE", more))
    column = pa.array(values, pa.float64())
    ids = pa.array([f"{i:02d}" for i in range(len(values))])
    table = ibis.memtable(pa.table({"customer_id": ids, "a": column}))
    found = policy.with_derived(table, Cuts()).order_by("customer_id").to_pyarrow()
    spans = list(zip([*falling, -1000], [1000, *falling], strict=True))
    names = [*(f"l{i}" for i in range(len(falling))), "rest"]
    for value, name in zip(values, found["c"].to_pylist(), strict=True):
        holding = [
            n
            for n, (low, high) in zip(names, spans, strict=True)
            if value is not None and low <= value < high
        ]
        assert holding == ([] if value is None else [name])


PLAIN = """
name: p
version: 1
title: {en: t, zh: t}
about: {en: a, zh: a}
MORE
tiers:
  - {name: high, TITLE, about: {en: a, zh: a}, enter: c = 'l0', plan: PLAN}
  - {name: low, TITLE, about: {en: a, zh: a}, enter: "true", plan: PLAN}
""".replace("TITLE", T).replace(
    "PLAN",
    "{benefits: [{en: b, zh: b}], service: {en: s, zh: s}, marketing: {channel: "
    "{en: c, zh: c}, offer: {en: o, zh: o}, rhythm: {en: r, zh: r}}, "
    "department: {en: d, zh: d}}",
)
