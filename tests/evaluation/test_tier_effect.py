from datetime import date, timedelta

import ibis
import numpy as np
import pandas as pd
import pytest

from workbench.errors import BadParameter, NotEnoughData
from workbench.evaluation import deeds_by_tier, judge_tier_effect
from workbench.evaluation.tier_deeds import SUMS, TierDeeds
from workbench.features import Span, spans_before
from workbench.shop import open_shop

DAYS = [date(2025, 1, 1) + timedelta(days=91 * n) for n in range(6)]
SPANS = [Span(first, last) for first, last in zip(DAYS, DAYS[1:], strict=False)]
TIERS = ("gold", "basic")


def _deeds(spans, n=40, **sums):
    """Return n customers a period, the first half gold; sums by tier and period."""
    rows = []
    for place, span in enumerate(spans):
        for number in range(n):
            tier = TIERS[number >= n // 2]
            row = dict.fromkeys(SUMS, 0.0) | {"customers": 1.0}
            row |= {
                name: float(give(place, tier, number)) for name, give in sums.items()
            }
            rows.append({"customer_id": f"c{number:02d}", "tier": tier, **row})
            rows[-1] |= {"held_on": span.held_on, "until": span.until}
    told = frozenset({"", "feedback", "events", "category", "redemptions"})
    return TierDeeds(pd.DataFrame(rows), tuple(spans), (), told)


def _of(effect, figure, until=None):
    rows = effect.table[effect.table["figure"] == figure]
    return rows[rows["until"] == (until or rows["until"].max())].set_index("tier")


def test_a_figure_is_a_sum_over_a_sum():
    deeds = _deeds(
        SPANS[:1],
        purchase_days=lambda _, tier, n: 3 if tier == "gold" else n % 2,
    )
    found = _of(judge_tier_effect(deeds, TIERS), "purchase_days")
    assert found["value"].to_dict() == {"gold": 3.0, "basic": 0.5}
    assert found.loc["gold", ["low", "high"]].tolist() == [3.0, 3.0]
    assert found.loc["basic", "low"] < 0.5 < found.loc["basic", "high"]
    assert found["n"].tolist() == [20, 20]


def test_shares_have_wilsons_interval():
    deeds = _deeds(
        SPANS[:1], could_churn=lambda *_: 1, away=lambda _, tier, n: tier == "gold"
    )
    found = _of(judge_tier_effect(deeds, TIERS), "churn")
    assert found["value"].to_dict() == {"gold": 1.0, "basic": 0.0}
    assert found.loc["basic", "high"] == pytest.approx(0.1611, abs=1e-4)


def test_a_share_of_nobody_or_of_all_is_not_told_to_be_sure():
    """Every resample of customers without a coupon has none; ten may well have had."""
    deeds = _deeds(
        SPANS[:1], offers=lambda *_: 3, offers_taken=lambda _, tier, n: 3 * (n < 20)
    )
    found = _of(judge_tier_effect(deeds, TIERS), "offers_taken")
    assert found["value"].to_dict() == {"gold": 1.0, "basic": 0.0}
    assert found.loc["basic", "high"] == pytest.approx(0.1611, abs=1e-4)
    assert found.loc["gold", "low"] == pytest.approx(1 - 0.1611, abs=1e-4)
    assert found.loc["basic", "low"] == 0
    assert found.loc["gold", "high"] == 1


def test_under_ten_customers_nothing_is_told():
    deeds = _deeds(
        SPANS[:1],
        satisfaction_sum=lambda _, tier, n: 4 * (n < 9 or n >= 30),
        satisfaction_answers=lambda _, tier, n: n < 9 or n >= 30,
    )
    found = _of(judge_tier_effect(deeds, TIERS), "satisfaction")
    assert np.isnan(found.loc["gold", "value"])
    assert found.loc["basic", "value"] == 4.0


def test_recommendations_have_160_over_root_n_and_are_hidden_under_thirty():
    deeds = _deeds(
        SPANS[:1],
        n=128,
        nps_sum=lambda _, tier, n: 100 if n % 4 else -100,
        nps_answers=lambda _, tier, n: tier == "gold" or n < 64 + 29,
    )
    found = _of(judge_tier_effect(deeds, TIERS), "nps")
    assert found.loc["gold", "value"] == 50.0
    assert found.loc["gold", "low"] == 50.0 - 160 / np.sqrt(64)
    assert found.loc["basic", ["value", "low", "high"]].isna().all()


def test_growth_is_that_of_a_whole_tier_beside_the_period_before():
    deeds = _deeds(SPANS[:3], net_spend=lambda place, tier, n: 10 * (place + 1))
    effect = judge_tier_effect(deeds, TIERS)
    second = _of(effect, "growth", SPANS[1].until)
    assert second["value"].tolist() == pytest.approx([1.0, 1.0])
    assert second["low"].tolist() == pytest.approx([1.0, 1.0]), "all grow alike"
    assert effect.of("growth").index.tolist() == [span.until for span in SPANS[1:3]]


def test_a_year_before_is_the_period_four_quarters_back():
    deeds = _deeds(SPANS, net_spend=lambda place, tier, n: 10 + 5 * (place == 4))
    effect = judge_tier_effect(deeds, TIERS)
    assert _of(effect, "growth_of_year")["value"].tolist() == pytest.approx([0.5, 0.5])
    assert len(effect.of("growth_of_year")) == 1


def test_without_an_earlier_period_growth_is_switched_off_with_a_line():
    effect = judge_tier_effect(_deeds(SPANS[:1], net_spend=lambda *_: 1), TIERS)
    assert "growth" not in effect.figures
    assert sum("is not told" in line for line in effect.off) == 2


def test_a_tier_that_brought_nothing_before_has_no_growth():
    deeds = _deeds(SPANS[:2], net_spend=lambda place, tier, n: place)
    assert _of(judge_tier_effect(deeds, TIERS), "growth")["value"].isna().all()


def test_tiers_are_apart_where_their_intervals_are():
    deeds = _deeds(SPANS[:1], net_spend=lambda _, tier, n: 50 if tier == "gold" else 10)
    assert judge_tier_effect(deeds, TIERS).apart == pytest.approx(5.0)
    deeds = _deeds(SPANS[:1], net_spend=lambda _, tier, n: n % 7)
    assert judge_tier_effect(deeds, TIERS).apart is None
    deeds = _deeds(SPANS[:1], n=18, net_spend=lambda *_: 5)
    assert judge_tier_effect(deeds, TIERS).apart is None, "nine a tier are not told"


def test_the_newest_figures_stand_beside_each_other():
    deeds = _deeds(SPANS[:2], net_spend=lambda place, tier, n: place + 1)
    newest = judge_tier_effect(deeds, TIERS).newest
    assert newest.loc["net_spend"].to_numpy().tolist() == [[2.0, 2.0]]
    assert newest.index.get_level_values("figure")[0] == "net_spend"


def test_the_same_seed_gives_the_same_intervals():
    deeds = _deeds(SPANS[:2], net_spend=lambda place, tier, n: n % 7)
    first, second = (judge_tier_effect(deeds, TIERS, 200, 5).table for _ in range(2))
    pd.testing.assert_frame_equal(first, second)


def test_too_few_replicates_are_refused():
    with pytest.raises(BadParameter, match="100 or more"):
        judge_tier_effect(_deeds(SPANS[:1]), TIERS, 50)


def _held(days, **tier_of):
    rows = [(day, who, tier) for day in days for who, tier in tier_of.items()]
    names = ("as_of", "customer_id", "tier")
    return ibis.memtable(
        dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))
    )


@pytest.fixture
def quarter(tables_store, sound_shop):
    """Return a shop of 40 customers whose lines end with March 2026."""
    return open_shop(tables_store(sound_shop), "2026-03-31")


def test_the_tier_held_before_the_period_counts(quarter):
    spans = spans_before("2026-03-31", 30, 2)
    first = _held([spans[0].held_on], c01="gold", c02="basic")
    second = _held([spans[1].held_on], c01="basic", c02="gold")
    deeds = deeds_by_tier(first.union(second), quarter, spans)
    held = deeds.table.set_index(["held_on", "customer_id"])["tier"]
    assert held.loc[(spans[0].held_on, "c01")] == "gold"
    assert held.loc[(spans[1].held_on, "c01")] == "basic"
    assert len(deeds.table) == 4


def test_what_was_done_is_that_of_the_shop(quarter):
    spans = spans_before("2026-03-31", 30, 1)
    deeds = deeds_by_tier(_held([spans[0].held_on], c10="gold"), quarter, spans, 30)
    row = deeds.table.iloc[0]
    bought = quarter.transactions.filter(
        (quarter.transactions.customer_id == "c10")
        & (quarter.transactions.ordered_on > spans[0].held_on)
    ).execute()
    assert row["net_spend"] == float(bought["amount"].sum())
    assert row["purchase_days"] == bought["ordered_on"].nunique() > 0
    assert row["could_churn"] == 1
    assert row["away"] == 0
    assert row["satisfaction_answers"] > 0
    assert row["visit_days"] > 0
    assert 0 < row["offers_taken"] <= row["offers"]
    assert row["parts_share"] == row["part_buyers"] == 1, "one category, tea"


def test_a_shop_of_lines_only_tells_the_rest_and_says_so(tables_store, sound_shop):
    names = ("customer_id", "ordered_at", "ordered_on", "amount", "kind")
    lines = [{n: row[n] for n in names} for row in sound_shop["transactions"]]
    shop = open_shop(tables_store({"transactions": lines}), "2026-03-31")
    spans = spans_before("2026-03-31", 30, 2)
    held = _held(
        [span.held_on for span in spans], **{f"c{n}": "gold" for n in range(25, 40)}
    )
    deeds = deeds_by_tier(held, shop, spans, 90)
    effect = judge_tier_effect(deeds, TIERS)
    assert effect.figures == ("net_spend", "purchase_days", "repeat_rate", "growth")
    assert len(effect.off) == 4 + 1 + 1
    assert "churn is not told from there on" in effect.words
    assert "no table of feedback" in effect.words


def test_periods_without_tiers_are_left_out_and_said(quarter):
    spans = spans_before("2026-03-31", 30, 2)
    deeds = deeds_by_tier(_held([spans[1].held_on], c01="gold"), quarter, spans)
    assert deeds.spans == (spans[1],)
    assert any("1 periods have no tiers" in line for line in deeds.off)


def test_no_period_at_all_is_refused(quarter):
    spans = spans_before("2026-03-31", 30, 2)
    with pytest.raises(NotEnoughData, match="found tiers on 2020-01-01"):
        deeds_by_tier(_held([date(2020, 1, 1)], c01="gold"), quarter, spans)
    later = [replace_until(span) for span in spans]
    with pytest.raises(NotEnoughData, match="ends by 2026-03-31"):
        deeds_by_tier(_held([spans[0].held_on], c01="gold"), quarter, later)


def replace_until(span):
    return span._replace(until=date(2026, 12, 31))
