import json
import os
import stat
import subprocess
import sys
import warnings
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from matplotlib.figure import Figure

from workbench import record
from workbench.doubts import Doubt
from workbench.errors import (
    AssumptionWarning,
    BadParameter,
    BadValues,
    DataWarning,
    MissingInputs,
    TrackingFailed,
    UnknownStore,
)
from workbench.evaluation import Measured
from workbench.ingest import ingest, open_store
from workbench.parameters import RFMParams, TransactionsParams
from workbench.storage import sha256_of

RECEIPTS = """\
customer_id,ordered_at,amount
ann,2026-01-05,10.00
ann,2026-02-05,12.50
bob,2026-03-01,7.00
"""
PARAMS = RFMParams(data="shop", as_of="2026-06-30", scope="all", seed=7, n_scores=5)
VERDICT = {"accepted": True, "verdict": "it holds", "learned": ["one", "two"]}


class Numbers:
    """A model that is a few numbers."""

    def to_json(self):
        return '{"model": "numbers", "r": 0.25}'


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Return an empty project with a small store, where nothing is published."""
    for name in ("RUNS", "STORES", "EXPORTS", "TRACKING", "DECISIONS", "STAGE_FOLDER"):
        monkeypatch.delenv(f"WORKBENCH_{name}", raising=False)
    monkeypatch.setenv("WORKBENCH_ROOT", str(tmp_path))
    monkeypatch.setenv("WORKBENCH_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(record, "_publish", lambda folder: None)
    monkeypatch.setattr(warnings, "showwarning", warnings.showwarning)
    (tmp_path / "receipts.csv").write_text(RECEIPTS)
    ingest(
        tmp_path / "receipts.csv",
        into="shop",
        loaded_at=datetime(2026, 7, 1, tzinfo=UTC),
    )
    return tmp_path


@pytest.fixture
def run(project):
    """Return a run that somebody started by hand."""
    return record.start(PARAMS, notebook="10_rfm", question="Who is who?")


@pytest.fixture
def staged(project, monkeypatch):
    """Return a run that the runner started."""
    folder = project / "run" / "rfm"
    monkeypatch.setenv(record.STAGE_FOLDER, str(folder))
    return record.start(PARAMS, notebook="10_rfm", question="Who is who?")


def read(file):
    return json.loads(file.read_text(encoding="utf-8"))


def picture(title="A finding"):
    figure = Figure()
    figure.add_subplot().set_title(title)
    return figure


def test_the_start_is_written_before_any_work(run):
    started = read(run.folder / "started.json")
    assert [path.name for path in run.folder.iterdir()] == ["started.json"]
    assert started["parameters"] == PARAMS.model_dump()
    assert started["notebook"] == started["stage"] == "10_rfm"
    assert started["question"] == "Who is who?"
    assert (started["as_of"], started["seed"]) == ("2026-06-30", 7)
    assert datetime.fromisoformat(started["started_at"]).tzinfo == UTC


def test_the_start_says_which_data_by_its_hash(run):
    store = open_store("shop")
    assert read(run.folder / "started.json")["data"] == {
        "name": "shop",
        "version": store.version,
        "sha256": store.sha256,
        "currency": None,
        "time_zone": "UTC",
        "market_zones": {},
        "base_currency": None,
        "rates": {},
        "rows": 3,
    }


def test_the_start_says_what_the_money_is_in(run, capsys):
    said = "Amounts in a currency that no source declares."
    assert read(run.folder / "started.json")["money"] == said
    record.start(PARAMS, "20_clv", "What is it worth?")
    assert capsys.readouterr().out == f"{said}\n"


def test_the_start_names_the_versions_that_numbers_depend_on(run):
    packages = read(run.folder / "started.json")["packages"]
    assert packages["python"] == ".".join(map(str, sys.version_info[:3]))
    assert packages["pandas"] == pd.__version__
    assert {"workbench", "numpy", "scipy", "scikit-learn", "duckdb"} <= set(packages)


def test_a_project_without_git_says_that_it_does_not_know(run):
    assert run.started["git"] == {"commit": None, "dirty": None}


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """Return a git repository with one commit, and a way to ask for its state."""
    (tmp_path / "experiments" / "decisions").mkdir(parents=True)
    (tmp_path / "notebook.py").write_text("a = 1\n")
    for word in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{word}_NAME", "somebody")
        monkeypatch.setenv(f"GIT_{word}_EMAIL", "somebody@example.org")
    for command in ("init -q", "add .", "commit -q -m first"):
        subprocess.run(["git", "-C", tmp_path, *command.split()], check=True)
    return tmp_path


def test_commit_and_dirty_flag_are_those_of_the_project(repository):
    clean = record.git_state(repository)
    head = ["git", "-C", repository, "rev-parse", "HEAD"]
    assert clean["commit"] == subprocess.check_output(head, text=True).strip()
    assert clean["dirty"] is False
    (repository / "notebook.py").write_text("a = 2\n")
    assert record.git_state(repository) == clean | {"dirty": True}


def test_an_approval_does_not_make_the_project_dirty(repository):
    (repository / "experiments" / "decisions" / "decisions.jsonl").write_text("{}\n")
    assert record.git_state(repository)["dirty"] is False
    (repository / "experiments" / "other.yaml").write_text("name: other\n")
    assert record.git_state(repository)["dirty"] is True


def test_by_hand_every_start_has_a_folder_of_its_own(run):
    again = record.start(PARAMS, notebook="10_rfm", question="Who is who?")
    assert run.by_hand and again.by_hand
    assert again.folder != run.folder
    runs = run.folder.parents[1]
    assert runs.name == "runs"
    assert run.folder.parent.name.startswith("hand-")
    assert run.folder.name == again.folder.name == "10_rfm"


def test_the_runner_chooses_the_folder_and_the_stage(staged, project):
    assert staged.folder == project / "run" / "rfm"
    started = read(staged.folder / "started.json")
    assert (started["by"], started["stage"]) == ("runner", "rfm")
    assert started["notebook"] == "10_rfm"
    assert not staged.by_hand


def test_without_the_data_nothing_starts_and_the_cure_is_named(project):
    params = TransactionsParams(data="shpo", as_of="2026-06-30", scope="all", seed=7)
    with pytest.raises(UnknownStore, match="workbench ingest"):
        record.start(params, notebook="00_transactions", question="?")
    assert not list(project.rglob("started.json"))


@pytest.mark.parametrize("by", ["hand", "runner"])
def test_without_the_data_no_folder_is_left(project, monkeypatch, by):
    if by == "runner":
        monkeypatch.setenv(record.STAGE_FOLDER, str(project / "run" / "rfm"))
    before = sorted(project.rglob("*"))
    with pytest.raises(UnknownStore):
        record.start(PARAMS.model_copy(update={"data": "shpo"}), "10_rfm", "?")
    assert sorted(project.rglob("*")) == before


def test_a_figure_is_shown_as_it_is_kept(run):
    shown = run.figure("shares", picture())
    kept = run.folder / "figures" / "shares.png"
    assert shown._repr_png_() == kept.read_bytes()
    assert kept.read_bytes().startswith(b"\x89PNG")
    assert run.files == [
        {
            "path": "figures/shares.png",
            "kind": "figure",
            "published": True,
            "sha256": sha256_of(kept),
        }
    ]


def test_a_summary_is_kept_with_its_index_and_returned(run):
    frame = pd.DataFrame({"n": [20, 12]}, index=pd.Index(["a", "b"], name="segment"))
    assert run.summary("segments", frame) is frame
    text = (run.folder / "tables" / "segments.csv").read_text()
    assert text == "segment,n\na,20\nb,12\n"
    assert (run.files[0]["kind"], run.files[0]["published"]) == ("summary", True)


@pytest.mark.parametrize("where", ["column", "index", "one level of the index"])
def test_a_summary_with_customers_is_refused_and_nothing_is_written(run, where):
    frame = pd.DataFrame({"customer_id": ["ann"], "tier": ["key"], "spend": [1.0]})
    if where != "column":
        frame = frame.set_index(["customer_id", "tier"][: 1 + (where != "index")])
    with pytest.raises(BadValues, match=r"customer_id.*run\.customers\(\)"):
        run.summary("tiers", frame)
    assert run.files == []
    assert not list(run.folder.rglob("tiers*"))


def test_customers_are_private_and_unpublished(run):
    frame = pd.DataFrame({"customer_id": ["ann", "bob"], "actual": [1.0, 0.0]})
    said = run.customers("holdout", frame)
    kept = run.folder / "tables" / "holdout.parquet"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert pq.read_table(kept).to_pydict() == frame.to_dict("list")
    assert (run.files[0]["kind"], run.files[0]["published"]) == ("customers", False)
    assert said == "2 customers kept in tables/holdout.parquet, not published"


@pytest.fixture
def open_to_others():
    """Let new files be readable by everybody, as they are in most places."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def test_customers_are_at_no_moment_readable_by_others(
    run, monkeypatch, open_to_others
):
    seen = []

    def watched(act):
        def watch(*words, **more):
            files = (run.folder / "tables").iterdir()
            seen.extend(stat.S_IMODE(file.stat().st_mode) for file in files)
            return act(*words, **more)

        return watch

    for name in ("chmod", "replace"):
        monkeypatch.setattr(os, name, watched(getattr(os, name)))
    run.customers("holdout", pd.DataFrame({"customer_id": ["ann"]}))
    assert set(seen) == {0o600}


def test_a_model_is_kept_as_its_json(run):
    run.model("orders", Numbers())
    kept = run.folder / "models" / "orders.json"
    assert kept.read_text() == Numbers().to_json() + "\n"
    assert run.files[0]["path"] == "models/orders.json"
    assert (run.files[0]["kind"], run.files[0]["published"]) == ("model", True)


def test_what_is_kept_twice_under_a_name_is_listed_once_as_it_is_last(run):
    run.figure("shares", picture("First thoughts"))
    run.model("orders", Numbers())
    run.figure("shares", picture("Second thoughts"))
    assert [file["path"] for file in run.files] == [
        "models/orders.json",
        "figures/shares.png",
    ]
    assert run.files[1]["sha256"] == sha256_of(run.folder / "figures" / "shares.png")


def test_the_result_has_what_was_measured_and_concluded(staged):
    staged.model("orders", Numbers())
    mae = Measured(0.5, "orders per customer", False, low=0.4, high=0.6)
    shown = staged.finish(metrics={"mae": mae}, label="bg_nbd", **VERDICT)
    result = read(staged.folder / "result.json")
    assert result["metrics"]["mae"] == {
        "value": 0.5,
        "unit": "orders per customer",
        "higher_is_better": False,
        "low": 0.4,
        "high": 0.6,
    }
    assert {name: result[name] for name in VERDICT} == VERDICT
    assert (result["label"], result["files"]) == ("bg_nbd", staged.files)
    assert shown._repr_markdown_() == "**Accepted:** it holds\n\n- one\n- two"


def test_a_verdict_that_numpy_computed_is_kept(staged):
    smaller = np.float64(0.1) < np.float64(0.2)
    assert isinstance(smaller, np.bool_)
    shown = staged.finish(metrics={}, **(VERDICT | {"accepted": smaller}))
    assert read(staged.folder / "result.json")["accepted"] is True
    assert repr(shown).startswith("Accepted: ")


def test_a_refusal_is_shown_as_one(staged):
    shown = staged.finish(metrics={}, **(VERDICT | {"accepted": False}))
    assert repr(shown).splitlines()[0] == "Not accepted: it holds"
    assert shown._repr_markdown_().startswith("**Not accepted:**")


def test_a_stage_of_the_runner_is_complete_only_when_it_is_sealed(staged, monkeypatch):
    published = []
    monkeypatch.setattr(record, "_publish", published.append)
    staged.finish(metrics={}, **VERDICT)
    assert not (staged.folder / "record.json").exists()
    assert published == []
    record.seal(staged.folder, state="done", key="abc")
    kept = read(staged.folder / "record.json")
    assert (kept["state"], kept["key"]) == ("done", "abc")
    assert kept["parameters"] == PARAMS.model_dump()
    assert kept["verdict"] == "it holds"
    assert kept["started_at"] <= kept["finished_at"]


def test_a_stage_that_failed_is_sealed_with_what_there_is(staged):
    kept = record.seal(staged.folder, state="failed", cause="cell 3")
    assert kept == read(staged.folder / "record.json")
    assert (kept["state"], kept["cause"]) == ("failed", "cell 3")
    assert "verdict" not in kept
    assert kept["notebook"] == "10_rfm"


def test_by_hand_the_record_is_complete_before_it_is_published(run, monkeypatch):
    found = []

    def publish(folder):
        found.append((folder, read(folder / "record.json")["state"]))

    monkeypatch.setattr(record, "_publish", publish)
    run.finish(metrics={}, **VERDICT)
    assert found == [(run.folder, "done")]


def publish_as_if(monkeypatch, code, stderr=""):
    """Publish a folder with a child process that ends so; return its command."""
    monkeypatch.undo()
    asked = []

    def run(words, **how):
        asked.append(words)
        return subprocess.CompletedProcess(words, code, stdout="", stderr=stderr)

    monkeypatch.setattr(record.subprocess, "run", run)
    record._publish(Path("hand-1") / "10_rfm")
    return asked


def test_publishing_is_another_process(project, monkeypatch):
    (words,) = publish_as_if(monkeypatch, code=0)
    folder = os.path.join("hand-1", "10_rfm")
    assert words == [sys.executable, "-m", "workbench.tracking", folder]


def test_when_publishing_fails_cause_and_cure_are_said(project, monkeypatch):
    with pytest.raises(TrackingFailed) as caught:
        publish_as_if(monkeypatch, code=1, stderr="Traceback\nError: disk full\n")
    assert "10_rfm is whole, but MLflow did not take it: Error: disk full." in str(
        caught.value
    )
    assert "python -m workbench.tracking hand-1" in str(caught.value)
    with pytest.raises(TrackingFailed, match="exit code 137"):
        publish_as_if(monkeypatch, code=137)


def test_our_own_warnings_end_in_doubts_once_each_and_in_the_text(project, capsys):
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        run = record.start(PARAMS, notebook="10_rfm", question="?")
        warnings.warn(DataWarning("one day is missing"), stacklevel=1)
        warnings.warn(DataWarning("one day is missing"), stacklevel=1)
        warnings.warn(AssumptionWarning("values lean on counts"), stacklevel=1)
        run.finish(metrics={}, **VERDICT)
    assert read(run.folder / "record.json")["doubts"] == [
        {"code": "assumption", "words": "values lean on counts"},
        {"code": "data", "words": "one day is missing"},
    ]
    assert "Doubt: values lean on counts\n" in capsys.readouterr().out


def test_the_warnings_of_others_are_no_doubts_and_are_still_shown(project, monkeypatch):
    shown = []
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning = lambda message, *rest, **more: shown.append(str(message))
        run = record.start(PARAMS, notebook="10_rfm", question="?")
        warnings.warn("an old spelling", DeprecationWarning, stacklevel=1)
        warnings.warn(DataWarning("one day is missing"), stacklevel=1)
    assert run.doubts == [Doubt("data", "one day is missing")]
    assert shown == ["an old spelling"]


def state_of(project, name, at, **more):
    """Write the state of a run as the runner does; ``at`` orders the runs."""
    folder = project / "home" / "runs" / name
    folder.mkdir(parents=True)
    data = {"name": "shop", "sha256": open_store("shop").sha256}
    state = {"state": "done", "as_of": "2026-06-30", "data": data} | more
    (folder / "run.json").write_text(json.dumps(state))
    os.utime(folder / "run.json", (at, at))
    return folder


def test_newest_is_the_newest_run_that_is_complete(project):
    state_of(project, "demo-c", at=100)
    newest = state_of(project, "demo-a", at=200)
    state_of(project, "demo-b", at=300, state="failed")
    state_of(project, "demo-d", at=400, state="running")
    assert record.inputs("newest", PARAMS) == newest


def test_newest_is_on_the_same_data_and_day(project):
    same = state_of(project, "same", at=100)
    state_of(project, "other-day", at=200, as_of="2026-06-29")
    state_of(project, "other-data", at=300, data={"name": "shop", "sha256": "0" * 64})
    assert record.inputs("newest", PARAMS) == same


def test_a_folder_that_is_given_is_taken(project):
    state_of(project, "demo", at=100)
    elsewhere = project / "elsewhere"
    elsewhere.mkdir()
    assert record.inputs(str(elsewhere), PARAMS) == elsewhere


def test_a_folder_that_is_not_there_is_refused_by_its_name(project):
    state_of(project, "demo", at=100)
    for found in (project / "elsewhere", project / "receipts.csv"):
        with pytest.raises(MissingInputs, match=f"found no folder {found}"):
            record.inputs(str(found), PARAMS)


def test_where_nothing_was_run_the_command_is_named(project):
    state_of(project, "other-day", at=200, as_of="2026-06-29")
    with pytest.raises(MissingInputs) as caught:
        record.inputs("newest", PARAMS)
    assert "no complete run on shop as of 2026-06-30" in str(caught.value)
    assert "workbench run experiments/demo.yaml --data shop --as-of 2026-06-30" in str(
        caught.value
    )


@pytest.mark.parametrize("name", ["../../x", "a/b", "a b", ""])
def test_what_is_kept_stays_in_the_folder_of_the_run(run, name):
    with pytest.raises(BadParameter, match="named by letters"):
        run.summary(name, pd.DataFrame({"n": [1]}))


def test_newest_has_the_notebooks_that_are_asked_for(project):
    """A sweep that was run since does not stand in for the whole run."""
    both = {"a": {"notebook": "20_clv"}, "b": {"notebook": "30_churn"}}
    whole = state_of(project, "whole", at=100, stages=both)
    sweep = state_of(project, "sweep", at=200, stages={"a": {"notebook": "20_clv"}})
    assert record.inputs("newest", PARAMS, "20_clv") == sweep
    assert record.inputs("newest", PARAMS, "20_clv", "30_churn") == whole
    with pytest.raises(MissingInputs, match="of 41_sweep on shop .*clv/models.yaml"):
        record.inputs("newest", PARAMS, "41_sweep")


def kept_stage(folder, name, notebook, **parameters):
    (folder / name).mkdir(parents=True)
    told = {"notebook": notebook, "parameters": parameters}
    (folder / name / "record.json").write_text(json.dumps(told))


def test_the_same_policy_is_the_one_of_the_tiers_in_the_run(project):
    kept_stage(project / "run", "30_churn", "30_churn", policy="no")
    kept_stage(project / "run", "tiers_b", "50_tiers", policy="supermarket")
    assert record.policy_name(project / "run", "same") == "supermarket"
    assert record.policy_name(project / "run", "abc") == "abc"


def test_without_one_policy_in_the_run_a_name_is_asked_for(project):
    kept_stage(project / "run", "a", "50_tiers", policy="abc")
    kept_stage(project / "run", "b", "50_tiers", policy="tmall")
    with pytest.raises(MissingInputs, match=r"found abc, tmall\. Name it: -p policy="):
        record.policy_name(project / "run", "same")
    with pytest.raises(MissingInputs, match="found no such stage"):
        record.policy_name(project / "elsewhere", "same")


def test_rows_of_a_day_and_customer_are_not_called_customers(run):
    frame = pd.DataFrame({"customer_id": ["a", "a"], "tier": ["x", "y"]})
    assert run.customers("one", frame).startswith("2 customers kept")
    said = run.customers("held", frame, each="tier of a day and customer")
    assert said.startswith("2 rows, one per tier of a day and customer, kept in")
