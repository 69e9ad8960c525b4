"""What several rooms of the tests share: clean tables, CDNOW, a shop, a project."""

from __future__ import annotations

import json
import shutil
from datetime import date
from decimal import Decimal
from importlib.metadata import files
from pathlib import Path

import ibis
import pandas as pd
import pyarrow as pa
import pytest

NOTEBOOKS = Path(__file__).parent / "notebooks"

SPEC = """\
name: small
why: to test the runner
data: shop
stages:
  first: {parameters: {n_scores: 4}}
  second: {needs: [first]}
"""


@pytest.fixture
def small_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a project with two tiny notebooks, one experiment and one store."""
    root = tmp_path / "project"
    (root / "experiments").mkdir(parents=True)
    shutil.copytree(NOTEBOOKS, root / "notebooks")
    (root / "experiments" / "small.yaml").write_text(SPEC)
    (root / "requirements.lock").write_text("nothing==1\n")
    make_store(root / "data" / "clean" / "shop")
    for name in ("HOME", "RUNS", "STORES", "EXPORTS", "TRACKING", "DECISIONS"):
        monkeypatch.delenv(f"WORKBENCH_{name}", raising=False)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    monkeypatch.delenv("WORKBENCH_TRACKING_URI", raising=False)
    monkeypatch.setenv("WORKBENCH_ROOT", str(root))
    monkeypatch.chdir(root)
    return root


def make_store(folder: Path) -> None:
    """Write a store that has a name, a version and a hash, and nothing to read."""
    manifest = {
        "version": "0001-aa",
        "sha256": "a" * 64,
        "tables": {"transactions": {"rows": 3, "parts": []}},
        "sources": [],
    }
    version = folder / "versions" / "0001-aa"
    version.mkdir(parents=True)
    for file in (folder / "manifest.json", version / "manifest.json"):
        file.write_text(json.dumps(manifest))


def _clean(customer_id, ordered_on, amount, kind):
    day = pa.array(ordered_on, pa.date32())
    return pa.table(
        {
            "customer_id": pa.array(customer_id, pa.string()),
            "ordered_at": day.cast(pa.timestamp("us", tz="UTC")),
            "ordered_on": day,
            "amount": pa.array(amount, pa.decimal128(18, 2)),
            "kind": pa.array(kind, pa.string()),
        }
    )


@pytest.fixture(scope="session")
def clean_table():
    """Make a clean table from rows (customer, ISO day, amount), returns negative."""
    connection = ibis.duckdb.connect()

    def make(rows):
        names = [customer for customer, _, _ in rows]
        days = [date.fromisoformat(str(day)) for _, day, _ in rows]
        amounts = [Decimal(str(amount)) for _, _, amount in rows]
        kinds = ["return" if amount < 0 else "purchase" for amount in amounts]
        table = _clean(names, days, amounts, kinds)
        return connection.create_table(ibis.util.gen_name("rows"), table)

    return make


@pytest.fixture(scope="session")
def cdnow_rows():
    """Return the CDNOW master as a frame, read without the code under test."""
    path = next(f for f in files("lifetimes") if f.name == "CDNOW_master.txt")
    names = ["customer_id", "day", "quantity", "amount"]
    rows = pd.read_csv(path.locate(), sep=r"\s+", header=0, names=names, dtype=str)
    return rows.assign(day=pd.to_datetime(rows["day"], format="%Y%m%d"))


@pytest.fixture(scope="session")
def cdnow(cdnow_rows):
    """Return the CDNOW master as a clean table of 69,659 rows."""
    rows = cdnow_rows
    table = _clean(
        rows["customer_id"],
        rows["day"].dt.date,
        [Decimal(amount) for amount in rows["amount"]],
        ["purchase"] * len(rows),
    )
    return ibis.duckdb.connect().create_table("cdnow", table)


@pytest.fixture(scope="session")
def shop():
    """Make a simulated shop on DuckDB, and fit all that scores its customers.

    Attributes: ``frame`` (customer_id, ordered_at, amount), ``transactions``,
    ``as_of``, ``scorer``, ``policy`` (the shipped five levels), ``cuts``.
    """
    from types import SimpleNamespace

    from workbench.datasets import simulate_customers
    from workbench.delivery import Scorer, ScoringSettings
    from workbench.features import btyd_table, churn_table, future_orders, rfm_table
    from workbench.models import BGNBD, ChurnLogistic, GammaGamma, RFMScores
    from workbench.policy import Policy
    from workbench.tables import MONEY
    from workbench.window import Window

    frame = simulate_customers(
        500, 5, r=0.8, alpha=40, start="2024-07-01", days=729, joining_days=500
    )
    frame = frame.assign(amount=frame["amount"].round(2))
    days = pd.to_datetime(frame["ordered_at"]).dt.date
    table = pa.table(
        {
            "customer_id": pa.array(frame["customer_id"].astype(str), pa.string()),
            "ordered_on": pa.array(days, pa.date32()),
            "amount": pa.array(frame["amount"]).cast(MONEY),
            "kind": ["purchase"] * len(frame),
        }
    )
    connection = ibis.duckdb.connect()
    connection.raw_sql("SET enable_progress_bar = false")
    transactions = connection.create_table("transactions", table)
    window = Window("2026-06-29", 90)
    btyd = btyd_table(transactions, window).execute()
    past = churn_table(transactions, window.judging()).execute()
    past = past[past["status"] == "eligible"]
    came = future_orders(transactions, window.judging()).execute()["customer_id"]
    root = Path(__file__).parents[1]
    policy = Policy.load(root / "experiments" / "policies" / "tmall.yaml")
    scorer = Scorer(
        rfm=RFMScores().fit(rfm_table(transactions, window).execute()),
        orders=BGNBD().fit(btyd),
        value=GammaGamma().fit(btyd),
        churn=ChurnLogistic().fit(past, ~past["customer_id"].isin(came).to_numpy()),
        settings=ScoringSettings(),
    ).with_measures(policy.measures)
    scores = scorer.as_arrow(scorer.scores(transactions, "2026-06-29"))
    return SimpleNamespace(
        frame=frame,
        transactions=transactions,
        as_of="2026-06-29",
        scorer=scorer,
        policy=policy,
        cuts=policy.learn_cuts(ibis.memtable(scores)),
    )
