"""A shop and a use in, nothing out where its data bears the use, else a refusal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.evaluation.quality import Quality
from workbench.evaluation.readiness import judge_quality, require_bearable

if TYPE_CHECKING:
    from workbench.shop import Shop
    from workbench.window import Window


def require_shop_bears(shop: Shop, window: Window, use: str) -> None:
    """Refuse a use that a shop's data cannot bear.

    Parameters
    ----------
    shop
        Its lines are judged as a model would see them.
    window
        The day, and the horizon that the model will be judged on.
    use
        rfm, clv or churn.

    Raises
    ------
    UnfitData
        With every limit that is not kept, found and asked for.
    """
    quality = Quality(shop.store, window, shop.transactions)
    require_bearable(judge_quality(quality.totals), use)
