"""Scores in, tiers with reasons out, by a policy that people can read."""

from workbench.policy.cuts import Cuts
from workbench.policy.policy import Policy
from workbench.policy.spec import PolicySpec, TierSpec
from workbench.policy.words import measure_words, number_words

__all__ = [
    "Cuts",
    "Policy",
    "PolicySpec",
    "TierSpec",
    "measure_words",
    "number_words",
]
