"""Everybody who is known on a day stands in the spine, once."""

from __future__ import annotations

from datetime import date

import ibis
import pandas as pd
import pyarrow as pa

from workbench.features import on_spine, spine
from workbench.window import Window

DAY = Window("2026-06-30")


def registered(**columns):
    return ibis.memtable(pa.table(columns))


def of(found):
    return found.order_by("customer_id").execute().set_index("customer_id")


def test_without_registrations_it_is_the_buyers(clean_table):
    lines = clean_table([("b", "2026-01-01", 5), ("a", "2026-06-30", 5)])
    found = of(spine(lines, None, DAY))
    assert found.index.tolist() == ["a", "b"]
    assert found.isna().all(axis=None)


def test_who_registered_and_never_bought_is_there(clean_table):
    lines = clean_table([("a", "2026-01-01", 5)])
    days = pa.array([date(2026, 1, 1), date(2026, 6, 30), date(2026, 7, 1)])
    customers = registered(customer_id=["a", "new", "tomorrow"], joined_on=days)
    found = of(spine(lines, customers, DAY))
    assert found.index.tolist() == ["a", "new"]
    assert str(found.loc["new", "joined_on"])[:10] == "2026-06-30"


def test_who_only_returned_is_no_buyer(clean_table):
    lines = clean_table([("a", "2026-01-01", 5), ("gave_back", "2026-01-02", -5)])
    assert of(spine(lines, None, DAY)).index.tolist() == ["a"]


def test_a_day_of_registration_that_nobody_knows_counts_as_since_ever(clean_table):
    lines = clean_table([("a", "2026-01-01", 5)])
    customers = registered(
        customer_id=["x"], joined_on=pa.nulls(1, pa.date32()), is_business=[True]
    )
    found = of(spine(lines, customers, DAY))
    assert found.index.tolist() == ["a", "x"]
    assert found.loc["x", "is_business"] is True


def test_a_buyer_who_registers_later_is_known_as_a_buyer(clean_table):
    lines = clean_table([("a", "2026-01-01", 5)])
    customers = registered(
        customer_id=["a"], joined_on=[date(2026, 8, 1)], market=["SG"]
    )
    found = of(spine(lines, customers, DAY))
    assert found.index.tolist() == ["a"]
    assert pd.isna(found.loc["a", "market"])


def test_the_market_is_the_registration_s_else_that_of_most_purchase_days(clean_table):
    rows = [("a", d, 5) for d in ("2026-01-01", "2026-01-02", "2026-01-03")]
    lines = clean_table([*rows, ("b", "2026-01-01", 5), ("c", "2026-01-01", 5)])
    lines = lines.mutate(
        market=ibis.cases(
            (lines.customer_id == "c", ibis.null("string")),
            (lines.ordered_on <= "2026-01-01", "CN"),
            else_="SG",
        )
    )
    customers = registered(customer_id=["b"], market=["JP"])
    found = of(spine(lines, customers, DAY))["market"]
    assert found.loc[["a", "b"]].tolist() == ["SG", "JP"]
    assert pd.isna(found["c"])


def test_scores_stand_on_the_spine(clean_table):
    lines = clean_table([("a", "2026-01-01", 5)])
    customers = registered(customer_id=["new"])
    scores = pd.DataFrame({"customer_id": ["a"], "clv": [3.5]})
    found = on_spine(scores, spine(lines, customers, DAY))
    assert found["customer_id"].tolist() == ["a", "new"]
    assert found["clv"].tolist()[0] == 3.5
    assert pd.isna(found["clv"].tolist()[1])
