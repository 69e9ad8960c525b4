"""The same seed gives the same bytes, whoever writes them; another seed others."""

import pytest

from workbench.datasets.retailer import Plan, days_file, write_retailer
from workbench.storage import sha256_of

PLAN = Plan(900, 5, block_size=300)


def _hashes(folder):
    files = sorted(folder.rglob("*.parquet"))
    return {str(file.relative_to(folder)): sha256_of(file) for file in files}


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("one")
    write_retailer(PLAN, folder, jobs=1)
    return folder


def test_the_same_seed_gives_the_same_bytes(written, tmp_path):
    write_retailer(PLAN, tmp_path, jobs=1)
    assert _hashes(tmp_path) == _hashes(written)


@pytest.mark.slow
def test_two_processes_write_the_same_bytes(written, tmp_path):
    told = []
    write_retailer(PLAN, tmp_path, jobs=2, progress=lambda *said: told.append(said))
    assert _hashes(tmp_path) == _hashes(written)
    assert told[0] == ("drawing customers", "running")
    assert sorted(told[1:]) == [(f"block {k}", "done") for k in (1, 2, 3)]


def test_another_seed_gives_other_customers(written, tmp_path):
    write_retailer(Plan(900, 6, block_size=300), tmp_path, jobs=1)
    mine, other = _hashes(written), _hashes(tmp_path)
    same = {name.split("/")[0] for name in mine if mine[name] == other[name]}
    alike = {"products", "promotions", "campaigns", "coupons", "truth_parameters"}
    assert same == alike


def test_a_larger_shop_begins_with_the_same_block(written, tmp_path):
    write_retailer(Plan(300, 5, block_size=300), tmp_path, jobs=1)
    mine, small = _hashes(written), _hashes(tmp_path)
    blocks = [name for name in small if "part-00000" in name]
    assert len(blocks) == 9
    assert all(mine[name] == small[name] for name in blocks)


@pytest.mark.parametrize("customers", [1, 2, 7])
def test_a_shop_of_very_few_is_a_shop(tmp_path, customers, to_store):
    made = to_store(Plan(customers, 1), tmp_path / "tiny")
    assert made.snapshot.read("truth").count().execute() == customers


def test_a_pure_shop_has_four_tables_and_no_calendar(pure):
    assert pure.store.tables == (
        "customers",
        "transactions",
        "truth",
        "truth_parameters",
    )
    assert pure.store.currency == "CNY"
    assert days_file(pure.plan) == {}
