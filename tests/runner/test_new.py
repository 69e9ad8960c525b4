import json
import re
from pathlib import Path

import jsonschema
import pytest
import yaml

from workbench.delivery import ScoringSettings
from workbench.errors import BadParameter, UnknownName
from workbench.parameters import Params
from workbench.policy import Policy, PolicySpec
from workbench.policy.schema import FILE_NAME, FIRST_LINE
from workbench.runner import (
    init_project,
    load_spec,
    new_experiment,
    new_notebook,
    new_policy,
)
from workbench.runner.notebook import read_notebook
from workbench.runner.plan import make_plan


def test_a_new_notebook_keeps_the_house_rules(small_project: Path) -> None:
    readme = small_project / "notebooks" / "README.md"
    readme.write_text("# Notebooks\n\n| a | b | c | d | e |\n|-|-|-|-|-|\n\nEnd.\n")
    path = new_notebook("25_seasons", "When do people buy?")
    assert path == small_project / "notebooks" / "25_seasons.ipynb"
    notebook = read_notebook("25_seasons")
    assert notebook.checked_by is Params
    assert all(p.meaning and p.unit for p in notebook.parameters)

    cells = json.loads(path.read_text())["cells"]
    texts = [c for c in cells if c["cell_type"] == "markdown"]
    codes = [c for c in cells if c["cell_type"] == "code"]
    assert len(texts) >= len(codes)
    assert max(len(c["source"]) for c in codes) <= 15
    assert not any(c["outputs"] or c["execution_count"] for c in codes)
    tags = [tag for c in codes for tag in c["metadata"].get("tags", [])]
    assert tags == ["parameters", "run", "results"]
    assert "When do people buy?" in texts[0]["source"][0]
    assert "{{" not in path.read_text()
    row = readme.read_text().splitlines()[4]
    assert row.startswith("| 25 | [25_seasons]") and row.count("|") == 6


def test_a_new_experiment_can_be_planned(small_project: Path) -> None:
    new_notebook("25_seasons")
    path = new_experiment("25_seasons")
    assert load_spec(path).in_order() == ("25_seasons",)
    assert make_plan(path, as_of="1998-06-30", data="shop").chosen == ("25_seasons",)


def test_a_new_experiment_has_every_stage_of_the_demo(small_project: Path) -> None:
    folder = small_project / "experiments"
    demo = (folder / "small.yaml").read_text().replace("name: small", "name: demo")
    (folder / "demo.yaml").write_text(f"# The demo.\n{demo}")
    made = load_spec(new_experiment("weekly"))
    assert made.name == "weekly"
    assert made.stages == load_spec("demo").stages


def test_an_experiment_without_a_notebook_of_its_name(small_project: Path) -> None:
    assert "failing" in new_experiment("weekly").read_text()
    for path in (small_project / "notebooks").glob("*.ipynb"):
        path.unlink()
    with pytest.raises(UnknownName, match="no notebook"):
        new_experiment("monthly")


def test_a_new_policy_reads_the_scores_and_tells_every_key(small_project: Path) -> None:
    path = new_policy("myshop")
    policy = Policy.load(path)
    policy.check_columns(ScoringSettings().schema().names)
    assert (policy.id, policy.tiers) == ("myshop@1", ("high", "basic"))
    text = path.read_text(encoding="utf-8")
    assert text.splitlines()[0] == FIRST_LINE
    schema = json.loads((path.parent / FILE_NAME).read_text(encoding="utf-8"))
    told = re.sub(r"^#   ", "", text, flags=re.MULTILINE)
    told = told.replace("protect_while", "  protect_while")
    whole = yaml.safe_load(f"name: x\nversion: 1\ntitle:{told.split('title:', 1)[1]}")
    jsonschema.validate(whole, schema)
    assert set(PolicySpec.model_fields) - set(whole) <= {
        *("lacks", "grids", "exclusive", "monotone", "sensitive")
    }
    for key in set(PolicySpec.model_fields) - {"lacks"}:
        assert re.search(rf"\b{key}:", text) or f"{key}, " in text, key


@pytest.mark.parametrize("name", ["My", "../x", "9x", "a-b", ""])
def test_a_bad_policy_name(small_project: Path, name: str) -> None:
    with pytest.raises(BadParameter, match="a policy's name"):
        new_policy(name)


@pytest.mark.parametrize("name", ["seasons", "../25_x", "25_X", "25_", "25_a b"])
def test_a_bad_notebook_name(small_project: Path, name: str) -> None:
    with pytest.raises(BadParameter, match="25_seasons"):
        new_notebook(name)


@pytest.mark.parametrize("question", ["Why", 'Say "why"?', "Why?\nWhat?"])
def test_a_bad_question(small_project: Path, question: str) -> None:
    with pytest.raises(BadParameter, match="question"):
        new_notebook("25_seasons", question)


def test_nothing_is_overwritten(small_project: Path) -> None:
    new_notebook("25_seasons")
    with pytest.raises(BadParameter, match="exists"):
        new_notebook("25_seasons")
    with pytest.raises(BadParameter, match="exists"):
        new_experiment("small")


def test_a_project_of_ones_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WORKBENCH_ROOT", raising=False)
    made = init_project(tmp_path / "mine")
    assert (made / "workbench.toml").is_file()
    assert (made / "experiments" / "decisions").is_dir()
    assert not (made / "experiments" / "runs").exists()
    assert "/data/clean/" in (made / ".gitignore").read_text()
    source = Path(__file__).parents[2] / "notebooks"
    copied = {path.name for path in (made / "notebooks").glob("*.ipynb")}
    assert copied == {path.name for path in source.glob("*.ipynb")}

    from workbench.settings import places

    monkeypatch.chdir(made / "data")
    assert places().root == made.resolve()
    with pytest.raises(BadParameter, match="not an empty folder"):
        init_project(made)
