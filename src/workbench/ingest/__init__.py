"""Raw files in, a clean store with a full account out; and the door to read one."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workbench.ingest.load import ingest
    from workbench.ingest.mapping import Mapping, load_mapping
    from workbench.ingest.receipt import Receipt
    from workbench.ingest.snapshot import Snapshot, open_store

__all__ = [
    "Mapping",
    "Receipt",
    "Snapshot",
    "ingest",
    "load_mapping",
    "open_store",
]

_HOME = {
    "Mapping": "mapping",
    "Receipt": "receipt",
    "Snapshot": "snapshot",
    "ingest": "load",
    "load_mapping": "mapping",
    "open_store": "snapshot",
}


def __getattr__(name: str) -> Any:
    """Import a name only when it is asked for: reading needs no cleaning machinery."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)
