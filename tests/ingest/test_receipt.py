"""The receipt that a command shows."""

from __future__ import annotations

import json


def test_receipt_has_the_names_that_others_build_on(load):
    receipt = load("customer_id,ordered_at,amount\n a,2024-03-01,1\nb,x,1\n")
    found = json.loads(json.dumps(receipt.as_dict()))
    assert found == {
        "records_in": 2,
        "accepted": 1,
        "quarantined": 1,
        "repaired": 1,
        "reasons": {"bad_date": 1},
        "store_version": receipt.store_version,
        "sha256": load.snapshot.sha256,
        "already_loaded": False,
        "notes": {"trimmed": 1},
        "returns": 0,
        "first_on": "2024-03-01",
        "last_on": "2024-03-01",
        "quarantine": load.snapshot.sources[0]["quarantine"].split(),
        "currency": None,
        "orphans": {},
        "dry_run": False,
    }
    assert found["quarantine"]


def test_days_returns_and_currency_of_several_files_are_summed_up(load):
    head = "customer_id,ordered_at,amount\n"
    mapping = {"returns": "negative_amount", "currency": "EUR"}
    load(f"{head}a,2024-03-01,1\nb,2024-02-01,-2\n", **mapping)
    receipt = load(f"{head}c,2024-05-05,3\n", name="more.csv", **mapping)
    assert (receipt.first_on, receipt.returns) == ("2024-05-05", 0)
    again = load(f"{head}a,2024-03-01,1\nb,2024-02-01,-2\n", **mapping)
    assert (again.first_on, again.last_on) == ("2024-02-01", "2024-03-01")
    assert (again.returns, again.currency) == (1, "EUR")
    assert load.snapshot.last_on.isoformat() == "2024-05-05"
