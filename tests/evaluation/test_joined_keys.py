"""What became of declared keys, counted."""

from __future__ import annotations

import pytest

from workbench.evaluation import keys_table
from workbench.ingest import ingest
from workbench.shop import open_shop

LINES = (
    "customer_id,ordered_at,amount\nC1,2026-01-01,3\nK1,2026-01-02,4\nK9,2026-01-03,5\n"
)
KEYS = "key,customer_id\nK1,C1\nA1,C1\nK9,C1\nK9,C2\nX,Y\nY,X\n"


@pytest.fixture
def shop(tmp_path):
    """Make three lines, of a customer, a known card and a card with two owners."""
    (tmp_path / "lines.csv").write_text(LINES)
    (tmp_path / "keys.csv").write_text(KEYS)
    ingest(tmp_path / "lines.csv", into=tmp_path / "s")

    def opened(with_keys=True):
        if with_keys:
            ingest(tmp_path / "keys.csv", "identities", tmp_path / "s")
        return open_shop(str(tmp_path / "s"), "2026-01-31")

    return opened


def test_each_key_is_counted_once_by_what_became_of_it(shop):
    assert keys_table(shop())["count"].to_dict() == {
        "keys that lead to a customer": 2,
        "customers with two keys or more": 1,
        "ids of lines before keys were joined": 3,
        "ids of lines after it": 2,
        "keys with two owners, joined to nobody": 1,
        "keys that own each other, joined to nobody": 2,
    }


def test_without_declared_keys_there_is_nothing_to_count(shop):
    assert keys_table(shop(with_keys=False)).empty
