"""The tests of the commit check: the fast ones, one demo run, the notebooks, the way.

One demo run in a temporary home is shared by the notebooks (nbval runs every one by
hand, so 40 and 50 find their inputs) and by the end-to-end tests.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from pathlib import Path

# two workers on two cores: more threads would only wait for each other
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
# a sweep that is quick, for the notebook that reads one
FEW = ["-p", "replicates=100", "-p", "interval_replicates=40", "-p", "n_origins=2"]
MAY_SKIP = "WORKBENCH_REALDATA"


def main() -> int:
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="workbench-test-") as folder:
        reports = Path(folder)
        home = reports / "home"
        environment = {**os.environ, "WORKBENCH_TEST_HOME": str(home)}
        codes = [
            pytest(reports / "fast.xml", "tests", "src", "--ignore=tests/demo"),
            demo(home),
            pytest(
                reports / "notebooks.xml",
                "--nbval-lax",
                "--nbval-cell-timeout=300",
                "notebooks",
                environment={**os.environ, "WORKBENCH_HOME": str(home)},
            ),
            pytest(reports / "demo.xml", "tests/demo", environment=environment),
        ]
        return tell(reports, codes, time.monotonic() - started)


def pytest(report: Path, *words: str, environment: dict[str, str] | None = None) -> int:
    """Run pytest on two workers, a file's tests on one of them."""
    command = [sys.executable, "-m", "pytest", "-q", "-n2", "--dist=loadfile"]
    command += [f"--junitxml={report}", "-m", "not acceptance", *words]
    variables = (environment or dict(os.environ)) | ONE_THREAD
    return subprocess.run(command, cwd=ROOT, env=variables).returncode


def demo(home: Path) -> int:
    """Run the demo experiment and a sweep in a home of their own."""
    environment = {**os.environ, "WORKBENCH_HOME": str(home)}
    for words in (
        ["data", "get", "cdnow"],
        ["run", "experiments/demo.yaml", "--as-of", "1998-06-30"],
        ["run", "clv/penalizers", "--as-of", "1998-06-30", *FEW],
    ):
        done = subprocess.run([BIN / "workbench", *words], cwd=ROOT, env=environment)
        if done.returncode:
            return done.returncode
    return 0


def tell(reports: Path, codes: list[int], seconds: float) -> int:
    """Print the counts; in CI a skipped test that may not skip is a failure."""
    cases = {
        report.stem: list(ElementTree.parse(report).iter("testcase"))
        for report in sorted(reports.glob("*.xml"))
    }
    every = [case for found in cases.values() for case in found]
    skipped = [case for case in every if case.find("skipped") is not None]
    strict = bool(os.environ.get("CI"))  # there every tool is installed
    wrongly = [case for case in skipped if strict and not may_skip(case)]
    for case in wrongly:
        print(f"may not skip: {case.get('classname')} {case.get('name')}")
    bad = [
        case
        for case in every
        if case.find("failure") is not None or case.find("error") is not None
    ]
    notebooks = {case.get("classname") for case in cases.get("notebooks", [])}
    cells = len(cases.get("notebooks", []))
    print(f"{len(every) - cells} tests, {len(notebooks)} notebooks ({cells} cells)")
    print(f"{seconds:.0f} seconds")
    failed = len(bad) + len(wrongly)
    passed = len(every) - len(bad) - len(skipped)
    print(f"{passed} passed, {failed} failed, {len(skipped)} skipped")
    return 1 if any(codes) or failed else 0


def may_skip(case: ElementTree.Element) -> bool:
    skipped = case.find("skipped")
    return skipped is not None and MAY_SKIP in (skipped.get("message") or "")


if __name__ == "__main__":
    sys.exit(main())
