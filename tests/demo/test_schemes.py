"""Every shipped policy on CDNOW: 23,570 real customers, when and for how much."""

from pathlib import Path

import pytest

from workbench.delivery import try_policies
from workbench.evaluation.concentration import abc_table, value_cuts
from workbench.policy import Policy

pytestmark = pytest.mark.slow
FOLDER = Path(__file__).parents[2] / "experiments" / "policies"
SHIPPED = [Policy.load(file) for file in sorted(FOLDER.glob("*.yaml"))]
DAY = "1998-06-30"
COUNTS = {
    "tmall": [84, 1_034, 1_589, 5_625, 15_238],
    "walmart": [1_811, 21_759],
    "wangwang": [1_522, 2_276, 19_772],
    "hesi": [1_172, 7_160, 0, 15_238],
    "hesi_value": [1_250, 2_931, 19_389],
    "supermarket": [966, 2_114, 20_490],
    "abc": [3_080, 2_650, 17_840],
    "points": [116, 512, 1_456, 21_486],
}


@pytest.fixture(scope="module")
def trials(cdnow):
    found = try_policies(SHIPPED, cdnow, DAY)
    return {one.policy.spec.name: one for one in found.trials}


@pytest.mark.parametrize("name", COUNTS)
def test_the_tiers_are_those_of_the_readme(trials, name):
    assert [one.customers for one in trials[name].summary] == COUNTS[name]


def test_every_shipped_policy_is_here():
    assert {one.spec.name for one in SHIPPED} == {*COUNTS}


@pytest.mark.parametrize(
    ("scheme", "shares"), [("supermarket", (0.5, 0.8)), ("abc", (0.8, 0.95))]
)
def test_the_pareto_rule_is_the_lorenz_curve(trials, scheme, shares):
    trial = trials[scheme]
    values = [v for v in trial.tiers["net_spend_365d"].to_pylist() if v and v > 0]
    cuts = value_cuts(values, shares)
    assert list(trial.cuts.values.values()) == [cuts["A"], cuts["B"]]
    curve = abc_table(values, cuts)
    best, second, _ = trial.summary
    assert best.share_of_revenue_365d == pytest.approx(curve.loc["A", "value_so_far"])
    both = best.share_of_revenue_365d + second.share_of_revenue_365d
    assert both == pytest.approx(curve.loc["B", "value_so_far"])
    assert both - cuts["B"] / sum(values) < shares[1] <= both + 1e-9


def test_no_tier_of_the_demo_has_fewer_than_ten_customers(trials):
    assert min(one.customers for one in trials["tmall"].summary) >= 10
