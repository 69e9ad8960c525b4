"""A size in, the store of so many customers out; a step in, what it told out."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from measured import measured

HERE, BIN = Path(__file__).parent, Path(sys.executable).parent
STEPS = ("summary", "fit", "p_alive", "orders", "clv")


def ingested(home: str, size: int) -> str:
    """Simulate customers, take them through the door; return the store's name."""
    raw, store = Path(home) / "raw.parquet", f"c{size}"
    made = [sys.executable, str(HERE / "clv_data.py"), str(size), str(raw)]
    measured(made, home)
    measured([str(BIN / "workbench"), "ingest", str(raw), "--into", store], home)
    raw.unlink()
    return store


def told_by(engine: str, home: str, step: str, store: str) -> dict[str, Any]:
    """Run a step of an engine in a fresh process; return what it told."""
    words = [sys.executable, str(HERE / f"{engine}.py"), step, store]
    return dict(json.loads(measured(words, home)[2].splitlines()[-1]))
