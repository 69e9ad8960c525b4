"""A load killed at any write point: the store opens at the old version or the new."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from workbench.faults import LOAD_POINTS
from workbench.ingest import Mapping, ingest, open_store

COMMAND = """
import sys
from workbench.ingest import Mapping, ingest
ingest(sys.argv[1], into=sys.argv[2], mapping=Mapping(max_quarantined=1.0))
"""
HEADER = "order_id,line_no,customer_id,ordered_at,amount\n"
OLD = HEADER + "".join(f"o{n},1,c{n},2024-03-01,{n}\n" for n in range(1, 60))
NEW = (
    HEADER
    + "".join(f"n{n},1,c{n},2024-03-02,{n}\n" for n in range(1, 60))
    + "n1,1,c1,2024-03-02,1\nbad,1,,2024-03-02,1\n"
)
LENIENT = Mapping(max_quarantined=1.0)
AT = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def expected(tmp_path_factory):
    """Load both files undisturbed; return the content of the old and new version."""
    folder = tmp_path_factory.mktemp("undisturbed")
    return [load(folder, name, text).sha256 for name, text in TEXTS]


TEXTS = (("old.csv", OLD), ("new.csv", NEW))


def load(folder: Path, name: str, text: str):
    (folder / name).write_text(text)
    ingest(folder / name, into=folder / "store", mapping=LENIENT, loaded_at=AT)
    return open_store(folder / "store")


@pytest.mark.parametrize("point", LOAD_POINTS)
def test_killed_at_a_write_point_the_store_is_old_or_new(tmp_path, point, expected):
    before = load(tmp_path, *TEXTS[0])
    (tmp_path / "new.csv").write_text(NEW)
    killed = subprocess.run(
        [sys.executable, "-c", COMMAND, tmp_path / "new.csv", tmp_path / "store"],
        env=os.environ | {"WORKBENCH_FAULT_AT": point},
        capture_output=True,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    found = open_store(tmp_path / "store")
    found.verify()
    is_new = point == "store_manifest_written"
    assert found.sha256 == expected[is_new]
    assert is_new or found == before
    after = load(tmp_path, *TEXTS[1])
    after.verify()
    assert after.sha256 == expected[1]
    assert after.version.startswith("0002-")
    rows = sum(pq.read_metadata(part).num_rows for part in after.parts())
    (source,) = [s for s in after.sources if s["name"] == "new.csv"]
    assert (rows, source["reasons"]) == (
        118,
        {"missing_customer": 1, "duplicate_exact": 1},
    )
    aside = pq.read_table(tmp_path / "store" / source["quarantine"]).to_pylist()
    assert sorted(row["record"] for row in aside) == [60, 61]


def test_the_first_load_of_a_store_killed_leaves_no_store(tmp_path):
    (tmp_path / "new.csv").write_text(NEW)
    subprocess.run(
        [sys.executable, "-c", COMMAND, tmp_path / "new.csv", tmp_path / "store"],
        env=os.environ | {"WORKBENCH_FAULT_AT": "version_named"},
        capture_output=True,
    )
    assert not (tmp_path / "store" / "manifest.json").exists()
    assert load(tmp_path, *TEXTS[1]).version.startswith("0001-")
