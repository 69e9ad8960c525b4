import pyarrow as pa
import pytest

from workbench.rehearsal.prices import prices

THREE = "three@1"
WEEK = 7 * 73 / 365


@pytest.fixture
def spared(replayed):
    """Ann would fall in the second week; grace keeps her gold for two."""
    grace = {1: {"movement": "in_grace"}, 2: {"movement": "in_grace"}}
    written = replayed({"ann": "AAAA"}, {"ann": "ABBA"}, spend=0.0, ann=grace)
    other = replayed({"ann": "ABBA"}, spend=0.0)
    at = other.tiers.schema.get_field_index("variant")
    names = pa.array(["no_grace"] * 4).dictionary_encode()
    rows = other.tiers.set_column(at, "variant", names)
    tables = [written.tiers, rows.cast(written.tiers.schema)]
    both = pa.concat_tables(tables).unify_dictionaries()
    return written.__class__(**{**vars(written), "tiers": both})


def test_grace_has_a_price_a_day(spared):
    row = prices(spared, THREE).loc["no_grace"]
    assert row["grace_days"] == 14
    assert row["less_cost"] == pytest.approx(2 * WEEK)
    assert row["price_per_grace_day"] == pytest.approx(73 / 365)


def test_grace_takes_flicker_away(spared):
    table = prices(spared, THREE)
    assert table.loc["as_written", "flicker"] == 0
    assert table.loc["no_grace", "more_flicker"] == table.loc["no_grace", "flicker"] > 0


def test_without_any_memory_stands_beside_it(spared):
    table = prices(spared, THREE)
    assert [*table.index] == ["as_written", "no_grace", "no_memory"]
    assert table.loc["no_memory", "flicker"] == table.loc["no_grace", "flicker"]
    assert table.loc["as_written", ["more_flicker", "less_cost"]].tolist() == [0, 0]
