"""Scores in, tiers with reasons out, by a policy that people can read."""

from workbench.policy.conditions import Comparison, Constant, Node, leaves
from workbench.policy.cuts import Cuts, MarketCuts
from workbench.policy.policy import Policy
from workbench.policy.rules import load_rules
from workbench.policy.spec import PolicySpec, TierSpec
from workbench.policy.stages import Stages
from workbench.policy.words import measure_words, number_words

__all__ = [
    "Comparison",
    "Constant",
    "Cuts",
    "MarketCuts",
    "Node",
    "Policy",
    "PolicySpec",
    "Stages",
    "TierSpec",
    "leaves",
    "load_rules",
    "measure_words",
    "number_words",
]
