"""Raw files in, a clean store with a full account out; and the door to read one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.doors import lazily

if TYPE_CHECKING:
    from workbench.ingest.load import ingest
    from workbench.ingest.mapping import Mapping, load_mapping
    from workbench.ingest.publishing import Origin, Published, publish
    from workbench.ingest.receipt import Receipt
    from workbench.ingest.snapshot import Snapshot, open_store

__all__ = [
    "Mapping",
    "Origin",
    "Published",
    "Receipt",
    "Snapshot",
    "ingest",
    "load_mapping",
    "open_store",
    "publish",
]

__getattr__ = lazily(
    __name__,
    {
        "Mapping": "mapping",
        "Origin": "publishing",
        "Published": "publishing",
        "Receipt": "receipt",
        "Snapshot": "snapshot",
        "ingest": "load",
        "load_mapping": "mapping",
        "open_store": "snapshot",
        "publish": "publishing",
    },
)
