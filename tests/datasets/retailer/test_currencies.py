"""Both currencies of a synthetic shop come to the truth to the cent, as it is made and
through the door: as CSV in what was paid, with a mapping's markets, and its rates."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal

import duckdb
import pytest

from workbench.datasets.retailer.plan import BASE, MARKET_ZONES
from workbench.ingest import Mapping, ingest, money_said, open_store

LOADED_AT = datetime(2026, 7, 1, tzinfo=UTC)
#: Lines stand under the key that was shown, the truth under whose it is.
OWNED = """
CREATE VIEW owned AS
SELECT coalesce(keys.customer_id, lines.customer_id) AS owner, lines.*
FROM lines LEFT JOIN keys ON keys.key = lines.customer_id
"""
AGAINST_TRUTH = """
WITH paid AS (
    SELECT owner, original_currency AS currency,
        coalesce(sum(original_amount) FILTER (kind = 'purchase'), 0) AS spend,
        coalesce(sum(original_amount) FILTER (kind = 'return'), 0) AS returned
    FROM owned GROUP BY ALL
)
SELECT coalesce(truth.currency, paid.currency) AS currency, count(paid.owner) > 1000,
    count(*) FILTER (truth.customer_id IS NULL),
    count(*) FILTER (truth.spend <> coalesce(paid.spend, 0)),
    count(*) FILTER (truth.returned <> coalesce(paid.returned, 0)),
    sum(truth.spend) - sum(paid.spend), sum(truth.returned) - sum(paid.returned)
FROM truth FULL JOIN paid
    ON owner = truth.customer_id AND paid.currency = truth.currency
GROUP BY 1 ORDER BY 1
"""
#: A product of cents and millionths has every digit that it needs in DECIMAL(30, 8).
BY_LINE = """
SELECT count(*) AS lines, count(*) FILTER (
        amount <> round(original_amount * rate::DECIMAL(12, 6), 2)
    ) AS off, count(*) FILTER (abs(rate - rate::DECIMAL(12, 6)::DOUBLE) > 1e-12) AS cut,
    count(*) FILTER (original_currency <> 'CNY' AND lines.rate_on <> ordered_on
        OR (original_currency = 'CNY') <> (lines.rate_on IS NULL)) AS other_day
FROM lines JOIN rates
    ON rates.currency = original_currency AND rates.rate_on = ordered_on
"""


def opened(store, shop):
    """Open a store's lines beside the rates and the truth that the shop was made of."""
    connection = duckdb.connect()
    made = {"truth": "truth", "keys": "truth_identities", "rates": "rates"}
    files = {"lines": store.parts()}
    files |= {name: shop.store.parts(table) for name, table in made.items()}
    for name, parts in files.items():
        connection.read_parquet([str(part) for part in parts]).create(name)
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute(OWNED)
    return connection


@pytest.fixture(scope="module")
def through_the_door(shop, tmp_path_factory):
    """Export what was paid, in local time and without a currency, and ingest it."""
    folder = tmp_path_factory.mktemp("door")
    made = opened(shop.store, shop)
    zones = " ".join(f"WHEN '{m}' THEN '{z}'" for m, z in MARKET_ZONES.items())
    made.execute(
        "COPY (SELECT customer_id, order_id, line_no, kind, market, quantity, "
        f"timezone(CASE market {zones} END, ordered_at) AS ordered_at, "
        "original_amount AS amount FROM lines) "
        f"TO '{folder / 'orders.csv'}' (HEADER)"
    )
    made.execute(f"COPY rates TO '{folder / 'rates.csv'}' (HEADER)")
    mapping = Mapping(markets=shop.plan.markets, base_currency=BASE)
    store = folder / "store"
    ingest(folder / "rates.csv", "rates", store, loaded_at=LOADED_AT)
    receipt = ingest(
        folder / "orders.csv", into=store, mapping=mapping, loaded_at=LOADED_AT
    )
    assert receipt.accepted == receipt.records_in == shop.store.rows
    return open_store(store)


@pytest.fixture(scope="module", params=["made", "door"])
def beside_the_truth(request, shop):
    """Return the lines of either way, beside the truth."""
    if request.param == "made":
        return opened(shop.store, shop)
    return opened(request.getfixturevalue("through_the_door"), shop)


def test_every_customer_paid_and_got_back_what_the_truth_says(beside_the_truth):
    found = beside_the_truth.execute(AGAINST_TRUTH).fetchall()
    nothing = (0, 0, 0, Decimal("0.00"), Decimal("0.00"))
    assert found == [("CNY", True, *nothing), ("SGD", True, *nothing)]


def test_every_line_is_converted_at_the_rate_of_its_day(beside_the_truth, shop):
    found = beside_the_truth.execute(BY_LINE).fetchone()
    assert found == (shop.store.rows, 0, 0, 0)


def test_a_sample_of_lines_is_converted_as_by_hand(beside_the_truth):
    rates = beside_the_truth.execute(
        "SELECT currency, rate_on, rate FROM rates"
    ).fetchall()
    by_day = {(code, day): Decimal(repr(rate)) for code, day, rate in rates}
    sample = beside_the_truth.execute(
        "SELECT original_currency, ordered_on, original_amount, amount FROM lines "
        "WHERE original_currency = 'SGD' OR kind = 'return' "
        "ORDER BY ordered_at, order_id, line_no LIMIT 5000"
    ).fetchall()
    assert len(sample) == 5000
    for code, day, paid, amount in sample:
        exact = paid * by_day[code, day]
        assert amount == exact.quantize(Decimal("0.01"), ROUND_HALF_UP)


def test_the_door_and_the_maker_have_the_same_lines(shop, through_the_door):
    door, made = opened(through_the_door, shop), opened(shop.store, shop)
    same = (
        "SELECT customer_id, order_id, line_no, kind, market, quantity, ordered_at, "
        "ordered_on, amount, currency, original_amount, original_currency, rate_on "
        "FROM lines ORDER BY order_id, kind, line_no, ordered_at"
    )
    found = [one.execute(same).to_arrow_table() for one in (door, made)]
    assert found[0].equals(found[1])


def test_both_say_the_same_of_their_money(shop, through_the_door):
    said = money_said(shop.store)
    assert said == money_said(through_the_door)
    assert said.startswith("Amounts in CNY. SGD converted at the rate of the order's")
    assert said.endswith(" … 2026-05-31).")
