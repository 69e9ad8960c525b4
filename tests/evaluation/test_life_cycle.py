"""Who stands where on a day, who moved, and how it went over the days."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import ibis
import pandas as pd
import pytest

from workbench.datasets.retailer import Plan, write_retailer
from workbench.errors import BadParameter
from workbench.evaluation import (
    customer_stages,
    month_ends,
    stage_moves,
    stage_shares,
    stages_over_time,
    without_small_groups,
)
from workbench.ingest import Mapping, Origin, publish
from workbench.policy import Stages
from workbench.shop import open_shop
from workbench.window import Window

DAY = Window("2026-06-30")


@pytest.fixture(scope="module")
def stages():
    return Stages.load(Path(__file__).parents[2] / "experiments" / "stages.yaml")


@pytest.fixture(scope="module")
def retailer(tmp_path_factory):
    """Make a synthetic shop of three years whose last day is 2026-05-31."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WORKBENCH_HOME", str(tmp_path_factory.mktemp("home")))
        plan = Plan(2_000, 11)
        origin = Origin("made", plan.parameters, Mapping(currency="CNY"))
        publish(lambda where: write_retailer(plan, where, 1), "retailer", origin)
        yield open_shop("retailer", "2026-05-31")


def staged(**names):
    frame = pd.DataFrame({"customer_id": [*names], "stage": [*names.values()]})
    return ibis.memtable(frame)


def test_the_table_says_stage_and_spend_of_everybody(clean_table, stages):
    lines = clean_table(
        [("a", "2026-06-29", 5), ("a", "2025-03-01", 9), ("b", "2026-06-01", 4)]
    )
    people = ibis.memtable(pd.DataFrame({"customer_id": ["p"]}))
    found = (
        customer_stages(lines, DAY, stages, people).order_by("customer_id").execute()
    )
    assert found.to_dict("list") == {
        "customer_id": ["a", "b", "p"],
        "stage": ["won_back", "new", "prospect"],
        "spend_365d": [5.0, 4.0, 0.0],
    }


def test_shares_are_of_everybody_and_of_all_spend(stages):
    frame = pd.DataFrame(
        {
            "customer_id": [f"c{n}" for n in range(49)],
            "stage": ["mature"] * 30 + ["lapsed"] * 10 + ["new"] * 9,
            "spend_365d": [3.0] * 30 + [0.0] * 10 + [10 / 9] * 9,
        }
    )
    found = stage_shares(ibis.memtable(frame), stages)
    assert found.index.tolist() == list(stages.names)
    assert found.loc["mature", "n_customers"] == 30
    assert found.loc["mature", "share_of_customers"] == pytest.approx(30 / 49)
    assert found.loc["mature", "share_of_spend"] == pytest.approx(0.9)
    assert found.loc["lapsed", "share_of_spend"] == 0
    assert found.loc["prospect", "n_customers"] == 0
    assert found.loc["new"].isna().all()


def test_moves_go_from_rows_to_columns_and_newcomers_stand_last():
    before = staged(a="new", b="new", c="old", gone="old")
    now = staged(a="old", b="new", c="old", d="new")
    found = stage_moves(before, now, ("new", "old", "none"))
    assert found.index.tolist() == ["new", "old", "none", "not known yet"]
    assert found.columns.tolist() == ["new", "old", "none"]
    assert found.to_numpy().tolist() == [[1, 1, 0], [0, 1, 0], [0, 0, 0], [1, 0, 0]]
    assert without_small_groups(found).loc["new"].tolist() == ["<10", "<10", "–"]


def test_without_names_the_stages_are_those_that_are_found():
    found = stage_moves(staged(a="x"), staged(a="y", b="x"))
    assert found.index.tolist() == ["x", "y", "not known yet"]
    assert found.columns.tolist() == ["x", "y"]


def test_customers_move_only_where_a_life_can_go(retailer, stages):
    """Who has lapsed comes back as won back; nobody is new or a prospect again."""
    day, earlier = Window("2026-05-31"), Window("2026-02-28")
    before, now = (
        customer_stages(retailer.transactions, window, stages, retailer.customers)
        for window in (earlier, day)
    )
    moves = stage_moves(before, now, stages.names)
    assert moves.to_numpy().sum() == retailer.everybody.count().execute()
    assert set(moves.columns[moves.loc["lapsed"] > 0]) == {"lapsed", "won_back"}
    bought = [name for name in stages.names if name not in ("prospect", "new")]
    assert moves.loc[bought, ["prospect", "new"]].to_numpy().sum() == 0
    assert moves.loc["new", "declining"] > moves.loc["new", "growing"] > 0


def test_a_stage_says_who_stays_away(retailer, stages):
    """Of those who decline more stay away for 90 days than of those who are mature."""
    window = Window("2026-02-28", 90)
    table = customer_stages(retailer.transactions, window, stages, retailer.customers)
    ahead = window.future(retailer.transactions)
    came = set(ahead.filter(ahead.kind == "purchase").customer_id.execute())
    found = table.execute()
    stayed_away = ~found["customer_id"].isin(came)
    share = stayed_away.groupby(found["stage"]).mean()
    assert share["declining"] > share["mature"] + 0.15
    assert share["lapsed"] > share["declining"]


def test_every_day_has_everybody_who_was_known_on_it(retailer, stages):
    days = month_ends("2026-05-31", 3)
    found = stages_over_time(retailer, stages, days)
    assert found.index.tolist() == days
    assert found.columns.tolist() == list(stages.names)
    one = customer_stages(
        retailer.transactions, Window(days[0]), stages, retailer.customers
    )
    counts = one.execute()["stage"].value_counts()
    assert found.loc[days[0]].to_dict() == counts.reindex(stages.names).to_dict()
    assert found.sum(axis=1).is_monotonic_increasing


def test_a_day_after_the_shops_own_is_refused(retailer, stages):
    with pytest.raises(BadParameter, match="up to 2026-05-31.*found 2026-06-30"):
        stages_over_time(retailer, stages, ["2026-06-30"])


def test_cdnow_has_no_prospects_and_every_buyer_a_stage(cdnow, stages):
    found = customer_stages(cdnow, Window("1998-06-30"), stages).execute()
    counts = found["stage"].value_counts().to_dict()
    assert sum(counts.values()) == 23_570
    assert set(counts) == set(stages.names) - {"prospect", "new"}


def test_the_last_day_of_a_month_is_a_month_end():
    assert month_ends("2026-02-28", 2) == [date(2026, 1, 31), date(2026, 2, 28)]
    assert month_ends(date(2026, 2, 27), 1) == [date(2026, 1, 31)]
