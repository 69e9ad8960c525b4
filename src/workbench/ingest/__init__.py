"""Raw files in, a clean store with a full account out; and the door to read one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.doors import lazily

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

__getattr__ = lazily(
    __name__,
    {
        "Mapping": "mapping",
        "Receipt": "receipt",
        "Snapshot": "snapshot",
        "ingest": "load",
        "load_mapping": "mapping",
        "open_store": "snapshot",
    },
)
