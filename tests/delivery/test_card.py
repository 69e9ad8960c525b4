import jinja2
import pandas as pd
import pytest

from workbench.delivery import card
from workbench.errors import NotEnoughData
from workbench.evaluation import Measured
from workbench.policy import Cuts, MarketCuts


def frame(**tiers):
    rows = [(f"{t}{i}", t) for t, n in tiers.items() for i in range(n)]
    return pd.DataFrame(rows, columns=["customer_id", "tier"])


def test_a_fact_that_is_missing_is_an_error():
    with pytest.raises(jinja2.UndefinedError):
        card.render_card({"as_of": "2026-06-30"})


def test_metrics_with_interval_and_direction():
    rows = card.metric_rows({"mae": Measured(0.12345, "orders", False, 0.1, 0.15)})
    assert rows == [
        {
            "name": "mae",
            "value": "0.1235",
            "interval": "[0.1, 0.15]",
            "unit": "orders",
            "better": "lower",
        }
    ]


def test_the_bins_that_miss_are_told():
    holdout = pd.DataFrame({"actual": [0.0] * 50 + [1.0] * 50})
    honest = holdout.assign(predicted=[0.02] * 50 + [0.98] * 50)
    wrong = holdout.assign(predicted=[0.5] * 50 + [0.98] * 50)
    assert "no group" in card.failings("churn", card.calibration(honest))[0]
    told = card.failings("churn", card.calibration(wrong))
    assert "churn: group 1 of 10 (lowest first, 10 customers) was said 0.5" in told[0]
    assert told[0].endswith("too high.")


def test_without_a_holdout_the_card_says_so():
    assert card.calibration(None) is None
    assert "not known" in card.failings("clv", None)[0]


def test_small_tiers_are_not_shown():
    summary = pd.DataFrame(
        {
            "tier": ["a", "b"],
            "customers": [9, 12],
            "share_of_customers": [0.4, 0.6],
            "share_of_spend": [0.9, 0.1],
            "expected_value": [5.0, 1234.0],
        }
    )
    small, large = card.tier_rows(summary)
    assert set(small.values()) == {"a", "under 10", "–"}
    assert large["expected_value"] == "1,234"


def test_who_moves_is_counted_and_small_groups_are_hidden():
    before = frame(a=30, b=30)
    after = before.assign(tier=["b"] * 3 + ["a"] * 27 + ["a"] * 12 + ["b"] * 18)
    table = card.moves_table(before, after, ["a", "b"], ["a", "b"])
    assert table.to_numpy().tolist() == [[27, 3], [12, 18]]
    facts = card.moves_facts(table, "old")
    assert "15 of 60 customers change tier (25.0%)" in facts["words"]
    assert facts["rows"][0]["cells"] == ["27", "under 10"]


def test_two_tables_without_common_customers():
    with pytest.raises(NotEnoughData):
        card.moves_table(frame(a=1), frame(b=1), ["a"], ["b"])


FACTS = {
    "policy": {"title": "Small", "about": "For tests.", "lacks": ["Nothing."]},
    "data": {"name": "shop", "version": "1", "rows": 3, "sha256": "ab"},
    "moves": {"words": "Nobody.", "rows": [], "to": []},
    "stages": [],
    "fails": [],
    "tiers": [],
    "dirty": False,
    "scope": "all",
    "customers": 2,
} | {name: name for name in ("as_of", "run", "by", "reason", "commit", "approved_on")}


def test_thresholds_per_market_stand_on_the_card_where_there_are_some():
    facts = FACTS | {"valid_until": "2026-09-30"}
    own = {"high": MarketCuts({"CN": 500.0, "SG": 99.5}, ("XX",))}
    lines = card.threshold_lines(Cuts({"high": 480.0}, by_market=own))
    page = card.render_card(facts | {"thresholds": lines})
    assert (
        "\n## Thresholds per market\n\n- `high`: CN 500, SG 99.5, whole shop 480; the "
        "whole shop's also counts for XX, with fewer than 100 customers to learn from."
        "\n\n## Who moves tier\n"
    ) in page
    none = card.threshold_lines(Cuts({"high": 480.0}))
    assert "Thresholds" not in card.render_card(facts | {"thresholds": none})
