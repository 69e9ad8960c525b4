"""Where MLflow keeps things, opened by one writer at a time."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from workbench.errors import TrackingFailed
from workbench.settings import places

if TYPE_CHECKING:
    from mlflow import MlflowClient

_LONGEST_WAIT_SECONDS = 600
_BUSY_SECONDS = 60
_PATIENCE = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "2",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "10",
    "MLFLOW_LOGGING_LEVEL": "WARNING",
}


def tracking_uri() -> str:
    """Return where runs are kept: a server that was named, else our own SQLite file."""
    for name in ("WORKBENCH_TRACKING_URI", "MLFLOW_TRACKING_URI"):
        if os.environ.get(name):
            return os.environ[name]
    return f"sqlite:///{database()}?timeout={_BUSY_SECONDS}"


def is_ours() -> bool:
    """Whether runs are kept in our own SQLite file."""
    return tracking_uri().startswith(f"sqlite:///{database()}")


def database() -> Path:
    """Return the path of our own SQLite file."""
    return places().tracking / "mlflow.db"


def artifacts() -> Path:
    """Return the folder of our own artifacts."""
    return places().tracking / "mlartifacts"


@contextmanager
def one_writer() -> Iterator[MlflowClient]:
    """Open MLflow for writing, alone; the first one lays out the new database.

    Raises
    ------
    TrackingFailed
        In one line, whatever went wrong between us and MLflow.
    """
    artifacts().mkdir(parents=True, exist_ok=True)
    lock = FileLock(artifacts() / ".lock", timeout=_LONGEST_WAIT_SECONDS)
    be_patient()
    from mlflow.exceptions import MlflowException
    from sqlalchemy.exc import SQLAlchemyError

    try:
        with lock:
            yield open_client()
    except Timeout as error:
        raise TrackingFailed(
            f"another process has been writing to MLflow for {_LONGEST_WAIT_SECONDS} "
            f"seconds (lock {error.lock_file}). Try again when it is done."
        ) from error
    except (MlflowException, SQLAlchemyError, OSError) as error:
        lines = str(error).strip().splitlines() or [type(error).__name__]
        raise TrackingFailed(
            f"MLflow at {tracking_uri()} did not take it: {lines[0]}"
        ) from error


def open_client() -> MlflowClient:
    """Return a client for the place where runs are kept."""
    from mlflow import MlflowClient

    return MlflowClient(tracking_uri=tracking_uri(), registry_uri=tracking_uri())


def be_patient() -> None:
    """Set short waits before mlflow is imported: a dead server costs seconds only."""
    for name, value in _PATIENCE.items():
        os.environ.setdefault(name, value)


def experiment_id(client: MlflowClient, name: str) -> str:
    """Return the id of an experiment, made on first use."""
    found = client.get_experiment_by_name(name)
    if found is not None:
        return str(found.experiment_id)
    location = str(artifacts() / name) if is_ours() else None
    return str(client.create_experiment(name, artifact_location=location))
