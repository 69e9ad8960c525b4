"""The column *stage*: of everybody, by rules that travel with the models."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import ibis
import pandas as pd
import pyarrow as pa
import pytest

from workbench.delivery import Bundle, Explainer, write_bundle
from workbench.delivery.life_stages import require_stages
from workbench.errors import BadPolicy, BadSpec
from workbench.evaluation import customer_stages
from workbench.features import Beside
from workbench.policy import Cuts, Policy, Stages
from workbench.window import Window

EXPERIMENTS = Path(__file__).parents[2] / "experiments"


@pytest.fixture(scope="module")
def staged(shop):
    """Return the shop's scorer with the shipped rules."""
    rules = Stages.load(EXPERIMENTS / "stages.yaml")
    settings = replace(shop.scorer.settings, stages_sha256=rules.sha256)
    return replace(shop.scorer, settings=settings, stages=rules)


@pytest.fixture(scope="module")
def beside(shop):
    """Register two who never bought, one of them tomorrow."""
    days = pa.array([date(2026, 1, 1), date(2026, 6, 30)], pa.date32())
    rows = pa.table({"customer_id": ["zz1", "zz2"], "joined_on": days})
    return Beside(shop.transactions.get_backend().create_table("people", rows))


@pytest.fixture(scope="module")
def scores(shop, staged, beside):
    return staged.scores(shop.transactions, shop.as_of, beside)


@pytest.fixture(scope="module")
def by_stage(shop):
    """Return the shipped policy, whose best tier is whoever is declining."""
    text = shop.policy.text
    before, condition, after = text.partition("    enter: >-\n      net_spend_365d >=")
    assert condition
    _, grace, rest = after.partition("    grace_days: 180\n")
    cuts = re.compile(r"  spend_key(_kept)?: .*\n")
    return Policy.parse(
        cuts.sub("", before) + "    enter: stage = 'declining'\n" + grace + rest
    )


@pytest.fixture
def staged_bundle(project, shop, staged, scores, by_stage, texts):
    cuts = by_stage.learn_cuts(ibis.memtable(staged.as_arrow(scores)))
    files = texts | {
        "models/settings.json": staged.settings.to_json(),
        "policy.yaml": by_stage.text,
        "cuts.json": cuts.to_json(),
        "stages.yaml": staged.stages.text,
    }
    return write_bundle(files, {"as_of": shop.as_of, "valid_until": "2026-09-29"})


def test_everybody_has_the_stage_of_the_rules(shop, staged, beside, scores):
    window = Window(shop.as_of)
    table = customer_stages(shop.transactions, window, staged.stages, beside.customers)
    found = table.execute().set_index("customer_id")["stage"].sort_index()
    assert scores.set_index("customer_id")["stage"].equals(found)
    assert found["zz1"] == "prospect"
    assert "zz2" not in found
    assert found.nunique() >= 5


def test_all_else_is_as_without_the_rules(shop, staged, beside, scores):
    without = shop.scorer.scores(shop.transactions, shop.as_of, beside)
    assert "stage" not in without
    pd.testing.assert_frame_equal(scores.drop(columns="stage"), without)
    assert staged.as_arrow(scores).schema.field("stage").type == pa.string()


def test_a_policy_may_say_a_stage(shop, staged_bundle, scores):
    tiers = staged_bundle.tiers_of(scores, shop.as_of).execute()
    stage = scores.set_index("customer_id")["stage"]
    found = tiers.set_index("customer_id")
    assert (found["tier"] == "key").equals((stage == "declining").rename("tier"))
    assert found["stage"].equals(stage)


def test_one_customer_is_explained_by_the_stage(shop, staged_bundle, scores, beside):
    explain = Explainer(
        staged_bundle, shop.transactions, shop.as_of, beside=beside
    ).explain
    someone = scores.loc[scores["stage"] == "declining", "customer_id"].iloc[0]
    found = explain(someone)
    assert found.tier == "key"
    assert "life-cycle stage is 'declining'" in " ".join(found.sentences("en"))
    assert "生命周期阶段" in "".join(found.sentences("zh"))
    assert explain("zz1").tier != "key"


def test_the_rules_travel_in_the_bundle(shop, staged_bundle, staged, scores, beside):
    opened = Bundle.open(staged_bundle.folder)
    assert opened.stages.sha256 == staged.stages.sha256
    assert "stages.yaml" in opened.manifest["files"]
    again = opened.scores(shop.transactions, shop.as_of, beside)
    pd.testing.assert_frame_equal(again, scores)


def test_a_bundle_with_other_rules_is_refused(project, shop, staged, texts):
    settings = staged.settings.to_json()
    other = staged.stages.text.replace("version: 1", "version: 2")
    for files in (
        {"models/settings.json": settings},
        {"stages.yaml": other},
        {"models/settings.json": settings, "stages.yaml": other},
    ):
        facts = {"as_of": shop.as_of, "valid_until": "2026-09-29"}
        bundle = write_bundle(texts | files, facts)
        with pytest.raises(BadSpec, match="Take the stages.yaml that the run had"):
            bundle.scorer  # noqa: B018


def test_without_rules_a_policy_by_stage_is_refused(shop, by_stage):
    scores = shop.scorer.as_arrow(shop.scorer.scores(shop.transactions, shop.as_of))
    cuts = Cuts({name: 1.0 for name in by_stage.spec.cuts})
    with pytest.raises(BadPolicy, match="no score column 'stage'"):
        by_stage.assign(ibis.memtable(scores), cuts, as_of=shop.as_of, bundle_id="b-1")


def test_features_without_a_stage_are_refused_by_their_numbers():
    words = "title: {en: T, zh: 题}, meaning: {en: m, zh: 义}, next: {en: n, zh: 做}"
    rules = Stages.parse(
        "name: small\nversion: 1\nstages:\n"
        f'- {{name: few, when: "purchase_days < 5", {words}}}\n'
        f'- {{name: many, when: "purchase_days > 5", {words}}}\n'
    )
    features = pa.table(
        {
            "customer_id": ["ann", "bob"],
            "life_stage": pa.array(["few", None], pa.string()),
            "life_purchase_days": [1, 5],
        }
    )
    require_stages(rules, features.slice(0, 1))
    with pytest.raises(BadPolicy, match="none for a customer with purchase_days = 5"):
        require_stages(rules, features)
    stale = features.set_column(2, "life_purchase_days", pa.array([1, 6]))
    with pytest.raises(BadPolicy, match="1 customers came without a stage"):
        require_stages(rules, stale)
