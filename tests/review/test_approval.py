import hashlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from workbench.delivery import Bundle, read_decisions
from workbench.errors import (
    BadParameter,
    GateRefused,
    MissingInputs,
    Tampered,
    UnknownName,
)
from workbench.policy import Policy, Stages
from workbench.review import approve, champion, older_than_champion, open_candidate
from workbench.settings import places
from workbench.storage import sha256_of

NOW = datetime(2026, 7, 1, 9, tzinfo=UTC)


def measured(value, low, high):
    found = {"value": value, "unit": "orders", "higher_is_better": False}
    return found | {"low": low, "high": high}


def stricter(policy, stage):
    """Ask more of ordinary customers, and let the stage have learned from that."""
    text = policy.read_text().replace(
        "enter: purchase_days >= 2", "enter: purchase_days >= 3"
    )
    policy.write_text(text)
    file, record_file = stage / "models" / "cuts.json", stage / "record.json"
    cuts, record = json.loads(file.read_text()), json.loads(record_file.read_text())
    cuts["policy_sha256"] = Policy.parse(text).sha256
    file.write_text(json.dumps(cuts))
    record["files"][0]["sha256"] = sha256_of(file)
    record_file.write_text(json.dumps(record))


def nothing_was_written():
    return not places().decisions.exists() and not places().bundles.exists()


def test_an_approval_writes_bundle_and_decision(make_run, shop):
    approval = approve(make_run(), "Ann", "better  on\nall counts", now=NOW)
    bundle = Bundle.champion()
    assert approval.bundle == bundle.folder
    decision = read_decisions()[0]
    assert (decision.by, decision.reason) == ("Ann", "better on all counts")
    assert (decision.run, decision.bundle_id) == ("demo-1", bundle.id)
    assert (decision.as_of, decision.valid_until) == ("2026-06-29", "2026-09-29")
    assert bundle.policy.text == shop.policy.text
    assert bundle.cuts == shop.cuts
    assert bundle.manifest["data"]["name"] == "shop"
    assert json.dumps(approval.as_dict())


def test_the_newest_candidate_is_the_newest_run_with_tiers(make_run):
    make_run("tiers", started_at="2026-07-01")
    make_run("rehearsal", started_at="2026-07-02", stages=["10_rfm"])
    candidate = open_candidate("newest")
    assert candidate.words.startswith("run tiers · store shop")


def test_the_bundle_scores_as_the_run_did(make_run, shop):
    approve(make_run(), "Ann", "good")
    opened = Bundle.champion().scores(shop.transactions, shop.as_of)
    fitted = shop.scorer.scores(shop.transactions, shop.as_of)
    assert shop.scorer.as_arrow(opened).equals(shop.scorer.as_arrow(fitted))


def test_the_approval_learns_what_is_urgent_and_usual(make_run, shop):
    approve(make_run(), "Ann", "good")
    levels = Bundle.champion().scorer.settings.levels
    assert levels.urgent_value > 0
    assert levels.usual["mean_gap_days"] > 1
    assert shop.scorer.settings.levels.urgent_value is None


def test_the_card_says_what_the_reader_must_know(make_run):
    card = (approve(make_run(), "Ann", "good", now=NOW).bundle / "card.md").read_text()
    for words in (
        "approved by **Ann**: good",
        "up to **2026-09-29**",
        "| mae | 0.5 | [0.45, 0.55] | orders | lower |",
        "met: mae minus same count again shows a gain",
        "Said and happened",
        "20_clv: doubt about 20_clv",
        "Nobody: this is the first approval.",
        "| on | 2026-07-01 |",
        "c0ffee",
        "| key |",
    ):
        assert words in card, words


def test_the_evidence_has_metrics_and_notebooks(make_run):
    approve(make_run(), "Ann", "good")
    evidence = Bundle.champion().evidence
    stage = evidence["stages"]["20_clv"]
    assert stage["executed_sha256"] == hashlib.sha256(b"{}").hexdigest()
    assert stage["metrics"]["mae"]["value"] == 0.5
    assert evidence["verdicts"]["churn"]["accepted"] is True
    found = champion().metrics
    assert found["metric"].tolist()[0] == "mae"


def test_the_second_approval_says_who_moves(make_run, project, shop):
    first = approve(make_run("a"), "Ann", "good", now=NOW).bundle
    second = make_run("b", seed=2)
    stricter(project.policy, second / "50_tiers")
    bundle = approve(second, "Bob", "ordinary from 3 days on", now=NOW).bundle
    card = (bundle / "card.md").read_text()
    before, after = (
        Bundle.open(folder).tier_table(shop.transactions, shop.as_of).execute()
        for folder in (first, bundle)
    )
    moved = (before["tier"] != after["tier"]).sum()
    assert moved >= 10
    assert f"{moved} of {len(after)} customers change tier" in card
    assert [entry.by for entry in read_decisions()] == ["Ann", "Bob"]
    assert champion().decision.by == "Bob"


def test_a_champion_that_was_altered_is_named_on_the_card(make_run):
    first = approve(make_run("a"), "Ann", "good").bundle
    (first / "card.md").write_text("changed")
    second = approve(make_run("b"), "Bob", "mend it").bundle
    card = (second / "card.md").read_text()
    assert "Not compared with the champion" in card
    assert "card.md was changed" in card


@pytest.mark.parametrize(("by", "reason"), [("", "x"), ("Ann", ""), (" ", "x")])
def test_a_name_and_a_reason_are_asked_for(make_run, by, reason):
    with pytest.raises(BadParameter, match="must not be empty"):
        approve(make_run(), by, reason)
    assert nothing_was_written()


def test_limits_that_are_not_met_refuse_with_the_numbers(make_run):
    metrics = {
        "10_rfm": {},
        "20_clv": {"mae_minus_same_count_again": measured(0.02, -0.01, 0.05)},
        "30_churn": {"brier_minus_prevalence": measured(-0.05, -0.06, -0.04)},
        "50_tiers": {},
    }
    with pytest.raises(GateRefused) as refused:
        approve(make_run(metrics=metrics), "Ann", "I want it")
    assert "clv (20_clv): mae minus same count again shows no gain" in str(
        refused.value
    )
    assert "[-0.01, 0.05]" in str(refused.value)
    assert refused.value.exit_code == 3
    assert nothing_was_written()


def test_a_limit_that_was_not_measured_refuses(make_run, project):
    text = project.acceptance.read_text().replace("_minus_prevalence", "_minus_hiatus")
    project.acceptance.write_text(text)
    with pytest.raises(GateRefused, match="brier minus hiatus was not measured"):
        approve(make_run(), "Ann", "good")


def test_limits_of_another_notebook_refuse(make_run, project):
    text = project.acceptance.read_text().replace("20_clv", "21_other")
    project.acceptance.write_text(text)
    with pytest.raises(GateRefused, match="judges notebook 21_other, found 20_clv"):
        approve(make_run(), "Ann", "good")


def test_numbers_that_contradict_each_other_are_refused(make_run, project):
    """Who enters the best tier would not keep it."""
    run = make_run()
    file, record_file = (
        run / "50_tiers" / "models" / "cuts.json",
        run / "50_tiers" / "record.json",
    )
    cuts, record = json.loads(file.read_text()), json.loads(record_file.read_text())
    cuts["values"]["spend_key_kept"] = 2 * cuts["values"]["spend_key"]
    file.write_text(json.dumps(cuts))
    record["files"][0]["sha256"] = sha256_of(file)
    record_file.write_text(json.dumps(record))
    with pytest.raises(GateRefused, match="enters tier 'key' and does not meet its"):
        approve(run, "Ann", "good", now=NOW)
    assert read_decisions() == []


def test_a_policy_edited_after_the_run_is_refused(make_run, project):
    folder = make_run()
    project.policy.write_text(project.policy.read_text() + "# later\n")
    with pytest.raises(GateRefused, match="was edited after run's stage 50_tiers"):
        approve(folder, "Ann", "good")
    assert nothing_was_written()


STAGES = Path(__file__).parents[2] / "experiments" / "stages.yaml"


def learned_by(rules, stage):
    """Let a stage have learned its cut points from scores with these rules."""
    file, record_file = stage / "models" / "cuts.json", stage / "record.json"
    cuts, record = json.loads(file.read_text()), json.loads(record_file.read_text())
    file.write_text(json.dumps(cuts | {"stages_sha256": rules.sha256}))
    record["files"][0]["sha256"] = sha256_of(file)
    record_file.write_text(json.dumps(record))


def test_rules_of_stages_edited_after_the_run_are_refused(make_run, project):
    run = make_run()
    text = STAGES.read_text(encoding="utf-8")
    places().stages.write_text(text, encoding="utf-8")
    with pytest.raises(GateRefused, match="stages.yaml was edited after run's stage"):
        approve(run, "Ann", "why")
    assert nothing_was_written()


def test_the_rules_of_the_stages_go_into_the_bundle(make_run, project):
    run, rules = make_run(), Stages.load(STAGES)
    places().stages.write_text(rules.text, encoding="utf-8")
    learned_by(rules, run / "50_tiers")
    approve(run, "Ann", "why", now=NOW)
    bundle = Bundle.champion()
    assert bundle.stages.sha256 == bundle.manifest["stages_sha256"] == rules.sha256
    assert bundle.manifest["stages_id"] == "life_cycle@1"
    assert bundle.scorer.settings.stages_sha256 == rules.sha256


def test_a_model_edited_after_the_run_is_refused(make_run):
    folder = make_run()
    file = folder / "20_clv" / "models" / "orders.json"
    file.write_text(file.read_text().replace("bg_nbd", "bg_nbd "))
    with pytest.raises(Tampered, match=r"orders\.json"):
        approve(folder, "Ann", "good")


def test_a_run_that_tried_own_features_is_refused_at_once(make_run):
    """Also where its tiers failed for want of them."""
    run = make_run(state="failed")
    file = run / "30_churn" / "record.json"
    record = json.loads(file.read_text())
    record["parameters"]["own_features"] = ["extra_visits"]
    file.write_text(json.dumps(record))
    with pytest.raises(GateRefused, match=r"\(extra_visits\).* cannot carry them yet"):
        approve(run, by="Ada", reason="try")


@pytest.mark.parametrize("state", ["running", "failed", "crashed"])
def test_a_run_that_is_not_done_is_refused(make_run, state):
    with pytest.raises(MissingInputs, match=f"is {state}, expected done"):
        approve(make_run(state=state), "Ann", "good")


@pytest.mark.parametrize("stage", ["10_rfm", "50_tiers"])
def test_a_run_without_a_needed_stage_is_refused(make_run, stage):
    folder = make_run()
    (folder / stage / "record.json").unlink()
    with pytest.raises(MissingInputs, match=f"one complete stage of {stage}"):
        approve(folder, "Ann", "good")


def test_a_stage_named_by_the_tiers_must_be_there(make_run):
    folder = make_run()
    (folder / "30_churn" / "record.json").unlink()
    with pytest.raises(UnknownName, match="30_churn"):
        approve(folder, "Ann", "good")


def test_an_altered_decision_record_stops_everything(make_run):
    approve(make_run("a"), "Ann", "good")
    file = places().decisions / "decisions.jsonl"
    file.write_text(file.read_text().replace("Ann", "Bob"))
    before = sorted(path.name for path in places().bundles.iterdir())
    with pytest.raises(Tampered, match="entry 1"):
        approve(make_run("b"), "Cid", "good", now=NOW)
    assert sorted(path.name for path in places().bundles.iterdir()) == before


def test_nothing_about_a_customer_is_in_the_bundle(make_run, shop):
    folder = approve(make_run(), "Ann", "good").bundle
    ids = set(shop.frame["customer_id"].astype(str))
    for path in folder.rglob("*.*"):
        words = set(path.read_text().replace('"', " ").replace(",", " ").split())
        assert not ids & words, path


def test_a_stage_that_missed_its_own_limit_is_not_approved(make_run):
    run = make_run()
    file = run / "50_tiers" / "record.json"
    file.write_text(file.read_text().replace('"accepted": true', '"accepted": false'))
    with pytest.raises(GateRefused, match="50_tiers"):
        approve(run, by="Ann", reason="good")


def test_an_older_run_than_the_champion_is_called_so(make_run):
    approve(make_run(), by="Ann", reason="good")
    day = open_candidate("demo-1").as_of
    assert older_than_champion(day) is None
    said = older_than_champion(day - timedelta(days=1))
    assert f"is as of {day}; this run is older" in said


def test_a_candidate_says_run_store_and_day(make_run, shop):
    make_run()
    words = open_candidate("demo-1").words
    assert words == f"run demo-1 · store shop · as of {shop.as_of}"


@pytest.mark.parametrize("bears", [1.0, 0.0])
def test_a_run_on_data_that_cannot_bear_a_model_is_refused(make_run, bears):
    run = make_run()
    record = json.loads((run / "10_rfm" / "record.json").read_text())
    looked = {"value": bears, "unit": "1 = yes", "higher_is_better": True}
    record |= {
        "notebook": "00_transactions",
        "metrics": {"bears_clv": looked | {"low": None, "high": None}},
        "verdict": "the data cannot bear CLV (customers: 300 (at least 500))",
        "files": [],
    }
    folder = run / "00_transactions"
    folder.mkdir()
    (folder / "executed.ipynb").write_bytes(b"{}")
    (folder / "record.json").write_text(json.dumps(record))
    if bears:
        assert approve(run, "Ann", "all limits met", now=NOW).bundle
        return
    with pytest.raises(GateRefused, match="00_transactions.*cannot bear CLV.*300"):
        approve(run, "Ann", "all limits met", now=NOW)
    assert nothing_was_written()
