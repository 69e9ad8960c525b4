"""The mirror in MLflow: finished folders in, comparable runs and the champion out.

The only room that imports mlflow, and only when something is written or shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.doors import lazily

if TYPE_CHECKING:
    from workbench.tracking.champion import register_champion
    from workbench.tracking.pages import ui
    from workbench.tracking.published import is_published
    from workbench.tracking.publishing import publish
    from workbench.tracking.store import tracking_uri


__all__ = [
    "is_published",
    "publish",
    "register_champion",
    "tracking_uri",
    "ui",
]

__getattr__ = lazily(
    __name__,
    {
        "is_published": "published",
        "publish": "publishing",
        "register_champion": "champion",
        "tracking_uri": "store",
        "ui": "pages",
    },
)
