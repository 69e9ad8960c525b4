"""Currencies with rates of the day, and customers under a key."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from workbench.errors import (
    BadParameter,
    BadSpec,
    RejectedFile,
    StoreError,
    TooManyQuarantined,
)
from workbench.ingest import Mapping, Origin, ingest, publish
from workbench.tables import table

HEADER = "customer_id,ordered_at,amount,currency\n"
RATES = "rate_on,currency,rate,base\n2024-03-01,USD,0.9,EUR\n2024-03-04,USD,0.92,EUR\n"
EUR = {"base_currency": "EUR"}


@pytest.fixture
def with_rates(load):
    ingest(load.file(RATES, "rates.csv"), table="rates", into=load.store)
    return load


def test_53_amounts_of_two_currencies_without_rates_are_refused(load):
    with pytest.raises(RejectedFile, match="CNY, EUR cannot be added up") as caught:
        load(HEADER + "a,2024-03-01,1,EUR\nb,2024-03-01,1,CNY\n")
    assert caught.value.code == "currency"
    assert not (load.store / "manifest.json").exists()


def test_53_a_second_currency_in_a_later_load_is_refused(load):
    load(HEADER + "a,2024-03-01,1,EUR\n")
    with pytest.raises(RejectedFile, match="EUR, USD"):
        load("customer_id,ordered_at,amount\na,2024-03-01,1\n", "b.csv", currency="USD")
    assert len(load.rows) == 1


def test_53_amounts_are_converted_at_the_rate_of_the_day(with_rates):
    load = with_rates
    load(
        HEADER + "a,2024-03-01,10.00,USD\na,2024-03-04,-3.33,USD\nb,2024-03-02,5,EUR\n",
        returns="negative_amount",
        **EUR,
    )
    found = [
        (
            row["amount"],
            row["currency"],
            row["original_amount"],
            row["original_currency"],
        )
        for row in load.rows
    ]
    assert found == [
        (Decimal("9.00"), "EUR", Decimal("10.00"), "USD"),
        (Decimal("-3.06"), "EUR", Decimal("-3.33"), "USD"),
        (Decimal("5.00"), "EUR", Decimal("5.00"), "EUR"),
    ]
    assert load.snapshot.currency == "EUR"


@pytest.mark.parametrize("line", ["a,2024-03-02,1,USD", "a,2024-03-01,1,JPY"])
def test_53_a_missing_rate_is_never_one(with_rates, line):
    receipt = with_rates(HEADER + "b,2024-03-01,1,EUR\n" + line + "\n", **EUR)
    assert receipt.reasons == {"missing_rate": 1}


def test_a_rate_holds_on_for_as_long_as_is_said(with_rates):
    text = HEADER + "a,2024-03-03,10,USD\nb,2024-02-29,10,USD\nc,2024-03-08,10,USD\n"
    receipt = with_rates(text, rates_carried_days=3, **EUR)
    assert receipt.reasons == {"missing_rate": 2}
    assert str(with_rates.rows[-1]["amount"]) == "9.00"


def test_without_rates_the_command_is_named(load):
    with pytest.raises(StoreError, match="--table rates"):
        load(HEADER + "a,2024-03-01,1,USD\n", **EUR)


def test_rates_are_judged_too(load):
    text = RATES + "2024-03-05,USD,0,EUR\n2024-03-05,usd,1,EUR\n,USD,1,EUR\n"
    receipt = ingest(
        load.file(text),
        table="rates",
        into=load.store,
        mapping=Mapping(max_quarantined=1.0),
    )
    assert receipt.reasons == {"bad_rate": 1, "currency": 1, "bad_date": 1}
    assert receipt.accepted == 2


PLAIN = "customer_id,ordered_at,amount\nann,2024-03-01,1\nann,2024-03-02,1\nbob,x,1\n"


@pytest.fixture
def key(monkeypatch):
    monkeypatch.setenv("SHOP_KEY", "k" * 32)
    return {"pseudonym_key": "env:SHOP_KEY"}


def test_42_ids_are_replaced_at_the_door_and_nowhere_kept(load, key):
    load(PLAIN, **key)
    ids = {row["customer_id"] for row in load.rows}
    assert len(ids) == 1 and len(ids.pop()) == 32
    for path in load.store.rglob("*"):
        if path.is_file():
            assert b"ann" not in path.read_bytes() and b"bob" not in path.read_bytes()
    (aside,) = load.quarantine
    assert (aside["raw"], aside["record"], aside["byte_offset"]) == (None, 3, 64)


def test_the_same_customer_has_the_same_name_in_every_load(load, key):
    load(PLAIN, **key)
    load("customer_id,ordered_at,amount\nann,2024-03-05,1\n", "b.csv", **key)
    assert len({row["customer_id"] for row in load.rows}) == 1


def test_ids_under_two_keys_are_never_mixed(load, key, monkeypatch):
    load(PLAIN, **key)
    with pytest.raises(BadSpec, match="the same customer would be two"):
        load(PLAIN + "c,2024-03-01,1\n", "b.csv")
    monkeypatch.setenv("SHOP_KEY", "other" * 8)
    with pytest.raises(BadSpec, match="the same customer would be two"):
        load(PLAIN + "c,2024-03-01,1\n", "b.csv", **key)


@pytest.mark.parametrize("reference", ["env:NO_SUCH_KEY", "file:/nowhere"])
def test_a_key_that_is_not_there_says_how_to_make_one(load, reference):
    with pytest.raises(BadParameter, match="token_hex"):
        load(PLAIN, pseudonym_key=reference)


def test_a_key_from_a_file(load, tmp_path):
    (tmp_path / "key").write_text("0123456789abcdef\n")
    (tmp_path / "key").chmod(0o600)
    assert load(PLAIN, pseudonym_key=f"file:{tmp_path / 'key'}").accepted == 2


def test_53_a_base_currency_without_any_currency_is_refused(with_rates):
    with pytest.raises(RejectedFile, match="no column of currencies"):
        with_rates("customer_id,ordered_at,amount\na,2024-03-01,100\n", **EUR)


def test_53_amounts_of_no_declared_currency_are_not_mixed_with_others(load):
    load("customer_id,ordered_at,amount\na,2024-03-01,1\n")
    with pytest.raises(RejectedFile, match="EUR, undeclared"):
        load(HEADER + "a,2024-03-02,1,EUR\n", "b.csv")


def test_an_amount_too_large_to_convert_is_set_aside(with_rates):
    line = "a,2024-03-01,900000000000000,USD\n"
    text = RATES.replace("0.9,", "999,")
    ingest(
        with_rates.file(text, "more.csv"), table="rates", into=with_rates.folder / "s"
    )
    receipt = ingest(
        with_rates.file(HEADER + line),
        into=with_rates.folder / "s",
        mapping=Mapping(max_quarantined=1.0, **EUR),
    )
    assert receipt.reasons == {"bad_amount": 1}


def _two_rates_of_a_day(folder):
    rows = {
        "rate_on": [date(2024, 3, 1)] * 2,
        "currency": ["USD"] * 2,
        "rate": [0.9, 0.8],
        "base": ["EUR"] * 2,
    }
    (folder / "rates").mkdir()
    made = pa.table(rows, table("rates").schema())
    pq.write_table(made, folder / "rates" / "part.parquet")


def test_two_rates_of_a_day_are_not_chosen_from_until_a_later_load_says_it(load):
    publish(_two_rates_of_a_day, load.store, Origin("made", {}, Mapping()))
    orders = HEADER + "a,2024-03-01,10,USD\n"
    with pytest.raises(StoreError, match="two rates of USD to EUR on 2024-03-01"):
        load(orders, **EUR)
    ingest(load.file(RATES, "rates.csv"), table="rates", into=load.store)
    load(orders, **EUR)
    (order,) = load.snapshot.read().amount.to_pyarrow().to_pylist()
    assert order == Decimal("9.00")


@pytest.mark.parametrize(
    ("quantity", "price", "amount"),
    [
        ("1000", "1.23456", "1234.56"),
        ("1000000", "0.00005", "50.00"),
        ("100000", "0.00001", "1.00"),
        ("3", "0.335", "1.01"),
    ],
)
def test_quantity_times_price_loses_no_digit_before_the_cent(
    load, quantity, price, amount
):
    text = f"customer_id,ordered_at,quantity,price\na,2024-03-01,{quantity},{price}\n"
    load(text, columns={"unit_price": "price", "quantity": "quantity"})
    assert str(load.rows[0]["amount"]) == amount


def test_a_corrected_rate_counts_for_what_is_loaded_later(with_rates):
    load = with_rates
    load(HEADER + "a,2024-03-01,10,USD\n", **EUR)
    right = "rate_on,currency,rate,base\n2024-03-01,USD,0.8,EUR\n"
    receipt = ingest(load.file(right, "right.csv"), table="rates", into=load.store)
    assert receipt.notes == {"updated": 1}
    load(HEADER + "b,2024-03-01,10,USD\nc,2024-03-04,10,USD\n", "b.csv", **EUR)
    assert [str(row["amount"]) for row in load.rows] == ["9.00", "8.00", "9.20"]


def test_two_rates_of_one_load_that_differ_are_set_aside(load):
    text = RATES + "2024-03-01,USD,0.8,EUR\n2024-03-01,USD,1.2,GBP\n"
    lenient = Mapping(max_quarantined=1.0)
    receipt = ingest(load.file(text), "rates", load.store, lenient)
    assert receipt.reasons == {"duplicate_conflict": 2}
    with pytest.raises(TooManyQuarantined, match="duplicate_conflict 2"):
        ingest(load.file(text + "\n"), "rates", load.store)
