"""The choice between the stages of a sweep, on earlier origins they all saw."""

import json
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from workbench.errors import MissingInputs
from workbench.review import choose_stage
from workbench.review.stages import StageView

N = 400
GAIN = {
    "value": -0.1,
    "unit": "orders per customer",
    "higher_is_better": False,
    "low": -0.2,
    "high": -0.05,
}


@pytest.fixture
def stage(tmp_path):
    """Make stages that said something of the same customers at two origins."""
    rng = np.random.default_rng(1)
    happened = rng.poisson(2.0, 2 * N).astype(float)

    def make(name, label, error, rows=2 * N, notebook="20_clv", **parameters):
        difference = "mae_minus_same_count_again"
        if notebook == "30_churn":
            difference = "brier_minus_hiatus"
        metrics = {f"earlier_{difference}": GAIN}
        folder = tmp_path / name
        (folder / "tables").mkdir(parents=True)
        said = happened + error * np.random.default_rng(len(name)).normal(size=2 * N)
        frame = pd.DataFrame(
            {
                "origin": ["2026-01-01"] * N + ["2026-04-01"] * N,
                "customer_id": [f"C{n:03d}" for n in range(N)] * 2,
                "actual": happened,
                "predicted": said,
            }
        )
        path = folder / "tables" / "earlier.parquet"
        frame.head(rows).to_parquet(path)
        record = {
            "notebook": notebook,
            "label": label,
            "parameters": parameters,
            "metrics": metrics,
            "files": [{"path": "tables/earlier.parquet", "kind": "customers"}],
        }
        (folder / "record.json").write_text(json.dumps(record))
        return StageView(folder, record)

    return make


def test_the_best_is_chosen_where_no_simpler_one_ties(stage):
    told = {"model": "pareto_nbd", "penalizer": 0.0, "horizon_days": 90}
    stages = [stage("a", "pareto_nbd", 0.3, **told), stage("bb", "bg_nbd", 1.0)]
    sweep = choose_stage(stages, replicates=100)
    assert sweep.chosen == sweep.best == "a"
    assert sweep.table["reading"].to_dict() == {"bb": "worse", "a": "best"}
    assert sweep.table.loc["bb", "low"] > 0
    assert (sweep.n_tried, sweep.n_origins, sweep.n_customers) == (2, 2, N)
    assert sweep.is_gain and "a shows a gain against same count again" in (
        sweep.gain_words
    )
    assert sweep.words.startswith("a is the best of 2, on 400 customers at 2 earlier")
    run = SimpleNamespace(
        state={
            "experiment": "clv-models",
            "data": {"name": "shop"},
            "as_of": "2026-06-30",
        },
        stages={one.name: one for one in stages},
    )
    assert sweep.to_confirm(run) == (
        "workbench run clv/models --data shop --as-of 2026-06-30 --stage a "
        "-p a.chosen_from=2"
    )
    assert sweep.to_use(run) == (
        "workbench run tiering --data shop --as-of 2026-06-30 "
        "-p 20_clv.model=pareto_nbd -p 20_clv.penalizer=0.0 "
        "-p 20_clv.horizon_days=90 -p 20_clv.chosen_from=2"
    )


def test_the_commands_hand_on_origins_and_lines(stage):
    told = {"model": "bg_nbd", "penalizer": 0.0, "horizon_days": 90}
    tried = stage("a", "bg_nbd", 0.3, n_origins=4, scope="market=SG", **told)
    sweep = choose_stage([tried, stage("bb", "bg_nbd", 1.0)], replicates=100)
    data = {"data": {"name": "shop"}, "as_of": "2026-06-30"}
    run = SimpleNamespace(
        state=data | {"experiment": "clv-models"}, stages={"a": tried}
    )
    assert sweep.to_confirm(run).endswith("-p a.n_origins=4 -p scope=market=SG")
    assert sweep.to_use(run).endswith("-p 20_clv.n_origins=4 -p scope=market=SG")


def test_on_a_tie_the_simpler_one_is_chosen(stage):
    stages = [stage("a", "mbg_cnbd_k", 0.300), stage("bb", "bg_nbd", 0.302)]
    sweep = choose_stage(stages, replicates=100)
    assert sweep.best == "a" and sweep.chosen == "bb"
    assert "bb is simpler and not shown worse" in sweep.words


def test_stages_of_other_days_are_refused(stage):
    with pytest.raises(MissingInputs, match="judged on other customers or days"):
        choose_stage([stage("a", "bg_nbd", 1), stage("b", "mbg_nbd", 1, rows=N)])


def test_a_stage_without_earlier_origins_is_refused(stage):
    with pytest.raises(MissingInputs, match="no earlier origin"):
        choose_stage([stage("a", "bg_nbd", 1, rows=0)])
    with pytest.raises(MissingInputs, match="no stage to choose from"):
        choose_stage([])


def test_the_picture_has_the_others_beside_the_best(stage):
    sweep = choose_stage([stage("a", "pareto_nbd", 0.3), stage("bb", "bg_nbd", 1.0)])
    assert sweep.gaps.index.tolist() == ["bb"]
    assert sweep.gaps["value"].item() == sweep.table.loc["bb", "difference"]


def test_a_sweep_of_churn_is_held_against_the_hiatus_rule(stage):
    told = {"horizon_days": 90, "eligible_days": 365, "notebook": "30_churn"}
    told["scope"] = "market=SG"
    stages = [
        stage("a", "logistic", 0.300, model="logistic", penalty=1.0, **told),
        stage("bb", "logistic", 0.301, model="logistic", penalty=100.0, **told),
        stage("ccc", "booster", 0.302, model="booster", penalty=1.0, **told),
    ]
    sweep = choose_stage(stages, "brier", replicates=100)
    assert sweep.table.index.tolist() == ["bb", "a", "ccc"]  # more penalty is simpler
    assert sweep.chosen == "bb"
    assert "bb shows a gain against hiatus" in sweep.gain_words
    state = {"data": {"name": "shop"}, "as_of": "2026-06-30"}
    run = SimpleNamespace(state=state, stages={one.name: one for one in stages})
    assert sweep.to_use(run) == (
        "workbench run tiering --data shop --as-of 2026-06-30 "
        "-p 30_churn.model=logistic -p 30_churn.penalty=100.0 "
        "-p 30_churn.horizon_days=90 -p 30_churn.eligible_days=365 "
        "-p 30_churn.chosen_from=3 -p scope=market=SG"
    )
    run.state["experiment"] = "churn-models"
    assert sweep.to_confirm(run).endswith(
        "--stage bb -p bb.chosen_from=3 -p scope=market=SG"
    )
