from datetime import date, timedelta

import pytest

from workbench.evaluation import TableChanges, TableQuality
from workbench.tables import TABLES
from workbench.window import Window

WINDOW = Window("2026-03-31")
START = date(2026, 1, 1)


@pytest.fixture
def changed(tables_store):
    """Compare the loads of one table."""

    def compare(table, *loads):
        store = tables_store(*({table: rows} for rows in loads))
        return TableChanges(store, TABLES[table], WINDOW)

    return compare


def _answers(first, days, a_day=20, **more):
    """Make answers of 20 customers a day, from a day on."""
    return [
        {
            "customer_id": f"c{n % 20}",
            "kind": "survey",
            "opened_on": START + timedelta(days=first + n // a_day),
            "nps": 8,
            "satisfaction": 4,
        }
        | more
        for n in range(days * a_day)
    ]


def _row(found, measure):
    return found.table.set_index("measure").loc[measure]


def test_a_first_load_has_nothing_to_compare(changed):
    found = changed("feedback", _answers(0, 10))
    assert found.comparison == "First load: nothing to compare with yet."
    assert found.table.empty
    assert set(found.totals.values()) == {None, ""}


def test_equal_loads_change_nothing(changed):
    found = changed("feedback", _answers(0, 40), _answers(40, 40))
    assert found.comparison == "Load 2 beside all before it."
    rates = _row(found, "rows per day")
    assert (rates["before"], rates["newest"], rates["change"]) == (20, 20, 0)
    assert found.totals["share_of_usual_load"] == 1
    assert found.totals["share_filled_lost"] == 0
    assert found.totals["psi_of_words"] == 0
    assert "filled cells" not in found.table["measure"].tolist()


def test_half_a_load_is_half_of_the_usual(changed):
    found = changed("feedback", _answers(0, 40), _answers(40, 40, a_day=9))
    assert found.totals["share_of_usual_load"] == 0.45
    assert _row(found, "rows per day")["change"] == pytest.approx(-55)


def test_the_column_that_lost_most_cells_is_named(changed):
    rows = _answers(40, 40)
    half = [row | {"nps": None} if n % 2 else row for n, row in enumerate(rows)]
    found = changed("feedback", _answers(0, 40), half)
    assert found.totals["share_filled_lost"] == 0.5
    assert found.totals["filled_lost_in"] == "nps"
    filled = _row(found, "filled cells")
    assert (filled["column"], filled["change"], filled["in"]) == ("nps", -50, "points")


def test_another_mix_of_words_is_a_large_change(changed):
    rows = _answers(40, 40)
    mixed = [
        row | {"kind": "complaint"} if n % 2 else row for n, row in enumerate(rows)
    ]
    found = changed("feedback", _answers(0, 40), mixed)
    assert found.totals["psi_of_words_in"] == "kind"
    assert found.totals["psi_of_words"] > 0.25
    assert _row(found, "words")["change"] == found.totals["psi_of_words"]


def test_few_rows_say_nothing_of_the_mix_of_words(changed):
    complaints = _answers(40, 2, kind="complaint")
    found = changed("feedback", _answers(0, 40), complaints)
    assert found.totals["psi_of_words"] is None
    assert "words" not in found.table["measure"].tolist()


def test_the_middle_of_each_number_is_compared(changed):
    found = changed("feedback", _answers(0, 40), _answers(40, 40, nps=4))
    medians = found.table[found.table["measure"] == "median"].set_index("column")
    assert medians["change"].to_dict() == {"nps": -50, "satisfaction": 0}


def test_the_middle_of_fewer_than_ten_cells_is_not_told(changed):
    rows = _answers(40, 40)
    few = [row | {"nps": None} if n > 8 else row for n, row in enumerate(rows)]
    found = changed("feedback", _answers(0, 40), few)
    medians = found.table[found.table["measure"] == "median"]
    assert medians["column"].tolist() == ["satisfaction"]


def test_rows_that_came_late_are_in_neither_part(changed):
    late = _answers(3, 1, nps=0)
    found = changed("feedback", _answers(0, 40), [*_answers(40, 40), *late])
    assert _row(found, "rows per day")["newest"] == 20


def test_fewer_than_ten_customers_are_not_compared_but_the_load_is_seen(changed):
    few = [row for row in _answers(40, 40) if row["customer_id"] < "c15"][:40]
    few = [row | {"customer_id": "c1"} for row in few]
    found = changed("feedback", _answers(0, 40), few)
    assert found.table.empty
    assert found.comparison.endswith("rows or customers in time, not compared.")
    assert found.totals["share_of_usual_load"] < 0.5


def test_what_does_not_come_daily_has_no_usual_rate(changed):
    monthly = [row for row in _answers(0, 61) if row["opened_on"].day == 1]
    found = changed("feedback", monthly, _answers(70, 1))
    assert found.totals["share_of_usual_load"] is None
    assert "rows per day" not in found.table["measure"].tolist()
    assert found.comparison == "Load 2 beside all before it."


def test_a_table_without_a_day_is_held_against_the_loads_before(changed):
    goods = [{"product_id": f"p{n}", "category": "tea"} for n in range(40)]
    few = changed("products", goods, goods, goods[:12])
    assert few.totals["share_of_usual_load"] == 0.3
    two = changed("products", goods, goods[:12])
    assert two.totals["share_of_usual_load"] is None


def test_half_a_load_casts_doubt_on_its_table(tables_store):
    loads = _answers(0, 60), _answers(60, 30, a_day=9)
    quality = TableQuality(
        tables_store(*({"feedback": rows} for rows in loads)), WINDOW
    )
    assert quality.totals["feedback"]["share_of_usual_load"] == 0.45
    assert quality.verdicts.loc["feedback"].tolist() == [
        "usable with doubts",
        "newest load beside usual: 45% (at least 50%)",
    ]
    assert quality.drift.index[0] == ("feedback", "rows per day", "")
    assert quality.drift.index.is_unique
    assert quality.comparisons == ["feedback: Load 2 beside all before it."]
