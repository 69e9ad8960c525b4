"""`workbench data synthesize`: made, there already, dry, refused."""

import json
import sys
from pathlib import Path

import pytest

from workbench import cli

ROOT = Path(__file__).parents[2]
SMALL = ("--customers", "400", "--jobs", "1", "--into", "retailer")


@pytest.fixture
def workbench(monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("WORKBENCH_ROOT", str(ROOT))
    monkeypatch.setenv("WORKBENCH_HOME", str(tmp_path))

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["workbench", "data", *words])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return ended.value.code or 0, said.out, said.err

    return run


def test_a_shop_is_made_once(workbench, tmp_path):
    code, out, _ = workbench("synthesize", *SMALL, "--seed", "4", "--json")
    made = json.loads(out)
    assert code == 0
    assert made["tables"]["customers"] == 400
    assert not made["already_there"]
    again = json.loads(workbench("synthesize", *SMALL, "--seed", "4", "--json")[1])
    assert again == made | {"already_there": True}
    assert "already there" in workbench("synthesize", *SMALL, "--seed", "4")[1]
    calendar = tmp_path / "clean" / "retailer" / "promotion_days.yaml"
    assert "Double 11" in calendar.read_text()
    (row,) = [
        row
        for row in json.loads(workbench("list", "--json")[1])
        if row["name"] == "retailer"
    ]
    assert row["what"] == "synthetic retailer, 400, seed 4"


def test_another_seed_needs_another_store(workbench):
    workbench("synthesize", *SMALL, "--seed", "4", "--pure")
    code, _, err = workbench("synthesize", *SMALL, "--seed", "5", "--pure")
    assert code == 2
    assert "Give another name with --into" in err
    assert err.count("\n") == 1


def test_a_dry_run_says_what_would_be_made_and_makes_nothing(workbench, tmp_path):
    code, out, _ = workbench("synthesize", *SMALL, "--seed", "4", "--dry-run", "--json")
    said = json.loads(out)
    assert code == 0
    assert (said["customers"], said["ends_on"]) == (400, "2026-05-31")
    assert not said["already_there"]
    assert not (tmp_path / "clean").exists()


def test_a_period_that_is_not_over_is_refused(workbench):
    code, _, err = workbench(
        "synthesize", *SMALL, "--seed", "4", "--start-on", "2025-01-01"
    )
    assert code == 2
    assert "must lie between" in err
