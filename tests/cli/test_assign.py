"""``workbench assign`` and ``lists`` as a scheduler calls them."""

import csv
import io
import json
import stat
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import yaml

from workbench import cli
from workbench.delivery import write_bundle
from workbench.delivery.decisions import append_decision
from workbench.ingest import ingest

ROOT = Path(__file__).parents[2]
DAY, EARLIER = "2026-06-29", "2026-05-29"
LISTS = [
    {
        "name": "thanks",
        "title": {"en": "Say thanks", "zh": "致谢"},
        "about": {"en": "The best customers.", "zh": "最好的顾客。"},
        "when": "tier = 'key'",
        "department": {"en": "Marketing", "zh": "市场部"},
    },
    {
        "name": "nobody",
        "title": {"en": "Nobody", "zh": "无"},
        "about": {"en": "Nobody at all.", "zh": "没有顾客。"},
        "when": "spend < 0",
        "department": {"en": "Service", "zh": "客服部"},
    },
]


def remembering(text):
    """Return a policy's text with a memory and two more lists."""
    keys = yaml.safe_load(text)
    keys["memory"] = {"grace_days": 60, "downgrade": "one_step"}
    keys["lists"] = [*keys.get("lists", []), *LISTS]
    return yaml.safe_dump(keys, allow_unicode=True)


@pytest.fixture(scope="module")
def stores(shop, tmp_path_factory):
    """Ingest the simulated shop once; an id looks like a formula."""
    folder = tmp_path_factory.mktemp("shop")
    frame = shop.frame.assign(customer_id="=" + shop.frame["customer_id"])
    frame.to_csv(folder / "shop.csv", index=False)
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
    """Approve a bundle whose policy remembers and has lists."""
    texts = {f"models/{n}.json": text for n, text in shop.scorer.to_texts().items()}
    texts |= {
        "models/settings.json": shop.scorer.settings.to_json(),
        "cuts.json": shop.cuts.to_json(),
        "policy.yaml": remembering(shop.policy.text),
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
def command(monkeypatch, capsys):
    """Return a function that calls a command: exit code, stdout, stderr."""

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["workbench", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        told = capsys.readouterr()
        return ended.value.code or 0, told.out, told.err

    return run


@pytest.fixture
def assign(command):
    """Return a function that assigns a day of the shop."""

    def run(*words, day=DAY):
        said = ("assign", "--bundle", "champion", "--data", "shop", "--as-of", day)
        return command(*said, *words)

    return run


def test_the_tiers_and_the_movements_are_told(approved, assign, home):
    code, out, _ = assign(day=EARLIER)
    assert code == 0
    assert "The first table: new " in out
    code, out, aside = assign()
    assert (code, aside) == (0, "")
    for words in (f"Tiers as of {DAY}", "of spend", f"Since as_of={EARLIER}", "stayed"):
        assert words in out


def test_a_dry_run_shows_the_moves_and_writes_nothing(approved, assign, home):
    code, out, _ = assign("--dry-run")
    assert (code, "not published" in out) == (0, True)
    assert not (home / "exports" / "tiers").exists()
    assign(day="2026-01-29")
    code, out, _ = assign("--dry-run")
    assert code == 0
    assert "Who would move" in out
    assert "Since as_of=2026-01-29: promoted" in out
    code, out, _ = assign("--dry-run", "--json")
    facts = json.loads(out)
    assert facts["folder"] is None
    assert sum(facts["movements"].values()) == facts["customers"]
    days = [path.name for path in (home / "exports" / "tiers").iterdir()]
    assert days == ["as_of=2026-01-29"]


def test_an_older_day_is_said_to_lie_beside(approved, assign, home):
    assign()
    code, _, aside = assign(day=EARLIER)
    assert code == 0
    assert f"note: as_of={DAY} is published already" in aside
    assert (home / "exports" / "tiers" / "backfill" / f"as_of={EARLIER}").is_dir()
    code, out, _ = assign("--json", day=EARLIER)
    assert json.loads(out)["backfill"] == f"as_of={DAY}"


def test_a_file_of_scores_gives_the_same_tiers(approved, assign, command, home, shop):
    assign("--out", home / "one")
    frame = shop.transactions.mutate(customer_id="=" + shop.transactions.customer_id)
    scores = approved.scorer.as_arrow(approved.scores(frame, DAY))
    pq.write_table(scores, home / "scores.parquet")
    words = ("--scores", home / "scores.parquet", "--out", home / "two")
    assert assign(*words)[0] == 0
    one, two = (
        pq.read_table(next((home / name).glob("as_of=*/*.parquet")))
        for name in ("one", "two")
    )
    assert one.to_pylist() == two.to_pylist()


def test_neither_a_store_nor_scores_is_wrong_usage(approved, command):
    code, _, aside = command("assign", "--bundle", "champion", "--as-of", DAY)
    assert code == 2
    assert "--scores FILE.parquet" in aside


def test_lists_are_shown_and_written(approved, assign, command, home):
    assign()
    code, out, _ = command("lists")
    assert code == 0
    for words in ("thanks", "Say thanks", "Marketing", f"Lists as of {DAY}"):
        assert words in out
    assert "市场部" in command("lists", "thanks", "--lang", "zh")[1]
    file = home / "thanks.csv"
    assert command("lists", "thanks", "--csv", file)[0] == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    rows = list(csv.DictReader(io.StringIO(file.read_text())))
    told = json.loads(command("lists", "thanks", "--json")[1])
    assert len(rows) == told["customers"] == len(told["rows"]) > 0
    assert {row["tier"] for row in rows} == {"key"}
    assert all(row["customer_id"].startswith("'=") for row in rows)
    assert list(rows[0])[:3] == ["customer_id", "tier", "net_spend_365d"]
    assert command("lists", "thanks", "--csv", "-")[1] == file.read_text()


def test_a_list_of_nobody_has_its_heading(approved, assign, command):
    assign()
    lines = command("lists", "nobody", "--csv", "-")[1].splitlines()
    assert len(lines) == 1


def test_an_unknown_list_names_the_nearest(approved, assign, command):
    assign()
    code, _, aside = command("lists", "thank")
    assert code == 2
    assert "no list 'thank'. Did you mean 'thanks'?" in aside


def test_a_csv_is_of_one_list(approved, command):
    code, _, aside = command("lists", "--csv", "-")
    assert code == 2
    assert "NAME" in aside
