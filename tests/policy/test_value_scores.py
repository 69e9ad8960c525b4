"""Value scores by hand, and for any numbers: between 0 and 100, more never less."""

import ibis
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import BadPolicy
from workbench.policy import Policy
from workbench.policy.value_scores import value_scores

TWO = (
    "value_scores:\n  value:\n    title: {en: v, zh: v}\n    parts:\n"
    "      - {column: a, weight: 1, full: 10}\n"
    "      - {column: b, weight: 3, full: 4}\n"
)
LEARNED = TWO.replace(", full: 4", "")


def policy_of(policy_text, more):
    return Policy.parse(policy_text("value >= 50", '"true"', more=more), "p.yaml")


def scored(policy, table):
    cuts = policy.learn_cuts(table)
    found = policy.with_derived(table, cuts).order_by("customer_id").to_pyarrow()
    return found["value"].to_pylist()


def test_each_part_counts_by_its_weight_up_to_its_full_mark(policy_text, scores):
    policy = policy_of(policy_text, TWO)
    table = scores(a=[10.0, 5.0, 0.0, 20.0, -5.0], b=[4.0, 0.0, 2.0, 1.0, 8.0])
    assert scored(policy, table) == [100.0, 12.5, 37.5, 43.75, 75.0]
    assert policy.learn_cuts(table).values == {"value.a": 10.0, "value.b": 4.0}


def test_a_part_that_is_null_does_not_count_nor_does_its_weight(policy_text, scores):
    table = scores(a=[5.0, None, None], b=[None, 3.0, None])
    assert scored(policy_of(policy_text, TWO), table) == [50.0, 75.0, None]


def test_a_full_mark_is_learned_among_those_above_0(policy_text, scores):
    policy = policy_of(policy_text, LEARNED)
    b = [0.0, None, *[float(n) for n in range(1, 22)]]
    table = scores(a=[0.0] * len(b), b=b)
    cuts = policy.learn_cuts(table)
    assert cuts.values == {"value.a": 10.0, "value.b": 20.0}
    assert scored(policy, table)[-2:] == [75.0, 75.0]
    assert scored(policy, table)[12] == 41.25


def test_a_part_that_nobody_has_is_switched_off(policy_text, scores):
    policy = policy_of(policy_text, LEARNED)
    for b in ([None, None], [0.0, 0.0]):
        table = scores(a=[5.0, 10.0], b=b)
        assert policy.learn_cuts(table).absent == ("value.b",)
        assert scored(policy, table) == [50.0, 100.0]


def test_tiers_cuts_and_tier_tables_have_it(policy_text, scores):
    cuts = "{high: {column: value, quantile: 0.5}}"
    policy = Policy.parse(policy_text("value >= high", '"true"', cuts=cuts, more=TWO))
    assert (policy.derived, policy.columns) == (("value",), ("a", "b"))
    table = scores(a=[10.0, 5.0, 0.0], b=[4.0, 0.0, 2.0])
    learned = policy.learn_cuts(table)
    assert learned.values["high"] == 37.5
    found = policy.assign(table, learned, as_of="2026-06-30", bundle_id="b")
    rows = found.order_by("customer_id").to_pyarrow().to_pydict()
    assert rows["tier"] == ["tier_1", "tier_2", "tier_1"]
    assert rows["value"] == [100.0, 12.5, 37.5]
    assert rows["distance_up"][1][0]["gap"] == 25.0


def test_who_is_at_a_learned_point_of_it_reaches_it(policy_text, scores):
    """Values are rounded as cut points are, so the median customer is above it."""
    cuts = "{high: {column: value, quantile: 0.5}}"
    more = TWO.replace("full: 4", "full: 7")
    policy = Policy.parse(policy_text("value >= high", '"true"', cuts=cuts, more=more))
    table = scores(a=[1.0, 1.0, 1.0], b=[1.0, 2.0, 3.0])
    learned = policy.learn_cuts(table)
    found = policy.assign(table, learned, as_of="2026-06-30", bundle_id="b")
    tiers = found.order_by("customer_id").to_pyarrow()["tier"].to_pylist()
    assert tiers == ["tier_2", "tier_1", "tier_1"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("weight: 3", "weight: 0"), r"'value_scores.value.parts.1.weight'"),
        (("full: 4", "full: 0"), r"'value_scores.value.parts.1.full'"),
        (("column: b", "column: a"), "'a' is a part of .* a second time"),
        (("column: b", "column: value"), "is made before 'value' is there"),
        (("weight: 3", "wieght: 3"), "Did you mean 'weight'"),
    ],
)
def test_a_wrong_part_is_refused_with_its_place(policy_text, change, words):
    with pytest.raises(BadPolicy, match=f"p.yaml, line 10, column .*{words}"):
        policy_of(policy_text, TWO.replace(*change))


def test_an_unknown_column_has_its_place(policy_text):
    policy = policy_of(policy_text, TWO.replace("column: b", "column: spend_356d"))
    with pytest.raises(BadPolicy, match="line 10, column 18: .*'spend_365d'"):
        policy.check_columns(["a", "spend_365d"])


numbers = st.one_of(
    st.none(), st.floats(-1e9, 1e9, allow_subnormal=False), st.just(0.0)
)
weights = st.floats(1e-3, 1e3)


@settings(max_examples=12, deadline=None)
@given(
    st.lists(st.tuples(weights, st.floats(1e-3, 1e6)), min_size=2, max_size=3),
    st.lists(st.tuples(numbers, numbers, numbers), min_size=1, max_size=40),
    st.integers(0, 1),
    st.floats(0.0, 1e6),
)
def test_it_lies_between_0_and_100_and_more_never_makes_it_less(
    parts, rows, which, more
):
    names = ["a", "b", "c"][: len(parts)]
    listed = ", ".join(
        f"{{column: {name}, weight: {weight!r}, full: {full!r}}}"
        for name, (weight, full) in zip(names, parts, strict=True)
    )
    text = f"value_scores: {{value: {{title: {{en: v, zh: v}}, parts: [{listed}]}}}}"
    policy = Policy.parse(_text(text))
    raised = [
        tuple(
            v + more if v is not None and i == which else v for i, v in enumerate(row)
        )
        for row in rows
    ]
    before, after = _values(policy, names, rows), _values(policy, names, raised)
    for low, high, row in zip(before, after, rows, strict=True):
        known = [v for v in row[: len(names)] if v is not None]
        assert (low is None) == (not known)
        if known:
            assert 0.0 <= low <= high <= 100.0
            assert low == pytest.approx(_by_hand(parts, row), abs=1e-6)


def test_weights_with_many_digits_are_no_decimals():
    parts = [(1.0, 1.0), (100.0, 1.0), (1 / 3, 1.0)]
    assert _by_hand(parts, (None, 0.5, None)) == 50.0
    listed = ", ".join(
        f"{{column: {name}, weight: {weight!r}, full: {full!r}}}"
        for name, (weight, full) in zip("abc", parts, strict=True)
    )
    text = f"value_scores: {{value: {{title: {{en: v, zh: v}}, parts: [{listed}]}}}}"
    found = _values(Policy.parse(_text(text)), ["a", "b", "c"], [(None, 0.5, None)])
    assert found == [50.0]


def _values(policy, names, rows):
    columns = {
        name: pa.array([row[i] for row in rows], pa.float64())
        for i, name in enumerate(names)
    }
    ids = [f"c{i:03d}" for i in range(len(rows))]
    day = ["2026-06-30"] * len(rows)
    table = ibis.memtable(pa.table({"customer_id": ids, "as_of": day, **columns}))
    cuts = policy.learn_cuts(table)
    found = value_scores(policy.spec, table, cuts, policy.places)
    made = table.select("customer_id", **found).order_by("customer_id")
    return made.to_pyarrow()["value"].to_pylist()


def _by_hand(parts, row):
    top = bottom = 0.0
    for (weight, full), value in zip(parts, row, strict=False):
        if value is not None:
            top += weight * min(max(value, 0.0) / full, 1.0)
            bottom += weight
    return 100.0 * top / bottom


def _text(more):
    plan = (
        "{benefits: [{en: b, zh: b}], service: {en: s, zh: s}, marketing: {channel: "
        "{en: c, zh: c}, offer: {en: o, zh: o}, rhythm: {en: r, zh: r}}, "
        "department: {en: d, zh: d}}"
    )
    tier = "title: {{en: t, zh: t}}, about: {{en: a, zh: a}}, enter: {0}, plan: {1}"
    return (
        "name: p\nversion: 1\ntitle: {en: t, zh: t}\nabout: {en: a, zh: a}\n"
        f"{more}\ntiers:\n  - {{name: high, {tier.format('value > 1', plan)}}}\n"
        f"  - {{name: low, {tier.format(chr(34) + 'true' + chr(34), plan)}}}\n"
    )
