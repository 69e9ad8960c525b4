"""The mirror in MLflow: finished folders in, comparable runs and the champion out.

The only room that imports mlflow, and only when something is written or shown.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workbench.tracking.champion import register_champion
    from workbench.tracking.pages import ui
    from workbench.tracking.published import is_published
    from workbench.tracking.publishing import publish
    from workbench.tracking.store import tracking_uri


_HOME = {
    "is_published": "published",
    "publish": "publishing",
    "register_champion": "champion",
    "tracking_uri": "store",
    "ui": "pages",
}

__all__ = [
    "is_published",
    "publish",
    "register_champion",
    "tracking_uri",
    "ui",
]


def __getattr__(name: str) -> Any:
    """Import a name when it is asked for: mlflow takes a second and a half."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)
