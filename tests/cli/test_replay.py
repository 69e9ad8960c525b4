"""``workbench policy replay`` from a store, as a reviewer of a policy calls it."""

import json
import sys
from pathlib import Path

import pytest

from workbench import cli
from workbench.ingest import ingest

ROOT = Path(__file__).parents[2]
SPAN = ("--from", "2026-01-05", "--to", "2026-03-02", "--every", "4w")


@pytest.fixture(scope="module")
def stores(shop, tmp_path_factory):
    """Ingest the simulated shop once."""
    folder = tmp_path_factory.mktemp("shop")
    shop.frame.to_csv(folder / "shop.csv", index=False)
    ingest([folder / "shop.csv"], into=folder / "clean" / "shop")
    return folder / "clean"


@pytest.fixture
def workbench(tmp_path, monkeypatch, stores, capsys):
    """Return a function that replays policies on the shop."""
    for name in ("RUNS", "EXPORTS", "TRACKING", "DECISIONS"):
        monkeypatch.delenv(f"WORKBENCH_{name}", raising=False)
    monkeypatch.setenv("WORKBENCH_ROOT", str(ROOT))
    monkeypatch.setenv("WORKBENCH_HOME", str(tmp_path))
    monkeypatch.setenv("WORKBENCH_STORES", str(stores))

    def run(*words):
        told = ("policy", "replay", *words, "--data", "shop")
        monkeypatch.setattr(sys, "argv", ["workbench", *map(str, told)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return ended.value.code or 0, said.out, said.err

    return run


def test_machines_get_every_figure_and_people_a_page(workbench, tmp_path):
    out = tmp_path / "page"
    code, text, err = workbench("abc", "supermarket", *SPAN, "--json", "--out", out)
    found = json.loads(text)
    assert code == 0
    assert found["days"] == ["2026-01-05", "2026-02-02", "2026-03-02"]
    assert found["learning"] == ["2026-01-05"]
    assert {name.split("@")[0] for name in found["policies"]} == {"abc", "supermarket"}
    for one in found["policies"].values():
        assert {row["variant"] for row in one["prices"]} >= {"as_written", "no_memory"}
    html = (out / "replay.html").read_text(encoding="utf-8")
    assert html.count("data:image/png;base64,") == 3
    assert "hysteresis, grace and hold change flicker from" in html
    assert "replay.html" in err
    assert sorted(f.name for f in out.glob("*.parquet")) == [
        "outcomes.parquet",
        "proofs.parquet",
        "tiers.parquet",
    ]


def test_people_read_a_table_and_what_the_shop_lacks(workbench):
    code, text, _ = workbench("hesi_value", *SPAN, "--lang", "zh")
    assert code == 0
    assert "方案对照" in text
    assert "no category: " in text


def test_an_unknown_policy_is_refused_with_the_nearest(workbench):
    code, _, err = workbench("supermarkt", *SPAN)
    assert code == 2
    assert "supermarket" in err


def test_a_rhythm_that_is_none_is_refused(workbench):
    code, _, err = workbench("abc", *SPAN[:4], "--every", "monthly")
    assert code == 2
    assert "7d or 1w say, found 'monthly'" in err


def test_a_log_is_told_each_day_of_learning(workbench):
    _, _, err = workbench("abc", *SPAN, "--refit-every", "8w")
    assert "day 1 of 3: learned on 2026-01-05" in err
    assert "day 3 of 3: learned on 2026-03-02" in err
    assert "day 2" not in err


def test_days_without_receipts_are_refused_at_once(workbench):
    code, _, err = workbench("abc", "--from", "2026-05-01", "--to", "2026-09-01")
    assert code == 75
    assert "Use --to 20" in err and "learned" not in err


def test_a_day_that_is_said_to_be_known_and_is_not_is_refused(workbench):
    code, _, err = workbench("abc", *SPAN, "--as-of", "2026-10-05")
    assert code == 75
    assert "Use --as-of 2026-" in err
