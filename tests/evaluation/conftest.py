"""A small shop with every table, by day, and a store made from such tables."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from workbench.ingest import open_store
from workbench.storage import sha256_of
from workbench.tables import TABLES

FIRST, LAST = date(2026, 1, 1), date(2026, 3, 31)
DAYS = [FIRST + timedelta(days=n) for n in range(90)]
PEOPLE = [f"c{n:02d}" for n in range(40)]


@pytest.fixture
def tables_store(tmp_path):
    """Make a store from loads, each a dict of table name and rows, as dicts.

    ``lost`` says how many records of a table were lost at the door.
    """

    def make(*loads, lost=()):
        folder = tmp_path / "shop" / "versions" / "0001-aa"
        tables, sources = {}, []
        for number, load in enumerate(loads, 1):
            for name, rows in load.items():
                file = folder / name / f"part-{number}.parquet"
                part = _write(rows, name, file) | {"load": number}
                words = tables.setdefault(name, {"rows": 0, "parts": []})
                words["rows"] += len(rows)
                words["parts"].append(part)
                sources.append(_source(name, len(rows), dict(lost).get(name, 0)))
        manifest = {"version": "0001-aa", "sha256": "a" * 64}
        text = json.dumps(manifest | {"tables": tables, "sources": sources})
        for place in (folder, tmp_path / "shop"):
            (place / "manifest.json").write_text(text, encoding="utf-8")
        return open_store(tmp_path / "shop")

    return make


@pytest.fixture
def sound_shop():
    """Return a shop of 40 customers and 90 days: table name → rows, new for each."""
    return {
        "transactions": [_line(n, day) for n, day in enumerate(DAYS * 4)],
        "customers": [_person(n, who) for n, who in enumerate(PEOPLE)],
        "products": [
            {"product_id": f"p{n}", "category": "tea", "brand": "B"} for n in range(10)
        ],
        "prices": [_price(n, day) for day in DAYS[::15] for n in range(10)],
        "promotions": [
            {
                "promotion_id": f"d{n}",
                "starts_on": day,
                "ends_on": day,
                "price_cut": 0.1,
                "product_id": None,
            }
            for n, day in enumerate(DAYS[::15])
        ],
        "rates": [
            {"rate_on": day, "currency": "SGD", "rate": 5.4, "base": "CNY"}
            for day in DAYS
        ],
        "identities": [
            {"key": f"k{n}", "customer_id": who, "known_since": DAYS[2 * n]}
            for n, who in enumerate(PEOPLE)
        ],
        "events": [_event(n, day) for n, day in enumerate(DAYS * 5)],
        "feedback": [_answer(n, day) for n, day in enumerate(DAYS)],
        "campaigns": [
            {
                "campaign_id": f"a{n}",
                "channel": "sms",
                "starts_on": day,
                "has_control": True,
            }
            for n, day in enumerate(DAYS[::15])
        ],
        "contacts": [_contact(n, who) for n in range(6) for who in PEOPLE[:12]],
        "coupons": [
            {"coupon_id": f"o{n}", "campaign_id": f"a{n}", "valid_from": day}
            for n, day in enumerate(DAYS[::15])
        ],
        "redemptions": [
            {"coupon_id": f"o{n % 6}", "customer_id": who, "redeemed_on": day}
            for n, (who, day) in enumerate(zip(PEOPLE, DAYS[50:], strict=True))
        ],
    }


def _line(n, day):
    return {
        "customer_id": f"k{n % 40}" if n % 8 == 0 and n % 40 < 25 else PEOPLE[n % 40],
        "order_id": f"r{n}",
        "ordered_at": datetime.combine(day, time(12), UTC),
        "ordered_on": day,
        "amount": Decimal(10 + n % 7),
        "kind": "purchase",
        "discount": Decimal(1),
        "product_id": f"p{n % 10}",
        "channel": "store" if n % 2 else "online",
        "store_id": "s1",
        "market": "CN",
    }


def _person(n, who):
    return {
        "customer_id": who,
        "joined_on": DAYS[2 * n],
        "market": "CN",
        "membership": "none" if n % 2 else "basic",
        "is_business": n % 5 == 0,
        "consent_sms": n % 3 == 0,
    }


def _price(n, day):
    price = {"price": Decimal(5 + n), "currency": "CNY", "market": None}
    return {"product_id": f"p{n}", "valid_from": day} | price


def _event(n, day):
    return {
        "customer_id": PEOPLE[n % 12],
        "happened_at": datetime.combine(day, time(9), UTC),
        "happened_on": day,
        "kind": "view" if n % 3 else "cart_add",
        "product_id": f"p{n % 10}",
    }


def _answer(n, day):
    return {
        "feedback_id": f"f{n}",
        "customer_id": PEOPLE[n % 12],
        "kind": "survey" if n % 4 else "complaint",
        "order_id": f"r{n}",
        "opened_on": day,
        "closed_on": None,
        "nps": n % 11 if n % 4 else None,
        "satisfaction": 1 + n % 5 if n % 4 else None,
        "topic": None if n % 4 else "late",
    }


def _contact(n, who):
    chosen = {"chosen_on": DAYS[15 * n], "is_treated": who > "c05"}
    return {"campaign_id": f"a{n}", "customer_id": who} | chosen


def _write(rows, name, file):
    """Write rows as a clean part; of no rows, one with the required columns."""
    words = TABLES[name]
    names = [n for n in words.names if n in (rows[0] if rows else words.required)]
    file.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(rows, words.schema(tuple(names))), file)
    place = f"{name}/{file.name}"
    return {"file": place, "rows": len(rows), "sha256": sha256_of(file)}


def _source(table, accepted, lost):
    return {
        "name": f"{table}.csv",
        "table": table,
        "records_in": accepted + lost,
        "accepted": accepted,
        "reasons": {"bad_date": lost} if lost else {},
        "mapping": {"currency": "CNY", "time_zone": "UTC"},
    }
