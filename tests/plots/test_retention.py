import numpy as np
import pandas as pd
import pytest

from workbench.evaluation.retention import Retention
from workbench.plots import retention_triangle


@pytest.fixture
def result():
    """Return two cohorts, one with two periods since, one with one."""
    cells = pd.DataFrame(
        {
            "cohort": ["2025-Q1"] * 3 + ["2025-Q2"] * 2,
            "period": [0, 1, 2, 0, 1],
            "n_customers": [20] * 3 + [40] * 2,
            "n_active": [20, 10, 5, 40, 4],
        }
    )
    share = cells["n_active"] / cells["n_customers"]
    return Retention("quarter", cells.assign(share=share), 0)


def test_what_has_not_ended_is_white(result, english):
    axes = retention_triangle(result).axes[0]
    drawn = np.ma.filled(axes.images[0].get_array(), np.nan)
    np.testing.assert_allclose(drawn, [[50, 25], [10, np.nan]])
    assert sorted(text.get_text() for text in axes.texts) == ["10", "25", "50"]


def test_the_title_tells_the_first_period_after(result, english):
    axes = retention_triangle(result).axes[0]
    found = axes.get_title(loc="left")
    assert found == "23% buy again in the quarter after that of their first"
    assert axes.get_xlabel() == "quarters since the first purchase"


def test_a_young_shop_says_so(result, english):
    young = Retention("month", result.cells[result.cells["period"] == 0], 0)
    words = retention_triangle(young).axes[0].texts[0].get_text()
    assert words == "no month after a cohort's own has ended"


def test_a_shop_without_a_cohort_says_so(result, english):
    nothing = Retention("month", result.cells.head(0), 1)
    assert retention_triangle(nothing).axes[0].texts


def test_the_picture_speaks_the_languages_there_are_fonts_for(result, speaks):
    assert speaks(retention_triangle(result))
