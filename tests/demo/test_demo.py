"""The main job, end to end, on 23,570 real customers."""

import json
import re
import shutil

import pandas as pd
import pytest

from workbench.delivery import Bundle, Explainer, Scorer
from workbench.errors import Tampered
from workbench.ingest import open_store
from workbench.shop import open_shop

pytestmark = pytest.mark.slow
DAY = "1998-06-30"


@pytest.fixture(scope="module")
def tiers(assigned):
    manifest = json.loads((assigned / "manifest.json").read_text())
    return pd.read_parquet(assigned / manifest["file"])


@pytest.fixture(scope="module")
def shop(home):
    return open_shop(open_store(home / "clean" / "cdnow"), DAY)


def _records(run_folder):
    files = sorted(run_folder.glob("*/record.json"))
    return {file.parent.name: json.loads(file.read_text()) for file in files}


def test_every_stage_came_to_its_end_and_met_its_limits(run_folder):
    records = _records(run_folder)
    assert len(records) == 8
    assert {record["state"] for record in records.values()} == {"done"}
    assert all(record["accepted"] for record in records.values())


def test_every_stage_left_its_notebook_and_its_page(run_folder):
    for stage in _records(run_folder):
        assert (run_folder / stage / "executed.ipynb").stat().st_size > 10_000
        assert "<html" in (run_folder / stage / "report.html").read_text()[:500]


def test_the_reference_engine_gives_the_same_answers(run_folder):
    records = _records(run_folder)
    ours = records["20_clv"]["metrics"]
    theirs = records["20_clv_lifetimes"]["metrics"]
    assert ours["actual_orders"]["value"] == 19_684
    for name in ("predicted_orders", "mae", "rmse"):
        assert ours[name]["value"] == pytest.approx(theirs[name]["value"], rel=1e-3)
    assert ours["predicted_orders"]["value"] == pytest.approx(16_874, abs=1)
    assert ours["mae"]["value"] == pytest.approx(0.8187, abs=5e-5)


def test_every_customer_has_one_tier_and_a_reason(tiers):
    assert len(tiers) == tiers["customer_id"].nunique() == 23_570
    assert not tiers[["tier", "rule"]].isna().any(axis=None)
    assert set(tiers["tier"]) == {"key", "loyal", "quality", "ordinary", "basic"}


def test_the_lapsed_are_named_and_have_no_probability(run_folder, shop):
    scorer = Scorer.from_run(run_folder)
    scores = scorer.scores(shop.transactions, DAY, shop.beside)
    lapsed = scores["status"] == "lapsed"
    assert lapsed.sum() > 10_000
    assert scores.loc[lapsed, "p_churn_90d"].isna().all()
    assert scores.loc[~lapsed, "p_churn_90d"].between(0, 1).all()


def test_explain_reproduces_the_row_of_every_hundredth_customer(
    approved, shop, assigned
):
    from workbench.delivery import open_assignment

    table = open_assignment(assigned).table().to_pyarrow().to_pylist()
    lines, beside = shop.transactions, shop.beside
    explainer = Explainer(Bundle.open(approved), lines, DAY, beside=beside)
    for row in table[::100]:
        assert explainer.explain(row["customer_id"]).row == row


def test_explain_speaks_both_languages(home, assigned, command):
    english = command(home, "explain", "00033", check=True).stdout
    chinese = command(home, "explain", "00033", "--lang", "zh", check=True).stdout
    assert "is in tier" in english
    assert "等级" in chinese


def test_the_decision_names_who_why_and_what(home, approved):
    (line,) = (home / "decisions" / "decisions.jsonl").read_text().splitlines()
    decision = json.loads(line)
    assert (decision["by"], decision["reason"]) == ("test", "limits met")
    assert decision["bundle_id"] == approved.name


def test_assigning_again_gives_the_same_bytes(home, assigned, command):
    before = {file.name: file.read_bytes() for file in assigned.iterdir()}
    words = ("assign", "--bundle", "champion", "--data", "cdnow", "--as-of", DAY)
    command(home, *words, check=True)
    assert {file.name: file.read_bytes() for file in assigned.iterdir()} == before


def _changed(bundle, name, into):
    """Copy a bundle with one bit of one file turned over."""
    shutil.copytree(bundle, into)
    victim = into / name
    content = bytearray(victim.read_bytes())
    content[len(content) // 2] ^= 1
    victim.chmod(0o600)
    victim.write_bytes(content)
    return into


def test_one_changed_byte_in_any_bundle_file_is_refused_by_name(approved, tmp_path):
    names = [f.relative_to(approved) for f in approved.rglob("*") if f.is_file()]
    assert len(names) >= 8
    for place, name in enumerate(sorted(names)):
        with pytest.raises(Tampered, match=re.escape(name.name)):
            Bundle.open(_changed(approved, name, tmp_path / str(place)))


def test_assign_refuses_a_changed_bundle_and_writes_nothing(
    home, approved, command, tmp_path
):
    bundle = _changed(approved, "models/orders.json", tmp_path / "bundle")
    words = ("--bundle", bundle, "--data", "cdnow", "--as-of", DAY, "--out", tmp_path)
    done = command(home, "assign", *words)
    assert done.returncode == 1
    assert "orders.json" in done.stderr
    assert not list(tmp_path.glob("as_of=*"))


@pytest.mark.filterwarnings("ignore")  # those of mlflow and what it stands on
def test_the_registered_champion_really_predicts(home, approved):
    import mlflow

    database = home / "mlflow" / "mlflow.db"
    mlflow.set_tracking_uri(f"sqlite:///{database}")
    mlflow.set_registry_uri(f"sqlite:///{database}")
    model = mlflow.pyfunc.load_model("models:/tiering@champion")
    receipts = pd.DataFrame(
        {
            "customer_id": ["a"] * 4 + ["b"],
            "ordered_at": pd.to_datetime(
                ["1998-01-05", "1998-04-02", "1998-05-02", "1998-06-20", "1997-02-01"]
            ),
            "amount": [90.0, 80.0, 70.0, 60.0, 9.0],
        }
    )
    answer = model.predict(receipts, params={"as_of": DAY}).set_index("customer_id")
    assert answer.loc["a", "tier"] in {"loyal", "quality", "key"}
    assert answer.loc["b", "tier"] == "basic"


def test_notebooks_by_hand_and_by_the_runner_find_the_same(home, run_folder):
    """The hand-made runs are those of the notebooks' own check, if it ran before."""
    by_hand = {}
    for file in sorted((home / "runs").glob("hand-*/*/record.json")):
        record = json.loads(file.read_text())
        by_hand[record["notebook"]] = record
    if not by_hand:
        by_hand = _run_by_hand(home)
    records = _records(run_folder)
    shipped = {name for name in records if "lifetimes" not in name}
    assert shipped <= set(by_hand)  # a notebook of one's own may be there too
    for name in shipped:
        record = by_hand[name]
        assert record["metrics"] == records[name]["metrics"], name
        assert record["verdict"] == records[name]["verdict"], name


def _run_by_hand(home):
    import os
    import subprocess
    import sys
    from pathlib import Path

    root = Path(__file__).parents[2]
    program = Path(sys.executable).parent / "jupyter-execute"
    found = {}
    for notebook in sorted((root / "notebooks").glob("*.ipynb")):
        environment = {**os.environ, "WORKBENCH_HOME": str(home)}
        subprocess.run([program, notebook], cwd=root, env=environment, check=True)
        (file,) = (home / "runs").glob(f"hand-*/{notebook.stem}/record.json")
        found[notebook.stem] = json.loads(file.read_text())
    return found
