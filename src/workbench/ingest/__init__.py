"""Raw files in, a clean store with a full account out; and the door to read one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.doors import lazily

if TYPE_CHECKING:
    from workbench.ingest.held import Holding, holdings
    from workbench.ingest.load import ingest
    from workbench.ingest.mapping import Mapping, load_mapping
    from workbench.ingest.market_spec import MarketSpec
    from workbench.ingest.money import money_said
    from workbench.ingest.publishing import Origin, Published, publish
    from workbench.ingest.queries import Query
    from workbench.ingest.receipt import Receipt
    from workbench.ingest.references import Orphans, orphan_values, orphans
    from workbench.ingest.snapshot import Snapshot, open_store

__all__ = [
    "Holding",
    "Mapping",
    "MarketSpec",
    "Origin",
    "Orphans",
    "Published",
    "Query",
    "Receipt",
    "Snapshot",
    "holdings",
    "ingest",
    "load_mapping",
    "money_said",
    "open_store",
    "orphan_values",
    "orphans",
    "publish",
]

__getattr__ = lazily(
    __name__,
    {
        "Holding": "held",
        "Mapping": "mapping",
        "MarketSpec": "market_spec",
        "Origin": "publishing",
        "Orphans": "references",
        "Published": "publishing",
        "Query": "queries",
        "Receipt": "receipt",
        "Snapshot": "snapshot",
        "holdings": "held",
        "ingest": "load",
        "load_mapping": "mapping",
        "money_said": "money",
        "open_store": "snapshot",
        "orphan_values": "references",
        "orphans": "references",
        "publish": "publishing",
    },
)
