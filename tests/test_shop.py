"""A shop on a day: customers joined, of one channel or market, and everybody in it."""

from __future__ import annotations

import pandas as pd
import pytest

from workbench.datasets.retailer import Plan, write_retailer
from workbench.errors import BadParameter, UnknownName
from workbench.ingest import Mapping, Origin, ingest, open_store, publish
from workbench.shop import open_shop

LAST = "2026-05-31"


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WORKBENCH_HOME", str(folder))
        plan = Plan(2_000, 11)
        origin = Origin("made", plan.parameters, Mapping(currency="CNY"))
        publish(lambda where: write_retailer(plan, where, 1), "retailer", origin)
        file = folder / "three.csv"
        file.write_text(
            "customer_id,ordered_at,amount\na,2026-05-01,3\nb,2026-05-31,4\n"
        )
        ingest(file, into="three")
        yield folder


@pytest.fixture(scope="module")
def retailer(home):
    return open_shop("retailer", LAST)


def truth(shop, name="truth"):
    return shop.store.read(name).execute()


def test_no_declared_key_is_joined_to_the_wrong_customer(retailer):
    known = truth(retailer, "truth_identities").set_index("key")
    found = retailer.keys.owners.set_index("key")["customer_id"]
    assert retailer.conflicts.empty
    assert found.to_dict() == known.loc[known["is_known"], "customer_id"].to_dict()


def test_lines_of_known_cards_are_their_customers(retailer):
    lines = retailer.transactions
    raw = retailer.store.read()
    assert lines.count().execute() == raw.count().execute()
    assert lines.amount.sum().execute() == raw.amount.sum().execute()
    keys = truth(retailer, "truth_identities")
    known = set(keys.loc[keys["is_known"], "key"])
    cards = set(raw.customer_id.execute())
    left = set(lines.customer_id.execute())
    assert known & cards
    assert not known & left
    assert {c for c in cards - known if c.startswith("K")} <= left


def test_spend_of_whoever_is_wholly_known_is_the_truth(retailer):
    lines = retailer.transactions
    bought = lines.filter(lines.kind == "purchase")
    sums = bought.group_by("customer_id").agg(s=bought.original_amount.sum())
    found = sums.execute().set_index("customer_id")["s"]
    keys = truth(retailer, "truth_identities")
    unknown = set(keys.loc[~keys["is_known"], "customer_id"])
    real = truth(retailer).set_index("customer_id")
    real = real[(real["orders"] > 0) & ~real.index.isin(unknown)]
    assert found.reindex(real.index).tolist() == real["spend"].tolist()


def test_an_earlier_day_knows_fewer_keys(retailer):
    earlier = open_shop("retailer", "2024-06-30")
    assert 0 < len(earlier.keys.owners) < len(retailer.keys.owners)


def test_everybody_is_there_once_with_prospects(retailer):
    found = retailer.everybody.execute()
    assert found["customer_id"].is_unique
    registered = set(retailer.store.read("customers").customer_id.execute())
    assert registered <= set(found["customer_id"])
    never = truth(retailer).query("orders == 0")["customer_id"]
    assert len(never) > 100
    assert set(never) <= set(found["customer_id"])


def test_a_channel_and_a_market_part_the_lines(retailer):
    whole = retailer.transactions.count().execute()
    for name, values in (("channel", ("store", "online")), ("market", ("CN", "SG"))):
        parts = [open_shop("retailer", LAST, f"{name}={value}") for value in values]
        assert sum(p.transactions.count().execute() for p in parts) == whole
    both = open_shop("retailer", LAST, "channel=store,market=SG").transactions
    assert set(both.channel.execute()) == {"store"}
    assert set(both.market.execute()) == {"SG"}


def test_a_market_has_its_own_registrations_and_its_buyers(retailer):
    sg = open_shop("retailer", LAST, "market=SG")
    never = truth(retailer).query("orders == 0")["customer_id"]
    found = sg.everybody.execute().set_index("customer_id")
    assert set(found["market"]) == {"SG"}
    assert len(set(never) & set(found.index)) > 10


def test_a_channel_has_its_buyers_with_their_profiles_and_nobody_else(retailer):
    online = open_shop("retailer", LAST, "channel=online")
    lines = online.transactions
    bought = lines.filter(lines.kind == "purchase").customer_id
    found = online.everybody.execute()
    assert len(found) == bought.nunique().execute()
    whole = retailer.everybody.execute().set_index("customer_id")
    profile = ["joined_on", "market", "membership", "is_business"]
    same = whole.loc[found["customer_id"], profile].reset_index(drop=True)
    pd.testing.assert_frame_equal(found[profile], same, check_dtype=False)


def test_a_registration_under_a_key_counts_for_its_customer(tmp_path):
    (tmp_path / "lines.csv").write_text(
        "customer_id,ordered_at,amount\nK2,2026-01-01,3\n"
    )
    (tmp_path / "people.csv").write_text(
        "customer_id,joined_on,membership\n"
        "K1,2025-01-01,basic\nK2,2025-02-01,basic\nC2,2025-03-01,premium\n"
    )
    (tmp_path / "keys.csv").write_text("key,customer_id\nK1,C1\nK2,C2\n")
    for table, name in (
        ("transactions", "lines"),
        ("customers", "people"),
        ("identities", "keys"),
    ):
        ingest(tmp_path / f"{name}.csv", table, tmp_path / "s")
    found = open_shop(str(tmp_path / "s"), "2026-01-31").everybody.execute()
    found = found.set_index("customer_id")["membership"]
    assert found.to_dict() == {"C1": "basic", "C2": "premium"}


def test_a_complaint_is_open_until_the_day_that_it_was_closed(tmp_path):
    (tmp_path / "f.csv").write_text(
        "feedback_id,customer_id,kind,opened_on,closed_on\n"
        "1,a,complaint,2026-01-01,2026-02-01\n2,a,complaint,2026-01-01,2026-01-02\n"
    )
    ingest(tmp_path / "f.csv", "feedback", tmp_path / "s")
    found = open_shop(str(tmp_path / "s"), "2026-01-15").table("feedback").execute()
    found = found.set_index("feedback_id")["closed_on"]
    assert found.isna().to_dict() == {"1": True, "2": False}


def test_other_tables_are_cut_at_the_day_and_joined(retailer):
    earlier = open_shop("retailer", "2024-06-30")
    events = earlier.table("events")
    assert str(events.happened_on.max().execute())[:10] <= "2024-06-30"
    assert retailer.table("events").count().execute() > events.count().execute()
    assert earlier.table("products").count().execute() > 0


def test_a_shop_with_three_columns_has_nothing_else(home):
    shop = open_shop(open_store("three"), "2026-05-31")
    assert shop.customers is None
    assert shop.conflicts is None
    assert shop.table("events") is None
    assert shop.customer_of("a") == "a"
    assert sorted(shop.everybody.customer_id.execute()) == ["a", "b"]


def test_an_unknown_channel_or_table_is_refused_with_the_nearest(home, retailer):
    with pytest.raises(UnknownName, match="online"):
        _ = open_shop("retailer", LAST, "channel=onlin").transactions
    with pytest.raises(BadParameter, match="says of no line its market"):
        _ = open_shop("three", LAST, "market=CN").transactions
    with pytest.raises(UnknownName, match="events"):
        retailer.table("event")


def test_a_card_s_number_leads_to_its_customer(retailer):
    key, customer = retailer.keys.owners.iloc[0][["key", "customer_id"]]
    assert retailer.customer_of(key) == customer
    assert retailer.customer_of("nobody") == "nobody"
