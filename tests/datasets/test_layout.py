"""A query and a mapping lie in the package for every table of every layout."""

from __future__ import annotations

import pytest
import yaml

from workbench.datasets import DATASETS
from workbench.ingest.mapping import as_mapping
from workbench.tables import table as words_of

LAYOUTS = [item.layout for item in DATASETS.values() if item.layout]
TABLES = [(layout, table) for layout in LAYOUTS for table in layout.tables]


@pytest.mark.parametrize(
    ("layout", "table"), TABLES, ids=[f"{one.name}-{table}" for one, table in TABLES]
)
def test_a_mapping_fits_its_table_and_its_query(layout, table):
    mapping = as_mapping(yaml.safe_load(layout.mapping(table)), table)
    mapping.require_fits(words_of(table))
    query = layout.query(table)
    assert [name for name in mapping.columns.values() if name not in query] == []
    said = {*mapping.columns, *mapping.constants}
    assert {*words_of(table).required} - said <= {"ordered_on", "kind"}


@pytest.mark.parametrize("layout", LAYOUTS, ids=[one.name for one in LAYOUTS])
def test_every_table_is_made_of_a_file_and_every_file_makes_one(layout):
    names = {source.name for source in layout.sources}
    assert set(layout.tables.values()) <= names
    queries = " ".join(layout.query(table) for table in layout.tables)
    for source in layout.sources:
        assert source.name in queries
        assert [name for name in source.columns if name not in queries] == []
