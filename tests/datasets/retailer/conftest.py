"""One small synthetic shop in a store, and a pure one, for every test of the room."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from workbench.datasets.retailer import (
    BASE,
    NAME,
    TIME_ZONE,
    Plan,
    days_file,
    write_retailer,
)
from workbench.ingest import Mapping, Origin, publish


def make_store(plan, folder, jobs=1):
    """Publish a plan's shop into a folder."""
    mapping = Mapping(
        time_zone=TIME_ZONE,
        currency=BASE,
        base_currency=BASE if plan.markets else None,
        markets=plan.markets,
        ends_on=plan.ends_on,
    )
    origin = Origin(NAME, plan.parameters, mapping, days_file(plan))
    return publish(lambda draft: write_retailer(plan, draft, jobs), folder, origin)


@pytest.fixture(scope="session")
def shop(tmp_path_factory):
    """Make a shop of 6,000 customers in two blocks; its tables are frames by name."""
    plan = Plan(6_000, seed=11, block_size=3_000)
    folder = tmp_path_factory.mktemp("retailer") / "shop"
    store = make_store(plan, folder).snapshot
    frames = {name: store.read(name).to_pandas() for name in store.tables}
    return SimpleNamespace(plan=plan, folder=folder, store=store, **frames)


@pytest.fixture(scope="session")
def by_owner(shop):
    """Return the transactions with the customer each key really belongs to."""
    owner = shop.truth_identities.set_index("key")["customer_id"]
    key = shop.transactions["customer_id"]
    return shop.transactions.assign(owner=key.map(owner).fillna(key))


@pytest.fixture(scope="session")
def pure(tmp_path_factory):
    """Make a pure shop of 20,000 customers."""
    plan = Plan(20_000, seed=3, is_pure=True)
    store = make_store(plan, tmp_path_factory.mktemp("pure") / "pure").snapshot
    frames = {name: store.read(name).to_pandas() for name in store.tables}
    return SimpleNamespace(plan=plan, store=store, **frames)


@pytest.fixture(scope="session")
def to_store():
    """Return what publishes a plan into a folder."""
    return make_store
