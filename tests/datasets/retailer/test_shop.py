"""The tables of a small shop hold together, and with the truth behind them."""

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from workbench.shop_tables import SHOP_TABLES
from workbench.tables import TRANSACTIONS, check, table
from workbench.truth_tables import TRUTH_TABLES


def test_every_table_is_there_and_is_clean(shop):
    words = (TRANSACTIONS, *SHOP_TABLES, *TRUTH_TABLES)
    assert set(shop.store.tables) == {one.name for one in words}
    for name in shop.store.tables:
        for part in shop.store.parts(name):
            check(pq.read_schema(part), table(name))


def test_a_table_of_the_manifest_is_readable_at_once(shop):
    events = shop.store.read("events")
    assert events.count().execute() == len(shop.events)
    assert 5 < len(shop.events) / shop.plan.customers < 10


def test_spend_and_returns_add_up_to_the_truth_to_the_cent_in_both_currencies(
    shop, by_owner
):
    truth = shop.truth.set_index("customer_id")
    for kind, column in (("purchase", "spend"), ("return", "returned")):
        rows = by_owner[by_owner["kind"] == kind]
        paid = rows.groupby("owner")["original_amount"].sum()
        assert (paid.reindex(truth.index, fill_value=0) == truth[column]).all()
        by_currency = rows.groupby("original_currency")["original_amount"].sum()
        true = truth.groupby("currency")[column].sum()
        assert (by_currency == true).all()
        assert set(true.index) == {"CNY", "SGD"}


def test_orders_are_those_of_the_truth(shop, by_owner):
    truth = shop.truth.set_index("customer_id")
    bought = by_owner[by_owner["kind"] == "purchase"]
    found = bought.groupby("owner")["order_id"].nunique()
    assert (found.reindex(truth.index, fill_value=0) == truth["orders"]).all()
    first = bought.groupby("owner")["ordered_at"].min()
    assert (first == truth.loc[first.index, "first_order_at"]).all()


def test_nobody_buys_after_leaving(shop, by_owner):
    last = by_owner[by_owner["kind"] == "purchase"].groupby("owner")["ordered_at"].max()
    left = shop.truth.set_index("customer_id")["left_at"].dropna()
    assert len(left) > 300
    assert (last.reindex(left.index) <= left).all()
    assert (shop.truth["churn_cause"].notna() == shop.truth["left_at"].notna()).all()


def test_registrations_without_a_purchase_exist(shop, by_owner):
    never = set(shop.customers["customer_id"]) - set(by_owner["owner"])
    prospects = shop.truth.loc[shop.truth["segment"] == "prospect", "customer_id"]
    assert never == set(prospects)
    assert 0.09 < len(never) / shop.plan.customers < 0.15


def test_who_buys_has_registered_by_that_day(shop, by_owner):
    joined = shop.customers.set_index("customer_id")["joined_on"]
    first = by_owner.groupby("owner")["ordered_on"].min()
    assert (first >= joined.loc[first.index]).all()


def test_a_return_names_its_order_and_takes_back_one_line(shop):
    rows = shop.transactions
    assert not rows.duplicated(["order_id", "line_no"]).any()
    back, bought = rows[rows["kind"] == "return"], rows[rows["kind"] == "purchase"]
    assert (back["amount"] <= 0).all()
    assert (back["quantity"] < 0).all()
    keys = ["order_id", "product_id", "customer_id"]
    pairs = back.merge(bought, on=keys, suffixes=("_back", ""))
    same = pairs[pairs["original_amount_back"] == -pairs["original_amount"]]
    assert set(same["line_no_back"].groupby(same["order_id"]).nunique()) <= {
        *range(1, 7)
    }
    assert len(same[["order_id", "line_no_back"]].drop_duplicates()) == len(back)
    assert (same["ordered_at_back"] > same["ordered_at"]).all()


def test_returns_come_at_each_ones_own_rate(shop, by_owner):
    truth = shop.truth.set_index("customer_id")
    usual = by_owner[~by_owner["owner"].map(truth["is_faulty"])]
    lines = pd.crosstab(usual["owner"], usual["kind"])
    rate = truth["return_rate"].loc[lines.index]
    many = rate > rate.median()
    share = lines["return"] / lines["purchase"]
    assert share[many].mean() > 2 * share[~many].mean()
    expected = (lines["purchase"] * rate).sum()
    assert 0.9 * expected < lines["return"].sum() < 1.05 * expected


def test_a_faulty_order_comes_back_and_more_of_what_is_bought_later(shop, by_owner):
    """The share of lines sent back: as ever, nearly all, then a quarter more."""
    faulty_on = by_owner["owner"].map(shop.truth.set_index("customer_id")["faulty_on"])
    rows = by_owner.assign(since=(by_owner["ordered_on"] - faulty_on).dt.days)
    bought, back = (rows[rows["kind"] == kind] for kind in ("purchase", "return"))
    of = bought.groupby("order_id").agg(
        since=("since", "first"), on=("ordered_on", "first"), lines=("line_no", "size")
    )
    of = of[of["on"] < np.datetime64(shop.plan.ends_on) - 30].dropna()
    of["back"] = back.groupby("order_id").size().reindex(of.index).fillna(0)
    before, faulty, later = (
        some[["back", "lines"]].sum()
        for some in (of[of["since"] < 0], of[of["since"] == 0], of[of["since"] > 0])
    )
    assert before["back"] / before["lines"] < 0.08
    assert faulty["back"] / faulty["lines"] > 0.9
    assert 0.2 < later["back"] / later["lines"] < 0.4


def test_lines_of_an_order_are_numbered_from_one(shop):
    bought = shop.transactions[shop.transactions["kind"] == "purchase"]
    found = bought.groupby("order_id")["line_no"].agg(["min", "max", "count"])
    assert (found["min"] == 1).all()
    assert (found["max"] == found["count"]).all()
    assert found["count"].max() > 2


def test_most_customers_have_a_dominant_interest(shop, by_owner):
    bought = by_owner[by_owner["kind"] == "purchase"]
    liked = bought["owner"].map(
        shop.truth.set_index("customer_id")["dominant_interest"]
    )
    assert 0.75 < shop.truth["dominant_interest"].notna().mean() < 0.85
    has = liked.notna()
    assert 0.6 < (bought["category"] == liked)[has].mean() < 0.8


def test_businesses_buy_in_bulk(shop):
    bought = shop.transactions[shop.transactions["kind"] == "purchase"]
    is_business = shop.customers.set_index("customer_id")["is_business"]
    of = bought["customer_id"].map(is_business).dropna().astype(bool)
    pieces = bought.loc[of.index, "quantity"]
    assert pieces[of].mean() > 5 * pieces[~of].mean()


def test_promotion_days_sell_more_at_lower_prices(shop):
    bought = shop.transactions[shop.transactions["kind"] == "purchase"]
    china = bought[bought["market"] == "CN"]
    a_day = (
        china.groupby("ordered_on")
        .size()
        .reindex(pd.date_range("2024-10-18", "2024-11-28"), fill_value=0)
    )
    inside = a_day["2024-11-01":"2024-11-11"]
    assert inside.mean() > 1.2 * a_day.drop(inside.index).mean()


def test_days_are_those_of_the_shops_own_zone(shop):
    rows = shop.transactions
    local = rows["ordered_at"].dt.tz_convert("Asia/Shanghai").dt.tz_localize(None)
    assert (local.dt.floor("D") == rows["ordered_on"]).all()
    assert shop.store.time_zone == "Asia/Shanghai"
    assert rows["ordered_on"].max() <= pd.Timestamp(shop.plan.ends_on)


def test_online_and_store_markets_and_currencies_belong_together(shop):
    rows = shop.transactions
    pairs = set(zip(rows["market"], rows["original_currency"], strict=True))
    assert pairs == {("CN", "CNY"), ("SG", "SGD")}
    assert set(rows["channel"]) == {"store", "online"}
    assert set(rows["status"]) == {"completed", "delivered late", "returned"}


def test_events_fall_between_registration_and_the_end(shop):
    joined = shop.customers.set_index("customer_id")["joined_on"]
    events = shop.events
    assert (events["happened_on"] >= events["customer_id"].map(joined)).all()
    assert events["happened_on"].max() <= pd.Timestamp(shop.plan.ends_on)
    assert set(events["kind"]) == {"view", "cart_add", "cart_remove", "favourite"}
    assert set(events["product_id"]) <= set(shop.products["product_id"])


def test_prospects_browse_too(shop):
    prospects = shop.truth.loc[shop.truth["segment"] == "prospect", "customer_id"]
    assert shop.events["customer_id"].isin(set(prospects)).sum() > 100


def test_some_of_what_is_carted_is_not_bought(shop):
    added = shop.events[shop.events["kind"] == "cart_add"]
    bought = shop.transactions[["customer_id", "product_id"]].drop_duplicates()
    found = added.merge(
        bought, on=["customer_id", "product_id"], how="left", indicator=True
    )
    share = (found["_merge"] == "left_only").mean()
    assert 0.1 < share < 0.9


def test_numbers_in_the_truth_are_possible(shop):
    truth = shop.truth
    for name in ("dropout", "satisfaction", "online_share", "return_rate"):
        assert truth[name].between(0, 1).all()
    assert (truth["rate_per_day"] >= 0).all()
    assert np.isfinite(truth["mean_value"]).all()
    assert (truth["campaign_orders"] <= truth["orders"]).all()
    assert {"x", "t_x", "T"}.isdisjoint(truth.columns)


def test_amounts_are_in_the_base_currency_at_the_rate_of_the_day(shop):
    rows = shop.transactions
    assert set(rows["currency"]) == {"CNY"} == {shop.store.currency}
    rates = shop.rates.rename(columns={"currency": "original_currency"})
    rates = rates.rename(columns={"rate_on": "ordered_on"})
    joined = rows.merge(rates, on=["ordered_on", "original_currency"])
    assert len(joined) == len(rows)
    exact = joined["original_amount"].astype(float) * joined["rate"]
    assert (abs(joined["amount"].astype(float) - exact) < 0.00501).all()
