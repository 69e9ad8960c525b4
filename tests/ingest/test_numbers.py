"""Exact decimals become the nearest floats, as Python reads their text."""

from __future__ import annotations

from decimal import Decimal

import pyarrow as pa
from hypothesis import example, given
from hypothesis import strategies as st

from workbench.ingest import ingest
from workbench.ingest.numbers import EXACT, parse_exact, to_float

WHOLE = st.integers(-(10**15) + 1, 10**15 - 1)
DECIMALS = st.one_of(st.just(""), st.text("0123456789", min_size=1, max_size=10))


@given(st.lists(st.tuples(WHOLE, DECIMALS), min_size=1, max_size=20))
@example([(7, "1"), (0, "0000000001"), (131071, "9999999999"), (-131072, "0")])
def test_a_decimal_becomes_the_float_that_its_text_is(numbers):
    texts = [f"{whole}.{decimals}" for whole, decimals in numbers]
    found = to_float(parse_exact(pa.array(texts)))
    assert found.to_pylist() == [float(text) for text in texts]


def test_nothing_stays_nothing():
    exact = pa.array([None, Decimal("7.1"), Decimal(3), None], EXACT)
    assert to_float(exact).to_pylist() == [None, 7.1, 3.0, None]
    assert to_float(exact[:1]).to_pylist() == [None]
    assert to_float(exact[:0]).to_pylist() == []


def test_rates_and_quantities_are_the_numbers_that_were_written(load):
    rates = "rate_on,currency,rate,base\n2024-03-01,CNY,7.1,EUR\n"
    ingest(load.file(rates, "rates.csv"), table="rates", into=load.store)
    load(
        "customer_id,ordered_at,quantity,price\na,2024-03-01,7.1,2\nb,2024-03-01,3,2\n",
        columns={"unit_price": "price", "quantity": "quantity"},
    )
    assert load.snapshot.read("rates").rate.to_pyarrow().to_pylist() == [7.1]
    assert [row["quantity"] for row in load.rows] == [7.1, 3.0]
