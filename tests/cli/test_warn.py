"""``workbench warn`` from a store and an approved bundle, as a scheduler calls it."""

import csv
import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from workbench import cli
from workbench.delivery import write_bundle
from workbench.delivery.decisions import append_decision
from workbench.delivery.warning_rows import learned_levels
from workbench.features import Beside
from workbench.ingest import ingest

ROOT = Path(__file__).parents[2]
DAY, EARLIER = "2026-06-29", "2026-05-29"


@pytest.fixture(scope="module")
def stores(shop, tmp_path_factory):
    """Ingest the simulated shop once."""
    folder = tmp_path_factory.mktemp("shop")
    shop.frame.to_csv(folder / "shop.csv", index=False)
    ingest([folder / "shop.csv"], into=folder / "clean" / "shop")
    return folder / "clean"


@pytest.fixture
def home(tmp_path, monkeypatch, stores):
    """Point all that is written to an empty folder."""
    for name in ("RUNS", "EXPORTS", "TRACKING", "DECISIONS"):
        monkeypatch.delenv(f"WORKBENCH_{name}", raising=False)
    monkeypatch.setenv("WORKBENCH_ROOT", str(ROOT))
    monkeypatch.setenv("WORKBENCH_HOME", str(tmp_path))
    monkeypatch.setenv("WORKBENCH_STORES", str(stores))
    return tmp_path


@pytest.fixture
def approved(home, shop):
    """Approve the bundle of the shop's models, its limits learned."""
    scorer = shop.scorer
    buyers = scorer.churn_features(shop.transactions, shop.as_of, Beside())
    levels = learned_levels(scorer, buyers.to_pyarrow())
    texts = {f"models/{n}.json": text for n, text in scorer.to_texts().items()}
    texts |= {
        "models/settings.json": replace(scorer.settings, levels=levels).to_json(),
        "cuts.json": shop.cuts.to_json(),
        "policy.yaml": shop.policy.text,
        "card.md": "# card\n",
        "evidence.json": '{"stages": {}}\n',
    }
    facts = {"as_of": DAY, "valid_until": "2026-09-29", "data": {"name": "shop"}}
    bundle = write_bundle(texts, facts)
    append_decision(
        action="approve",
        run="r1",
        bundle_id=bundle.id,
        bundle_sha256=bundle.sha256,
        by="Ann",
        reason="good",
        as_of=bundle.as_of,
        valid_until=bundle.valid_until,
    )
    return bundle


@pytest.fixture
def warn(monkeypatch, capsys):
    """Return a function that calls the command: exit code, stdout, stderr."""

    def run(*words, day=DAY):
        said = ("warn", "--bundle", "champion", "--data", "shop", "--as-of", day)
        monkeypatch.setattr(sys, "argv", ["workbench", *said, *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        told = capsys.readouterr()
        return ended.value.code or 0, told.out, told.err

    return run


def test_a_day_is_published_and_compared_with_the_one_before(approved, home, warn):
    assert warn(day=EARLIER)[0] == 0
    code, out, _ = warn("--json")
    facts = json.loads(out)
    assert code == 0
    assert facts["previous"] == f"as_of={EARLIER}"
    folder = home / "exports" / "warnings" / f"as_of={DAY}"
    assert facts["folder"] == str(folder)
    assert {f.stat().st_mode & 0o777 for f in folder.iterdir()} == {0o600}
    kept = {f.name: f.read_bytes() for f in folder.iterdir()}
    assert warn()[0] == 0
    assert {f.name: f.read_bytes() for f in folder.iterdir()} == kept


def test_the_table_is_for_people_in_their_language(approved, warn):
    code, out, _ = warn()
    assert code == 0
    assert f"Warnings as of {DAY}" in out
    for words in ("urgent", "watch, bought once", "value at risk", "gone", "lapsed"):
        assert words in out
    code, out, _ = warn("--lang", "zh")
    assert code == 0
    for words in ("流失预警", "紧急", "仅购买一次", "风险金额", "已流失"):
        assert words in out


def test_how_many_have_no_reason_is_said(approved, warn):
    facts = json.loads(warn("--dry-run", "--json")[1])
    n, among = facts["without_reason"], facts["customers"]
    assert 0 < n < among
    told = " ".join(warn("--dry-run")[1].split())
    assert f"{n:,} of the {among:,} warned of have no single reason" in told
    told = "".join(warn("--dry-run", "--lang", "zh")[1].split())
    assert f"{among:,}人中，{n:,}人没有单独突出的原因" in told


def test_a_dry_run_publishes_nothing(approved, home, warn):
    code, out, _ = warn("--dry-run", "--json")
    assert code == 0
    assert json.loads(out)["folder"] is None
    assert json.loads(out)["customers"] > 0
    assert not (home / "exports" / "warnings").exists()


def test_a_list_for_the_service_desk(approved, home, warn):
    code, out, _ = warn("--csv", home / "desk.csv", "--lang", "zh", "--json")
    assert code == 0
    with (home / "desk.csv").open(encoding="utf-8-sig", newline="") as file:
        titles, *rows = csv.reader(file)
    assert titles[0] == "客户"
    assert len(rows) == json.loads(out)["customers"]
    assert (home / "desk.csv").stat().st_mode & 0o777 == 0o600


def test_an_older_day_is_refused_and_elsewhere_it_may_stand(approved, home, warn):
    assert warn()[0] == 0
    code, _, err = warn("--csv", home / "desk.csv", day=EARLIER)
    assert code == 3
    assert err.count("\n") == 1 and "--dry-run" in err
    assert not (home / "desk.csv").exists()
    assert warn("--out", home / "past", day=EARLIER)[0] == 0


def test_without_an_approval_the_command_is_named(home, warn):
    code, _, err = warn()
    assert code == 3
    assert "workbench approve" in err
