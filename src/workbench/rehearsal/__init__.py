"""Policies and a shop's past in, what they would have done out.

Nothing here reaches a customer: a rehearsal fits its own models on each day, on what
was known then, and plays the policies over the weeks.
"""

from __future__ import annotations

from workbench.doors import lazily

__all__: list[str] = []

__getattr__ = lazily(__name__, {})
