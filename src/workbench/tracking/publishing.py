"""Write what a folder has to tell into MLflow, once: the only writer of runs."""

from __future__ import annotations

import shutil
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.errors import MissingInputs
from workbench.storage import sha256_of_parts
from workbench.tracking.entries import Entry, entries_of
from workbench.tracking.published import read_published, write_published
from workbench.tracking.store import experiment_id, one_writer

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run

_ATTEMPT = "workbench.attempt"
_DIGEST_LENGTH = 36


def publish(folder: str | Path) -> dict[str, str]:
    """Publish a run's folder, or the folder of one stage run by hand.

    What MLflow has already is left alone; a result is never published twice.

    Returns
    -------
    dict
        The MLflow run id of each entry, by its attempt.

    Raises
    ------
    MissingInputs
        If the folder holds neither a run nor a finished stage.
    TrackingFailed
        If MLflow does not take it; the folder stays whole, call it again later.
    """
    folder = Path(folder).absolute()
    if not any((folder / name).is_file() for name in ("run.json", "record.json")):
        raise MissingInputs(
            f"{folder} holds neither run.json nor record.json: expected the folder of "
            "a run or of a finished stage. Make one: workbench run …"
        )
    entries = entries_of(folder)
    known = read_published(folder)
    missing = [entry for entry in entries if entry.attempt not in known]
    if not missing:
        return known
    with one_writer() as client:
        parent = None
        for entry in entries:
            run_id = _publish_entry(client, entry, parent)
            known[entry.attempt] = run_id
            parent = run_id if entry.is_parent else parent
            write_published(folder, [entry], known)
    return known


def _publish_entry(client: MlflowClient, entry: Entry, parent: str | None) -> str:
    experiment = experiment_id(client, entry.experiment)
    if entry.is_parent:
        return _publish_parent(client, entry, experiment)
    return _finished(client, entry, experiment) or _write(
        client, entry, experiment, parent
    )


def _publish_parent(client: MlflowClient, entry: Entry, experiment: str) -> str:
    """Write the whole run's entry; a run that goes on keeps the one it has."""
    key = f"tags.`run.key` = '{entry.tags['run.key']}'"
    found = client.search_runs([experiment], key, max_results=1)
    if not found:
        return _write(client, entry, experiment, None)
    run_id = str(found[0].info.run_id)
    _log(client, run_id, entry)
    client.update_run(run_id, status=entry.status)
    return run_id


def _finished(client: MlflowClient, entry: Entry, experiment: str) -> str | None:
    """Return the run that has this attempt; clear away one left half-written."""
    same = f"tags.`{_ATTEMPT}` = '{_attempt_tag(entry)}'"
    found: list[Run] = client.search_runs([experiment], same)
    for run in found:
        if run.info.status == entry.status:
            return str(run.info.run_id)
        client.delete_run(run.info.run_id)
    return None


def _write(
    client: MlflowClient, entry: Entry, experiment: str, parent: str | None
) -> str:
    tags = {_ATTEMPT: _attempt_tag(entry)}
    if parent:
        tags["mlflow.parentRunId"] = parent
    run = client.create_run(experiment, run_name=entry.name, tags=tags)
    run_id = str(run.info.run_id)
    _log(client, run_id, entry)
    _log_files(client, run_id, entry)
    client.set_terminated(run_id, status=entry.status)
    return run_id


def _log(client: MlflowClient, run_id: str, entry: Entry) -> None:
    from mlflow.entities import Metric, Param, RunTag

    now = int(time.time() * 1000)
    client.log_batch(
        run_id,
        metrics=[Metric(n, v, now, 0) for n, v in entry.metrics.items()],
        params=[Param(n, v) for n, v in entry.params.items()],
        tags=[RunTag(n, v) for n, v in entry.tags.items()],
    )
    if entry.data.get("sha256"):
        _log_data(client, run_id, entry)


def _log_data(client: MlflowClient, run_id: str, entry: Entry) -> None:
    """Name the data by our hash of its full content, as far as MLflow has room."""
    from mlflow.entities import Dataset, DatasetInput, InputTag

    data = entry.data
    dataset = Dataset(
        name=f"{Path(data['name']).name}@{data['version']}",
        digest=data["sha256"][:_DIGEST_LENGTH],
        source_type="workbench",
        source=f"store {Path(data['name']).name}, SHA-256 {data['sha256']}",
        profile=f'{{"num_rows": {data["rows"]}}}',
    )
    context = InputTag("mlflow.data.context", "clean transactions")
    client.log_inputs(run_id, [DatasetInput(dataset, [context])])


def _log_files(client: MlflowClient, run_id: str, entry: Entry) -> None:
    with tempfile.TemporaryDirectory(prefix="wb-publish-") as beside:
        for path, source in entry.files.items():
            target = Path(beside) / path
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
        for path, text in entry.texts.items():
            (Path(beside) / path).write_text(text + "\n", encoding="utf-8")
        client.log_artifacts(run_id, beside)


def _attempt_tag(entry: Entry) -> str:
    return sha256_of_parts([entry.attempt])
