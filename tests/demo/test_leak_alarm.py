"""What sees the future stops the run; what is honestly easy to foretell does not."""

import json

import pandas as pd
import pytest

from workbench.datasets import simulate_supermarket
from workbench.ingest import open_store

pytestmark = pytest.mark.slow
FEW = ("-p", "replicates=100", "-p", "n_origins=1")


@pytest.fixture(scope="module")
def churn(tmp_path_factory, command):
    """Bring two tables in and run notebook 30 on them; returns process and record."""

    def run(lines, as_of, *words, customers=None):
        home = tmp_path_factory.mktemp("alarm")
        tables = {"transactions": lines, "customers": customers}
        mapping = home / "customers.yaml"
        mapping.write_text("others: keep\n", encoding="utf-8")
        for table, frame in tables.items():
            if frame is None:
                continue
            file = home / f"{table}.csv"
            frame.rename(columns={"ordered_on": "ordered_at"}).to_csv(file, index=False)
            told = ["--table", table, "--into", "shop"]
            told += ["--mapping", mapping] if table == "customers" else []
            command(home, "ingest", file, *told, check=True)
        asked = ["run", "tiering", "--data", "shop", "--as-of", as_of]
        done = command(home, *asked, "--stage", "30_churn", *FEW, *words)
        records = [
            json.loads(file.read_text(encoding="utf-8"))
            for file in (home / "runs").glob("*/30_churn/record.json")
        ]
        return done, records

    return run


@pytest.fixture(scope="module")
def cdnow(home):
    """Return the receipts of CDNOW as a shop's own file."""
    lines = open_store(home / "clean" / "cdnow").read().execute()
    return lines[["customer_id", "ordered_on", "amount"]].sample(
        frac=1.0, random_state=1
    )


def test_a_planted_leak_stops_the_run_with_exit_code_3(churn, cdnow):
    """A column that was written when the last quarter was over, used for its start."""
    last = pd.to_datetime(cdnow["ordered_on"]) > "1998-04-01"
    orders = cdnow[last].groupby("customer_id").size()
    ids = cdnow["customer_id"].drop_duplicates()
    extra = ids.map(orders).fillna(0).astype(int)
    customers = pd.DataFrame({"customer_id": ids, "visits": extra})
    own = ("-p", '30_churn.own_features=["extra_visits"]')
    done, records = churn(cdnow, "1998-06-30", *own, customers=customers)
    assert done.returncode == 3, done.stderr
    (line,) = [line for line in done.stderr.splitlines() if "extra_visits" in line]
    assert "recency alone" in line and "Look for a column that is written" in line
    assert not any(record.get("accepted") for record in records)


def test_a_supermarket_of_frequent_buyers_is_not_stopped(churn):
    lines = simulate_supermarket(3000, seed=1)
    done, (record,) = churn(lines, str(lines["ordered_on"].max()))
    assert done.returncode == 0, done.stderr
    assert record["metrics"]["auc"]["value"] > 0.95
    doubts = {doubt["code"]: doubt["words"] for doubt in record["doubts"]}
    assert "recency alone" in doubts["high_auc"]
