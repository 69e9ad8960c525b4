import json
from pathlib import Path

import pytest

from workbench.errors import BadSpec, UnknownName
from workbench.parameters import RFMParams
from workbench.runner.notebook import read_notebook, read_parameters

FIXTURES = Path(__file__).parents[1] / "notebooks"


def test_contract_of_a_notebook(small_project: Path) -> None:
    notebook = read_notebook("first")
    assert notebook.checked_by is RFMParams
    assert notebook.names == ("data", "as_of", "scope", "seed", "n_scores")
    assert notebook.defaults["n_scores"] == 5
    assert notebook.parameters[1].unit == "ISO date"
    assert notebook.parameters[1].meaning == "last day the model may see"


def test_unknown_notebook_gets_the_nearest_name(small_project: Path) -> None:
    with pytest.raises(UnknownName, match="Did you mean 'second'"):
        read_notebook("secnod")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("horizon_days = 90", "expected 'name: type"),
        ("label: str = f'{1}'", "must be a literal"),
        ("penalizer: float | None = None", "not seen by papermill"),
        ("n: int", "expected 'name: type"),
        ("import os", "expected 'name: type"),
    ],
)
def test_lines_that_papermill_would_lose_are_refused(line: str, said: str) -> None:
    with pytest.raises(BadSpec, match=said):
        read_parameters(f"seed: int = 7\n{line}", "20_clv")


def test_every_bad_line_is_named_at_once() -> None:
    with pytest.raises(BadSpec, match="line 1.*line 3.*'seed' is set twice"):
        read_parameters("a = 1\nseed: int = 7\nb = 2\nseed: int = 8", "20_clv")


def test_a_default_over_several_lines_keeps_its_comment() -> None:
    source = 'countries: list[str] = [\n    "UK",\n]  # kept countries [names]'
    (parameter,) = read_parameters(source, "x")
    assert parameter.default == ["UK"]
    assert (parameter.meaning, parameter.unit) == ("kept countries", "names")


def test_hash_in_a_text_is_no_comment() -> None:
    (parameter,) = read_parameters('tag: str = "#1"  # rank [none]', "x")
    assert (parameter.default, parameter.meaning) == ("#1", "rank")


def edit(path: Path, change: object) -> None:
    content = json.loads(path.read_text())
    change(content)  # type: ignore[operator]
    path.write_text(json.dumps(content))


@pytest.mark.parametrize("n_tagged", [0, 2])
def test_a_lost_or_doubled_tag_is_refused(small_project: Path, n_tagged: int) -> None:
    path = small_project / "notebooks" / "first.ipynb"

    def tag(content: dict) -> None:
        for n, cell in enumerate(content["cells"][1:]):
            cell["metadata"] = {"tags": ["parameters"]} if n < n_tagged else {}

    edit(path, tag)
    with pytest.raises(BadSpec, match=f"one cell with the tag.*found {n_tagged}"):
        read_notebook("first")


def test_cell_and_class_must_name_the_same_parameters(small_project: Path) -> None:
    path = small_project / "notebooks" / "first.ipynb"
    edit(path, lambda c: c["metadata"].update(workbench={"parameters": "CLVParams"}))
    with pytest.raises(BadSpec, match="'n_scores' is not a field.*'penalizer' has no"):
        read_notebook("first")


def test_outputs_do_not_change_the_hash_but_code_does(small_project: Path) -> None:
    path = small_project / "notebooks" / "first.ipynb"
    before = read_notebook("first").sha256
    edit(path, lambda c: c["cells"][1].update(execution_count=9, outputs=[]))
    assert read_notebook("first").sha256 == before
    edit(path, lambda c: c["cells"][2].update(source="x = 1"))
    assert read_notebook("first").sha256 != before


@pytest.mark.slow
@pytest.mark.parametrize("name", ["first", "second"])
def test_papermill_sees_the_same_parameters(name: str) -> None:
    papermill = pytest.importorskip("papermill")
    seen = papermill.inspect_notebook(str(FIXTURES / f"{name}.ipynb"))
    assert set(read_notebook(FIXTURES / f"{name}.ipynb").names) == set(seen)
