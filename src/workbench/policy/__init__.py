"""Scores in, tiers with reasons out, by a policy that people can read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.doors import lazily
from workbench.policy.checking import PolicyCheck, examined
from workbench.policy.conditions import Comparison, Constant, Node, leaves
from workbench.policy.counterfactual import (
    Change,
    Counterfactual,
    Counterfactuals,
    Way,
)
from workbench.policy.cuts import Cuts, MarketCuts
from workbench.policy.memory import MOVEMENTS
from workbench.policy.policy import Policy
from workbench.policy.rules import load_rules
from workbench.policy.schema import policy_schema, schema_text
from workbench.policy.spec import PolicySpec, TierSpec
from workbench.policy.stages import Stages
from workbench.policy.words import measure_words, number_words

if TYPE_CHECKING:
    from workbench.policy.pages import policy_page, policy_pages

__all__ = [
    "Change",
    "Comparison",
    "Constant",
    "Counterfactual",
    "Counterfactuals",
    "Cuts",
    "MOVEMENTS",
    "MarketCuts",
    "Node",
    "Policy",
    "PolicyCheck",
    "PolicySpec",
    "Stages",
    "TierSpec",
    "Way",
    "examined",
    "leaves",
    "load_rules",
    "measure_words",
    "number_words",
    "policy_page",
    "policy_pages",
    "policy_schema",
    "schema_text",
]

__getattr__ = lazily(__name__, {"policy_page": "pages", "policy_pages": "pages"})
