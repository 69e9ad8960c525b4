import pandas as pd
import pytest

from workbench.plots import losses_and_cells, repeats_and_late_rows


@pytest.fixture
def ledger():
    rows = [("accepted", 970, 0.97), ("bad_date", 20, 0.02), ("blank", 10, 0.01)]
    return pd.DataFrame(rows, columns=["reason", "records", "share"])


@pytest.fixture
def cells():
    index = pd.Index(["customer_id", "brand", "channel"], name="column")
    return pd.DataFrame({"share": [1.0, 0.99999, None]}, index=index)


@pytest.fixture
def months():
    return pd.DataFrame(
        {
            "month": pd.to_datetime(["2026-01-01", "2026-02-01", "2026-03-01"]),
            "rows": [100, 50, 50],
            "customers": [10, 9, 40],
            "repeats": [5, 20, 0],
            "share": [0.05, 0.4, 0.0],
        }
    )


@pytest.fixture
def loads():
    return pd.DataFrame(
        {
            "load": [1, 2, 3],
            "customers": [90, 40, 9],
            "rows": [500, 100, 20],
            "late_rows": [0, 25, 20],
            "share_late": [0.0, 0.25, 1.0],
        }
    )


def _texts(axes):
    return [text.get_text() for text in axes.texts]


def test_the_losses_are_summed_and_the_largest_stands_on_top(ledger, cells, english):
    left = losses_and_cells(ledger, cells).axes[0]
    assert left.get_title("left") == "3.00% of the records were set aside"
    assert [bar.get_width() for bar in left.patches] == [1, 2]
    assert _texts(left) == ["10", "20"]
    assert [tick.get_text() for tick in left.get_yticklabels()] == ["blank", "bad date"]


def test_without_losses_that_is_said(ledger, cells, speaks):
    figure = losses_and_cells(ledger.iloc[:1], cells)
    assert figure.axes[0].get_title("left") == "Every record was accepted"
    assert not figure.axes[0].patches
    assert speaks(figure)


def test_only_a_full_column_reads_as_full(ledger, cells, english):
    right = losses_and_cells(ledger, cells).axes[1]
    assert right.get_title("left") == "Columns with empty cells: 1 of 2"
    assert _texts(right) == ["100 %", "99.99 %", "not in this store"]
    full = losses_and_cells(ledger, cells.drop("brand")).axes[1]
    assert full.get_title("left") == "Columns with empty cells: none of 1"


def test_months_under_ten_customers_are_not_drawn_but_counted(months, loads, english):
    left = repeats_and_late_rows(months, loads).axes[0]
    assert left.get_title("left") == "12.50% of the lines repeat another"
    assert [bar.get_height() for bar in left.patches] == [5, 0]


def test_the_first_load_and_those_under_ten_customers_are_not_drawn(
    months, loads, english
):
    right = repeats_and_late_rows(months, loads).axes[1]
    assert right.get_title("left") == "45 rows came later than their day's load"
    assert [bar.get_height() for bar in right.patches] == [25]
    assert [tick.get_text() for tick in right.get_xticklabels()] == ["2"]


@pytest.mark.parametrize(
    ("late", "said"),
    [
        (0, "No rows came later than their day's load"),
        (9, "Fewer than 10 rows came later than their day's load"),
        (10, "10 rows came later than their day's load"),
    ],
)
def test_few_late_rows_are_not_counted_out(months, loads, late, said, english):
    some = loads.assign(late_rows=[0, late, 0], share_late=[0, late / 100, 0])
    assert repeats_and_late_rows(months, some).axes[1].get_title("left") == said


def test_a_first_load_without_repeats_says_so_in_both_panels(months, loads, speaks):
    quiet = months.assign(repeats=0, share=0.0)
    figure = repeats_and_late_rows(quiet, loads.iloc[:1])
    titles = [axes.get_title("left") for axes in figure.axes]
    assert titles == ["No line repeats another", "First load: no row can be late yet"]
    assert not [bar for axes in figure.axes for bar in axes.patches if bar.get_height()]
    assert speaks(figure)


def test_both_speak_the_languages_there_are_fonts_for(
    ledger, cells, months, loads, speaks
):
    assert speaks(losses_and_cells(ledger, cells))
    assert speaks(repeats_and_late_rows(months, loads))
