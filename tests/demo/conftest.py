"""One finished demo run, made once and shared: approved, assigned, ready to ask."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DAY = "1998-06-30"


@pytest.fixture(scope="session")
def command():
    """Run ``workbench`` as a person does, in a home; returns the finished process."""
    program = Path(sys.executable).parent / "workbench"

    def run(home, *words, **more):
        environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("WORKBENCH_", "MLFLOW_"))
        }
        return subprocess.run(
            [program, *map(str, words)],
            cwd=ROOT,
            env=environment | {"WORKBENCH_HOME": str(home)},
            capture_output=True,
            text=True,
            **more,
        )

    return run


@pytest.fixture(scope="session")
def home(tmp_path_factory, command):
    """Return the home of a demo run: the commit check's, else one made here."""
    given = os.environ.get("WORKBENCH_TEST_HOME")
    folder = Path(given) if given else tmp_path_factory.mktemp("home")
    if not given:
        command(folder, "data", "get", "cdnow", check=True)
        command(folder, "run", "experiments/demo.yaml", "--as-of", DAY, check=True)
    return folder


@pytest.fixture(scope="session")
def run_folder(home):
    """Return the folder of the demo's run."""
    (found,) = (home / "runs").glob("demo-*")
    return found


@pytest.fixture(scope="session")
def approved(home, run_folder, command):
    """Return the bundle that an approval of the demo exported."""
    words = ("approve", run_folder.name, "--by", "test", "--reason", "limits met")
    command(home, *words, check=True)
    (bundle,) = (home / "exports" / "bundles").glob("*")
    return bundle


@pytest.fixture(scope="session")
def assigned(home, approved, command):
    """Return the folder of the demo's tier table."""
    words = ("assign", "--bundle", "champion", "--data", "cdnow", "--as-of", DAY)
    command(home, *words, check=True)
    return home / "exports" / "tiers" / f"as_of={DAY}"
