"""The account of a source in, a refusal out where too much of it would be lost."""

from __future__ import annotations

from workbench.errors import TooManyQuarantined
from workbench.ingest.passage import Passage
from workbench.ingest.reasons import REASONS
from workbench.ingest.receipt import Account
from workbench.ingest.store import Draft


def require_within_limits(passage: Passage, draft: Draft) -> None:
    """Refuse a source of which more is set aside than its mapping allows.

    Raises
    ------
    TooManyQuarantined
        With the shares, the limits and the commonest reasons; the quarantine is kept.
    """
    account, mapping = passage.account, passage.rules.mapping
    lost, nobody = account.lost_share, account.missing_customer_share
    torn = account.reasons["unterminated_quote"] / max(1, account.records_in)
    over = [
        f"{share:.1%} {words} (limit {getattr(mapping, key):.0%}, {key})"
        for share, key, words in (
            (lost, "max_quarantined", "cannot be read"),
            (nobody, "max_missing_customer", "have no customer"),
            (torn, "max_unterminated", "open a quote that does not end"),
        )
        if share > getattr(mapping, key)
    ]
    if not over:
        return
    kept = draft.keep_quarantine(passage.writer)
    raise TooManyQuarantined(
        f"{passage.source.name}: {'; '.join(over)}: nothing was published. "
        f"Of {account.records_in:,} records: {_reasons(account)}. "
        + (f"See {draft.store / kept}, mend" if kept else "Mend")
        + " the source or its mapping, or raise the limit there."
    )


def _reasons(account: Account) -> str:
    return "; ".join(
        f"{code} {count:,} ({REASONS[code]})"
        for code, count in account.reasons.most_common(5)
    )
