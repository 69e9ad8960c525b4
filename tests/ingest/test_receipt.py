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
    }
