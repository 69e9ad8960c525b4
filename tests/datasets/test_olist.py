"""A small Olist, made here with the real layout's quirks: nothing is lost in a join."""

from __future__ import annotations

import csv
from collections import Counter

import duckdb
import numpy as np
import pytest

from workbench.datasets.derived_tables import write_tables
from workbench.datasets.olist import OLIST
from workbench.errors import DataWarning, RejectedFile
from workbench.ingest import ingest, open_store

N_PLAIN = 120
CUSTOMERS = (
    *("customer_id", "customer_unique_id", "customer_zip_code_prefix"),
    *("customer_city", "customer_state"),
)
ORDERS = (
    *("order_id", "customer_id", "order_status", "order_purchase_timestamp"),
    *("order_approved_at", "order_delivered_carrier_date"),
    *("order_delivered_customer_date", "order_estimated_delivery_date"),
)
ITEMS = (
    *("order_id", "order_item_id", "product_id", "seller_id"),
    *("shipping_limit_date", "price", "freight_value"),
)
REVIEWS = (
    *("review_id", "order_id", "review_score", "review_comment_title"),
    *("review_comment_message", "review_creation_date", "review_answer_timestamp"),
)
PLACES = (
    *("geolocation_zip_code_prefix", "geolocation_lat", "geolocation_lng"),
    *("geolocation_city", "geolocation_state"),
)
#: Order, its customer, the person, postcode, city, state, status, day.
SPECIAL = (
    ("o_old", "c_old", "anna", "01037", "são paulo", "SP", "delivered", "2017-02-01"),
    (
        "o_new",
        "c_new",
        "anna",
        "20031",
        "rio de janeiro",
        "RJ",
        "shipped",
        "2018-02-01",
    ),
    ("o_app", "c_app", "bea", "01037", "sao paulo", "SP", "approved", "2018-03-01"),
    ("o_pro", "c_pro", "bea", "01037", "sao paulo", "SP", "processing", "2018-03-02"),
    ("o_inv", "c_inv", "bea", "01037", "sao paulo", "SP", "invoiced", "2018-03-03"),
    (
        "o_can",
        "c_can",
        "caio",
        "88000",
        "joaçaba",
        "SC",
        "canceled",
        "2018-03-04",
    ),
    ("o_una", "c_una", "davi", "01037", "sao paulo", "SP", "unavailable", "2018-03-05"),
    ("o_cre", "c_cre", "edu", "01037", "sao paulo", "SP", "created", "2018-03-06"),
    ("o_non", "c_non", "fabio", "01037", "sao paulo", "SP", "delivered", "2018-03-07"),
)
WITHOUT_ITEMS = ("o_una", "o_cre", "o_non")
COMMENT = 'chegou "rápido",\nmuito bom'


def write(path, headings, rows, encoding="utf-8"):
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC)
        writer.writerows([headings, *rows])


def orders():
    random = np.random.default_rng(5)
    plain = [
        (f"p{n}", f"cp{n}", f"person{n // 2}", "13056", "campinas", "SP", "delivered")
        + (f"2018-01-{random.integers(1, 29):02d}",)
        for n in range(N_PLAIN)
    ]
    return [*plain, *SPECIAL]


@pytest.fixture
def folder(tmp_path):
    """Write the files as they are unpacked from Kaggle's zip."""
    folder = tmp_path / "archive"
    folder.mkdir()
    known = orders()
    dated = [
        (order, customer, status, f"{day} 23:30:00", "", "", "", "")
        for order, customer, _, _, _, _, status, day in known
    ]
    write(folder / "olist_orders_dataset.csv", ORDERS, dated)
    write(
        folder / "olist_customers_dataset.csv",
        CUSTOMERS,
        [row[1:6] for row in known],
    )
    items = [
        (order, 1, "prod_a", "s1", "2018-04-01 00:00:00", 10.5, 2.25)
        for order, *_ in known
        if order not in WITHOUT_ITEMS
    ]
    items.append(("o_old", 2, "prod_a", "s1", "2018-04-01 00:00:00", 10.5, 2.25))
    items.append(("ghost", 1, "prod_b", "s1", "2018-04-01 00:00:00", 5.0, 1.0))
    write(folder / "olist_order_items_dataset.csv", ITEMS, items)
    asked = ("2018-01-18 00:00:00", "2018-01-20 21:46:59")
    reviews = [
        ("r1", "o_old", 5, "", COMMENT, *asked),
        ("r2", "o_new", 1, "ruim", "", *asked),
        ("r3", "o_una", 2, "", "", *asked),
        *((f"rp{n}", f"p{n}", 4, "", "", *asked) for n in range(N_PLAIN)),
        ("r_two", "o_app", 3, "", "", *asked),
        ("r_two", "o_pro", 3, "", "", *asked),
        ("r_lost", "ghost", 3, "", "", *asked),
    ]
    write(folder / "olist_order_reviews_dataset.csv", REVIEWS, reviews)
    places = [
        ("01037", -23.5, -46.6, "sao paulo", "SP"),
        ("1037", -23.7, -46.8, "são paulo", "SP"),
        ("20031", -22.9, -43.2, "rio de janeiro", "RJ"),
    ]
    write(folder / "olist_geolocation_dataset.csv", PLACES, places)
    products = (("prod_a", "beleza_saude"), ("prod_b", "pc_gamer"), ("prod_c", ""))
    write(
        folder / "olist_products_dataset.csv",
        ("product_id", "product_category_name"),
        products,
    )
    write(
        folder / "product_category_name_translation.csv",
        ("product_category_name", "product_category_name_english"),
        [("beleza_saude", "health_beauty")],
        encoding="utf-8-sig",
    )
    return folder


def raw(folder, to):
    return {one.table: rows(one.path) for one in write_tables(OLIST, folder, to)}


def rows(path):
    return duckdb.read_parquet(str(path)).to_arrow_table().to_pylist()


def test_every_item_and_every_order_without_items_is_a_raw_line(folder, tmp_path):
    found = raw(folder, tmp_path / "raw")["transactions"]
    items = rows_of(folder / "olist_order_items_dataset.csv")
    there = Counter((row["order_id"], row["order_item_id"]) for row in found)
    assert there == Counter(
        [(row["order_id"], row["order_item_id"]) for row in items]
        + [(order, None) for order in WITHOUT_ITEMS]
    )
    (ghost,) = [row for row in found if row["order_id"] == "ghost"]
    assert ghost["customer_unique_id"] is None
    assert (ghost["price"], ghost["product_id"]) == ("5.0", "prod_b")


def test_a_person_is_there_once_at_the_newest_address(folder, tmp_path):
    found = raw(folder, tmp_path / "raw")["customers"]
    people = {row["customer_unique_id"]: row for row in found}
    assert len(people) == len(found) == N_PLAIN // 2 + 6
    assert people["anna"] == {
        "customer_unique_id": "anna",
        "market": "RJ",
        "region": "RJ",
        "city": "rio de janeiro",
        "zip": "20031",
        "lat": "-22.9",
        "lng": "-43.2",
        "source_rows": "2",
    }
    file = rows_of(folder / "olist_customers_dataset.csv")
    assert sum(int(row["source_rows"]) for row in found) == len(file)


def test_a_postcode_keeps_its_zeros_and_is_where_its_points_are(folder, tmp_path):
    found = raw(folder, tmp_path / "raw")["customers"]
    people = {row["customer_unique_id"]: row for row in found}
    assert people["bea"]["zip"] == "01037"
    assert (people["bea"]["lat"], people["bea"]["lng"]) == ("-23.6", "-46.7")
    assert people["caio"]["city"] == "joaçaba"
    assert (people["caio"]["lat"], people["caio"]["lng"]) == (None, None)


def test_a_review_keeps_its_text_and_has_the_customer_of_its_order(folder, tmp_path):
    found = raw(folder, tmp_path / "raw")["feedback"]
    assert len(found) == len(rows_of(folder / "olist_order_reviews_dataset.csv"))
    by_id = {row["review_id"]: row for row in found}
    assert by_id["r1"]["review_comment_message"] == COMMENT
    assert by_id["r1"]["customer_unique_id"] == "anna"
    assert by_id["r_lost"]["customer_unique_id"] is None
    assert sum(row["review_id"] == "r_two" for row in found) == 2


def test_a_category_is_english_where_it_is_translated(folder, tmp_path):
    found = raw(folder, tmp_path / "raw")["products"]
    categories = {row["product_id"]: row["category"] for row in found}
    assert categories == {
        "prod_a": "health_beauty",
        "prod_b": "pc_gamer",
        "prod_c": None,
    }


def test_without_a_list_of_products_there_is_no_such_table(folder, tmp_path):
    (folder / "olist_products_dataset.csv").unlink()
    assert "products" not in raw(folder, tmp_path / "raw")


def test_without_a_translation_categories_stay_portuguese(folder, tmp_path):
    (folder / "product_category_name_translation.csv").unlink()
    found = raw(folder, tmp_path / "raw")["products"]
    assert {row["category"] for row in found} == {"beleza_saude", "pc_gamer", None}


def test_payments_are_left_out_and_that_is_said(folder, tmp_path):
    (folder / "olist_order_payments_dataset.csv").write_text("order_id\n")
    with pytest.warns(DataWarning, match="1 entries .*olist_order_payments_dataset"):
        raw(folder, tmp_path / "raw")


def test_an_order_that_is_there_twice_is_refused(folder, tmp_path):
    path = folder / "olist_orders_dataset.csv"
    line = [line for line in path.read_text().splitlines() if '"o_new"' in line]
    path.write_text(path.read_text() + line[0] + "\n")
    with pytest.raises(RejectedFile, match="one row for each order_id.*o_new") as no:
        raw(folder, tmp_path / "raw")
    assert no.value.code == "duplicate_key"
    assert list((tmp_path / "raw").glob("*.parquet")) == []


def test_lines_that_end_or_begin_otherwise_are_read_alike(folder, tmp_path):
    before = raw(folder, tmp_path / "raw")["feedback"]
    path = folder / "olist_order_reviews_dataset.csv"
    text = path.read_text().replace("\nmuito", "\n#muito").replace('"r2"', "#r2")
    path.write_text(text.replace("\n", "\r\n"), newline="")
    after = raw(folder, tmp_path / "again")["feedback"]
    assert len(after) == len(before)
    comments = {row["review_id"]: row["review_comment_message"] for row in after}
    assert comments["r1"] == COMMENT.replace("\nmuito", "\r\n#muito")
    assert "#r2" in comments


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b'"review_id","order_id"\n', "missing review_score"),
        (b'"review_id"\xff,"order_id"\n', "UTF-8 with commas"),
        (b"", "missing review_id"),
    ],
)
def test_a_file_that_is_none_is_refused(folder, tmp_path, content, words):
    (folder / "olist_order_reviews_dataset.csv").write_bytes(content)
    with pytest.raises(RejectedFile, match=f"olist_order_reviews_dataset.csv.*{words}"):
        raw(folder, tmp_path / "raw")


def test_a_line_that_is_torn_is_refused_and_nothing_is_left(folder, tmp_path):
    path = folder / "olist_order_reviews_dataset.csv"
    path.write_text(path.read_text() + '"r9","o_new"\n')
    with pytest.raises(RejectedFile, match="expected whole Parquet files") as no:
        raw(folder, tmp_path / "raw")
    assert "\n" not in str(no.value)
    assert list((tmp_path / "raw").glob("*parquet*")) == []


@pytest.fixture
def store(folder, tmp_path):
    """Ingest all tables; return their receipts and the store."""
    where = tmp_path / "store"
    receipts = {
        one.table: ingest(one.path, table=one.table, into=where, mapping=one.mapping)
        for one in write_tables(OLIST, folder, tmp_path / "raw")
    }
    return receipts, open_store(where)


def test_every_record_of_every_table_is_accounted_for(folder, store):
    receipts, snapshot = store
    for table, receipt in receipts.items():
        assert receipt.records_in == receipt.accepted + receipt.quarantined
        assert receipt.accepted == snapshot.read(table).count().execute()
    items = rows_of(folder / "olist_order_items_dataset.csv")
    reviews = rows_of(folder / "olist_order_reviews_dataset.csv")
    assert receipts["transactions"].records_in == len(items) + len(WITHOUT_ITEMS)
    assert receipts["feedback"].records_in == len(reviews)
    assert {table: receipt.reasons for table, receipt in receipts.items()} == {
        "products": {},
        "customers": {},
        # o_can and o_una, the item of a ghost, o_cre, o_non
        "transactions": {
            "status_closed": 2,
            "missing_customer": 1,
            "status_unpaid": 1,
            "bad_amount": 1,
        },
        "feedback": {"missing_customer": 1},
    }


def test_what_was_paid_for_is_a_purchase_on_the_day_in_sao_paulo(store):
    _, snapshot = store
    lines = snapshot.read().execute().set_index(["order_id", "line_no"])
    assert {*lines["status"]} == {
        *("delivered", "shipped", "approved", "processing", "invoiced")
    }
    line = lines.loc["o_old", 2]
    assert str(line["ordered_at"]) == "2017-02-02 01:30:00+00:00"
    assert str(line["ordered_on"])[:10] == "2017-02-01"
    assert (str(line["amount"]), line["extra_freight_value"]) == ("10.50", "2.25")
    assert (line["customer_id"], line["market"]) == ("anna", "SP")
    assert (line["currency"], line["channel"]) == ("BRL", "online")


def test_a_review_is_a_survey_on_the_day_of_its_answer(store):
    receipts, snapshot = store
    assert receipts["feedback"].notes == {}
    reviews = snapshot.read("feedback").execute().set_index("feedback_id")
    review = reviews.loc["r1-o_old"]
    assert (review["kind"], review["satisfaction"]) == ("survey", 5)
    assert str(review["opened_on"])[:10] == "2018-01-20"
    assert review["extra_answered_at"] == "2018-01-20 21:46:59"
    assert review["extra_asked_on"] == "2018-01-18 00:00:00"
    assert review["extra_comment"] == COMMENT
    twice = reviews[reviews["extra_review_id"] == "r_two"]
    assert sorted(twice["order_id"]) == ["o_app", "o_pro"]


def test_a_customer_is_where_the_newest_order_went(store):
    _, snapshot = store
    people = snapshot.read("customers").execute().set_index("customer_id")
    anna = people.loc["anna"]
    assert (anna["market"], anna["region"]) == ("RJ", "RJ")
    assert (anna["city"], anna["extra_postcode"]) == ("rio de janeiro", "20031")
    assert people.loc["bea", "extra_postcode"] == "01037"


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
