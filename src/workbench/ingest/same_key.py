"""A load and a store in, a refusal out where customers would have ids of two kinds."""

from __future__ import annotations

from workbench.errors import BadSpec
from workbench.ingest.snapshot import Snapshot
from workbench.ingest.terms import Rules
from workbench.words import Table


def has_customers(words: Table) -> bool:
    """Return whether a table names customers."""
    return "customer_id" in words.names


def require_same_key(rules: Rules, words: Table, before: Snapshot | None) -> None:
    """Refuse ids under another key than the store's, or bare beside pseudonyms.

    Raises
    ------
    BadSpec
        Naming both kinds.
    """
    if not has_customers(words):
        return
    loaded = [s for s in before.sources if "pseudonyms" in s] if before else []
    own = rules.pseudonyms.fingerprint if rules.pseudonyms else None
    known = {source["pseudonyms"] for source in loaded}
    if known - {own}:
        raise BadSpec(
            f"the store's customer ids are {_under(known.pop())}, this load's would be "
            f"{_under(own)}: the same customer would be two. Use the same "
            "pseudonym_key, or a new store."
        )


def _under(fingerprint: str | None) -> str:
    return f"under key {fingerprint}" if fingerprint else "the ids themselves"
