"""The registered champion really predicts, through MLflow's own door."""

import json
import subprocess
import sys
from pathlib import Path

import ibis
import numpy as np
import pyarrow as pa
import pytest

from workbench.datasets.simulate import simulate_customers
from workbench.delivery.bundle import Bundle, write_bundle
from workbench.delivery.scoring import Scorer
from workbench.delivery.scoring_settings import ScoringSettings
from workbench.features import btyd_table, churn_table, rfm_table
from workbench.models import BGNBD, ChurnLogistic, GammaGamma, RFMScores
from workbench.policy import Policy
from workbench.window import Window

pytestmark = pytest.mark.slow
AS_OF = "1998-06-30"
POLICY = Path(__file__).parents[2] / "experiments" / "policies" / "tmall.yaml"
ASK = """
import json, sys, warnings
import mlflow, pandas as pd
from workbench.tracking import tracking_uri
mlflow.set_tracking_uri(tracking_uri())
orders = pd.read_parquet(sys.argv[1])
model = mlflow.pyfunc.load_model("models:/tiering@champion")
answer = model.predict(orders, params={"as_of": sys.argv[2]})
versions = mlflow.MlflowClient().search_model_versions("name='tiering'")
inputs = model.metadata.signature.inputs.input_names()
print(json.dumps({"tiers": dict(zip(answer.customer_id, answer.tier)),
    "clv": dict(zip(answer.customer_id, answer.clv_365d)),
    "versions": len(versions), "tags": versions[0].tags, "inputs": inputs}))
"""


def clean_transactions(n_customers: int) -> pa.Table:
    frame = simulate_customers(n_customers, seed=5)
    when = pa.array(frame["ordered_at"]).cast(pa.timestamp("us"))
    return pa.table(
        {
            "customer_id": pa.array(frame["customer_id"].astype(str), pa.string()),
            "ordered_at": when,
            "ordered_on": when.cast(pa.date32()),
            "amount": pa.array(frame["amount"].round(2)).cast(pa.decimal128(18, 2)),
            "kind": pa.array(["purchase"] * len(frame)),
        }
    )


def make_bundle(table: pa.Table) -> Bundle:
    transactions, window = ibis.memtable(table), Window(AS_OF, 90)
    btyd = btyd_table(transactions, window).execute()
    churn = churn_table(transactions, window).execute()
    eligible = churn[churn["status"] == "eligible"]
    lapses = np.arange(len(eligible)) % 3 > 0
    policy = Policy.load(POLICY)
    scorer = Scorer(
        rfm=RFMScores().fit(rfm_table(transactions, window).execute()),
        orders=BGNBD().fit(btyd),
        value=GammaGamma().fit(btyd),
        churn=ChurnLogistic().fit(eligible, lapses),
        settings=ScoringSettings(),
    ).with_measures(policy.measures)
    scores = scorer.as_arrow(scorer.scores(transactions, AS_OF))
    cuts = policy.learn_cuts(ibis.memtable(scores))
    files = {f"models/{name}.json": text for name, text in scorer.to_texts().items()}
    files |= {
        "models/settings.json": scorer.settings.to_json(),
        "cuts.json": cuts.to_json(),
        "policy.yaml": policy.text,
        "card.md": "# A card\n",
        "evidence.json": "{}",
    }
    facts = {"as_of": AS_OF, "valid_until": "1998-09-30", "run": "small", "data": {}}
    return write_bundle(files, facts)


def register(bundle: Bundle) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "workbench.tracking", "champion"]
    return subprocess.run(
        [*command, str(bundle.folder)], capture_output=True, text=True
    )


@pytest.mark.filterwarnings("ignore::workbench.errors.WorkbenchWarning")
def test_the_champion_predicts_through_mlflow(small_project: Path) -> None:
    table = clean_transactions(600)
    bundle = make_bundle(table)
    for _ in range(2):
        done = register(bundle)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")

    orders = small_project / "orders.parquet"
    frame = table.select(["customer_id", "ordered_at", "amount"]).to_pandas()
    frame.assign(amount=frame["amount"].astype(float)).to_parquet(orders)
    command = [sys.executable, "-c", ASK, str(orders), AS_OF]
    asked = subprocess.run(command, capture_output=True, text=True, check=True)
    told = json.loads(asked.stdout)

    expected = bundle.tier_table(ibis.memtable(table), AS_OF).execute()
    tiers = dict(zip(expected["customer_id"], expected["tier"], strict=True))
    assert told["tiers"] == tiers
    assert len(set(tiers.values())) > 1
    scores = bundle.scores(ibis.memtable(table), AS_OF)
    clv = dict(zip(scores["customer_id"], scores["clv_365d"], strict=True))
    assert told["clv"] == clv
    assert told["versions"] == 1, "registered twice, one version"
    assert told["tags"]["bundle.id"] == bundle.id
    expected = ["customer_id", "ordered_at", "amount", "kind", "market"]
    assert told["inputs"] == expected


def test_a_changed_bundle_is_not_registered(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text("{}")
    command = [sys.executable, "-m", "workbench.tracking", "champion", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 1
    assert "manifest.json" in done.stderr
