import pyarrow as pa
import pytest

from workbench.measure_words import Measure
from workbench.policy.column_steps import column_steps

NUMBER, COUNT = pa.float64(), pa.int64()


@pytest.mark.parametrize(
    ("name", "kind", "number", "below", "above"),
    [
        ("net_spend_365d", NUMBER, 512.34, 512.33, 512.35),
        ("clv_365d", NUMBER, 123.4, 123.399999, 123.400001),
        ("p_churn_90d", NUMBER, 0.25, 0.249999999, 0.250000001),
        ("purchase_days", COUNT, 4, 3, 5),
    ],
)
def test_a_column_goes_by_its_smallest_step(name, kind, number, below, above):
    steps = column_steps(name, kind)
    assert (steps.below(number), steps.above(number)) == (below, above)
    assert steps.at_or_above(number) == steps.at_or_below(number) == number


def test_nothing_lies_beyond_the_ends():
    assert column_steps("p_churn_90d", NUMBER).above(1.0) == 1.0
    assert column_steps("purchase_days", COUNT).below(0) == 0
    assert column_steps("net_spend_365d", NUMBER).below(0) == -0.01


def test_a_measure_tells_what_a_customer_can_do():
    points = column_steps("mine", NUMBER, Measure("mine", "qualifying_points", "365d"))
    assert (points.step, points.kind) == ("points", "number")
    answer = Measure("answer", "recommendation", "365d")
    assert column_steps("answer", COUNT, answer).most == 10
