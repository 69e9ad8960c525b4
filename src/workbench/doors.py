"""The door of a package: names that are imported only when somebody asks for them.

A kernel that fits one model does not load the others, and ``--help`` loads none.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from typing import Any


def lazily(package: str, homes: Mapping[str, str]) -> Callable[[str], Any]:
    """Return a package's ``__getattr__``.

    Parameters
    ----------
    package
        The package's ``__name__``.
    homes
        The module of the package that holds each name.

    Examples
    --------
    >>> find = lazily("workbench", {"Window": "window"})
    >>> find("Window").__name__
    'Window'
    """

    def find(name: str) -> Any:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(importlib.import_module(f"{package}.{homes[name]}"), name)

    return find
