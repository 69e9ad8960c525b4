"""Every shipped policy on two real shops: everybody a tier, Pareto as Lorenz has it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from workbench.datasets import dataset
from workbench.delivery import try_policies
from workbench.evaluation.concentration import abc_table, value_cuts
from workbench.ingest import ingest, open_store
from workbench.policy import Policy
from workbench.settings import places
from workbench.shop import open_shop

pytestmark = [
    pytest.mark.realdata,
    pytest.mark.skipif(
        "WORKBENCH_REALDATA" not in os.environ,
        reason="WORKBENCH_REALDATA does not name the folder of real data sets",
    ),
]
FOLDER = Path(__file__).parents[2] / "experiments" / "policies"
SHIPPED = [Policy.load(file) for file in sorted(FOLDER.glob("*.yaml"))]
SHOPS = {
    "online_retail": ("online_retail.parquet", "2011-12-09", 4_339),
    "complete_journey": ("completejourney", "2017-12-31", 2_377),
}
#: Tiers that nobody can have: no registrations, or a year of history only.
NOBODY = {
    "online_retail": {"potential"},
    "complete_journey": {"potential", "churned"},
}


@pytest.fixture(scope="module", params=SHOPS)
def tried(request, tmp_path_factory):
    """Try all on one shop; returns its name, its buyers and the trials by policy."""
    file, day, buyers = SHOPS[request.param]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WORKBENCH_HOME", str(tmp_path_factory.mktemp(request.param)))
        source = Path(os.environ["WORKBENCH_REALDATA"]) / file
        raw = places().stores.parent / "raw" / request.param
        for one in dataset(request.param).raw_files(raw, source, None):
            ingest(one.path, table=one.table, into=request.param, mapping=one.mapping)
        shop = open_shop(open_store(request.param), day)
        found = try_policies(SHIPPED, shop.transactions, day, beside=shop.beside)
    return request.param, buyers, {t.policy.spec.name: t for t in found.trials}


def test_everybody_has_a_tier_and_each_that_the_columns_allow_has_somebody(tried):
    name, buyers, trials = tried
    for trial in trials.values():
        empty = {one.tier for one in trial.summary if one.customers == 0}
        assert empty == (NOBODY[name] if trial.policy.spec.name == "hesi" else set())
        assert sum(one.customers for one in trial.summary) == buyers
        assert trial.check.findings == ()
        print([(one.tier, one.customers) for one in trial.summary])


def test_what_these_shops_lack_is_said(tried):
    lines = {line for trial in tried[2].values() for line in trial.lacks}
    for line in (
        "no feedback: recommendation_365d is switched off",
        "no events: visits_30d is switched off",
        "no membership of anybody: a comparison with it never holds",
    ):
        assert line in lines


@pytest.mark.parametrize(
    ("scheme", "shares"), [("supermarket", (0.5, 0.8)), ("abc", (0.8, 0.95))]
)
def test_the_pareto_rule_is_the_lorenz_curve(tried, scheme, shares):
    trial = tried[2][scheme]
    values = [v for v in trial.tiers["net_spend_365d"].to_pylist() if v and v > 0]
    cuts = value_cuts(values, shares)
    assert list(trial.cuts.values.values()) == [cuts["A"], cuts["B"]]
    curve = abc_table(values, cuts)
    best, second, _ = trial.summary
    assert best.share_of_revenue_365d == pytest.approx(curve.loc["A", "value_so_far"])
    both = best.share_of_revenue_365d + second.share_of_revenue_365d
    assert both == pytest.approx(curve.loc["B", "value_so_far"])
    assert both - cuts["B"] / sum(values) < shares[1] <= both + 1e-9
