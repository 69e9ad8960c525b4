"""What MLflow holds after publishing, asked of MLflow itself in one child process."""

import json
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from workbench.errors import CellFailed
from workbench.runner import run_experiment
from workbench.tracking import is_published

pytestmark = pytest.mark.slow
DAY = "1998-06-30"
ASK = """
import json, sys, warnings
warnings.simplefilter("ignore")
from workbench.tracking.store import open_client
client = open_client()
told = {}
for experiment in client.search_experiments():
    for run in client.search_runs([experiment.experiment_id]):
        paths, found = [""], []
        while paths:
            for item in client.list_artifacts(run.info.run_id, paths.pop()):
                (paths if item.is_dir else found).append(item.path)
        told[run.info.run_name] = {
            "experiment": experiment.name, "status": run.info.status,
            "tags": run.data.tags, "params": run.data.params,
            "metrics": run.data.metrics, "files": sorted(found), "id": run.info.run_id,
            "data": [d.dataset.digest for d in run.inputs.dataset_inputs],
        }
print(json.dumps(told))
"""


def statuses(project: Path) -> list[tuple[bool, str]]:
    """Return for each MLflow run whether it is a stage, and its status."""
    query = (
        "select exists (select * from tags t where t.run_uuid = r.run_uuid"
        " and t.key = 'stage'), r.status from runs r where lifecycle_stage = 'active'"
    )
    with sqlite3.connect(project / "mlflow.db") as database:
        return sorted(
            (bool(stage), status) for stage, status in database.execute(query)
        )


def ask() -> dict[str, Any]:
    answer = subprocess.run(
        [sys.executable, "-c", ASK], capture_output=True, text=True, check=True
    )
    return json.loads(answer.stdout)


def test_a_run_in_mlflow_once_and_only_once(small_project: Path) -> None:
    outcome = run_experiment("small", DAY)
    told = ask()
    assert len(told) == 3
    parent = told[outcome.name]
    name = f"second·tiny·{DAY}·{outcome.stages[1].key[:8]}"
    child = told[name]
    assert (child["experiment"], child["status"]) == ("small", "FINISHED")
    assert child["tags"]["mlflow.parentRunId"] == parent["id"]
    assert child["files"] == ["executed.ipynb", "report.html"]
    assert child["data"] == ["a" * 36]
    assert child["params"]["replicates"] == "100"
    assert is_published(outcome.folder)

    published = outcome.folder / "published.json"
    published.unlink()
    run_experiment("small", DAY)
    assert len(statuses(small_project)) == 3, "nothing is published twice"
    assert is_published(outcome.folder)


def test_every_doubt_is_a_tag_of_its_own(small_project: Path) -> None:
    outcome = run_experiment("small", DAY)
    file = outcome.folder / "second" / "record.json"
    told = [
        {"code": "no_drop_out", "words": "0.2 % leave, expected at least 1 %"},
        {"code": "no_gain", "words": "no better than same count again"},
    ]
    file.write_text(json.dumps(json.loads(file.read_text()) | {"doubts": told}))
    for path in (small_project / "mlflow.db", outcome.folder / "published.json"):
        path.unlink()
    command = [sys.executable, "-m", "workbench.tracking", str(outcome.folder)]
    subprocess.run(command, check=True, capture_output=True)
    found = ask()
    tags = found[f"second·tiny·{DAY}·{outcome.stages[1].key[:8]}"]["tags"]
    assert tags["doubts"] == "no_drop_out, no_gain"
    assert tags["doubt.no_drop_out"] == "0.2 % leave, expected at least 1 %"
    assert tags["doubt.no_gain"] == "no better than same count again"
    first = found[f"first·tiny·{DAY}·{outcome.stages[0].key[:8]}"]
    assert "doubts" not in first["tags"], "a stage without any has no such tag"


def test_a_failing_run_and_then_its_success(small_project: Path) -> None:
    spec = small_project / "experiments" / "small.yaml"
    spec.write_text("name: small\ndata: shop\nstages: {waiting: {}}\ncell_seconds: 1\n")
    with pytest.raises(CellFailed):
        run_experiment("small", DAY)
    assert statuses(small_project) == [(False, "FAILED"), (True, "FAILED")]
    with sqlite3.connect(small_project / "mlflow.db") as database:
        query = "select value from tags where key = 'verdict'"
        ((verdict,),) = database.execute(query)
    assert "longer than 1 seconds" in verdict
    artifacts = small_project / "mlartifacts" / "small"
    kept = {path.name for path in artifacts.glob("*/artifacts/*")}
    assert kept >= {"executed.ipynb", "report.html", "failed.json"}

    (small_project / "go").touch()
    run_experiment("small", DAY)
    assert statuses(small_project) == [
        (False, "FINISHED"),
        (True, "FAILED"),
        (True, "FINISHED"),
    ]
