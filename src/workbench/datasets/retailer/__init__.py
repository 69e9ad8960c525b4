"""A synthetic retailer of known truth: every table a shop may have, and what is hidden.

Read in this order: ``plan`` (size, period, seeds), ``segments`` and ``season`` (what
customers follow), ``people`` → ``strikes`` → ``orders`` → ``campaigns`` → ``baskets``
(who, what drives them away, when, why, what), ``browsing``, ``feedback``,
``identities``, ``truth``, then ``block`` and ``write``, which put them together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.doors import lazily

if TYPE_CHECKING:
    from workbench.datasets.retailer.plan import BASE, NAME, TIME_ZONE, Plan
    from workbench.datasets.retailer.segments import matched_parameters
    from workbench.datasets.retailer.write import days_file, write_retailer

__all__ = [
    "BASE",
    "NAME",
    "TIME_ZONE",
    "Plan",
    "days_file",
    "matched_parameters",
    "write_retailer",
]

__getattr__ = lazily(
    __name__,
    {
        "BASE": "plan",
        "NAME": "plan",
        "Plan": "plan",
        "TIME_ZONE": "plan",
        "days_file": "write",
        "matched_parameters": "segments",
        "write_retailer": "write",
    },
)
