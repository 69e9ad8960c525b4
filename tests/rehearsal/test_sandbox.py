from dataclasses import replace

import ibis
import pyarrow as pa
import pytest

from workbench.errors import UnknownName
from workbench.policy import MarketCuts, Policy
from workbench.rehearsal.sandbox import Sandbox

HIGH = "high: {column: net_spend_365d, quantile: 0.5}"


@pytest.fixture
def sandbox(policy_text):
    """Forty customers who spent 1 to 40; half of them are silver or better."""
    return _sandbox(policy_text, f"{{{HIGH}}}")


def _sandbox(policy_text, cuts, **more):
    text = policy_text(cuts=cuts, **more).replace(
        "enter: net_spend_365d >= 50", "enter: x"
    )
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
    return Sandbox(policy, policy.learn_cuts(ibis.memtable(scores)), scores, "EUR")


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
    slider, table, _ = sandbox.show().children
    assert (slider.description, slider.value) == ("high", 20.5)
    assert "<td>20</td>" in table.value
    slider.value = 30.5
    assert "<td>30</td>" in table.value and "<td>-10</td>" in table.value


def test_without_a_person_the_start_stands_still(sandbox):
    still = sandbox.show(live=False)
    assert still.loc["silver", "customers"] == "20"
    assert "net spend [EUR]" in still


def test_a_tier_that_had_too_few_has_its_customers_and_no_difference(sandbox):
    few = replace(sandbox, cuts=replace(sandbox.cuts, values={"high": 35.5}))
    silver = few.tiers(high=20.5).loc["silver"]
    assert silver["customers"] == 20
    assert silver[["more_customers", "more_net_spend"]].isna().all()


def test_what_moves_nobody_has_no_slider_and_is_named(policy_text):
    idle = "idle: {column: net_spend_365d, quantile: 0.1}"
    keep = "net_spend_365d >= idle"
    box = _sandbox(policy_text, f"{{{HIGH}, {idle}}}", keep=keep)
    assert box.movable() == ("high",)
    *sliders, _, still = box.show().children
    assert [one.description for one in sliders] == ["high"]
    assert "idle moves nobody here" in still.value


def test_the_number_of_a_market_is_said_not_to_move(sandbox):
    own = {"high": MarketCuts({"SG": 12.5})}
    box = replace(sandbox, cuts=replace(sandbox.cuts, by_market=own))
    assert box.fixed == ("high of SG: 12.5 (its own; the slider does not move it)",)


def test_numbers_that_make_the_tiers_contradict_are_said(sandbox):
    assert sandbox.contradictions() == ()
    (said,) = sandbox.contradictions(high=100.0)
    assert "silver" in said
    slider, table, _ = sandbox.show().children
    slider.max, slider.value = 200.0, 150.0
    assert "silver" in table.value.split("</table>")[1]
