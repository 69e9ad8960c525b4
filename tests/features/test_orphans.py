import pytest

from workbench.features import orphan_counts, orphan_values, references
from workbench.tables import TABLES
from workbench.window import Window

WINDOW = Window("2026-01-31")
EVENTS = TABLES["events"]


@pytest.fixture
def tables(any_table):
    """Return events, products, customers and identities of a few rows."""
    events = [
        ("ann", "2026-01-05", "p1"),
        ("k7", "2026-01-05", "p9"),
        ("zoe", "2026-01-06", "p9"),
        ("zoe", "2026-01-06", None),
        ("yan", "2026-02-06", "p8"),
    ]
    return {
        "events": any_table(
            "events",
            [
                {"customer_id": who, "happened_on": day, "product_id": product}
                for who, day, product in events
            ],
        ),
        "products": any_table("products", [{"product_id": "p1"}, {"product_id": "p2"}]),
        "customers": any_table("customers", [{"customer_id": "ann"}]),
        "identities": any_table("identities", [{"key": "k7", "customer_id": "ann"}]),
    }


def _counts(tables, column, words=EVENTS, window=WINDOW):
    found = orphan_counts(tables, words, words[column], window)
    return found.to_pyarrow().to_pylist()[0]


def test_the_orphans_read_by_eye(tables):
    assert _counts(tables, "product_id") == {
        "rows": 3,
        "orphan_rows": 2,
        "orphan_values": 1,
        "share": pytest.approx(2 / 3),
    }
    listed = orphan_values(tables, EVENTS, EVENTS["product_id"], WINDOW).execute()
    assert listed.to_dict("list") == {"value": ["p9"], "rows": [2]}


def test_a_customer_is_found_by_a_further_key_too(tables):
    assert _counts(tables, "customer_id")["orphan_rows"] == 2  # both are zoe's
    del tables["identities"]
    assert _counts(tables, "customer_id")["orphan_rows"] == 3


def test_a_key_is_no_customer_to_the_keys_themselves(tables, any_table):
    chained = {"key": "k8", "customer_id": "k7"}
    tables["identities"] = any_table("identities", [chained])
    words = TABLES["identities"]
    assert _counts(tables, "customer_id", words)["orphan_rows"] == 1


def test_later_rows_are_seen_on_neither_side(tables, any_table):
    joined = {"customer_id": "zoe", "joined_on": "2026-02-01"}
    tables["customers"] = any_table("customers", [joined])
    assert _counts(tables, "customer_id")["orphan_rows"] == 3
    later = _counts(tables, "customer_id", window=Window("2026-02-28"))
    assert (later["rows"], later["orphan_rows"]) == (5, 2)  # ann, yan


def test_only_columns_whose_table_is_there_are_looked_up(tables):
    names = [column.name for column in references(tables, EVENTS)]
    assert names == ["customer_id", "product_id"]
    del tables["products"]
    assert [c.name for c in references(tables, EVENTS)] == ["customer_id"]


def test_a_table_without_values_has_no_orphans(tables):
    tables["events"] = tables["events"].limit(0)
    assert _counts(tables, "product_id") == {
        "rows": 0,
        "orphan_rows": 0,
        "orphan_values": 0,
        "share": 0,
    }
