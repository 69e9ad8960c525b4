"""``workbench policy try`` from a store, as somebody who writes a policy calls it."""

import json
import sys
from pathlib import Path

import pytest

from workbench import cli
from workbench.ingest import ingest

ROOT = Path(__file__).parents[2]
POLICIES = ROOT / "experiments" / "policies"
DAY = "2026-06-29"


@pytest.fixture(scope="module")
def stores(shop, tmp_path_factory):
    """Ingest the simulated shop once."""
    folder = tmp_path_factory.mktemp("shop")
    shop.frame.to_csv(folder / "shop.csv", index=False)
    ingest([folder / "shop.csv"], into=folder / "clean" / "shop")
    return folder / "clean"


@pytest.fixture
def tried(tmp_path, monkeypatch, stores, capsys):
    """Return a function that tries policies on the shop."""
    for name in ("RUNS", "EXPORTS", "TRACKING", "DECISIONS"):
        monkeypatch.delenv(f"WORKBENCH_{name}", raising=False)
    monkeypatch.setenv("WORKBENCH_ROOT", str(ROOT))
    monkeypatch.setenv("WORKBENCH_HOME", str(tmp_path))
    monkeypatch.setenv("WORKBENCH_STORES", str(stores))

    def run(*words):
        told = ("policy", "try", *words, "--data", "shop", "--as-of", DAY)
        monkeypatch.setattr(sys, "argv", ["workbench", *map(str, told)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return ended.value.code or 0, said.out, said.err

    return run


def test_machines_get_every_tier_and_nothing_is_published(tried, tmp_path, shop):
    code, out, err = tried("supermarket", "abc", "--json")
    found = json.loads(out)
    assert (code, err) == (0, "")
    assert found["data"]["name"] == "shop" and found["as_of"] == DAY
    ids = [one["policy_id"] for one in found["policies"]]
    assert ids == ["supermarket@1", "abc@1"]
    supermarket, abc = found["policies"]
    counts = [tier["customers"] for tier in abc["tiers"]]
    assert sum(counts) == abc["customers"] == shop.frame["customer_id"].nunique()
    shares = [tier["share_of_revenue_365d"] for tier in supermarket["tiers"]]
    assert 0.8 <= shares[0] + shares[1] < 0.82
    assert list(tmp_path.iterdir()) == []


def test_people_get_a_table_in_their_language_and_what_the_shop_lacks(tried):
    code, out, _ = tried(POLICIES / "walmart.yaml", "--lang", "zh")
    assert code == 0
    for words in ("高价值", "近 365 天净消费占比", "邀请成为付费会员", "未经批准"):
        assert words in out
    assert (
        "本店所缺: 没有任何顾客的 membership：与其比较的条件均不成立 [walmart@1]" in out
    )
    english = tried(POLICIES / "walmart.yaml")[1]
    assert "of net spend, 365 days" in english
    assert "this shop lacks: no membership of anybody" in english


def test_the_numbers_that_were_learned_are_told_and_a_list_that_nobody_knows(tried):
    _, out, _ = tried("supermarket", "tmall", "--lang", "zh")
    assert "尚未学得" not in out
    assert "本店货币" in out or "CNY" in out
    carts = next(line for line in out.splitlines() if "加购未买" in line)
    assert "–" in carts
    assert "没有 events：carts_left_30d 不计算 [tmall@2]" in out
    english = tried("supermarket")[1]
    assert "The numbers" in english and "not learned yet" not in english


def test_a_policy_that_is_not_there_is_refused_with_the_nearest_name(tried):
    code, out, err = tried("supermarkt")
    assert (code, out) == (2, "")
    assert "supermarket.yaml" in err and err.count("\n") == 1
