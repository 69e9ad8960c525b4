"""Where a customer stands in their life with the shop, as of a day."""

from __future__ import annotations

from datetime import date, timedelta

import ibis
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import BadParameter
from workbench.features import churn_table, life_cycle_table
from workbench.life_cycle_words import BY_NAME, FACTS, LIFE_CYCLE
from workbench.policy.conditions import Condition
from workbench.policy.expressions import holds
from workbench.policy.reading import Place
from workbench.window import Window

DAY = Window("2026-06-30")
START = date(2023, 1, 1)

histories = st.lists(
    st.tuples(
        st.sampled_from(["ann", "bob", "cat"]),
        st.integers(0, 1500).map(lambda n: START + timedelta(days=n)),
        st.integers(-500, 5000).map(lambda cents: cents / 100),
    ),
    min_size=1,
    max_size=20,
)


def of(found):
    return found.order_by("customer_id").execute().set_index("customer_id")


def days_before(*ago):
    return [str(DAY.days_before(days)) for days in ago]


def registered(*names, joined_on="2023-01-01"):
    days = pa.array([date.fromisoformat(joined_on)] * len(names), pa.date32())
    return ibis.memtable(pa.table({"customer_id": [*names], "joined_on": days}))


def test_a_buyer_is_counted_by_spans(clean_table):
    rows = [("a", day, 2.5) for day in days_before(0, 89, 90, 179, 180, 364)]
    (found,) = of(life_cycle_table(clean_table(rows), DAY)).to_dict("records")
    assert found["purchase_days"] == 6
    assert found["purchase_days_90d"] == found["purchase_days_90d_before"] == 2
    assert found["purchase_days_365d"] == 6
    assert found["spend_365d"] == 15
    assert found["days_since_first_order"] == 364
    assert found["days_since_last_order"] == 0
    assert found["mean_gap_days"] == pytest.approx(364 / 5)
    assert found["overdue_ratio"] == 0


def test_a_prospect_has_counts_of_0_and_no_days(clean_table):
    lines = clean_table([("a", "2026-06-01", 5), ("gave_back", "2026-06-02", -5)])
    people = registered("a", "p", "gave_back")
    found = of(life_cycle_table(lines, DAY, people))
    assert found["status"].to_dict() == {
        "a": "eligible",
        "gave_back": "prospect",
        "p": "prospect",
    }
    known = found.loc["p"].dropna().to_dict()
    assert known == {
        "status": "prospect",
        "purchase_days": 0,
        "purchase_days_90d": 0,
        "purchase_days_90d_before": 0,
        "purchase_days_365d": 0,
        "spend_365d": 0,
    }


def test_who_registers_later_is_not_known_yet(clean_table):
    lines = clean_table([("a", "2026-06-01", 5)])
    people = registered("later", joined_on="2026-07-01")
    assert of(life_cycle_table(lines, DAY, people)).index.tolist() == ["a"]


@pytest.mark.parametrize(
    ("gap", "silence"), [(365, None), (366, 365), (400, 399)], ids=str
)
def test_a_comeback_follows_a_silence_of_the_eligible_days(clean_table, gap, silence):
    first, again, last = days_before(10 + gap, 10, 3)
    rows = [("a", first, 5), ("a", again, 5), ("a", last, 5)]
    found = of(life_cycle_table(clean_table(rows), DAY)).loc["a"]
    if silence is None:
        assert (
            found[["days_since_comeback", "silence_before_comeback_days"]].isna().all()
        )
    else:
        assert found["days_since_comeback"] == 10
        assert found["silence_before_comeback_days"] == silence


def test_the_last_comeback_counts_and_a_refund_is_none(clean_table):
    bought = [("a", day, 5) for day in days_before(1200, 800, 400)]
    refund = [("a", days_before(5)[0], -5)]
    found = of(life_cycle_table(clean_table(bought + refund), DAY)).loc["a"]
    assert found["days_since_comeback"] == 400
    assert found["silence_before_comeback_days"] == 399
    assert found["status"] == "lapsed"
    assert found["days_since_last_order"] == 400


def test_the_status_is_that_of_the_churn_table(clean_table):
    rows = [(f"c{ago}", days_before(ago)[0], 5) for ago in (0, 29, 30, 31)]
    lines = clean_table(rows)
    found = of(life_cycle_table(lines, DAY, eligible_days=30))["status"]
    assert found.tolist() == ["eligible", "eligible", "lapsed", "lapsed"]
    assert found.equals(of(churn_table(lines, DAY, eligible_days=30))["status"])


def test_days_below_one_are_refused(clean_table):
    with pytest.raises(BadParameter, match="1 or more, found 0"):
        life_cycle_table(clean_table([("a", "2026-06-01", 5)]), DAY, eligible_days=0)


@settings(max_examples=15, deadline=None)
@given(rows=histories, day=st.integers(0, 1500), eligible_days=st.integers(1, 400))
def test_the_facts_hold_of_every_history(clean_table, rows, day, eligible_days):
    window = Window(START + timedelta(days=day))
    people = registered("ann", "eve")
    found = life_cycle_table(clean_table(rows), window, people, eligible_days)
    table = ibis.memtable(found.to_pyarrow())
    for text in FACTS:
        fact = Condition.parse(text, Place("facts", text, 0, len(text)))
        broken = table.filter(~holds(fact, table).fill_null(True)).execute()
        assert broken.empty, text


@settings(max_examples=15, deadline=None)
@given(rows=histories, day=st.integers(0, 1500), eligible_days=st.integers(1, 400))
def test_who_has_come_back_had_lapsed_the_day_before(
    clean_table, rows, day, eligible_days
):
    lines, window = clean_table(rows), Window(START + timedelta(days=day))
    found = of(life_cycle_table(lines, window, None, eligible_days))
    for name, ago in found["days_since_comeback"].dropna().items():
        then = Window(window.days_before(int(ago) + 1))
        earlier = of(life_cycle_table(lines, then, None, eligible_days))
        assert earlier.loc[name, "status"] == "lapsed"


@settings(max_examples=12, deadline=None)
@given(rows=histories, day=st.integers(0, 1500))
def test_later_rows_change_nothing(clean_table, rows, day):
    window, whole = Window(START + timedelta(days=day)), clean_table(rows)
    cut = whole.filter(whole.ordered_on <= window.as_of)
    tables = [of(life_cycle_table(table, window)) for table in (whole, cut)]
    pd.testing.assert_frame_equal(*tables, check_exact=True)


def test_the_table_has_the_columns_of_the_words(clean_table):
    found = life_cycle_table(clean_table([("a", "2026-06-01", 5)]), DAY)
    assert found.columns == ("customer_id", *BY_NAME)
    for one in LIFE_CYCLE:
        kind = found[one.name].type()
        is_same = kind.is_integer() == pa.types.is_integer(one.type)
        assert is_same and kind.is_string() == pa.types.is_string(one.type), one.name
