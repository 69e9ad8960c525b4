import ibis
import pytest

from workbench.features import (
    columns_of_few_words,
    table_drift,
    table_parts,
    word_counts,
)
from workbench.tables import TABLES
from workbench.window import Window

WINDOW = Window("2026-12-31")
FEEDBACK = TABLES["feedback"]


@pytest.fixture
def by_load(any_table):
    """Make a table from loads, each a list of rows."""

    def make(name, *loads):
        tables = [
            any_table(name, rows).mutate(load=ibis.literal(number, "int64"))
            for number, rows in enumerate(loads, start=1)
        ]
        return ibis.union(*tables) if tables[1:] else tables[0]

    return make


def _answer(day, nps=8, kind="survey", who="ann"):
    return {"customer_id": who, "kind": kind, "opened_on": day, "nps": nps}


BEFORE = [_answer("2026-01-01", 4), _answer("2026-01-02", 6, who="bob")]
NEWEST = [_answer("2026-01-03", None, "complaint"), _answer("2026-01-03", 9)]


def _parts(table, words=FEEDBACK, window=WINDOW):
    return table_parts(table, words, window)


def test_the_two_parts_read_by_eye(by_load):
    parts = _parts(by_load("feedback", BEFORE, NEWEST))
    found = table_drift(parts, FEEDBACK).execute().set_index("part")
    assert found["rows"].to_dict() == {"before": 2, "newest": 2}
    assert found["customers"].to_dict() == {"before": 2, "newest": 1}
    assert found["days"].to_dict() == {"before": 2, "newest": 1}
    assert found["filled:nps"].to_dict() == {"before": 1, "newest": 0.5}
    assert found["median:nps"].to_dict() == {"before": 5, "newest": 9}
    assert str(found.loc["newest", "first_on"])[:10] == "2026-01-03"


def test_words_are_counted_by_part_and_an_empty_cell_is_nothing(by_load):
    newest = [*NEWEST, _answer("2026-01-03", kind=None)]
    parts = _parts(by_load("feedback", BEFORE, newest))
    assert columns_of_few_words(parts) == ["kind"]
    found = word_counts(parts).execute()[["part", "column", "word", "rows"]]
    assert sorted(map(tuple, found.to_numpy())) == [
        ("before", "kind", "survey", 2),
        ("newest", "kind", "complaint", 1),
        ("newest", "kind", "nothing", 1),
        ("newest", "kind", "survey", 1),
    ]


def test_late_and_later_rows_are_left_out(by_load):
    newest = [*NEWEST, _answer("2026-01-01"), _answer("2026-02-01")]
    parts = _parts(by_load("feedback", BEFORE, newest), window=Window("2026-01-31"))
    assert parts.filter(parts.part == "newest").count().execute() == 2


def test_a_first_load_is_all_newest(by_load):
    found = _parts(by_load("feedback", BEFORE)).part.execute()
    assert set(found) == {"newest"}


def test_without_a_day_the_load_decides(by_load):
    goods = [{"product_id": "p1", "list_price": 3}]
    words = TABLES["products"]
    parts = _parts(by_load("products", goods, goods * 2), words)
    found = table_drift(parts, words).execute().set_index("part")
    assert found["rows"].to_dict() == {"before": 1, "newest": 2}
    assert found["first_on"].isna().all() and found["customers"].isna().all()
    assert found["median:list_price"].tolist() == [3, 3]


def test_the_place_in_an_order_is_no_quantity(rich_table):
    row = {"customer_id": "ann", "ordered_at": "2026-01-05", "amount": 1, "line_no": 1}
    words = TABLES["transactions"]
    parts = table_parts(rich_table([row]).mutate(load=1), words, WINDOW)
    names = table_drift(parts, words).columns
    assert "median:amount" in names and "median:line_no" not in names
