import warnings

import pytest

from workbench.errors import NoGain
from workbench.evaluation import Measured, warn_if_no_gain


@pytest.mark.parametrize(
    ("low", "high", "higher_is_better", "words"),
    [
        (-0.1, 0.1, False, "is no better than same count again .* below 0"),
        (-0.1, 0.0, False, "is no better than"),
        (0.1, 0.2, False, r"is worse than .* 0\.15 \[0\.1, 0\.2\] orders"),
        (-0.2, -0.1, True, "is worse than .* above 0"),
        (-0.1, 0.1, True, "is no better than"),
    ],
)
def test_no_gain_is_said_with_its_interval(low, high, higher_is_better, words):
    middle = (low + high) / 2
    found = Measured(middle, "orders", higher_is_better, low=low, high=high)
    with pytest.warns(NoGain, match=words) as caught:
        warn_if_no_gain(found)
    assert str(caught[0].message).endswith(NoGain.cure)


@pytest.mark.parametrize(
    "found",
    [
        Measured(-0.15, "orders", False, low=-0.2, high=-0.1),
        Measured(0.15, "", True, low=0.1, high=0.2),
        Measured(0.15, "orders", False),
        Measured(0.15, "orders", None, low=0.1, high=0.2),
    ],
)
def test_a_gain_and_what_has_no_interval_or_direction_say_nothing(found):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warn_if_no_gain(found)
