"""Full-size measurements, by hand with ``make acceptance``; each prints a figure."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from workbench.delivery import Bundle, Explainer, open_assignment
from workbench.ingest import open_store

pytestmark = pytest.mark.acceptance
ROOT = Path(__file__).parents[2]
DAY = "1998-06-30"
DEMO = ("run", "experiments/demo.yaml", "--as-of")


@pytest.fixture
def fresh(tmp_path, command):
    """Return a home with the store and nothing else: no runs, no ``mlflow.db``."""
    command(tmp_path, "data", "get", "cdnow", check=True)
    assert not list(tmp_path.rglob("mlflow.db"))
    return tmp_path


def _start(home, *words):
    program = Path(sys.executable).parent / "workbench"
    environment = {**os.environ, "WORKBENCH_HOME": str(home)}
    return subprocess.Popen(
        [program, *words],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _wait_for(condition, seconds=60.0):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found = condition()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError("waited in vain")


def _metrics(home):
    (run,) = (home / "runs").glob("demo-*")
    files = sorted(run.glob("*/record.json"))
    return {f.parent.name: json.loads(f.read_text())["metrics"] for f in files}


def _kernel(process):
    """Return a kernel at work under a runner, once it is busy in its second second."""

    def found():
        for child in psutil.Process(process.pid).children(recursive=True):
            try:
                line = " ".join(child.cmdline())
            except psutil.NoSuchProcess:  # it ended between the list and the look
                continue
            if "kernel_process" in line and time.time() - child.create_time() > 2:
                return child
        return None

    return _wait_for(found)


def test_eight_days_at_once_on_a_machine_without_a_database(fresh):
    days = [f"1998-0{month}-{day}" for month in (5, 6) for day in (10, 15, 20, 25)]
    started = time.monotonic()
    runs = [_start(fresh, *DEMO, day, "--jobs", "1") for day in days]
    said = [run.communicate() for run in runs]
    codes = [run.returncode for run in runs]
    print(f"\neight runs at once: {codes} in {time.monotonic() - started:.0f} s")
    assert codes == [0] * 8, [err for _, err in said]


def test_the_same_key_twice_at_once_names_the_holder(fresh):
    first = _start(fresh, *DEMO, DAY)
    _wait_for(lambda: list((fresh / "runs").glob("demo-*/run.json")))
    second = _start(fresh, *DEMO, DAY)
    _, err = second.communicate()
    first.communicate()
    print(f"\nsecond: exit {second.returncode}, {err.strip()}")
    assert first.returncode == 0
    assert second.returncode == 75
    assert str(first.pid) in err


@pytest.mark.parametrize("victim", ["kernel", "runner"])
def test_kill_9_in_mid_run_then_the_same_command_completes_it(
    fresh, home, command, victim
):
    process = _start(fresh, *DEMO, DAY)
    kernel = _kernel(process)
    os.kill(kernel.pid if victim == "kernel" else process.pid, signal.SIGKILL)
    _, err = process.communicate()
    shown = json.loads(command(fresh, "status", "--json", check=True).stdout)
    states = {run["state"] for run in shown}
    left = psutil.pid_exists(kernel.pid) and _wait_for(
        lambda: not psutil.pid_exists(kernel.pid), 5
    )
    again = command(fresh, *DEMO, DAY)
    print(
        f"\n{victim}: exit {process.returncode}, status {states}, {err.strip()[:200]}"
    )
    assert process.returncode != 0
    assert states == {"crashed"}
    assert left is not None
    assert again.returncode == 0, again.stderr
    assert _metrics(fresh) == _metrics(home)


def test_explain_reproduces_the_row_of_every_tenth_customer(home, approved, assigned):
    transactions = open_store(home / "clean" / "cdnow").read()
    rows = open_assignment(assigned).table().to_pyarrow().to_pylist()[::10]
    explainer = Explainer(Bundle.open(approved), transactions, DAY)
    started = time.monotonic()
    wrong = [r for r in rows if explainer.explain(r["customer_id"]).row != r]
    each = (time.monotonic() - started) / len(rows)
    print(f"\n{len(rows)} explained, {len(wrong)} differ, {1000 * each:.0f} ms each")
    assert len(rows) == 2357
    assert wrong == []


def test_help_answers_in_half_a_second(command, tmp_path):
    seconds = []
    for _ in range(5):
        started = time.monotonic()
        command(tmp_path, "--help", check=True)
        seconds.append(time.monotonic() - started)
    median = sorted(seconds)[2]
    print(f"\nworkbench --help: {median:.2f} s (median of five)")
    assert median < 0.5
