"""A canary customer goes the whole way, and is found in nothing that is published."""

import csv
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
DAY = "2026-06-30"
CANARY, AMOUNT = "CANARY-7Q4Z", "98765.43"


@pytest.fixture(scope="module")
def published(tmp_path_factory, command):
    """Run, approve, assign and warn in a shop with a canary; return its home."""
    home = tmp_path_factory.mktemp("private")
    sample = ROOT / "data" / "sample"
    receipts = home / "shop.csv"
    with receipts.open("w", newline="", encoding="utf-8") as file:
        file.write((sample / "shop.csv").read_text(encoding="utf-8"))
        for month in (1, 3, 5):
            csv.writer(file).writerow([CANARY, f"2026/{month:02d}/11 10:00", AMOUNT])
    mapping = sample / "shop_mapping.yaml"
    for words in (
        ("ingest", receipts, "--mapping", mapping, "--into", "myshop"),
        ("run", "experiments/tiering.yaml", "--as-of", DAY),
        ("approve", "newest", "--by", "test", "--reason", "canary"),
        ("assign", "--bundle", "champion", "--data", "myshop", "--as-of", DAY),
        ("warn", "--bundle", "champion", "--data", "myshop", "--as-of", DAY),
    ):
        command(home, *words, check=True)
    return home


def _with_canary(folder):
    needles = [CANARY.encode(), AMOUNT.encode()]
    return [
        file
        for file in folder.rglob("*")
        if file.is_file() and any(needle in file.read_bytes() for needle in needles)
    ]


def test_the_canary_was_scored_and_given_a_tier(published, command):
    said = command(published, "explain", CANARY, check=True).stdout
    assert CANARY in said


@pytest.mark.parametrize("place", ["mlflow", "exports/bundles"])
def test_nothing_published_knows_the_canary(published, place):
    assert any((published / place).rglob("*.json"))
    assert _with_canary(published / place) == []


def test_no_notebook_or_page_knows_the_canary(published):
    assert _with_canary(ROOT / "notebooks") == []
    pages = [*published.glob("runs/*/*/executed.ipynb")]
    pages += published.glob("runs/*/*/report.html")
    assert len(pages) == 22  # eleven stages
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert CANARY not in text
        assert AMOUNT not in text


def test_tables_of_customers_are_for_their_owner_only(published):
    tables = [*published.glob("runs/*/*/tables/*.parquet")]
    tables += published.glob("exports/tiers/*/*.parquet")
    tables += published.glob("exports/warnings/*/*.parquet")
    assert len(tables) >= 7
    assert {file.stat().st_mode & 0o777 for file in tables} == {0o600}
