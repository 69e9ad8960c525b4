from datetime import date, timedelta

import pandas as pd
import pytest
from matplotlib.dates import date2num

from workbench.errors import NotEnoughData
from workbench.plots import customer_history

FIRST = date(2026, 1, 1)
PURCHASES = [FIRST, date(2026, 1, 3)]
AS_OF = date(2026, 1, 4)


@pytest.fixture
def belief():
    return pd.DataFrame(
        {
            "day": [FIRST + timedelta(days=n) for n in range(6)],
            "p_alive": [1.0, 1.0, 0.9, 0.84, 0.5, 0.3],
            "p_no_order": [0.5, 0.55, 0.4, 0.61, 0.7, 0.8],
        }
    )


def test_the_title_says_the_belief_of_that_day_not_of_the_last(belief, english):
    axes = customer_history(PURCHASES, belief, AS_OF, 90).axes[0]
    assert axes.get_title("left") == (
        "2 purchases; on 2026-01-04 alive with 84%, no order ahead with 61%"
    )


def test_only_distinct_purchase_days_up_to_that_day_are_counted(belief, english):
    bought = [FIRST, FIRST, date(2026, 1, 3), AS_OF, date(2026, 1, 5)]
    title = customer_history(bought, belief, AS_OF, 90).axes[0].get_title("left")
    assert title.startswith("3 purchases; on 2026-01-04 ")


def test_a_day_without_a_belief_is_refused_with_the_days_there_are(belief):
    with pytest.raises(NotEnoughData) as caught:
        customer_history(PURCHASES, belief, date(2026, 1, 7), 90)
    assert str(caught.value) == (
        "the belief has no row for 2026-01-07: choose a day from "
        "2026-01-01 to 2026-01-06"
    )


def test_the_axes_say_what_the_marks_are(belief, english):
    axes = customer_history(PURCHASES, belief, AS_OF, 45).axes[0]
    assert axes.get_xlabel() == "day (triangles: purchases; dashed: as_of)"
    assert axes.get_ylabel() == "probability"
    legend = [text.get_text() for text in axes.get_legend().get_texts()]
    assert legend == ["P(alive)", "P(no order in 45 days)"]


def test_purchases_both_curves_and_the_day_are_drawn(belief, english):
    axes = customer_history(PURCHASES, belief, AS_OF, 90).axes[0]
    marks, alive, no_order, today = axes.lines
    assert date2num(PURCHASES).tolist() == list(marks.get_xdata(orig=False))
    assert list(alive.get_ydata()) == belief["p_alive"].tolist()
    assert list(no_order.get_ydata()) == belief["p_no_order"].tolist()
    assert set(today.get_xdata(orig=False)) == {date2num(AS_OF)}


def test_it_speaks_the_languages_there_are_fonts_for(belief, speaks):
    assert speaks(customer_history(PURCHASES, belief, AS_OF, 90))
