"""What several rooms of the tests share: a small project with tiny notebooks."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

NOTEBOOKS = Path(__file__).parent / "notebooks"

SPEC = """\
name: small
why: to test the runner
data: shop
stages:
  first: {parameters: {n_scores: 4}}
  second: {needs: [first]}
"""


@pytest.fixture
def small_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a project with two tiny notebooks, one experiment and one store."""
    root = tmp_path / "project"
    (root / "experiments").mkdir(parents=True)
    shutil.copytree(NOTEBOOKS, root / "notebooks")
    (root / "experiments" / "small.yaml").write_text(SPEC)
    (root / "requirements.lock").write_text("nothing==1\n")
    make_store(root / "data" / "clean" / "shop")
    for name in ("HOME", "RUNS", "STORES", "EXPORTS", "TRACKING", "DECISIONS"):
        monkeypatch.delenv(f"WORKBENCH_{name}", raising=False)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    monkeypatch.delenv("WORKBENCH_TRACKING_URI", raising=False)
    monkeypatch.setenv("WORKBENCH_ROOT", str(root))
    monkeypatch.chdir(root)
    return root


def make_store(folder: Path) -> None:
    """Write a store that has a name, a version and a hash, and nothing to read."""
    manifest = {
        "version": "0001-aa",
        "sha256": "a" * 64,
        "tables": {"transactions": {"rows": 3, "parts": []}},
        "sources": [],
    }
    version = folder / "versions" / "0001-aa"
    version.mkdir(parents=True)
    for file in (folder / "manifest.json", version / "manifest.json"):
        file.write_text(json.dumps(manifest))
