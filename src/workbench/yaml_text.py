"""Read YAML as people mean it: days stay text, and a key given twice is refused."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from workbench.errors import BadSpec


class NoDates(yaml.SafeLoader):
    """YAML's safe loader, in which a day stays the text that it was written as."""


NoDates.yaml_implicit_resolvers = {
    first: [(tag, rule) for tag, rule in rules if not tag.endswith(":timestamp")]
    for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


class _PlainLoader(NoDates):
    """The same with ``1e-3`` as a number, and without keys that stand twice."""


class _TextLoader(yaml.BaseLoader):
    """Every value is the text it was written as: 618, a day, and NO for Norway."""


_PlainLoader.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"^[-+]?\d[\d_]*(?:\.\d*)?[eE][-+]?\d+$"),
    list("-+0123456789"),
)


def _mapping(loader: Any, node: yaml.MappingNode) -> dict[Any, Any]:
    keys = [loader.construct_object(key, deep=True) for key, _ in node.value]
    for place, key in enumerate(keys):
        if key in keys[:place]:
            mark = node.value[place][0].start_mark
            raise yaml.MarkedYAMLError(
                problem=f"'{key}' is given twice", problem_mark=mark
            )
    return loader.construct_mapping(node, deep=True)


for _loader in (_PlainLoader, _TextLoader):
    _loader.add_constructor("tag:yaml.org,2002:map", _mapping)


def read_yaml_file(path: Path, what: str, as_text: bool = False) -> Any:
    """Return what a YAML file says.

    Parameters
    ----------
    path
        The file.
    what
        What it is, for messages: ``mapping``, ``calendar``.
    as_text
        Whether every value stays the text it was written as.

    Raises
    ------
    BadSpec
        If the file is missing, is no text, or is no YAML, with the place of the fault.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise BadSpec(f"{what} {path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise BadSpec(f"{what} {path} is not text in UTF-8 ({error.reason})") from error
    return read_yaml(text, f"{what} {path}", as_text)


def read_yaml(text: str, where: str, as_text: bool = False) -> Any:
    """Return what a YAML text says; with ``as_text`` all values as they are written.

    Raises
    ------
    BadSpec
        With the place of the fault.

    Examples
    --------
    >>> read_yaml("{as_of: 1998-06-30, penalizer: 1e-3}", "demo.yaml")
    {'as_of': '1998-06-30', 'penalizer': 0.001}
    """
    try:
        return yaml.load(text, Loader=_TextLoader if as_text else _PlainLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise BadSpec(f"{where}{place}: {error.problem}") from error
    except yaml.YAMLError as error:
        raise BadSpec(f"{where}: {error}") from error
