"""A policy in, the same policy without a part of its memory out.

What grace and hysteresis cost and bring is seen by playing the policy without them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from workbench.policy import Policy, PolicySpec

AS_WRITTEN = "as_written"
NO_GRACE = "no_grace"
NO_KEEP = "no_keep"
VARIANTS = (AS_WRITTEN, NO_GRACE, NO_KEEP)


def variants_of(policy: Policy) -> dict[str, Policy]:
    """Return the policy and its variants that differ from it, by name."""
    found = {AS_WRITTEN: policy}
    if has_grace(policy.spec):
        found[NO_GRACE] = without_grace(policy)
    if has_keep(policy.spec):
        found[NO_KEEP] = without_keep(policy)
    return found


def has_grace(spec: PolicySpec) -> bool:
    """Whether a tier is kept for some days after its condition has failed."""
    return bool(spec.memory.grace_days or any(t.grace_days for t in spec.tiers))


def has_keep(spec: PolicySpec) -> bool:
    """Whether a tier is easier to keep than to enter (hysteresis)."""
    return any(tier.keep for tier in spec.tiers)


def without_grace(policy: Policy) -> Policy:
    """Return the policy with no day of grace in any tier."""
    spec = policy.spec
    memory = spec.memory.model_copy(update={"grace_days": 0})
    tiers = [tier.model_copy(update={"grace_days": None}) for tier in spec.tiers]
    return _with(policy, memory=memory, tiers=tiers)


def without_keep(policy: Policy) -> Policy:
    """Return the policy with every tier kept only as long as it would be entered.

    Its cut points are those of the policy as written.
    """
    tiers = [tier.model_copy(update={"keep": None}) for tier in policy.spec.tiers]
    return _with(policy, tiers=tiers)


def _with(policy: Policy, **parts: Any) -> Policy:
    """Return the policy with other parts of its memory, its text as it was."""
    return replace(policy, spec=policy.spec.model_copy(update=parts))
