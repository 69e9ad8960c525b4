"""Markets of one shop: each with its own clock and currency."""

from __future__ import annotations

import gzip
import io
import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import BadSpec, DataWarning, RejectedFile
from workbench.ingest import Mapping, ingest, open_store
from workbench.ingest.mapping import as_mapping
from workbench.ingest.markets import Zoned, currencies_of, zones_of
from workbench.ingest.times import parse_times

HEADER = "customer_id,ordered_at,amount,market\n"
MARKETS = {
    "CN": {"time_zone": "Asia/Shanghai", "currency": "CNY"},
    "US": {"time_zone": "America/New_York", "currency": "USD"},
    "DE": {"time_zone": "Europe/Berlin", "currency": "EUR"},
}
ZONES = {"CN": "Asia/Shanghai", "US": "America/New_York", "DE": "Europe/Berlin"}
CLOCKS = {"markets": {name: {"time_zone": zone} for name, zone in ZONES.items()}}


def days(load):
    return [(row["customer_id"], str(row["ordered_on"])) for row in load.rows]


def test_the_evening_of_each_market_is_its_own_day(load):
    lines = "cn,2024-03-01 23:30,1,CN\nus,2024-03-01 23:30,1,US\n"
    load(HEADER + lines, currency="EUR", **CLOCKS)
    assert days(load) == [("cn", "2024-03-01"), ("us", "2024-03-01")]
    assert [row["ordered_at"] for row in load.rows] == [
        datetime(2024, 3, 1, 15, 30, tzinfo=UTC),
        datetime(2024, 3, 2, 4, 30, tzinfo=UTC),
    ]


unlisted = pytest.mark.filterwarnings("ignore:.* rows are of no market that 'markets'")


@unlisted
def test_a_time_with_its_own_offset_falls_on_the_day_of_its_market(load):
    lines = "cn,2024-03-01T23:30:00Z,1,CN\nus,2024-03-02T01:30:00Z,1,US\n"
    receipt = load(HEADER + lines + "xx,2024-03-01T23:30:00Z,1,XX\n", **CLOCKS)
    found = [("cn", "2024-03-02"), ("us", "2024-03-01"), ("xx", "2024-03-01")]
    assert days(load) == found
    assert receipt.notes == {"market_not_listed": 1}


def test_a_clock_that_changes_moves_only_its_own_market(load):
    skipped = "2024-03-31 02:30"  # Berlin's clock leaps from 2 to 3 on this day
    receipt = load(HEADER + f"de,{skipped},1,DE\ncn,{skipped},1,CN\n", **CLOCKS)
    assert receipt.notes == {"moved_past_clock_change": 1}
    assert [row["ordered_at"] for row in load.rows] == [
        datetime(2024, 3, 31, 1, 0, tzinfo=UTC),
        datetime(2024, 3, 30, 18, 30, tzinfo=UTC),
    ]


def test_of_an_hour_that_comes_twice_the_first_is_taken(load):
    load(HEADER + "de,2024-10-27 02:30,1,DE\nus,2024-11-03 01:30,1,US\n", **CLOCKS)
    assert [row["ordered_at"] for row in load.rows] == [
        datetime(2024, 10, 27, 0, 30, tzinfo=UTC),
        datetime(2024, 11, 3, 5, 30, tzinfo=UTC),
    ]


def test_the_last_day_of_a_source_ends_on_each_markets_own_clock(load):
    lines = "us,2024-03-01 23:30,1,US\ncn,2024-03-02 00:30,1,CN\n"
    receipt = load(
        HEADER + lines, time_zone="Asia/Shanghai", ends_on="2024-03-01", **CLOCKS
    )
    assert days(load) == [("us", "2024-03-01")]
    assert receipt.reasons == {"future_date": 1}


def test_what_is_not_listed_takes_the_mappings_own_and_is_counted(load):
    lines = "jp,2024-03-01 23:30,1,JP\nno,2024-03-01 23:30,1,\nus,2024-03-01,1,US\n"
    with pytest.warns(DataWarning, match="2 rows are of no market that 'markets'"):
        receipt = load(HEADER + lines, time_zone="Asia/Tokyo", **CLOCKS)
    assert receipt.notes == {"market_not_listed": 2}
    assert load.rows[0]["ordered_at"] == datetime(2024, 3, 1, 14, 30, tzinfo=UTC)
    identity = load.snapshot.identity
    assert (identity["time_zone"], identity["market_zones"]) == ("Asia/Tokyo", ZONES)


@unlisted
def test_a_source_without_markets_is_all_not_listed(load):
    receipt = load("customer_id,ordered_at,amount\na,2024-03-01,1\n", **CLOCKS)
    assert receipt.notes == {"market_not_listed": 1}


def test_a_store_of_one_clock_still_says_its_zone(load):
    own = {"markets": {"SG": {"currency": "SGD"}}, "time_zone": "Asia/Singapore"}
    load(HEADER + "a,2024-03-01,1,SG\n", **own)
    assert load.snapshot.time_zone == "Asia/Singapore"
    assert load.snapshot.market_zones == {}
    assert load.snapshot.currency == "SGD"


def as_csv(rows):
    lines = [",".join(map(str, row.values())) for row in rows]
    return "\n".join([",".join(rows[0]), *lines, ""]).encode(), "raw.csv"


def as_json(rows):
    return "".join(json.dumps(row) + "\n" for row in rows).encode(), "raw.jsonl"


def as_gzip(rows):
    return gzip.compress(as_csv(rows)[0]), "raw.csv.gz"


def as_parquet(rows):
    table = pa.Table.from_pylist(rows)
    coded = table["market"].dictionary_encode()
    table = table.set_column(table.schema.get_field_index("market"), "market", coded)
    file = io.BytesIO()
    pq.write_table(table, file)
    return file.getvalue(), "raw.parquet"


@pytest.mark.parametrize("form", [as_csv, as_gzip, as_json, as_parquet])
def test_every_form_of_source_has_the_same_days_and_money(load, form):
    rows = [
        {"customer_id": m, "ordered_at": "2024-03-01 23:30", "amount": "7", "market": m}
        for m in ("CN", "US", "DE")
    ]
    rates = "rate_on,currency,rate,base\n2024-03-01,USD,0.9,EUR\n2024-03-01,CNY,0.1,EUR"
    ingest(load.file(rates + "\n", "rates.csv"), table="rates", into=load.store)
    load(*form(rows), markets=MARKETS, base_currency="EUR")
    found = [
        (str(r["ordered_on"]), str(r["amount"]), r["original_currency"], r["rate_on"])
        for r in load.rows
    ]
    day = date(2024, 3, 1)
    assert found == [
        ("2024-03-01", "0.70", "CNY", day),
        ("2024-03-01", "6.30", "USD", day),
        ("2024-03-01", "7.00", "EUR", None),
    ]


def test_a_load_from_before_there_were_markets_is_the_same_mapping(load):
    text = HEADER + "a,2024-03-01,1,US\n"
    load(text)
    for file in load.store.rglob("manifest.json"):
        manifest = json.loads(file.read_text())
        del manifest["sources"][0]["mapping"]["markets"]
        file.write_text(json.dumps(manifest))
    assert load(text).already_loaded
    assert load.snapshot.identity["market_zones"] == {}
    with pytest.warns(DataWarning, match="under another mapping"):
        load(text, **CLOCKS)


MONEY = "customer_id,ordered_at,amount,market,currency\n"
TWO = {"US": {"currency": "USD"}, "DE": {"currency": "EUR"}}


def test_an_empty_cell_is_the_markets_currency_and_noted(load):
    receipt = load(MONEY + "a,2024-03-01,1,US,\nb,2024-03-01,1,DE,USD\n", markets=TWO)
    assert [row["currency"] for row in load.rows] == ["USD", "USD"]
    assert receipt.notes == {"currency_of_market": 1}


@unlisted
def test_a_currency_that_nobody_declared_is_set_aside(load):
    lines = "a,2024-03-01,1,US,USD\nb,2024-03-01,1,US,JPY\nc,2024-03-01,1,XX,\n"
    receipt = load(MONEY + lines, markets={"US": {"currency": "USD"}}, currency="USD")
    assert receipt.reasons == {"currency": 1}
    assert [row["customer_id"] for row in load.rows] == ["a", "c"]


def test_a_market_without_a_currency_is_set_aside(load):
    receipt = load(HEADER + "a,2024-03-01,1,US\nb,2024-03-01,1,XX\n", markets=TWO)
    assert receipt.reasons == {"currency": 1}


def test_several_currencies_and_no_base_are_refused_as_before(load):
    with pytest.raises(RejectedFile, match="EUR, USD cannot be added up"):
        load(HEADER + "a,2024-03-01,1,US\nb,2024-03-01,1,DE\n", markets=TWO)


@pytest.mark.parametrize(
    ("markets", "said"),
    [
        ({"SG": {"zone": "UTC"}}, "no key 'markets.SG.zone'. Did you mean 'time_zone'"),
        ({"SG": {"time_zone": "Mars/Base"}}, "no time zone 'Mars/Base'"),
        ({"SG": {"currency": "S$"}}, "markets.SG.currency"),
        ({False: {"currency": "NOK"}}, "Write it in quotes"),
        ({"": {"currency": "NOK"}}, "named by text"),
    ],
)
def test_what_a_market_cannot_have_is_refused(markets, said):
    with pytest.raises(BadSpec) as refused:
        as_mapping({"markets": markets}, "m.yaml")
    assert said in str(refused.value)


def test_zones_are_parted_only_where_they_differ():
    mapping = Mapping(**CLOCKS, time_zone="Asia/Shanghai")
    market = pa.array(["CN", "US", None, "XX"])
    parted = {one.zone: one.rows.to_pylist() for one in zones_of(market, mapping)}
    assert parted == {
        "America/New_York": [False, True, False, False],
        "Asia/Shanghai": [True, False, True, True],
    }
    assert zones_of(pa.array(["CN"]), mapping) == (Zoned("Asia/Shanghai"),)
    assert zones_of(pa.array(["US", "US"]), mapping) == (Zoned("America/New_York"),)
    assert zones_of(None, mapping) == (Zoned("Asia/Shanghai"),)
    assert zones_of(pa.array([], pa.string()), mapping) == (Zoned("Asia/Shanghai"),)


def test_a_markets_currency_stands_before_the_mappings():
    mapping = Mapping(currency="CNY", markets={"SG": {"currency": "SGD"}, "HK": {}})
    market = pa.array(["SG", "HK", None])
    assert currencies_of(market, 3, mapping).to_pylist() == ["SGD", "CNY", "CNY"]
    assert currencies_of(None, 2, mapping).to_pylist() == ["CNY", "CNY"]


MOMENTS = st.datetimes(datetime(1975, 1, 1), datetime(2037, 1, 1))


@given(st.lists(st.tuples(MOMENTS, st.sampled_from(["CN", "US", "DE"])), max_size=20))
def test_the_day_is_the_one_that_the_markets_own_clock_shows(orders):
    texts = pa.array([f"{at:%Y-%m-%d %H:%M:%S}" for at, _ in orders], pa.string())
    market = pa.array([name for _, name in orders], pa.string())
    mapping = Mapping(**CLOCKS)
    found = parse_times(texts, mapping, zones_of(market, mapping))
    for (at, name), instant, on, skipped in zip(
        orders, found.at.to_pylist(), found.on.to_pylist(), found.is_in_gap, strict=True
    ):
        there = instant.astimezone(ZoneInfo(ZONES[name]))
        assert on == there.date()
        moved = there.replace(tzinfo=None) - at.replace(microsecond=0)
        assert timedelta(0) <= moved <= timedelta(hours=1)
        assert bool(skipped) == (moved > timedelta(0))


def test_a_rate_is_kept_with_its_day_and_the_discount_is_converted_too(load):
    rates = "rate_on,currency,rate,base\n2024-03-01,USD,0.5,EUR\n"
    ingest(load.file(rates, "rates.csv"), table="rates", into=load.store)
    text = "customer_id,ordered_at,amount,discount,market\n"
    text += "a,2024-03-01,8,1.01,US\na,2024-03-03,8,,US\nb,2024-03-03,8,3,DE\n"
    load(text, markets=TWO, base_currency="EUR", rates_carried_days=3)
    found = [(row["amount"], row["discount"], row["rate_on"]) for row in load.rows]
    day = date(2024, 3, 1)
    assert found == [
        (Decimal("4.00"), Decimal("0.51"), day),
        (Decimal("4.00"), None, day),
        (Decimal("8.00"), Decimal("3.00"), None),
    ]
    used = {"first_on": "2024-03-01", "last_on": "2024-03-01", "oldest_carried_days": 2}
    identity = load.snapshot.identity
    assert (identity["base_currency"], identity["rates"]) == ("EUR", {"USD": used})


def test_a_line_that_comes_again_under_a_later_rate_of_the_same_is_no_conflict(load):
    def bring_rates(day, rate, name):
        text = f"rate_on,currency,rate,base\n2024-03-{day},USD,{rate},EUR\n"
        ingest(load.file(text, name), table="rates", into=load.store)

    again = "customer_id,order_id,line_no,ordered_at,amount,market\n"
    again += "a,o1,1,2024-03-03,8,US\n"
    known = {"markets": TWO, "base_currency": "EUR", "rates_carried_days": 3}
    bring_rates("01", 0.5, "r1.csv")
    load(again, **known)
    bring_rates("03", 0.5, "r2.csv")
    more = load(again + "a,o2,1,2024-03-03,4,US\n", "b.csv", **known)
    assert more.reasons == {"duplicate_exact": 1}
    assert [row["rate_on"].day for row in load.rows] == [1, 3]


def test_days_of_other_tables_are_of_their_market_s_clock(tmp_path):
    (tmp_path / "people.csv").write_text(
        "customer_id,joined_on,market\n"
        "a,2024-01-01T23:59:59-05:00,US\n"
        "b,2024-01-01T23:59:59-05:00,CN\n"
        "c,2024-01-03,SG\n"
    )
    mapping = as_mapping(
        {
            "time_zone": "UTC",
            "markets": {
                "US": {"time_zone": "America/New_York"},
                "CN": {"time_zone": "Asia/Shanghai"},
                "SG": {"time_zone": "Asia/Singapore"},
            },
        },
        "here",
    )
    # 20:00 on the 2nd in UTC: in Singapore the 3rd has begun
    now = datetime(2024, 1, 2, 20, tzinfo=UTC)
    found = ingest(tmp_path / "people.csv", "customers", tmp_path / "s", mapping, now)
    assert found.reasons == {}
    rows = open_store(str(tmp_path / "s")).read("customers").execute()
    days = rows.set_index("customer_id")["joined_on"].astype(str).to_dict()
    assert days == {"a": "2024-01-01", "b": "2024-01-02", "c": "2024-01-03"}
