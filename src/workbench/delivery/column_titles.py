"""A policy's column in, what people call it out, in English and Chinese.

Measures, value scores, classes and grids have their titles in the policy; columns of
the score table have theirs in the list of words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.policy import measure_words
from workbench.policy.rule_words import RuleWords

if TYPE_CHECKING:
    from workbench.policy import Comparison, Policy


def column_title(policy: Policy, column: str, lang: str = "en") -> str:
    """Return what a column is called in ``en`` or ``zh``.

    Examples
    --------
    >>> from pathlib import Path
    >>> from workbench.policy import Policy
    >>> policy = Policy.load(Path("experiments/policies/tmall.yaml"))
    >>> column_title(policy, "spend_365d")
    'spend in the last 365 days'
    """
    return measure_words(column, lang, policy.spec)


def compared_title(policy: Policy, leaf: Comparison, lang: str = "en") -> str:
    """Return what a comparison holds against its limit: a column, or what it makes."""
    return RuleWords(policy.spec, lang).compared(leaf)


def word_title(policy: Policy, column: str, word: str, lang: str = "en") -> str:
    """Return what a word of a class is called; any other word as it is."""
    spec = policy.spec
    levels = spec.classes[column].levels if column in spec.classes else []
    return next((level.title[lang] for level in levels if level.name == word), word)
