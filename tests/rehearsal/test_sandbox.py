import ibis
import pyarrow as pa
import pytest

from workbench.errors import UnknownName
from workbench.policy import Policy
from workbench.rehearsal.sandbox import Sandbox


@pytest.fixture
def sandbox(policy_text):
    """Forty customers who spent 1 to 40; half of them are silver or better."""
    cut = "{high: {column: net_spend_365d, quantile: 0.5}}"
    text = policy_text(cuts=cut).replace("enter: net_spend_365d >= 50", "enter: x")
    text = text.replace("enter: x", "enter: net_spend_365d >= high")
    policy = Policy.parse(text)
    spent = [float(n) for n in range(1, 41)]
    scores = pa.table(
        {
            "customer_id": [f"c{n:02d}" for n in range(40)],
            "as_of": ["2026-06-30"] * 40,
            "net_spend_365d": spent,
        }
    )
    return Sandbox(policy, policy.learn_cuts(ibis.memtable(scores)), scores)


def test_the_start_is_what_was_learned(sandbox):
    assert sandbox.numbers == {"high": 20.5}
    table = sandbox.tiers()
    assert table.loc["silver", "customers"] == table.loc["basic", "customers"] == 20
    assert table.loc["silver", "net_spend"] == sum(range(21, 41))
    assert table.loc["silver", ["more_customers", "more_net_spend"]].tolist() == [0, 0]


def test_a_moved_threshold_moves_customers_and_revenue(sandbox):
    table = sandbox.tiers(high=30.5)
    assert table["customers"].fillna(-1).tolist() == [-1, 10, 30]
    assert table["more_customers"].fillna(-1).tolist() == [-1, -10, 10]
    assert table.loc["basic", "more_net_spend"] == sum(range(21, 31))


def test_fewer_than_ten_have_no_numbers(sandbox):
    assert sandbox.tiers(high=35.5).loc["silver"].isna().all()


def test_a_number_that_is_none_is_refused(sandbox):
    with pytest.raises(UnknownName, match="Did you mean 'high'"):
        sandbox.tiers(hihg=3.0)


def test_the_table_follows_the_slider(sandbox):
    box = sandbox.show()
    slider, table = box.children
    assert (slider.description, slider.value) == ("high", 20.5)
    assert "<td>20</td>" in table.value
    slider.value = 30.5
    assert "<td>30</td>" in table.value and "<td>-10</td>" in table.value


def test_without_a_person_the_start_stands_still(sandbox):
    assert sandbox.show(live=False).equals(sandbox.tiers().round(0))
