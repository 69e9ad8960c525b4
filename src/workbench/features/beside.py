"""What a shop knows beside its transactions, in one hand, for the features that use it.

What is None switches off what needs it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from workbench.promotion_days import Calendar


@dataclass(frozen=True)
class Beside:
    """The tables that stand beside the transactions, as known on a day.

    Parameters
    ----------
    customers, products, events, feedback
        Clean tables of that name.
    calendar
        The promotion days.
    """

    customers: ir.Table | None = None
    products: ir.Table | None = None
    events: ir.Table | None = None
    feedback: ir.Table | None = None
    calendar: Calendar | None = None
