"""What a store has, and what its references do not find."""

from __future__ import annotations

import csv
import json
import sys

import pytest

from workbench import cli


@pytest.fixture
def workbench(monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("WORKBENCH_HOME", str(tmp_path))

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["workbench", *words])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return ended.value.code or 0, said.out, said.err

    return run


@pytest.fixture
def shop(workbench, tmp_path):
    """Load redemptions of coupons, one of which looks like a formula."""
    lines = "=1+1,ann,2024-03-01\nc9,ann,2024-03-02\nc1,ann,2024-03-03\n"
    for name, content in (
        ("coupons", "coupon_id\nc1\n"),
        ("redemptions", "coupon_id,customer_id,redeemed_on\n" + lines),
    ):
        file = tmp_path / f"{name}.csv"
        file.write_text(content)
        said = workbench("ingest", str(file), "--table", name, "--into", "shop")
    return said


def test_a_load_tells_what_it_does_not_find(shop):
    code, out, _ = shop
    assert code == 0
    assert "kept, and counted: 2 rows of redemptions.coupon_id" in out
    assert "next: workbench data check shop" in out


def test_tables_and_references_of_a_store(workbench, shop, tmp_path):
    code, out, _ = workbench("data", "check", "shop")
    assert code == 0
    assert "redemptions.coupon_id → coupons.coupon_id" in out
    assert "the store has no customers" in out
    _, out, _ = workbench("data", "check", "shop", "--json")
    found = json.loads(out)
    rows = {one["table"]: (one["rows"], one["last_on"]) for one in found["tables"]}
    assert rows == {"coupons": (1, None), "redemptions": (3, "2024-03-03")}
    checked = [one for one in found["orphans"] if not one["not_checked"]]
    assert [(one["rows"], one["values"]) for one in checked] == [(2, 2)]


def test_the_lists_are_private_and_no_spreadsheet_runs_them(workbench, shop, tmp_path):
    code, _, _ = workbench("data", "check", "shop", "--out", str(tmp_path / "lists"))
    assert code == 0
    (file,) = (tmp_path / "lists").iterdir()
    assert file.name == "redemptions.coupon_id.csv"
    assert file.stat().st_mode & 0o777 == 0o600
    with file.open(newline="") as lines:
        found = list(csv.DictReader(lines))
    assert found == [
        {"value": "'=1+1", "rows": "1"},
        {"value": "c9", "rows": "1"},
    ]


def test_a_word_that_the_table_lacks_is_wrong_usage(workbench, tmp_path):
    (tmp_path / "m.yaml").write_text("columns: {amount: x}\n")
    (tmp_path / "a.csv").write_text("customer_id\na\n")
    code, _, err = workbench(
        *("ingest", str(tmp_path / "a.csv"), "--table", "customers", "--into", "s"),
        *("--mapping", str(tmp_path / "m.yaml")),
    )
    assert code == 2
    assert "table customers has no column 'amount'" in err
