"""Faults F7, F8 and F9: MLflow is away, busy, or new to eight writers at once."""

import json
import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from workbench.errors import TrackingFailed
from workbench.runner import run_experiment
from workbench.tracking import is_published

pytestmark = pytest.mark.slow
DAY = "1998-06-30"


def by_hand(project: Path, number: int) -> Path:
    folder = project / "experiments" / "runs" / f"hand-{number}" / "first"
    folder.mkdir(parents=True)
    record = {
        "stage": "first",
        "state": "done",
        "as_of": DAY,
        "finished_at": "2026",
        "parameters": {"seed": number},
        "data": {"name": "shop", "version": "1", "sha256": "a" * 64, "rows": 3},
    }
    (folder / "record.json").write_text(json.dumps(record))
    return folder


def publishing(folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "workbench.tracking", str(folder)],
        stderr=subprocess.PIPE,
        text=True,
    )


def n_runs(project: Path) -> int:
    with sqlite3.connect(project / "mlflow.db") as database:
        return database.execute("select count(*) from runs").fetchone()[0]


def test_eight_writers_on_a_machine_without_mlflow(small_project: Path) -> None:
    folders = [by_hand(small_project, number) for number in range(8)]
    writers = [publishing(folder) for folder in folders]
    said = [writer.communicate(timeout=120)[1] for writer in writers]
    assert [writer.returncode for writer in writers] == [0] * 8, said
    assert n_runs(small_project) == 8
    assert all(is_published(folder) for folder in folders)
    assert not (small_project / "mlruns").exists()


def test_a_busy_database_is_waited_for(small_project: Path) -> None:
    with publishing(by_hand(small_project, 0)) as writer:
        assert writer.wait(60) == 0
    database = sqlite3.connect(small_project / "mlflow.db", isolation_level=None)
    database.execute("begin exclusive")
    with publishing(by_hand(small_project, 1)) as writer:
        time.sleep(8)
        assert writer.poll() is None, "it waits"
        database.execute("rollback")
        database.close()
        assert writer.wait(60) == 0
    assert n_runs(small_project) == 2


def test_no_server_is_told_in_one_line_and_mended_later(
    small_project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (small_project / "experiments" / "small.yaml").write_text(
        "name: small\ndata: shop\nstages: {first: {}}\n"
    )
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
    monkeypatch.setenv("WORKBENCH_TRACKING_URI", f"http://127.0.0.1:{port}")
    started = time.monotonic()
    with pytest.raises(TrackingFailed, match="is whole in .*did not take it") as caught:
        run_experiment("small", DAY)
    assert time.monotonic() - started < 40
    assert "\n" not in str(caught.value)

    monkeypatch.delenv("WORKBENCH_TRACKING_URI")
    outcome = run_experiment("small", DAY)
    assert [stage.state for stage in outcome.stages] == ["reused"]
    assert is_published(outcome.folder)


def test_a_folder_without_a_run(small_project: Path) -> None:
    with publishing(small_project) as writer:
        assert writer.wait(30) == 1
        assert writer.stderr is not None
        assert "holds neither run.json nor record.json" in writer.stderr.read()
