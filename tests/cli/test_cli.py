"""The command line: exit codes, one line on stderr, JSON, a light start."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from workbench import cli

ROOT = Path(__file__).parents[2]


@pytest.fixture
def workbench(monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("WORKBENCH_ROOT", str(ROOT))
    monkeypatch.setenv("WORKBENCH_HOME", str(tmp_path))

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["workbench", *words])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return ended.value.code or 0, said.out, said.err

    return run


def test_a_start_imports_nothing_heavy():
    asked = "import sys, workbench.cli; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, check=True
    ).stdout.split()
    assert "typer" in loaded
    heavy = {"pandas", "numpy", "ibis", "duckdb", "mlflow", "papermill", "matplotlib"}
    assert heavy.isdisjoint(loaded)


def test_a_typo_in_a_parameter_is_refused_with_the_nearest_name(workbench, tmp_path):
    workbench("data", "get", "cdnow_sample")
    code, out, err = workbench(
        *("run", "demo", "--data", "cdnow_sample", "--as-of", "1997-09-30"),
        *("-p", "penaliser=0.1"),
    )
    assert code == 2
    assert "did you mean 'penalizer'?" in err.lower()
    assert err.count("\n") == 1
    assert not (tmp_path / "runs").exists() or not list((tmp_path / "runs").iterdir())


def test_ingest_tells_the_account_as_json(workbench):
    sample = ROOT / "data" / "sample"
    mapping = ("--mapping", str(sample / "shop_mapping.yaml"), "--into", "myshop")
    code, out, _ = workbench("ingest", str(sample / "shop.csv"), *mapping, "--json")
    account = json.loads(out)
    assert code == 0
    assert account["records_in"] == account["accepted"] + account["quarantined"]
    assert sum(account["reasons"].values()) == account["quarantined"]
    again = workbench("ingest", str(sample / "shop.csv"), *mapping, "--json")
    assert again[0] == 0
    assert json.loads(again[1])["already_loaded"]


def test_assigning_before_any_approval_is_refused_with_the_command(workbench):
    code, _, err = workbench(
        "assign", "--bundle", "champion", "--data", "x", "--as-of", "1998-06-30"
    )
    assert code == 3
    assert "workbench approve" in err


def test_a_store_that_is_not_there_names_the_command_that_makes_it(workbench):
    code, _, err = workbench("run", "demo", "--as-of", "1998-06-30")
    assert code == 2
    assert "workbench data get cdnow" in err


def test_params_lists_type_default_and_meaning(workbench):
    code, out, _ = workbench("params", "20_clv", "--json")
    rows = {row["parameter"]: row for row in json.loads(out)}
    assert code == 0
    assert rows["horizon_days"]["type"] == "int"
    assert rows["horizon_days"]["default"] == "273"
    assert "[days]" in rows["horizon_days"]["meaning [unit]"]


def test_data_list_names_what_can_be_had_and_what_is_there(workbench):
    workbench("data", "get", "cdnow_sample")
    rows = {
        row["name"]: row for row in json.loads(workbench("data", "list", "--json")[1])
    }
    assert rows["cdnow_sample"]["in the store"] == "yes"
    assert rows["cdnow"]["in the store"] == "no"


def test_the_stages_are_shown_and_proved(workbench, tmp_path):
    file = ROOT / "experiments" / "stages.yaml"
    assert "Won back" in workbench("policy", "show", str(file))[1]
    code, out, _ = workbench("policy", "check", str(file))
    assert code == 0
    assert out.startswith("life_cycle@1: 7 stages, exactly one for anybody, reads st")
    broken = tmp_path / "stages.yaml"
    text = file.read_text(encoding="utf-8")
    broken.write_text(text.replace("purchase_days >= 2", "purchase_days >= 3"))
    code, _, err = workbench("policy", "check", str(broken))
    assert code == 2
    assert "found none for a customer with" in err
    assert "purchase_days = 2" in err


def test_the_policy_is_shown_in_both_languages(workbench):
    file = str(ROOT / "experiments" / "policies" / "tmall.yaml")
    assert "Loyal" in workbench("policy", "show", file)[1]
    assert "忠实" in workbench("policy", "show", file, "--lang", "zh")[1]
    code, out, _ = workbench("policy", "check", file)
    assert code == 0
    assert "5 tiers" in out


def test_a_policy_of_the_project_is_shown_and_checked_by_its_name(
    workbench, monkeypatch, tmp_path
):
    monkeypatch.chdir(tmp_path)
    assert "Loyal" in workbench("policy", "show", "tmall")[1]
    code, out, _ = workbench("policy", "check", "tmall")
    assert (code, out.split(":")[0]) == (0, "tmall@2")


def test_the_schema_of_policies_is_printed(workbench):
    file = ROOT / "experiments" / "policies" / "policy.schema.json"
    code, out, _ = workbench("policy", "schema")
    assert (code, out) == (0, file.read_text(encoding="utf-8"))


def test_a_policy_is_checked_with_what_is_proved(workbench):
    folder = ROOT / "experiments" / "policies"
    tmall, points = str(folder / "tmall.yaml"), str(folder / "points.yaml")
    code, out, _ = workbench("policy", "check", tmall, points, "--json")
    assert code == 0
    found = json.loads(out)
    assert [one["policy"].split("@")[0] for one in found] == ["tmall", "points"]
    assert all("everybody has a tier" in one["proved"] for one in found)
    broken = ROOT / "tests" / "policy" / "broken"
    code, out, err = workbench(
        "policy", "check", str(broken / "gap.yaml"), str(broken / "overlap.yaml"), tmall
    )
    assert code == 2
    assert "gap.yaml, line 15, column 12: no tier takes a customer with" in err
    assert "overlap.yaml, line 16, column 12: tiers 'gold' and 'silver' both" in err
    assert "proved: everybody has a tier" in out


def test_a_policy_is_written_as_pages(workbench, tmp_path):
    file = str(ROOT / "experiments" / "policies" / "points.yaml")
    asked = ("--html", str(tmp_path / "all.html"), "--pages", str(tmp_path / "pages"))
    code, out, _ = workbench("policy", "show", file, "--lang", "zh", *asked)
    assert code == 0
    assert len(out.splitlines()) == 1 + 2 * 5
    assert "年度积分等级" in (tmp_path / "all.html").read_text(encoding="utf-8")
    assert (tmp_path / "pages" / "gold.en.html").is_file()
    stages = str(ROOT / "experiments" / "stages.yaml")
    code, _, err = workbench("policy", "show", stages, *asked)
    assert code == 2
    assert "is a file of stages. Show it without them." in err


def test_data_get_takes_a_file_and_refuses_what_is_none(workbench, tmp_path):
    (tmp_path / "page.xlsx").write_bytes(b"<html>sorry</html>")
    code, out, err = workbench(
        "data", "get", "online_retail", "--from", str(tmp_path / "page.xlsx")
    )
    assert (code, out) == (1, "")
    assert "page.xlsx: expected a zip, .xlsx, CSV or Parquet file" in err
    assert err.count("\n") == 1
    code, _, err = workbench("data", "get", "cdnow", "--from", "x.csv")
    assert code == 2
    assert "without --from and --url" in err


def test_data_get_shows_the_ledger_of_each_table(workbench, tmp_path, monkeypatch):
    from workbench.datasets import DATASETS
    from workbench.datasets.layout import RawFile

    (tmp_path / "none.yaml").write_text("time_zone: UTC\n")
    (tmp_path / "who.csv").write_text("customer_id,city\n2,Turin\n3,Rome\n")
    text = "customer_id,ordered_at,amount\n1,2011-01-01,2\n,2011-01-02,3\n"
    (tmp_path / "lines.csv").write_text(text)

    def two_tables(self, folder, file=None, url=None):
        return [
            RawFile(tmp_path / f"{name}.csv", tmp_path / "none.yaml", table)
            for name, table in (("who", "customers"), ("lines", "transactions"))
        ]

    monkeypatch.setattr(type(DATASETS["olist"]), "raw_files", two_tables)
    code, out, _ = workbench("data", "get", "olist", "--json")
    tables = json.loads(out)["tables"]
    assert code == 0
    assert [*tables] == ["customers", "transactions"]
    assert [one["records_in"] for one in tables.values()] == [2, 2]
    assert tables["transactions"]["reasons"] == {"missing_customer": 1}
    code, out, _ = workbench("data", "get", "olist")
    assert code == 0
    assert out.startswith("already loaded, nothing changed")
    assert "transactions: quarantined 1: missing_customer" in out
    lost = "1 rows of transactions.customer_id → customers.customer_id"
    assert f"kept, and counted: {lost}, where 1 values are not found" in out
    assert "next: workbench run tiering --data olist --as-of 2011-01-01" in out


def test_data_get_adds_up_the_files_of_a_data_set(workbench, tmp_path, monkeypatch):
    from workbench.datasets import DATASETS
    from workbench.datasets.layout import RawFile

    def two_files(self, folder, file=None, url=None):
        for name, day in (("a", "2011-01-01"), ("b", "2011-01-02")):
            text = f"customer_id,ordered_at,amount\n1,{day},2\n,{day},3\n"
            (tmp_path / f"{name}.csv").write_text(text)
            (tmp_path / f"{name}.yaml").write_text(f"ends_on: {day}\n")
        return [RawFile(tmp_path / f"{n}.csv", tmp_path / f"{n}.yaml") for n in "ab"]

    monkeypatch.setattr(type(DATASETS["cdnow"]), "raw_files", two_files)
    code, out, _ = workbench("data", "get", "online_retail_ii", "--json")
    account = json.loads(out)
    assert code == 0
    assert (account["records_in"], account["accepted"]) == (4, 2)
    assert account["reasons"] == {"missing_customer": 2}
    assert (account["first_on"], account["last_on"]) == ("2011-01-01", "2011-01-02")
    assert not account["already_loaded"]
    again = json.loads(workbench("data", "get", "online_retail_ii", "--json")[1])
    assert again == {**account, "already_loaded": True}


def test_status_shows_the_doubts_of_a_run_with_their_words(workbench, tmp_path):
    told = [{"code": "no_gain", "words": "no better than same count again"}]
    state = {"name": "demo-1", "state": "done", "as_of": "1998-06-30", "pid": 1}
    state |= {"data": {"name": "shop", "version": "1"}, "finished_at": None}
    state |= {"started_at": "2026", "stages": {"20_clv": {"state": "run"}}}
    stage = tmp_path / "runs" / "demo-1" / "20_clv"
    stage.mkdir(parents=True)
    (stage.parent / "run.json").write_text(json.dumps(state))
    (stage / "record.json").write_text(json.dumps({"doubts": told}))
    code, out, _ = workbench("status", "demo-1")
    assert code == 0
    assert "no_gain" in out and "no better than same count again" in out
    found = json.loads(workbench("status", "--json")[1])
    assert found[0]["doubts"] == {"20_clv": told}
