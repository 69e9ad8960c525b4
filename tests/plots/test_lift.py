import numpy as np

from workbench.evaluation import lift_curve
from workbench.plots import leavers_found

LEFT = np.repeat([1.0, 0.0], [20, 80])


def test_the_title_says_what_the_likeliest_tenth_holds(english):
    curves = {"logistic": lift_curve(LEFT, LEFT), "hiatus": lift_curve(LEFT, LEFT * 0)}
    figure = leavers_found(curves)
    assert figure.axes[0].get_title("left") == (
        "The likeliest 10% hold 50% of those who left, 5.00 times their share"
    )
    lines = {line.get_label(): line for line in figure.axes[0].lines}
    assert lines["logistic"].get_ydata()[-1] == 1
    assert {"logistic", "hiatus"} <= {*lines}


def test_its_words_are_in_both_languages_where_a_font_is(speaks):
    assert speaks(leavers_found({"model": lift_curve(LEFT, LEFT)}))
