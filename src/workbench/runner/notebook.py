"""Read a notebook's contract: its tagged parameters cell, and which class checks them.

A notebook file comes in; names, defaults, meanings and a hash of its content go out,
without starting a kernel and without running a line of it.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.errors import BadSpec, UnknownName
from workbench.parameters import Params, parameters_class
from workbench.settings import places
from workbench.storage import sha256_of_parts

TAG = "parameters"
_MEANING = re.compile(r"#\s*(?P<meaning>[^\[]*?)\s*(?:\[(?P<unit>[^\]]*)\])?\s*$")


@dataclass(frozen=True)
class Parameter:
    """One line of the parameters cell."""

    name: str
    type: str
    default: Any
    meaning: str = ""
    unit: str = ""

    @property
    def help(self) -> str:
        """Meaning and unit as one text."""
        return f"{self.meaning} [{self.unit}]" if self.unit else self.meaning


@dataclass(frozen=True)
class Notebook:
    """A notebook as the runner sees it."""

    name: str
    path: Path
    parameters: tuple[Parameter, ...]
    checked_by: type[Params]
    sha256: str
    source: bytes

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the declared parameters, in order."""
        return tuple(parameter.name for parameter in self.parameters)

    @property
    def defaults(self) -> dict[str, Any]:
        """The declared defaults."""
        return {parameter.name: parameter.default for parameter in self.parameters}


def read_notebook(name: str | Path) -> Notebook:
    """Read the contract of a notebook.

    Parameters
    ----------
    name
        A name such as ``20_clv``, meaning one in the notebooks folder, or a path.

    Raises
    ------
    UnknownName
        If there is no such notebook.
    BadSpec
        If its parameters cannot be read; the message lists every problem.
    """
    path = find_notebook(name)
    source = path.read_bytes()
    try:
        content = json.loads(source)
        cells = [dict(cell) for cell in content["cells"]]
    except (ValueError, KeyError, TypeError) as error:
        raise BadSpec(f"{path} is not a notebook: {error}") from error
    tagged = [cell for cell in cells if TAG in _tags(cell)]
    if len(tagged) != 1:
        raise BadSpec(
            f"notebook {path.stem}: expected one cell with the tag '{TAG}', found "
            f"{len(tagged)}. Tag the cell that holds the defaults."
        )
    parameters = read_parameters(_text(tagged[0]), path.stem)
    checked_by = _class_of(content, path.stem)
    _compare(path.stem, [p.name for p in parameters], checked_by)
    return Notebook(
        name=path.stem,
        path=path,
        parameters=tuple(parameters),
        checked_by=checked_by,
        sha256=content_sha256(cells, content.get("metadata", {})),
        source=source,
    )


def find_notebook(name: str | Path) -> Path:
    """Return the path of a notebook given by name or by path."""
    given = Path(name)
    if given.suffix == ".ipynb" or len(given.parts) > 1:
        for path in (given, places().root / given):
            if path.is_file():
                return path.resolve()
    folder = places().notebooks
    path = folder / f"{given.stem if given.suffix == '.ipynb' else given.name}.ipynb"
    if not path.is_file():
        raise UnknownName(
            "notebook", str(name), (p.stem for p in folder.glob("*.ipynb"))
        )
    return path


def read_parameters(source: str, where: str) -> list[Parameter]:
    """Read the lines ``name: type = literal  # meaning [unit]`` of a parameters cell.

    Raises
    ------
    BadSpec
        Listing each line that is anything else.

    Examples
    --------
    >>> read_parameters("seed: int = 7  # random seed [none]", "20_clv")
    [Parameter(name='seed', type='int', default=7, meaning='random seed', unit='none')]
    """
    lines = source.splitlines()
    found: list[Parameter] = []
    problems: list[str] = []
    for statement in _statements(source, where):
        try:
            found.append(_parameter(statement, lines[(statement.end_lineno or 1) - 1]))
        except ValueError as error:
            problems.append(f"line {statement.lineno}: {error}")
    names = [parameter.name for parameter in found]
    problems += [f"'{n}' is set twice" for n in sorted({*names}) if names.count(n) > 1]
    if problems:
        raise BadSpec(f"parameters cell of {where}: {'; '.join(problems)}")
    return found


def content_sha256(cells: Iterable[dict[str, Any]], metadata: dict[str, Any]) -> str:
    """Hash what a notebook does: sources and tags, neither outputs nor counts."""
    parts = [json.dumps(metadata.get("workbench", {}), sort_keys=True)]
    for cell in cells:
        parts += [cell["cell_type"], _text(cell), json.dumps(sorted(_tags(cell)))]
    return sha256_of_parts(parts)


def _statements(source: str, where: str) -> list[ast.stmt]:
    try:
        return ast.parse(source).body
    except SyntaxError as error:
        raise BadSpec(f"parameters cell of {where}: {error}") from error


def _parameter(statement: ast.stmt, line: str) -> Parameter:
    if not (
        isinstance(statement, ast.AnnAssign)
        and isinstance(statement.target, ast.Name)
        and statement.value is not None
    ):
        raise ValueError("expected 'name: type = literal  # meaning [unit]'")
    kind = ast.unparse(statement.annotation)
    if "|" in kind or "Optional" in kind:
        raise ValueError(f"'{kind}' is not seen by papermill; use one plain type")
    try:
        default = ast.literal_eval(statement.value)
    except ValueError as error:
        raise ValueError(
            "the default must be a literal; derive values in a later cell"
        ) from error
    comment = _MEANING.search(line[statement.end_col_offset or 0 :])
    meaning, unit = comment.group("meaning", "unit") if comment else ("", "")
    return Parameter(statement.target.id, kind, default, meaning, unit or "")


def _class_of(content: dict[str, Any], name: str) -> type[Params]:
    declared = content.get("metadata", {}).get("workbench", {}).get("parameters")
    if not isinstance(declared, str):
        raise BadSpec(
            f"notebook {name}: expected metadata workbench.parameters, the name of "
            "the class that checks its parameters (Params for data, as_of and seed)"
        )
    return parameters_class(declared)


def _compare(name: str, declared: list[str], checked_by: type[Params]) -> None:
    fields = set(checked_by.model_fields)
    problems = [f"'{n}' is not a field of it" for n in declared if n not in fields]
    problems += [f"'{n}' has no default here" for n in sorted(fields - {*declared})]
    if problems:
        raise BadSpec(
            f"notebook {name}: its parameters cell and {checked_by.__name__} differ: "
            + "; ".join(problems)
        )


def _tags(cell: dict[str, Any]) -> list[str]:
    return cell.get("metadata", {}).get("tags", [])


def _text(cell: dict[str, Any]) -> str:
    source = cell.get("source", "")
    return source if isinstance(source, str) else "".join(source)
