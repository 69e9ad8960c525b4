"""Faults F1, F4, F5, F15 and F16: what is killed is shown, and can be gone on with."""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from workbench.errors import CellFailed
from workbench.runner import list_runs, run_experiment

pytestmark = pytest.mark.slow
DAY = "1998-06-30"
COMMAND = """
import sys
from workbench.errors import WorkbenchError
from workbench.runner import run_experiment
try:
    print(run_experiment("small", sys.argv[1], publish=False).state)
except WorkbenchError as error:
    print(error, file=sys.stderr)
    sys.exit(error.exit_code)
"""
HEARS = "import signal; signal.signal(2, signal.default_int_handler)\n"
STAGES = "{first: {}, waiting: {needs: [first]}}"


@pytest.fixture
def project(small_project: Path) -> Path:
    text = f"name: small\ndata: shop\nstages: {STAGES}\n"
    (small_project / "experiments" / "small.yaml").write_text(text)
    return small_project


def start(day: str = DAY) -> subprocess.Popen[str]:
    """Start a run that hears Ctrl-C, also where the tests run in the background."""
    return subprocess.Popen(
        [sys.executable, "-c", HEARS + COMMAND, day],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_for(look: Callable[[], Any], seconds: float = 60) -> Any:
    end = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.02)
    return found


def at_work(project: Path, n_runs: int = 1) -> list[int]:
    """Wait until the waiting cell is at work; return the ids of kernel and child."""
    runs = project / "experiments" / "runs"

    def look() -> list[int]:
        files = list(runs.glob("*/waiting/pids.json"))
        if len(files) < n_runs:
            return []
        try:
            return [pid for file in files for pid in json.loads(file.read_text())]
        except ValueError:
            return []

    return wait_for(look)


def gone(pids: list[int]) -> bool:
    return not any(alive(pid) for pid in pids)


def alive(pid: int) -> bool:
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return text.rpartition(")")[2].split()[0] != "Z"


def results(project: Path) -> dict[str, str]:
    """Return what the notebooks left, without times and process ids."""
    (run,) = (project / "experiments" / "runs").iterdir()
    found = {}
    for name in (
        "first/models/scores.json",
        "first/result.json",
        "waiting/result.json",
    ):
        found[name] = (run / name).read_text()
    return found


def test_kernel_killed_in_mid_cell(project: Path) -> None:
    with start() as runner:
        kernel, child = at_work(project)
        killed_at = time.monotonic()
        os.kill(kernel, signal.SIGKILL)
        _, said = runner.communicate(timeout=20)
        assert time.monotonic() - killed_at < 5
    assert runner.returncode == 1
    assert re.search(r"notebook waiting, cell 6 \(go = .*\): the kernel died", said)
    wait_for(lambda: gone([child]), 5)

    (seen,) = list_runs()
    assert seen.state == "crashed"
    assert seen.stages == {"first": "run", "waiting": "crashed"}
    notebook = json.loads((seen.folder / "waiting" / "executed.ipynb").read_text())
    status = [c["metadata"]["papermill"]["status"] for c in notebook["cells"]]
    assert status[-2:] == ["failed", "pending"]
    assert not (seen.folder / "waiting" / "record.json").exists()

    (project / "go").touch()
    outcome = run_experiment("small", DAY, publish=False)
    assert [s.state for s in outcome.stages] == ["reused", "run"]
    assert outcome.state == "done"


def test_runner_killed_in_mid_run(project: Path) -> None:
    with start() as runner:
        pids = at_work(project)
        (stage,) = [p for p in children(runner.pid)]
        runner.kill()
        runner.communicate()
        wait_for(lambda: gone([*pids, stage]), 5)

    (seen,) = list_runs()
    assert (seen.state, seen.stages["waiting"]) == ("crashed", "crashed")

    (project / "go").touch()
    outcome = run_experiment("small", DAY, publish=False)
    assert [s.state for s in outcome.stages] == ["reused", "run"]
    state = json.loads((outcome.folder / "run.json").read_text())
    assert [a["state"] for a in state["attempts"]] == ["crashed"]
    after_a_crash = results(project)

    import shutil

    shutil.rmtree(outcome.folder)
    run_experiment("small", DAY, publish=False)
    assert results(project) == after_a_crash


def children(pid: int) -> list[int]:
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(child) for child in text.split()]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_runner_told_to_stop(project: Path, number: signal.Signals) -> None:
    with start() as runner:
        pids = at_work(project)
        runner.send_signal(number)
        _, said = runner.communicate(timeout=20)
    assert runner.returncode == 1
    assert "was stopped; the same command goes on from here" in said
    assert gone(pids)
    (seen,) = list_runs()
    assert (seen.state, seen.stages["waiting"]) == ("cancelled", "cancelled")


def test_stage_process_killed(project: Path) -> None:
    with start() as runner:
        pids = at_work(project)
        (stage,) = children(runner.pid)
        os.kill(stage, signal.SIGKILL)
        _, said = runner.communicate(timeout=20)
    assert runner.returncode == 1
    assert "stage waiting: its process ended with signal 9" in said
    wait_for(lambda: gone(pids[:1]), 5)
    assert list_runs()[0].stages["waiting"] == "crashed"


def test_the_same_key_twice_at_once_and_another_key_beside_it(project: Path) -> None:
    with start() as runner:
        at_work(project)
        with start() as second:
            _, said = second.communicate(timeout=20)
        assert second.returncode == 75
        assert f"process {runner.pid}" in said
        with start("1998-06-29") as other:
            at_work(project, n_runs=2)
            (project / "go").touch()
            assert other.communicate(timeout=30)[0] == "done\n"
        assert runner.communicate(timeout=30)[0] == "done\n"


KILL_AT = """
import os, sys
from workbench import storage
from workbench.runner import reuse, run, schedule, state
written = 0
def counted(original):
    def write(*words, **more):
        global written
        written += 1
        if written == int(sys.argv[2]):
            os.kill(os.getpid(), 9)
        return original(*words, **more)
    return write
for room, name in [
    (state, "write_atomically"), (schedule, "write_atomically"), (schedule, "seal"),
]:
    setattr(room, name, counted(getattr(room, name)))
run.run_experiment("small", sys.argv[1], publish=False)
"""


@pytest.mark.parametrize("point", [4, 5])
def test_killed_at_a_write(project: Path, point: int) -> None:
    """The points: the sealing of a stage, and the state after it."""
    (project / "experiments" / "small.yaml").write_text(
        "name: small\ndata: shop\nstages: {first: {}}\n"
    )
    command = [sys.executable, "-c", KILL_AT, DAY, str(point)]
    killed = subprocess.run(command, capture_output=True)
    assert killed.returncode in (-signal.SIGKILL, 0)
    outcome = run_experiment("small", DAY, publish=False)
    assert outcome.state == "done"
    assert (outcome.folder / "first" / "models" / "scores.json").read_text() == "5"


def test_every_failing_run_leaves_no_kernel_folder_behind(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Look in a short folder of the test's own: other runs may be at work."""
    own = Path(tempfile.mkdtemp(prefix="t-"))
    monkeypatch.setattr(tempfile, "tempdir", str(own))
    (project / "experiments" / "small.yaml").write_text(
        "name: small\ndata: shop\nstages: {failing: {}}\n"
    )
    with pytest.raises(CellFailed):
        run_experiment("small", DAY, publish=False)
    assert list(own.glob("wb-*")) == []
    own.rmdir()
