import json
import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from workbench.errors import CellFailed
from workbench.runner import RunOutcome, list_runs, run_experiment, run_status

pytestmark = pytest.mark.slow
DAY = "1998-06-30"


def run(spec: str = "small", **options: object) -> RunOutcome:
    return run_experiment(spec, DAY, publish=False, **options)  # type: ignore[arg-type]


def states(outcome: RunOutcome) -> list[str]:
    return [stage.state for stage in outcome.stages]


def use(project: Path, stages: str) -> None:
    text = f"name: small\nwhy: a test\ndata: shop\nstages: {stages}\n"
    (project / "experiments" / "small.yaml").write_text(text)


def test_a_run_is_recorded_and_reused(small_project: Path) -> None:
    planned = run(dry_run=True)
    assert states(planned) == ["would run", "would run"]
    assert not planned.folder.exists()

    outcome = run()
    assert states(outcome) == ["run", "run"]
    assert outcome.state == "done"
    for stage in ("first", "second"):
        folder = outcome.folder / stage
        record = json.loads((folder / "record.json").read_text())
        assert (record["state"], record["experiment"]) == ("done", "small")
        assert record["verdict"] == "it ran"
        assert "<html" in (folder / "report.html").read_text()
        assert "https://cdnjs" not in (folder / "report.html").read_text()
        assert not (folder / "executing.ipynb").exists()
    assert (outcome.folder / "second" / "copied.json").read_text() == "4 100"
    assert run_status(outcome.name).stages == {"first": "run", "second": "run"}

    assert states(run(dry_run=True)) == ["would reuse", "would reuse"]
    started = time.monotonic()
    assert states(run()) == ["reused", "reused"]
    assert time.monotonic() - started < 1

    other = run(overrides=["second.replicates=200"])
    assert other.name != outcome.name
    assert states(other) == ["reused", "run"], "the upstream stage is the same"
    assert (other.folder / "second" / "copied.json").read_text() == "4 200"

    (outcome.folder / "second" / "executed.ipynb").write_text("changed")
    assert states(run()) == ["reused", "run"], "a changed file is no result"


def test_one_stage_first_then_the_rest(small_project: Path) -> None:
    part = run(only_stages=["first"])
    assert (part.state, states(part)) == ("partial", ["run"])
    whole = run()
    assert (whole.state, states(whole)) == ("done", ["reused", "run"])
    assert whole.folder == part.folder


def test_a_failing_cell_is_named_and_its_notebook_kept(small_project: Path) -> None:
    use(
        small_project,
        "{first: {}, failing: {needs: [first]}, second: {needs: [failing]}}",
    )
    message = (
        r"notebook failing, cell 4 \(if n_scores == 5:\): ValueError: five is too many"
    )
    with pytest.raises(CellFailed, match=message) as caught:
        run()
    assert caught.value.exit_code == 1
    assert "\n" not in str(caught.value)
    (seen,) = list_runs()
    assert seen.state == "failed"
    assert seen.stages == {"first": "run", "failing": "failed", "second": "waiting"}
    assert "five is too many" in seen.messages["failing"]
    folder = seen.folder / "failing"
    assert "five is too many" in (folder / "executed.ipynb").read_text()
    assert "five is too many" in (folder / "report.html").read_text()
    assert not (folder / "record.json").exists()

    mended = run(overrides=["n_scores=6"])
    assert mended.state == "done", "other parameters, another run"


def test_a_notebook_that_never_finishes_proves_nothing(small_project: Path) -> None:
    use(small_project, "{unfinished: {}}")
    with pytest.raises(CellFailed, match=r"without run\.finish"):
        run()


def test_a_cell_that_hangs_is_ended(small_project: Path) -> None:
    use(small_project, "{stubborn: {}}\ncell_seconds: 2")
    with pytest.raises(CellFailed, match=r"cell 4 \(while True:\).*than 2 seconds"):
        run()
    assert list_runs()[0].state == "crashed"


def test_a_notebook_that_takes_too_long_is_ended(small_project: Path) -> None:
    use(small_project, "{waiting: {}}\nstage_seconds: 3")
    with pytest.raises(CellFailed, match="waiting, cell 6.*it took longer than 3 s"):
        run()
    (pids,) = (small_project / "experiments" / "runs").glob("*/waiting/pids.json")
    living = {
        p.pid for p in psutil.process_iter(["status"]) if p.info["status"] != "zombie"
    }
    assert not living & {*json.loads(pids.read_text())}


def test_two_notebooks_at_a_time_over_private_sockets(small_project: Path) -> None:
    use(small_project, "{a: {notebook: waiting}, b: {notebook: waiting}}")
    command = (
        "from workbench.runner import run_experiment as run;"
        f"print(run('small', '{DAY}', publish=False).state)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", command], stdout=subprocess.PIPE, text=True
    ) as runner:
        runs = small_project / "experiments" / "runs"
        wait_for(lambda: len(list(runs.glob("*/*/pids.json"))) == 2)
        import psutil

        family = psutil.Process(runner.pid).children(recursive=True)
        listening = [
            c for p in family for c in p.net_connections("inet") if c.status == "LISTEN"
        ]
        (small_project / "go").touch()
        assert runner.stdout is not None
        assert runner.stdout.read() == "done\n"
    assert listening == []


def wait_for(condition: object, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.05)


def test_the_environment_of_the_caller_stays_as_it_was(small_project: Path) -> None:
    before = dict(os.environ)
    use(small_project, "{first: {}}")
    run()
    assert dict(os.environ) == before


def test_a_stage_that_did_not_meet_its_limits_says_so(small_project: Path) -> None:
    notebook = small_project / "notebooks" / "first.ipynb"
    text = notebook.read_text()
    assert '\\"accepted\\": True' in text
    notebook.write_text(text.replace('\\"accepted\\": True', '\\"accepted\\": False'))
    use(small_project, "{first: {}}")
    messages = [stage.message for stage in run().stages]
    assert messages == ["not accepted: it ran"]
    assert [stage.message for stage in run().stages] == messages, "reused, and said"
