import numpy as np
import pandas as pd
import pytest

from workbench.errors import BadParameter
from workbench.evaluation import assumed_save_rate, measured_save_rate
from workbench.evaluation.uplift import Uplift, arms_of


def uplift_of(*campaigns, is_sound=True):
    """Make campaigns from (treated, of them bought, control, of them bought)."""
    rows, people = [], []
    for number, (n_treated, yes_treated, n_control, yes_control) in enumerate(
        campaigns
    ):
        name = f"A{number}"
        arms = [
            ("t", True, n_treated, yes_treated),
            ("c", False, n_control, yes_control),
        ]
        some = pd.DataFrame(
            [
                {
                    "campaign_id": name,
                    "customer_id": f"{arm}{k}",
                    "is_treated": is_treated,
                    "from_on": pd.Timestamp("2026-03-01"),
                    "orders": int(k < yes),
                }
                for arm, is_treated, n, yes in arms
                for k in range(n)
            ]
        )
        people.append(some)
        rows.append({"campaign_id": name, "is_sound": is_sound} | arms_of(some))
    left_out = pd.DataFrame(columns=["campaign_id", "reason"])
    return Uplift(pd.DataFrame(rows), left_out, pd.concat(people))


def test_an_assumption_says_that_it_is_one():
    found = assumed_save_rate()
    assert (found.value, found.is_measured, found.origin) == (0.1, False, "assumed")
    assert found.words.startswith("save rate 10% is an assumption, not a measurement")


def test_it_is_told_as_a_row():
    row = assumed_save_rate(0.05).table.iloc[0]
    assert (row["save_rate"], row["origin"]) == (0.05, "assumed")
    assert row[["found", "low", "high"]].isna().all()
    row = measured_save_rate(uplift_of((1000, 280, 1000, 200))).table.iloc[0]
    assert row["origin"] == "measured"
    assert row["low"] < row["found"] == row["save_rate"] < row["high"]


def test_it_is_the_share_of_non_buyers_that_were_turned():
    found = measured_save_rate(uplift_of((1000, 280, 1000, 200)))
    assert found.is_measured
    assert found.value == pytest.approx((0.28 - 0.20) / (1 - 0.20))
    assert 0 < found.found.low < found.value < found.found.high
    assert "save rate 10.0% is measured: 1 campaign with" in found.words


def test_an_interval_that_holds_0_leaves_the_assumption_and_says_why():
    found = measured_save_rate(uplift_of((100, 22, 100, 20)), assumed=0.07)
    assert (found.value, found.is_measured) == (0.07, False)
    assert found.found.low < 0 < found.found.high
    assert "the interval holds 0" in found.words


def test_a_campaign_that_drives_people_away_is_measured_too():
    found = measured_save_rate(uplift_of((1000, 100, 1000, 200)))
    assert found.is_measured
    assert found.value == pytest.approx(-0.125)


def test_campaigns_are_compared_each_by_itself():
    """In one pot the contacted would buy less: most of them were in the poor one."""
    found = measured_save_rate(
        uplift_of((4000, 520, 1000, 100), (1000, 640, 4000, 2400))
    )
    assert found.is_measured and found.value > 0


def test_campaigns_that_were_not_split_as_planned_do_not_count():
    found = measured_save_rate(uplift_of((1000, 280, 1000, 200), is_sound=False))
    assert not found.is_measured and found.found is None
    assert "no campaign with a control group and a sound split" in found.words


def test_those_at_risk_on_the_day_before_are_looked_at():
    asked = []

    def p_at(day):
        asked.append(str(day))
        ids = [f"{arm}{k}" for arm in "tc" for k in range(1000)]
        return pd.DataFrame(
            {"customer_id": ids, "p_churn": ([0.8] * 200 + [0.1] * 800) * 2}
        )

    found = measured_save_rate(uplift_of((1000, 150, 1000, 100)), p_at)
    assert asked == ["2026-02-28"]
    assert found.value == pytest.approx((0.75 - 0.5) / (1 - 0.5))
    assert "among those at risk (p of 0.5 or more)" in found.words


def test_too_few_at_risk_send_it_back_to_all():
    def p_at(day):
        return pd.DataFrame({"customer_id": ["t1", "c1"], "p_churn": [0.9, None]})

    found = measured_save_rate(uplift_of((1000, 280, 1000, 200)), p_at)
    assert found.value == pytest.approx(0.1)
    assert "fewer than 100 in an arm were at risk" in found.words


def test_a_rate_that_is_none_is_refused():
    with pytest.raises(BadParameter, match="from 0 to 1, found 1.5"):
        assumed_save_rate(1.5)


def test_its_interval_holds_the_truth_as_often_as_it_says():
    """One of twelve non-buyers is turned, in three campaigns of unlike buyers."""
    random, truth, held = np.random.default_rng(9), 1 / 12, 0
    n, m = np.array([700, 1500, 300]), np.array([300, 500, 300])
    bought = np.array([0.05, 0.3, 0.1])
    for _ in range(1000):
        table = pd.DataFrame(
            {
                "is_sound": True,
                "n_treated": n,
                "n_control": m,
                "n_bought_treated": random.binomial(n, bought + truth * (1 - bought)),
                "n_bought_control": random.binomial(m, bought),
            }
        )
        found = measured_save_rate(Uplift(table, pd.DataFrame(), pd.DataFrame())).found
        held += bool(found.low <= truth <= found.high)
    assert held / 1000 == pytest.approx(0.95, abs=0.025)
