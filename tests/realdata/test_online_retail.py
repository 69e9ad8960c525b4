"""Online Retail, 541,909 real and dirty lines: nothing lost, every loss named."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from workbench.ingest import open_store

pytestmark = [
    pytest.mark.realdata,
    pytest.mark.skipif(
        "WORKBENCH_REALDATA" not in os.environ,
        reason="WORKBENCH_REALDATA does not name the folder of real data sets",
    ),
]


def source():
    return Path(os.environ["WORKBENCH_REALDATA"]) / "online_retail.parquet"


def workbench(*words):
    command = [Path(sys.executable).parent / "workbench", *words]
    return subprocess.run(command, capture_output=True, text=True)


def get(path):
    return workbench("data", "get", "online_retail", "--from", str(path), "--json")


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        home = tmp_path_factory.mktemp("online_retail")
        patch.setenv("WORKBENCH_HOME", str(home))
        yield home


@pytest.fixture(scope="module")
def loaded(home):
    """Get the data set as a person would."""
    done = get(source())
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout), open_store("online_retail")


def count(snapshot, condition):
    parts = snapshot.folder / "transactions" / "*.parquet"
    found = duckdb.sql(f"SELECT count(*) FROM '{parts}' WHERE {condition}").fetchone()
    return found[0]


def test_every_record_is_accounted_for(loaded):
    receipt, snapshot = loaded
    print(json.dumps({"accepted": receipt["accepted"], **receipt["reasons"]}, indent=1))
    assert receipt["records_in"] == 541_909
    assert receipt["records_in"] == receipt["accepted"] + receipt["quarantined"]
    assert receipt["reasons"] == {"missing_customer": 135_080}
    assert snapshot.rows == receipt["accepted"] == 406_829
    assert snapshot.ledger()["records"].sum() == 541_909
    assert (receipt["first_on"], receipt["last_on"]) == ("2010-12-01", "2011-12-09")


def test_a_second_time_changes_nothing(loaded):
    done = get(source())
    assert (done.returncode, json.loads(done.stdout)["already_loaded"]) == (0, True)
    assert open_store("online_retail").version == loaded[1].version


def test_the_raw_file_has_what_the_readme_counts(loaded, home):
    raw = home / "raw" / "online_retail" / "online_retail.parquet"
    rows, cancelled, negative, both, worthless, countries = duckdb.sql(
        f"""SELECT count(*),
                   count(*) FILTER (InvoiceNo LIKE 'C%'),
                   count(*) FILTER (Quantity::DOUBLE < 0),
                   count(*) FILTER (Quantity::DOUBLE < 0 AND InvoiceNo NOT LIKE 'C%'),
                   count(*) FILTER (UnitPrice::DOUBLE <= 0),
                   count(DISTINCT Country)
            FROM '{raw}'"""
    ).fetchone()
    distinct = duckdb.sql(f"SELECT count(*) FROM (SELECT DISTINCT * FROM '{raw}')")
    assert (rows, cancelled, negative, both) == (541_909, 9_288, 10_624, 1_336)
    assert (worthless, countries) == (2_517, 38)
    assert rows - distinct.fetchone()[0] == 5_268


def test_equal_lines_of_one_receipt_are_not_lost(loaded, home):
    _, snapshot = loaded
    raw = pq.read_table(home / "raw" / "online_retail" / "online_retail.parquet")
    known = raw.filter(pc.is_valid(raw["CustomerID"]))
    twice = len(known) - known.group_by(known.column_names).aggregate([]).num_rows
    parts = snapshot.folder / "transactions" / "*.parquet"
    kept = duckdb.sql(f"SELECT count(*) FROM (SELECT DISTINCT * FROM '{parts}')")
    assert len(known) == snapshot.rows
    assert snapshot.rows - kept.fetchone()[0] == twice == 5_225
    nobody = raw.filter(pc.is_null(raw["CustomerID"]))
    rest = len(nobody) - nobody.group_by(nobody.column_names).aggregate([]).num_rows
    assert twice + rest == 5_268


def test_returns_are_the_negative_quantities(loaded):
    _, snapshot = loaded
    raw = pq.read_table(source(), columns=["CustomerID", "Quantity"])
    negative = pc.and_(pc.is_valid(raw["CustomerID"]), pc.less(raw["Quantity"], 0))
    n_negative = pc.sum(negative).as_py()
    assert count(snapshot, "kind = 'return'") == n_negative
    assert count(snapshot, "kind = 'return' AND amount > 0") == 0
    assert count(snapshot, "order_id LIKE 'C%' AND kind <> 'return'") == 0


def test_customers_are_texts_without_a_fraction(loaded):
    _, snapshot = loaded
    assert count(snapshot, "NOT regexp_full_match(customer_id, '[0-9]{5}')") == 0


def test_another_edition_is_not_loaded_beside_it(loaded, home, tmp_path):
    table = pq.read_table(source())
    pq.write_table(table.take(pc.sort_indices(table["UnitPrice"])), tmp_path / "x")
    done = get(tmp_path / "x")
    assert done.returncode == 1
    assert "expected the rows that came first, found others" in done.stderr
    (home / "raw" / "online_retail" / "online_retail.parquet").unlink()
    done = get(tmp_path / "x")
    assert done.returncode == 1
    assert "would count its orders twice" in done.stderr
    assert open_store("online_retail").version == loaded[1].version


def test_the_notebook_says_that_nobody_is_seen_to_leave_and_that_nothing_is_gained(
    loaded, home
):
    """BG/NBD finds a near 0 here, and loses to the same count again at Christmas."""
    few = ["-p", "replicates=200", "-p", "interval_replicates=40"]
    words = ["run", "tiering", "--data", "online_retail", "--as-of", "2011-12-09"]
    done = workbench(*words, "--stage", "20_clv", *few)
    assert done.returncode == 0, done.stderr
    (file,) = (home / "runs").glob("tiering-*/20_clv/record.json")
    record = json.loads(file.read_text(encoding="utf-8"))
    doubts = {doubt["code"]: doubt["words"] for doubt in record["doubts"]}
    assert doubts["no_drop_out"].startswith("almost no drop-out seen")
    assert doubts["no_gain"].startswith("the model is worse than same count again")
    difference = record["metrics"]["mae_minus_same_count_again"]
    assert 0.02 < difference["low"] < difference["value"] < difference["high"] < 0.08
    assert not record["accepted"]
    assert "same count again shows a loss: 0.04488 [" in record["verdict"]


def test_churn_is_judged_at_four_origins_thirty_days_apart(loaded, home):
    words = ["run", "tiering", "--data", "online_retail", "--as-of", "2011-12-09"]
    words += ["--stage", "30_churn", "-p", "30_churn.horizon_days=30"]
    done = workbench(*words, "-p", "30_churn.replicates=200")
    assert done.returncode == 0, done.stderr
    (file,) = (home / "runs").glob("tiering-*/30_churn/record.json")
    origins = pd.read_csv(file.parent / "tables" / "origins.csv", index_col=0)
    print(f"\n{origins}")
    days = pd.to_datetime(origins.columns)
    assert len(days) == 4 and (days.diff()[1:] == pd.Timedelta(days=30)).all()
    assert str(days[-1].date()) == "2011-11-09"  # its horizon closed on the last day
    assert (origins.loc["auc"] > 0.6).all()
    record = json.loads(file.read_text(encoding="utf-8"))
    assert {"auc", "pr_auc", "brier", "log_loss", "ece", "lift_at_10"} <= {
        *record["metrics"]
    }
    beaten = ("prevalence", "hiatus", "own_gap", "recency")
    assert all(f"earlier_brier_minus_{name}" in record["metrics"] for name in beaten)
