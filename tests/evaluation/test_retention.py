import numpy as np
import pytest

from workbench.evaluation import judge_retention
from workbench.window import Window


@pytest.fixture
def lines(clean_table):
    """Return twelve of January, of whom three come in March, and nine of February."""
    rows = [(f"j{k}", "2026-01-10", 5) for k in range(12)]
    rows += [(f"j{k}", "2026-03-10", 5) for k in range(3)]
    rows += [(f"f{k}", "2026-02-10", 5) for k in range(9)]
    return clean_table(rows)


def test_the_triangle_has_the_share_of_each_whole_month(lines):
    table = judge_retention(lines, Window("2026-03-31"), "month").table
    assert table.columns.tolist() == ["n_customers", 0, 1, 2]
    assert table.loc["2026-01"].tolist() == [12, 1, 0, 0.25]


def test_a_cohort_under_ten_is_not_shown_and_said(lines):
    found = judge_retention(lines, Window("2026-03-31"), "month")
    assert list(found.table.index) == ["2026-01"]
    assert found.words.endswith("1 cohorts under 10 are not shown")


def test_what_has_not_ended_is_missing(clean_table):
    rows = [(f"j{k}", f"2026-0{m}-10", 5) for k in range(12) for m in (1, 3)]
    rows += [(f"f{k}", "2026-02-10", 5) for k in range(12)]
    table = judge_retention(clean_table(rows), Window("2026-03-31"), "month").table
    assert table.loc["2026-01", [1, 2]].tolist() == [0, 1]
    assert table.loc["2026-02", 1] == 0
    assert np.isnan(table.loc["2026-02", 2])


def test_the_words_tell_the_first_period_after(lines):
    found = judge_retention(lines, Window("2026-03-31"), "month")
    assert found.words.startswith("of 12 customers 0% bought again in the month after")


def test_a_shop_too_young_says_so(lines):
    found = judge_retention(lines, Window("2026-02-10"), "month")
    assert found.words == "no month after a cohort's own has ended yet"
    young = judge_retention(lines, Window("2026-01-20"), "month")
    assert young.table.empty
