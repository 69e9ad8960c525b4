"""What reports say of a store's money, in one line."""

from __future__ import annotations

from workbench.ingest import ingest, money_said

HEADER = "customer_id,ordered_at,amount,currency\n"
RATES = "rate_on,currency,rate,base\n2024-03-01,USD,0.9,EUR\n2024-03-04,USD,0.92,EUR\n"


def with_rates(load, lines, **mapping):
    ingest(load.file(RATES, "rates.csv"), table="rates", into=load.store)
    load(HEADER + lines, base_currency="EUR", **mapping)
    return money_said(load.snapshot)


def test_a_store_of_one_currency_says_it(load):
    load(HEADER + "a,2024-03-01,1,EUR\n")
    assert money_said(load.snapshot) == "Amounts in EUR."


def test_a_store_of_none_says_so(load):
    load("customer_id,ordered_at,amount\na,2024-03-01,1\n")
    said = "Amounts in a currency that no source declares."
    assert money_said(load.snapshot) == said


def test_what_was_converted_is_said_with_the_days_of_its_rates(load):
    said = with_rates(
        load, "a,2024-03-01,1,USD\nb,2024-03-04,1,USD\nc,2024-03-05,1,EUR\n"
    )
    assert said == (
        "Amounts in EUR. USD converted at the rate of the order's day "
        "(2024-03-01 … 2024-03-04)."
    )


def test_the_age_of_the_oldest_rate_is_said(load):
    said = with_rates(load, "a,2024-03-03,1,USD\n", rates_carried_days=3)
    assert said.endswith("(2024-03-01 … 2024-03-01), up to 2 days old.")


def test_a_base_that_converted_nothing_is_the_currency(load):
    assert with_rates(load, "a,2024-03-01,1,EUR\n") == "Amounts in EUR."


def test_rates_of_later_loads_are_counted_together(load):
    with_rates(load, "a,2024-03-01,1,USD\n")
    load(HEADER + "b,2024-03-04,1,USD\n", "b.csv", base_currency="EUR")
    assert "(2024-03-01 … 2024-03-04)." in money_said(load.snapshot)
