import json
from pathlib import Path

from workbench.tracking.entries import entries_of
from workbench.tracking.published import is_published, read_published, write_published

SHA = "a" * 64


def make_run(folder: Path, second: str = "run", state: str = "done") -> Path:
    data = {"name": "shop", "version": "1", "sha256": SHA, "rows": 3}
    stages = {
        "20_clv": {"state": "run", "key": "1" * 64, "parameters": {"seed": 7}},
        "30_churn": {"state": second, "key": "2" * 64, "parameters": {"seed": 7}},
        "50_tiers": {"state": "waiting", "key": "3" * 64, "parameters": {}},
    }
    if second in ("failed", "crashed", "cancelled"):
        stages["30_churn"] |= {
            "message": "notebook 30_churn, cell 4",
            "started_at": "t",
        }
    run = {
        "name": "demo-1998-06-30-12345678",
        "experiment": "demo",
        "why": "to see",
        "state": state,
        "as_of": "1998-06-30",
        "data": data,
        "key": "4" * 64,
        "started_at": "2026-01-01",
        "spec": {"name": "demo"},
        "stages": stages,
    }
    record = {
        "notebook": "20_clv",
        "question": "What is each customer worth?",
        "verdict": "better by 0.11",
        "accepted": True,
        "learned": ["one", "two", "three"],
        "label": "bg_nbd",
        "doubts": [
            "AssumptionWarning: r is 0.1",
            {"code": "no_drop_out", "words": "0.2 % leave"},
            {"code": "no_drop_out", "words": "0.3 % leave"},
        ],
        "seed": 7,
        "seconds": 2.5,
        "git": {"commit": "c0ffee", "dirty": False},
        "parameters": {"seed": 7, "penalizer": 0.0},
        "metrics": {
            "mae": {"value": 0.7, "unit": "orders", "higher_is_better": False}
            | {"low": 0.6, "high": 0.8},
            "auc": {"value": None, "unit": "", "higher_is_better": True},
        },
        "files": [
            {"path": "figures/a.png", "published": True, "sha256": ""},
            {"path": "tables/holdout.parquet", "published": False, "sha256": ""},
            {"path": "tables/lost.csv", "published": True, "sha256": ""},
        ],
    }
    for name in ("20_clv", "30_churn"):
        stage = folder / name
        for file in ("figures/a.png", "tables/holdout.parquet", "executed.ipynb"):
            (stage / file).parent.mkdir(parents=True, exist_ok=True)
            (stage / file).write_text("customer-0815")
        if stages[name]["state"] == "run":
            (stage / "record.json").write_text(json.dumps(record))
    (folder / "run.json").write_text(json.dumps(run))
    return folder


def test_a_run_and_its_finished_stages(tmp_path: Path) -> None:
    parent, clv, churn = entries_of(make_run(tmp_path))
    assert parent.is_parent and parent.name == "demo-1998-06-30-12345678"
    line = "| 20_clv | done | better by 0.11 | assumption, no_drop_out |"
    assert line in parent.tags["mlflow.note.content"]
    assert clv.name == "20_clv·bg_nbd·1998-06-30·11111111"
    assert (clv.experiment, clv.status) == ("demo", "FINISHED")
    assert clv.tags["mlflow.note.content"] == (
        "**What is each customer worth?**\n\nAccepted: better by 0.11\n\n"
        "- one\n- two\n- three"
    )
    assert clv.params == {"seed": "7", "penalizer": "0.0"}
    assert clv.metrics == {"mae": 0.7}
    assert clv.tags["metric.mae"] == (
        "orders, lower is better, 95 % interval 0.6 to 0.8"
    )
    wanted = {
        "as_of": "1998-06-30",
        "data.sha256": SHA,
        "data.rows": "3",
        "git.commit": "c0ffee",
        "git.dirty": "False",
        "seed": "7",
        "verdict": "better by 0.11",
        "doubts": "assumption, no_drop_out",
        "doubt.assumption": "r is 0.1",
        "doubt.no_drop_out": "0.2 % leave\n0.3 % leave",
        "stage.key": "1" * 64,
    }
    assert wanted.items() <= clv.tags.items()
    assert len(clv.tags["spec.sha256"]) == 64
    assert clv.attempt != churn.attempt


def test_words_are_shortened_to_what_mlflow_takes_and_say_so(tmp_path: Path) -> None:
    file = make_run(tmp_path) / "20_clv" / "record.json"
    long = {"code": "seasonal", "words": "x" * 9000}
    record = json.loads(file.read_text()) | {"doubts": [long]}
    file.write_text(json.dumps(record))
    words = entries_of(tmp_path)[1].tags["doubt.seasonal"]
    assert len(words) == 4000 and words.endswith("x…")


def test_only_what_is_marked_as_published_is_named(tmp_path: Path) -> None:
    clv = entries_of(make_run(tmp_path))[1]
    assert set(clv.files) == {"figures/a.png", "executed.ipynb"}


def test_a_crash_is_told_with_its_reason(tmp_path: Path) -> None:
    parent, _, churn = entries_of(make_run(tmp_path, "crashed", "failed"))
    assert (parent.status, churn.status) == ("FAILED", "FAILED")
    assert "cell 4" in churn.tags["mlflow.note.content"]
    assert churn.tags["verdict"] == "notebook 30_churn, cell 4"
    assert churn.params == {"seed": "7"}


def test_a_stopped_run_is_killed(tmp_path: Path) -> None:
    parent, _, churn = entries_of(make_run(tmp_path, "cancelled", "cancelled"))
    assert (parent.status, churn.status) == ("KILLED", "KILLED")


def test_a_run_at_work_shows_its_finished_stages_only(tmp_path: Path) -> None:
    (clv,) = entries_of(make_run(tmp_path, "running", "running"))
    assert clv.tags["stage"] == "20_clv"


def test_what_was_published_is_known_where_we_write_now(small_project: Path) -> None:
    run = make_run(small_project / "experiments" / "runs" / "a")
    entries = entries_of(run)
    (small_project / "mlflow.db").touch()
    assert not is_published(run)
    write_published(run, entries[:1], {e.attempt: "id" for e in entries})
    assert not is_published(run)
    write_published(run, entries[1:], {e.attempt: "id" for e in entries})
    assert is_published(run)
    assert read_published(run)[entries[0].attempt] == "id"
    (small_project / "mlflow.db").unlink()
    assert not is_published(run), "the database was thrown away"
