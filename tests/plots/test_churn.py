import pandas as pd
import pytest

from workbench.plots import reason_weights, reasons_told, reliability


@pytest.fixture
def table():
    """Return two bins: 30 customers said .2 too high, 10 said .4 too low."""
    return pd.DataFrame(
        {
            "n_customers": [30, 10],
            "predicted_mean": [0.4, 0.5],
            "actual_mean": [0.2, 0.9],
            "low": [0.1, 0.6],
            "high": [0.4, 0.95],
        }
    )


@pytest.fixture
def weights():
    return pd.Series({"age_days": 0.1, "frequency": -0.9, "days_since": 0.5})


def test_the_gap_is_that_of_all_customers_not_of_the_bins(table, english):
    axes = reliability(table, 90).axes[0]
    assert axes.get_title("left") == "On the whole the probabilities are 0.050 too high"


def test_probabilities_that_are_too_low_are_said_to_be(table, english):
    lower = table.assign(predicted_mean=[0.1, 0.5])
    title = reliability(lower, 90).axes[0].get_title("left")
    assert title == "On the whole the probabilities are 0.175 too low"


@pytest.mark.parametrize("gap", [0.0, 0.0004, -0.0004])
def test_without_a_gap_the_probabilities_are_true(table, english, gap):
    true = table.assign(predicted_mean=table["actual_mean"] + gap)
    title = reliability(true, 90).axes[0].get_title("left")
    assert title == "On the whole the probabilities are true"


def test_the_axes_say_the_horizon_and_what_is_counted(table, english):
    axes = reliability(table, 45).axes[0]
    assert axes.get_xlabel() == "said: P(no order in 45 days)"
    assert axes.get_ylabel() == "happened: share without an order"


def test_every_bin_is_a_point_with_its_interval(table, english):
    axes = reliability(table, 90).axes[0]
    diagonal, points = axes.lines[0], axes.containers[0]
    assert diagonal.get_xydata().tolist() == [[0, 0], [1, 1]]
    assert points.lines[0].get_xydata().tolist() == [[0.4, 0.2], [0.5, 0.9]]
    bars = [segment.tolist() for segment in points.lines[2][0].get_segments()]
    ends = [[bottom[1], top[1]] for bottom, top in bars]
    assert ends == [pytest.approx([0.1, 0.4]), pytest.approx([0.6, 0.95])]


def test_the_loudest_feature_is_named_whatever_its_sign(weights, english):
    axes = reason_weights(weights).axes[0]
    assert axes.get_title("left") == "What speaks loudest: frequency"
    labels = [tick.get_text() for tick in axes.get_yticklabels()]
    assert labels == ["age_days", "days_since", "frequency"]


def test_the_weights_are_drawn_with_their_sign_and_unit(weights, english):
    axes = reason_weights(weights).axes[0]
    assert [bar.get_width() for bar in axes.patches] == [0.1, 0.5, -0.9]
    towards, away = axes.patches[1].get_facecolor(), axes.patches[2].get_facecolor()
    assert towards != away
    assert "log-odds of no order, per standard deviation" in axes.get_xlabel()


def test_both_pictures_speak_the_languages_there_are_fonts_for(table, weights, speaks):
    assert speaks(reliability(table, 90))
    assert speaks(reason_weights(weights))


def test_the_family_told_most_often_is_named(english):
    shares = pd.Series({"silence": 0.9, "falling_frequency": 0.4})
    axes = reasons_told(shares).axes[0]
    assert axes.get_title("left") == "Told most often: silence"
    names = [tick.get_text() for tick in axes.get_yticklabels()]
    assert names == ["falling frequency", "silence"]
    assert [bar.get_width() for bar in axes.patches] == [0.4, 0.9]
