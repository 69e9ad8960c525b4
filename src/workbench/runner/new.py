"""Start a notebook, experiment or policy from a template that passes the tests."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

from workbench.errors import BadParameter, UnknownName
from workbench.policy.schema import FILE_NAME, schema_text
from workbench.runner.spec import load_spec
from workbench.settings import places
from workbench.storage import write_atomically

_NOTEBOOK_NAME = re.compile(r"^[0-9]{2}_[a-z][a-z0-9_]{0,40}$")
_POLICY_NAME = re.compile(r"^[a-z][a-z0-9_]{0,40}$")
_EXPERIMENT_NAME = re.compile(r"^[a-z0-9][a-z0-9_-]{0,40}$")


def new_notebook(name: str, question: str = "") -> Path:
    """Write a notebook that runs top to bottom; return its path.

    Parameters
    ----------
    name
        Its place in the flow and a word: ``25_seasons``.
    question
        Its heading, which ends in a question mark.

    Raises
    ------
    BadParameter
        If the name has another form, the question is none, or the file exists.
    """
    if not _NOTEBOOK_NAME.match(name):
        raise BadParameter(
            "a notebook's name is its place in the flow and a word, such as "
            f"'25_seasons'; found '{name}'"
        )
    asked = question or f"What do {name[3:].replace('_', ' ')} tell us?"
    if not asked.endswith("?") or '"' in asked or "\\" in asked or "\n" in asked:
        raise BadParameter(
            f"a question is one line without quotes that ends in '?', found {asked!r}"
        )
    text = template("notebook.ipynb", name=name, question=asked)
    folder = places().notebooks
    path = _write_new(folder / f"{name}.ipynb", text)
    row = f"| {name[:2]} | [{name}]({name}.ipynb): {asked} | transactions | "
    add_row(folder / "README.md", f"{row}its record | `data` `as_of` `seed` |")
    return path


def new_experiment(name: str) -> Path:
    """Write an experiment; return its path.

    Where a notebook has the same name it is the only stage. Else all the stages of
    ``demo.yaml`` are taken, or the first notebook where there is no demo.

    Raises
    ------
    BadParameter
        If the name has another form, or the file exists.
    UnknownName
        If the project has no notebook yet.
    """
    if not _EXPERIMENT_NAME.match(name):
        raise BadParameter(
            "an experiment's name has small letters, digits, - and _ only; found "
            f"'{name}'"
        )
    folder = places().experiments
    path = _write_new(folder / f"{name}.yaml", _experiment_text(name))
    row = f"| [{name}.yaml]({name}.yaml) | {load_spec(path).why.strip()} |"
    add_row(folder / "README.md", row)
    return path


def new_policy(name: str) -> Path:
    """Write a policy of two tiers, with every key told; return its path.

    The schema by which editors complete it is put beside it, where there is none.

    Raises
    ------
    BadParameter
        If the name has another form, or the file exists.
    """
    if not _POLICY_NAME.match(name):
        raise BadParameter(
            "a policy's name begins with a small letter and has small letters, digits "
            f"and _ only; found '{name}'"
        )
    folder = places().policies
    path = _write_new(folder / f"{name}.yaml", template("policy.yaml", name=name))
    if not (folder / FILE_NAME).exists():
        write_atomically(folder / FILE_NAME, schema_text())
    return path


def _experiment_text(name: str) -> str:
    notebooks = sorted(path.stem for path in places().notebooks.glob("*.ipynb"))
    demo = places().experiments / "demo.yaml"
    if not notebooks:
        raise UnknownName("notebook", "*", notebooks)
    if name in notebooks or not demo.is_file():
        stage = name if name in notebooks else notebooks[0]
        return template("experiment.yaml", name=name, stage=stage)
    head = template("experiment.yaml", name=name, stage="").partition("data:")[0]
    return head + "data:" + demo.read_text(encoding="utf-8").partition("\ndata:")[2]


def template(file: str, /, **words: str) -> str:
    """Return a template's text with its words filled in."""
    folder = resources.files("workbench.runner") / "templates"
    text = (folder / f"{file}.txt").read_text(encoding="utf-8")
    for word, value in words.items():
        text = text.replace("{{" + word + "}}", value)
    return text


def add_row(readme: Path, row: str) -> bool:
    """Put a row at the end of a README's first table; False where there is none."""
    if not readme.is_file():
        return False
    lines = readme.read_text(encoding="utf-8").splitlines()
    table = [n for n, line in enumerate(lines) if line.startswith("|")]
    if not table:
        return False
    last = table[0]
    while last + 1 in table:
        last += 1
    n_columns = lines[table[0]].count("|") - 1
    if row.count("|") - 1 != n_columns:
        row = "| " + " | ".join([*row.strip("| ").split(" | "), *[""] * 9][:n_columns])
        row = f"{row} |"
    write_atomically(
        readme, "\n".join([*lines[: last + 1], row, *lines[last + 1 :], ""])
    )
    return True


def _write_new(path: Path, text: str) -> Path:
    if path.exists():
        raise BadParameter(f"{path} exists already; choose another name")
    write_atomically(path, text)
    return path
