import pytest

from workbench.errors import MissingInputs, Tampered, UnknownName
from workbench.review import load_run
from workbench.review.stages import open_stage


def test_a_run_by_its_name_or_its_folder(make_run):
    folder = make_run()
    assert load_run("demo-1").folder == load_run(folder).folder == folder
    assert list(load_run(folder).stages) == ["10_rfm", "20_clv", "30_churn", "50_tiers"]


def test_an_unknown_run_names_the_nearest(make_run):
    make_run()
    with pytest.raises(UnknownName, match="Did you mean 'demo-1'"):
        load_run("demo-2")


def test_metrics_of_all_stages_as_one_table(make_run):
    metrics = load_run(make_run()).metrics
    assert metrics["stage"].tolist() == ["20_clv", "20_clv", "30_churn"]
    row = metrics.set_index("metric").loc["mae_minus_same_count_again"]
    assert (row["value"], row["low"], row["high"]) == (-0.1, -0.2, -0.05)
    assert not row["higher_is_better"]


def test_models_and_tables_by_stage_and_name(make_run, shop):
    run = load_run(make_run())
    assert set(run.models) == {
        "10_rfm/rfm",
        "20_clv/orders",
        "20_clv/value",
        "30_churn/churn",
        "50_tiers/cuts",
    }
    assert set(run.tables) == {"20_clv/holdout", "30_churn/holdout"}
    assert run.figures == {}
    model = run.stage("20_clv").model("orders")
    assert model.parameters_ == shop.scorer.orders.parameters_
    assert len(run.stage("20_clv").table("holdout")) == 300
    assert run.stage("10_rfm").holdout() is None


def test_what_a_stage_did_not_keep_names_the_nearest(make_run):
    stage = load_run(make_run()).stage("20_clv")
    with pytest.raises(UnknownName, match="Did you mean 'orders'"):
        stage.model("order")
    with pytest.raises(UnknownName, match="no table in stage 20_clv 'holdouts'"):
        stage.table("holdouts")


def test_a_stage_that_did_not_end_is_not_shown(make_run):
    folder = make_run()
    (folder / "30_churn" / "record.json").unlink()
    run = load_run(folder)
    assert "30_churn" not in run.stages
    with pytest.raises(UnknownName, match="no complete stage in run demo-1 '30_churn'"):
        run.stage("30_churn")
    with pytest.raises(MissingInputs, match="did not come to its end"):
        open_stage(folder / "30_churn")


def test_a_changed_file_of_a_stage_is_named(make_run):
    folder = make_run()
    stage = load_run(folder).stage("20_clv")
    stage.verify()
    (folder / "20_clv" / "models" / "value.json").write_text("{}")
    with pytest.raises(Tampered, match=r"models/value\.json"):
        stage.verify()


def test_a_run_by_hand_has_its_one_stage(make_run):
    folder = make_run()
    (folder / "run.json").unlink()
    assert not load_run(folder).is_complete


def test_newest_is_the_run_that_was_started_last(make_run):
    make_run("b", started_at="2026-07-02")
    make_run("a", started_at="2026-07-03")
    (make_run("c", started_at="2026-07-01") / "run.json").touch()
    assert load_run("newest").name == "a"


def test_newest_of_a_notebook_passes_over_runs_without_it(make_run):
    make_run("tiers", started_at="2026-07-01")
    make_run("rehearsal", started_at="2026-07-02", stages=["10_rfm"], state="failed")
    assert load_run("newest", notebook="50_tiers").name == "tiers"
    with pytest.raises(MissingInputs, match="no run with a stage of 99_other"):
        load_run("newest", notebook="99_other")


@pytest.mark.parametrize("state", ["failed", "crashed", "running"])
def test_a_newest_run_without_an_end_hides_no_older_one(make_run, state):
    make_run("old", started_at="2026-07-01")
    make_run("new", started_at="2026-07-02", state=state)
    with pytest.raises(MissingInputs, match=f"newest run, new, is {state}"):
        load_run("newest")


def test_newest_of_no_runs_names_the_command(project):
    with pytest.raises(MissingInputs, match="workbench run"):
        load_run("newest")
