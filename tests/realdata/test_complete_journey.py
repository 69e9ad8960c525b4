"""The Complete Journey, eight real tables: nothing lost, every orphan explained."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from workbench.datasets.complete_journey import COMPLETE_JOURNEY
from workbench.features import class_table, rfm_table
from workbench.ingest import open_store
from workbench.ingest import orphans as lost
from workbench.models import CustomerClasses, RFMScores
from workbench.tables import TABLES
from workbench.window import Window

pytestmark = [
    pytest.mark.realdata,
    pytest.mark.skipif(
        "WORKBENCH_REALDATA" not in os.environ,
        reason="WORKBENCH_REALDATA does not name the folder of real data sets",
    ),
]
RECORDS = {
    "products": 92_331,
    "customers": 801,
    "campaigns": 27,
    "contacts": 6_589,
    "coupons": 116_204,
    "transactions": 75_000,
    "redemptions": 2_102,
    "promotions": 360_535,
}


def source():
    return Path(os.environ["WORKBENCH_REALDATA"]) / "completejourney"


def get():
    command = [Path(sys.executable).parent / "workbench", "data", "get"]
    words = ["complete_journey", "--from", str(source()), "--json"]
    return subprocess.run([*command, *words], capture_output=True, text=True)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    """Get the data set as a person would."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WORKBENCH_HOME", str(tmp_path_factory.mktemp("journey")))
        done = get()
        assert (done.returncode, done.stderr) == (0, "")
        yield json.loads(done.stdout)["tables"], open_store("complete_journey")


@pytest.fixture(scope="module")
def shop(loaded):
    """Show every clean table, and every file of the source as ``raw_…``."""
    _, store = loaded
    with duckdb.connect() as connection:
        for table in RECORDS:
            parts = [str(part) for part in store.parts(table)]
            connection.read_parquet(parts).create_view(table)
        for file in COMPLETE_JOURNEY.sources:
            (path,) = [p for n in file.called if (p := source() / n).is_file()]
            connection.read_parquet(str(path)).create_view(f"raw_{file.name}")
        yield connection


def one(shop, query):
    return shop.execute(query).fetchone()


def orphans(shop, table, column):
    """Count values of a table that are not where its words say, and their rows."""
    other, _, key = TABLES[table][column].refers_to.partition(".")
    return one(
        shop,
        f"SELECT count(*), count(DISTINCT {column}) FROM {table} "
        f"WHERE {column} NOT IN (SELECT {key} FROM {other} WHERE {key} IS NOT NULL)",
    )


def test_every_record_of_all_eight_files_is_accounted_for(loaded, shop):
    receipts, store = loaded
    assert {t: r["records_in"] for t, r in receipts.items()} == RECORDS
    for table, needs in COMPLETE_JOURNEY.tables.items():
        receipt = receipts[table]
        (raw,) = one(shop, f"SELECT count(*) FROM raw_{needs}")
        assert receipt["records_in"] == raw
        assert receipt["records_in"] == receipt["accepted"] + receipt["quarantined"]
        (kept,) = one(shop, f"SELECT count(*) FROM {table}")
        assert kept == receipt["accepted"]
    set_aside = {t: r["reasons"] for t, r in receipts.items() if r["reasons"]}
    assert set_aside == {"coupons": {"duplicate_exact": 4_872}}


def test_a_second_time_changes_nothing(loaded):
    done = get()
    assert done.returncode == 0
    tables = json.loads(done.stdout)["tables"]
    assert all(receipt["already_loaded"] for receipt in tables.values())
    assert open_store("complete_journey").version == loaded[1].version


def test_pairs_of_coupon_and_product_that_are_there_twice_are_there_once(shop):
    assert one(
        shop,
        "SELECT count(*), (SELECT count(*) FROM (SELECT DISTINCT * FROM raw_coupons)) "
        "FROM coupons",
    ) == (111_332, 111_332)


def test_a_week_of_the_source_is_monday_to_sunday_in_new_york_and_nowhere_else(shop):
    """The zone is found in the weeks: with days of UTC some lines are a week late."""
    monday = "DATE '2016-12-26' + 7 * (extra_week::INTEGER - 1)"
    inside = f"ordered_on BETWEEN {monday} AND {monday} + 6"
    assert one(
        shop,
        f"SELECT count(*) FILTER ({inside}), count(DISTINCT extra_week), "
        "min(ordered_on)::VARCHAR, max(ordered_on)::VARCHAR FROM transactions",
    ) == (75_000, 53, "2017-01-01", "2017-12-31")
    (late,) = one(
        shop,
        "SELECT count(*) FROM raw_transactions WHERE transaction_timestamp::DATE > "
        "DATE '2016-12-26' + 7 * (week - 1) + 6",
    )
    assert late == 1_770


def test_a_promotion_lasts_the_week_in_which_the_lines_are(shop):
    """Weeks of promotions are those of lines: their first days come from the pairs."""
    pairs = shop.execute(
        "SELECT extra_week::INTEGER, date_trunc('week', min(ordered_on))::DATE, "
        "date_trunc('week', max(ordered_on))::DATE FROM transactions GROUP BY ALL"
    ).fetchall()
    first_days = {week: first for week, first, last in pairs if first == last}
    weeks = shop.execute(
        "SELECT DISTINCT split_part(promotion_id, '-', 1)::INTEGER, starts_on, ends_on "
        "FROM promotions"
    ).fetchall()
    assert len(first_days) == 53
    assert {week: first for week, first, _ in weeks} == first_days
    assert {(last - first).days for _, first, last in weeks} == {6}


def test_an_hour_of_the_shop_is_no_hour_of_the_night(shop):
    (quietest,) = one(
        shop,
        "SELECT (hour(ordered_at AT TIME ZONE 'America/New_York')) AS h "
        "FROM transactions GROUP BY h ORDER BY count(*) LIMIT 1",
    )
    assert 2 <= quietest <= 5


def test_amount_and_discount_are_the_price_on_the_shelf(shop):
    """What the maker's coupon takes off is in the amount; taken off it fits nowhere."""
    found = one(
        shop,
        """
        WITH shelf AS (
            SELECT product_id, extra_week, median((amount + discount) / quantity) AS p
            FROM transactions
            WHERE extra_maker_coupon::DOUBLE = 0 AND quantity > 0
            GROUP BY ALL
        )
        SELECT
            count(*),
            count(*) FILTER (abs((amount + discount) / quantity - p) < .006),
            count(*) FILTER (
                abs((amount + discount + extra_maker_coupon::DOUBLE) / quantity - p)
                < .006
            )
        FROM transactions JOIN shelf USING (product_id, extra_week)
        WHERE extra_maker_coupon::DOUBLE > 0 AND quantity > 0
        """,
    )
    assert found == (123, 114, 0)


def test_lines_of_no_pieces_cost_nothing_and_keep_the_visit(shop):
    assert one(
        shop,
        "SELECT count(*), sum(amount), (SELECT count(*) FROM raw_transactions "
        "WHERE quantity = 0) FROM transactions WHERE quantity IS NULL",
    ) == (416, 0, 416)
    assert one(
        shop,
        "SELECT count(*), count(*) FILTER (discount > 0) FROM transactions "
        "WHERE amount = 0 AND quantity > 0",
    ) == (113, 104)
    assert one(
        shop,
        "SELECT count(*) FROM (SELECT customer_id FROM transactions GROUP BY 1 "
        "HAVING count(quantity) = 0)",
    ) == (4,)


def test_who_buys_and_told_nothing_of_themselves_is_no_registered_customer(shop):
    """One household in three filled in the form; all who did are seen buying."""
    assert orphans(shop, "transactions", "customer_id") == (32_801, 1_576)
    assert orphans(shop, "contacts", "customer_id") == (2_754, 803)
    assert orphans(shop, "redemptions", "customer_id") == (433, 115)
    assert one(
        shop,
        "SELECT count(*) FROM customers "
        "WHERE customer_id IN (SELECT customer_id FROM transactions)",
    ) == (801,)


def test_products_that_no_list_knows_are_coupons_scanned_like_goods(shop):
    """All but one of the lines are of no pieces; the one was bought and given for."""
    assert orphans(shop, "transactions", "product_id") == (222, 5)
    assert one(
        shop,
        "SELECT count(*), sum(amount) FROM transactions WHERE quantity IS NULL "
        "AND product_id NOT IN (SELECT product_id FROM products)",
    ) == (221, 0)
    assert orphans(shop, "coupons", "product_id") == (16, 6)
    assert orphans(shop, "promotions", "product_id") == (0, 0)


def test_every_redeemed_coupon_and_every_campaign_is_known(shop):
    for table in ("contacts", "coupons", "redemptions"):
        assert orphans(shop, table, "campaign_id") == (0, 0)
    assert orphans(shop, "redemptions", "coupon_id") == (0, 0)
    outside = one(
        shop,
        "SELECT count(*) FROM redemptions JOIN campaigns USING (campaign_id) "
        "WHERE redeemed_on NOT BETWEEN starts_on AND ends_on",
    )
    assert outside == (0,)


def test_the_door_counts_the_same_orphans(loaded):
    receipts, store = loaded
    checked = [found for found in lost(store) if not found.not_checked]
    customers, products = "customers.customer_id", "products.product_id"
    assert {one.name: (one.rows, one.values) for one in checked if one.rows} == {
        f"transactions.customer_id → {customers}": (32_801, 1_576),
        f"contacts.customer_id → {customers}": (2_754, 803),
        f"redemptions.customer_id → {customers}": (433, 115),
        f"transactions.product_id → {products}": (222, 5),
        f"coupons.product_id → {products}": (16, 6),
    }
    said = receipts["transactions"]["orphans"][f"transactions.product_id → {products}"]
    assert said == {"rows": 222, "values": 5}


def test_two_chosen_households_are_in_no_line_of_the_sample(shop):
    found = shop.execute(
        "SELECT DISTINCT customer_id FROM contacts WHERE customer_id NOT IN "
        "(SELECT customer_id FROM transactions) ORDER BY 1"
    ).fetchall()
    assert found == [("572",), ("834",)]


def test_the_2377_households_of_the_sample_have_rfm_scores(loaded, shop):
    """They are those with a line in the sample; the whole year has 2,469."""
    (in_source,) = one(
        shop, "SELECT count(DISTINCT household_id) FROM raw_transactions"
    )
    table = rfm_table(loaded[1].read(), Window("2017-12-31", 90)).execute()
    assert in_source == len(table) == table["customer_id"].nunique() == 2_377
    scores = RFMScores().fit(table).score(table)
    assert len(scores) == 2_377
    for column in ("r_score", "f_score", "m_score"):
        assert sorted(scores[column].unique()) == [1, 2, 3, 4, 5]
    assert scores["segment"].notna().all()
    (spent,) = one(shop, "SELECT sum(amount) FROM transactions")
    assert round(table["spend"].sum(), 2) == float(spent) == 233_935.24


def test_the_2377_households_have_classes_by_category_and_by_department(loaded):
    store, day = open_store("complete_journey"), Window("2017-12-31")
    tables = {name: store.read(name) for name in ("customers", "products")}
    found = {
        level: class_table(store.read(), day, **tables, level=level)
        for level in ("category", "department")
    }
    classes = {}
    for level, one in found.items():
        assert [line.partition(":")[0] for line in one.switched_off] == [
            "geography",
            "browsing",
        ]
        buyers = one.customers.execute()
        assert len(buyers) == 2_377
        classes[level] = CustomerClasses().fit(buyers).classify(buyers)
    kinds = ["frequency_class", "amount_class", "activity_class", "interest_class"]
    for given in classes.values():
        assert not given[kinds].isna().any(axis=None)
        assert set(given["amount_class"]) == {"small", "middle", "large"}
    # three hundred categories: hardly one leads; of the departments one does
    leads = {level: c["interest"].notna().mean() for level, c in classes.items()}
    assert leads["category"] < 0.05 < 0.8 < leads["department"]
    assert classes["department"]["interest"].value_counts().idxmax() == "GROCERY"
