"""Read YAML as people mean it: days stay text, and a key given twice is refused."""

from __future__ import annotations

import re
from typing import Any

import yaml

from workbench.errors import BadSpec


class _PlainLoader(yaml.SafeLoader):
    """The safe loader without dates, with ``1e-3`` as a number, without double keys."""


_PlainLoader.yaml_implicit_resolvers = {
    first: [(tag, rule) for tag, rule in rules if not tag.endswith(":timestamp")]
    for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_PlainLoader.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"^[-+]?\d[\d_]*(?:\.\d*)?[eE][-+]?\d+$"),
    list("-+0123456789"),
)


def _mapping(loader: _PlainLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    keys = [loader.construct_object(key, deep=True) for key, _ in node.value]
    for place, key in enumerate(keys):
        if key in keys[:place]:
            mark = node.value[place][0].start_mark
            raise yaml.MarkedYAMLError(
                problem=f"'{key}' is given twice", problem_mark=mark
            )
    return loader.construct_mapping(node, deep=True)


_PlainLoader.add_constructor("tag:yaml.org,2002:map", _mapping)


def read_yaml(text: str, where: str) -> Any:
    """Return what a YAML text says.

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
        return yaml.load(text, Loader=_PlainLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise BadSpec(f"{where}{place}: {error.problem}") from error
    except yaml.YAMLError as error:
        raise BadSpec(f"{where}: {error}") from error
