import datetime

import ibis
import pyarrow as pa
import pytest

from workbench.errors import BadPolicy, NotEnoughData, UnknownName
from workbench.policy import Cuts, Policy, leaves


def assigned(policy, table, cuts=None, **more):
    found = policy.assign(
        table, cuts or Cuts(), as_of="2026-06-30", bundle_id="b-1", **more
    )
    return found.order_by("customer_id").to_pyarrow()


def test_the_first_tier_that_holds_wins(policy_text, scores):
    policy = Policy.parse(policy_text("a >= 10", "a >= 5", '"true"'))
    found = assigned(policy, scores(a=[12.0, 7.0, 1.0, None]))
    assert found["tier"].to_pylist() == ["tier_1", "tier_2", "tier_3", "tier_3"]
    assert found["rule"].to_pylist() == ["a >= 10", "a >= 5", "true", "true"]


def test_the_tier_table_has_the_columns_that_were_agreed(policy_text, scores):
    policy = Policy.parse(policy_text("b > 1 and a > 2", "a >= 5", '"true"'))
    found = assigned(policy, scores(a=[1.0], b=[2.0], unused=[3.0]))
    assert found.column_names == [
        "customer_id",
        "as_of",
        "tier",
        "previous_tier",
        "movement",
        "since",
        "grace_until",
        "entered_tier",
        "rule",
        "b",
        "a",
        "distance_up",
        "distance_down",
        "lists",
        "policy_id",
        "bundle_id",
    ]
    row = found.to_pylist()[0]
    assert row["as_of"] == datetime.date(2026, 6, 30)
    assert (row["policy_id"], row["bundle_id"]) == ("small@1", "b-1")


def test_the_distance_up_is_to_the_next_better_tier(policy_text, scores):
    policy = Policy.parse(policy_text("a >= 10", "a >= 5", '"true"'))
    rows = assigned(policy, scores(a=[12.0, 7.0, 1.0])).to_pylist()
    assert [[d["gap"] for d in row["distance_up"]] for row in rows] == [
        [],
        [3.0],
        [4.0],
    ]
    assert [[d["gap"] for d in row["distance_down"]] for row in rows] == [
        [-2.0],
        [-2.0],
        [],
    ]


def test_the_previous_tier_is_joined_and_null_for_the_new(policy_text, scores):
    policy = Policy.parse(policy_text("a >= 10", '"true"'))
    earlier = ibis.memtable(
        pa.table({"customer_id": ["c01", "gone"], "tier": ["tier_2", "tier_1"]})
    )
    found = assigned(policy, scores(a=[12.0, 12.0]), previous=earlier)
    assert found["previous_tier"].to_pylist() == [None, "tier_2"]
    assert found["customer_id"].to_pylist() == ["c00", "c01"]


def test_cuts_are_quantiles_among_some_and_stored_as_numbers(policy_text, scores):
    cuts = '{high: {column: a, quantile: 0.5, among: "b > 0"}}'
    policy = Policy.parse(policy_text("a >= high", '"true"', cuts=cuts))
    table = scores(a=[1.0, 2.0, 3.0, 100.0], b=[1.0, 1.0, 1.0, 0.0])
    learned = policy.learn_cuts(table)
    assert learned.values == {"high": 2.0}
    assert (learned.as_of, learned.n_customers) == ("2026-06-30", 4)
    found = assigned(policy, table, learned)
    assert found["rule"].to_pylist()[1] == "a >= 2"
    assert found["tier"].to_pylist() == ["tier_2", "tier_1", "tier_1", "tier_1"]


def test_a_cut_of_nobody_is_refused(policy_text, scores):
    cuts = '{high: {column: a, quantile: 0.5, among: "a > 9"}}'
    policy = Policy.parse(policy_text("a >= high", '"true"', cuts=cuts))
    with pytest.raises(NotEnoughData, match="cut 'high' of small@1"):
        policy.learn_cuts(scores(a=[1.0]))


def test_cuts_of_another_policy_are_refused(policy_text, scores):
    policy = Policy.parse(policy_text("a >= 1", '"true"'))
    with pytest.raises(BadPolicy, match="found high"):
        assigned(policy, scores(a=[1.0]), Cuts({"high": 2.0}))


def test_an_unknown_column_has_its_place_and_the_nearest_name(policy_text, scores):
    policy = Policy.parse(policy_text("spend_365 >= 1", '"true"'), "p.yaml")
    with pytest.raises(BadPolicy) as refused:
        assigned(policy, scores(spend_365d=[1.0]))
    assert str(refused.value) == (
        "p.yaml, line 9, column 12: no score column 'spend_365'. "
        "Did you mean 'spend_365d'?"
    )


def test_the_last_tier_must_take_everybody(policy_text):
    with pytest.raises(
        BadPolicy, match="line 14, column 12.*no tier takes .* a = null"
    ):
        Policy.parse(policy_text("a > 1", "a <= 1"))


def test_a_tier_that_takes_everybody_hides_the_rest(policy_text):
    with pytest.raises(BadPolicy, match="tier 'tier_1' takes everybody"):
        Policy.parse(policy_text('"true"', "a > 1", '"true"'))


def test_two_tiers_of_one_name_are_refused(policy_text):
    text = policy_text("a > 2", "a > 1", '"true"').replace("tier_2", "tier_1")
    with pytest.raises(
        BadPolicy, match="line 11, column 11: tier .tier_1. stands here a second"
    ):
        Policy.parse(text)


def test_a_cut_that_nothing_uses_is_refused(policy_text):
    cuts = "{high: {column: a, quantile: 0.5}}"
    with pytest.raises(BadPolicy, match="cut 'high' is used in no condition"):
        Policy.parse(policy_text("a >= 1", '"true"', cuts=cuts))


def test_a_missing_file_names_the_nearest(tmp_path):
    (tmp_path / "tmall.yaml").write_text("x")
    with pytest.raises(BadPolicy, match=r"Did you mean 'tmall\.yaml'"):
        Policy.load(tmp_path / "tmal.yaml")


def test_an_unknown_tier_names_the_nearest(policy_text):
    policy = Policy.parse(policy_text("a >= 1", '"true"'))
    with pytest.raises(UnknownName, match="no tier 'tier_9'"):
        policy.tier("tier_9")


def test_the_same_text_has_the_same_hash(policy_text):
    text = policy_text("a >= 1", '"true"')
    assert Policy.parse(text).sha256 == Policy.parse(text).sha256
    assert Policy.parse(text).sha256 != Policy.parse(text + "\n# x\n").sha256


@pytest.mark.parametrize(
    "condition", ["a >= 5 and b < 3", "a > 5 or b <= 3 and c >= 1"]
)
def test_walking_the_distance_up_gives_the_tier(policy_text, condition):
    """Apply the gaps to the row: the next better tier must be reached."""
    policy = Policy.parse(policy_text(condition, '"true"'))
    values = [0.0, 1.0, 3.0, 5.0, 6.0]
    grid = [(a, b, c) for a in values for b in values for c in values]
    table = pa.table(dict(zip("abc", map(list, zip(*grid, strict=True)), strict=True)))
    ids = pa.array([f"{i:03d}" for i in range(len(grid))])
    table = table.add_column(0, "customer_id", ids)
    before = assigned(policy, ibis.memtable(table)).to_pylist()
    found = list(leaves(policy.trees(Cuts())["tier_1"]))
    operators = {
        (leaf.measure, float(leaf.right[0].this)): leaf.operator for leaf in found
    }
    beyond = {">=": 0.0, "<=": 0.0, ">": 1e-9, "<": -1e-9}
    moved = []
    for row, values_before in zip(before, table.to_pylist(), strict=True):
        new = dict(values_before)
        for step in row["distance_up"]:
            operator = operators[step["column"], step["threshold"]]
            new[step["column"]] += step["gap"] + beyond[operator]
        moved.append(new)
    after = assigned(policy, ibis.memtable(pa.Table.from_pylist(moved)))
    assert any(row["distance_up"] for row in before)
    assert set(after["tier"].to_pylist()) == {"tier_1"}
