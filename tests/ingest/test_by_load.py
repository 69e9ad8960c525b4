"""Reading a store's rows with the load that brought them."""

from __future__ import annotations

import pytest

from workbench.ingest import ingest, open_store

HEADER = "customer_id,ordered_at,amount\n"


@pytest.fixture
def two_loads(load):
    load(f"{HEADER}a,2024-03-01,1\nb,2024-03-02,1\n", "one.csv")
    files = [
        load.file(f"{HEADER}{name},2024-03-0{day},1\n", f"{name}.csv")
        for name, day in (("c", 3), ("d", 4))
    ]
    ingest(files, into=load.store)
    return open_store(load.store)


def test_files_that_came_together_are_one_load(two_loads):
    assert two_loads.loads() == [1, 2, 2]
    rows = two_loads.read_by_load().order_by("customer_id").execute()
    assert rows["load"].tolist() == [1, 1, 2, 2]


def test_nothing_else_is_added_to_the_rows(two_loads):
    by_load = two_loads.read_by_load()
    assert by_load.columns == (*two_loads.read().columns, "load")
    assert by_load.count().execute() == two_loads.rows


def test_an_older_version_knows_its_own_loads_only(two_loads):
    first = open_store(f"{two_loads.home}@{two_loads.sources[0]['version']}")
    assert first.loads() == [1]
    assert first.home == two_loads.home
