import hashlib
import json
from datetime import datetime
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from workbench.delivery import write_bundle
from workbench.delivery.decisions import append_decision
from workbench.ingest import Mapping, ingest
from workbench.ingest.versions import versions_of

ACCEPTANCE = """\
version: 1
valid_days: 92
models:
  clv: {notebook: 20_clv, must_beat: [mae_minus_same_count_again]}
  churn: {notebook: 30_churn, must_beat: [brier_minus_prevalence]}
"""
PARAMETERS = {
    "10_rfm": {"n_scores": 5},
    "20_clv": {
        "value_horizon_days": 365,
        "annual_discount_rate": 0.1,
        "margin": 1.0,
    },
    "30_churn": {"horizon_days": 90, "eligible_days": 365},
    "50_tiers": {
        "clv_stage": "20_clv",
        "churn_stage": "30_churn",
        "policy": "tmall",
    },
}


def measured(value, low, high):
    return {
        "value": value,
        "unit": "orders",
        "higher_is_better": False,
        "low": low,
        "high": high,
    }


METRICS = {
    "10_rfm": {},
    "20_clv": {
        "mae": measured(0.5, 0.45, 0.55),
        "mae_minus_same_count_again": measured(-0.1, -0.2, -0.05),
    },
    "30_churn": {"brier_minus_prevalence": measured(-0.05, -0.06, -0.04)},
    "50_tiers": {},
}


@pytest.fixture(scope="session")
def store(shop, tmp_path_factory):
    """Ingest the simulated shop once."""
    folder = tmp_path_factory.mktemp("shop")
    file = folder / "shop.csv"
    shop.frame.to_csv(file, index=False)
    ingest([file], into=folder / "clean" / "shop")
    return folder / "clean"


@pytest.fixture
def project(store, shop, tmp_path, monkeypatch):
    """Make a project with the shop's store, its policy and its limits."""
    for name in ("HOME", "RUNS", "EXPORTS", "TRACKING", "DECISIONS"):
        monkeypatch.delenv(f"WORKBENCH_{name}", raising=False)
    (tmp_path / "experiments" / "policies").mkdir(parents=True)
    policy = tmp_path / "experiments" / "policies" / "tmall.yaml"
    policy.write_text(shop.policy.text, encoding="utf-8")
    acceptance = tmp_path / "experiments" / "acceptance.yaml"
    acceptance.write_text(ACCEPTANCE, encoding="utf-8")
    monkeypatch.setenv("WORKBENCH_ROOT", str(tmp_path))
    monkeypatch.setenv("WORKBENCH_STORES", str(store))
    return SimpleNamespace(
        root=tmp_path,
        policy=policy,
        acceptance=acceptance,
        runs=tmp_path / "experiments" / "runs",
    )


@pytest.fixture
def make_run(project, shop):
    """Return a function that writes a complete run and returns its folder."""
    models = shop.scorer.to_texts() | {"cuts": shop.cuts.to_json()}
    kept = {
        "10_rfm": ["rfm"],
        "20_clv": ["orders", "value"],
        "30_churn": ["churn"],
        "50_tiers": ["cuts"],
    }

    def write(
        name="demo-1",
        metrics=None,
        state="done",
        seed=1,
        started_at="2026-07-01",
        stages=tuple(kept),
    ):
        run = project.runs / name
        for stage, names in ((stage, kept[stage]) for stage in stages):
            folder = run / stage
            files = [
                _keep(folder / "models" / f"{n}.json", models[n].encode(), "model")
                for n in names
            ]
            if stage in ("20_clv", "30_churn"):
                files.append(_holdout(folder, stage, seed))
            _record(folder, stage, files, (metrics or METRICS)[stage], shop.as_of)
        run_state = {"name": name, "state": state, "as_of": shop.as_of}
        run_state["started_at"] = started_at
        run_state["stages"] = {stage: {"notebook": stage} for stage in stages}
        (run / "run.json").write_text(json.dumps(run_state))
        return run

    return write


def _record(folder, stage, files, metrics, as_of):
    from workbench.ingest import open_store

    store = open_store("shop")
    record = {
        "notebook": stage,
        "label": f"label of {stage}",
        "parameters": PARAMETERS[stage],
        "as_of": as_of,
        "data": {
            "name": store.name,
            "version": store.version,
            "sha256": store.sha256,
            "rows": store.rows,
        },
        "git": {"commit": "c0ffee", "dirty": False},
        "metrics": metrics,
        "accepted": True,
        "verdict": f"verdict of {stage}",
        "learned": ["something"],
        "doubts": [f"doubt about {stage}"],
        "files": [{**f, "path": str(f["path"].relative_to(folder))} for f in files],
        "state": "done",
        "executed_sha256": hashlib.sha256(b"{}").hexdigest(),
        "key": f"key-{stage}",
    }
    (folder / "executed.ipynb").write_bytes(b"{}")
    (folder / "record.json").write_text(json.dumps(record))


def _holdout(folder, stage, seed):
    rng = np.random.default_rng(7)
    actual = rng.poisson(1.0, 300)
    if stage == "30_churn":
        actual = (actual == 0).astype(int)
    noise = np.random.default_rng(seed).normal(0, 0.05, 300)
    frame = pd.DataFrame(
        {
            "customer_id": [f"c{i}" for i in range(300)],
            "actual": actual,
            "predicted": np.clip(0.7 * actual + 0.1 + noise, 0.01, 0.99)
            if stage == "30_churn"
            else 0.7 * actual + 0.3 + noise,
            "same_count_again": actual.mean(),
        }
    )
    path = folder / "tables" / "holdout.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    frame.to_parquet(path, index=False)
    return _keep(path, path.read_bytes(), "customers")


def _keep(path, content, kind):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return {
        "path": path,
        "kind": kind,
        "published": kind != "customers",
        "sha256": hashlib.sha256(content).hexdigest(),
    }


class Yard:
    """A project in which everything has an age: stores, runs, bundles, tier tables."""

    def __init__(self, home):
        self.home, self.stores, self.runs = home, home / "clean", home / "runs"
        self.bundles, self.tiers = home / "exports" / "bundles", home / "exports/tiers"

    def load(self, customer, day, store="shop", bad=""):
        """Ingest one order as of a day, and one record that is set aside."""
        file = self.home / f"{customer}.csv"
        rows = f"{customer},{day},1\n" + (f"{bad},never,1\n" if bad else "")
        file.write_text(f"customer_id,ordered_at,amount\n{rows}")
        at = datetime.fromisoformat(f"{day}T12:00:00+00:00")
        words = Mapping(max_quarantined=1.0, least_of_usual=0.0)
        return ingest(file, into=store, mapping=words, loaded_at=at).store_version

    def versions(self, store="shop"):
        return versions_of(self.stores / store)

    def run(self, name, day, version="0001-aa", *, state="done", experiment="demo"):
        """Write a run that ended on a day."""
        at = f"{day}T12:00:00.000+00:00"
        told = {"name": name, "state": state, "experiment": experiment}
        told |= {"started_at": at, "finished_at": None if state == "running" else at}
        told |= {"data": {"name": "shop", "version": version}, "stages": {}}
        (self.runs / name).mkdir(parents=True)
        (self.runs / name / "run.json").write_text(json.dumps(told))
        return self.runs / name

    def bundle(self, day, version="0001-aa"):
        facts = {"as_of": day, "valid_until": "2027-01-01", "made_on": day}
        facts["data"] = {"name": "shop", "version": version}
        return write_bundle({"card.md": f"of {day}\n"}, facts)

    def decide(self, run, day, version="0001-aa"):
        """Approve a bundle that learned from a version."""
        bundle = self.bundle(day, version)
        return append_decision(
            action="approve",
            run=run,
            bundle_id=bundle.id,
            bundle_sha256=bundle.sha256,
            by="Ann",
            reason="better",
            as_of=bundle.as_of,
            valid_until=bundle.valid_until,
        )

    def tier_table(self, day, version="0001-aa", bundle_id="b1", out=None):
        folder = (out or self.tiers) / f"as_of={day}"
        folder.mkdir(parents=True)
        told = {"data": {"name": "shop", "version": version}, "bundle_id": bundle_id}
        (folder / "manifest.json").write_text(json.dumps(told))
        return folder

    def tree(self):
        """Return every byte below the project, and every folder."""
        return {
            str(path.relative_to(self.home)): None if path.is_dir() else _bytes(path)
            for path in sorted(self.home.rglob("*"))
        }


def _bytes(path):
    return hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns


@pytest.fixture
def yard(tmp_path, monkeypatch):
    for name in ("ROOT", "RUNS", "STORES", "EXPORTS", "TRACKING", "DECISIONS"):
        monkeypatch.delenv(f"WORKBENCH_{name}", raising=False)
    monkeypatch.setenv("WORKBENCH_ROOT", str(tmp_path))
    monkeypatch.setenv("WORKBENCH_HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    return Yard(tmp_path / "home")
