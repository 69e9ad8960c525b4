"""Every notebook, found by its file, keeps the house's rules."""

import ast
import json
import re
from pathlib import Path

import pytest

from workbench.runner import read_notebook

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
MANY_FIGURES = {"00_transactions", "20_clv", "30_churn"}


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request):
    return request.param


def _cells(path, kind):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in cells if cell["cell_type"] == kind]


def _code(path):
    return ["".join(cell["source"]) for cell in _cells(path, "code")]


def _tagged(path, tag):
    return [
        place
        for place, cell in enumerate(_cells(path, "code"))
        if tag in cell["metadata"].get("tags", [])
    ]


def test_there_are_notebooks():
    assert len(NOTEBOOKS) >= 6


def test_its_number_is_its_place_and_its_heading_a_question(notebook):
    assert re.fullmatch(r"\d\d_[a-z_]+", notebook.stem)
    heading = "".join(_cells(notebook, "markdown")[0]["source"]).splitlines()[0]
    assert re.fullmatch(r"# .+\?", heading)


def test_the_heading_is_the_recorded_question(notebook):
    heading = "".join(_cells(notebook, "markdown")[0]["source"]).splitlines()[0]
    asked = re.search(r'question="(.+?)"', "\n".join(_code(notebook)))
    assert asked is not None
    assert asked.group(1) == heading.removeprefix("# ")


def test_parameters_then_run_then_results_each_once(notebook):
    places = [_tagged(notebook, tag) for tag in ("parameters", "run", "results")]
    assert [len(found) for found in places] == [1, 1, 1]
    assert places[0] == [0]
    assert places[1] < places[2]
    assert places[2] == [len(_code(notebook)) - 1]


def test_its_parameters_are_those_of_its_class(notebook):
    read = read_notebook(notebook)
    cls = read.checked_by
    assert set(read.names) == set(cls.model_fields)
    cls(**{parameter.name: parameter.default for parameter in read.parameters})
    assert all(parameter.help for parameter in read.parameters)


def test_there_is_as_much_text_as_code(notebook):
    assert len(_cells(notebook, "markdown")) >= len(_cells(notebook, "code"))


def test_cells_are_short_and_the_whole_is_too(notebook):
    lines = [cell.count("\n") + 1 for cell in _code(notebook)]
    assert max(lines) <= 15
    assert sum(lines) <= 120


def test_it_defines_nothing_and_imports_once(notebook):
    importing = set()
    for place, cell in enumerate(_code(notebook)):
        for node in ast.walk(ast.parse(cell)):
            assert not isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Global)
            if isinstance(node, ast.Import | ast.ImportFrom):
                importing.add(place)
                assert getattr(node, "module", "") != "matplotlib"
    assert importing == {1}


@pytest.mark.parametrize("word", ["inplace", "globals(", "import *", "%", "!pip"])
def test_it_does_without(notebook, word):
    lines = [line for cell in _code(notebook) for line in cell.splitlines()]
    starts = [line for line in lines if line.lstrip().startswith(word)]
    assert not starts
    if word not in "%":
        assert not [line for line in lines if word in line]


def test_every_figure_is_kept_and_they_are_few(notebook):
    code = "\n".join(_code(notebook))
    drawn, kept = code.count("plots."), code.count("run.figure(")
    assert drawn - code.count("plots.canvas") == kept
    assert kept <= (10 if notebook.stem in MANY_FIGURES else 6)


def test_outputs_are_stored_only_where_they_are_checked(notebook):
    for cell in _cells(notebook, "code"):
        is_checked = "NBVAL_CHECK_OUTPUT" in "".join(cell["source"])
        assert bool(cell["outputs"]) == is_checked
        assert (cell["execution_count"] is not None) == is_checked


def test_the_table_of_notebooks_names_it(notebook):
    table = (ROOT / "notebooks" / "README.md").read_text(encoding="utf-8")
    assert f"[{notebook.stem}]({notebook.name})" in table
