"""A judged source in, doubts about its rows out: counted, and said in words."""

from __future__ import annotations

import warnings

from workbench.errors import DataWarning
from workbench.ingest.across import doubtful_ids
from workbench.ingest.passage import Passage
from workbench.ingest.persons import personal_extras
from workbench.ingest.same_key import has_customers
from workbench.words import Table


def remark(passage: Passage, words: Table) -> None:
    """Count what is doubtful about a source's rows, and warn of it.

    Ids are looked at where the store keeps the ids themselves, ``extra_`` columns,
    which no pseudonym reaches, in every store.
    """
    notes = passage.account.notes
    if has_customers(words) and passage.rules.pseudonyms is None:
        notes.update(doubtful_ids(passage.part))
    personal = personal_extras(passage.part)
    if personal:
        notes["pii_extra"] = sum(personal.values())
        warn(
            f"{passage.source.name}: {notes['pii_extra']:,} values of "
            f"{', '.join(personal)} look like phone numbers, identity cards or mail "
            "addresses, and lie in the store as they are. Load the file "
            "without these columns, into a new store."
        )
    _say(passage)


def warn(message: str) -> None:
    """Warn of data that is doubtful."""
    warnings.warn(message, DataWarning, stacklevel=5)


def _say(passage: Passage) -> None:
    name, notes = passage.source.name, passage.account.notes
    if not passage.account.records_in:
        notes["no_rows"] = 1
        warn(f"{name} has a header but no rows. Is the export complete?")
    if collisions := notes.get("possible_id_collision"):
        warn(
            f"{name}: {collisions:,} customer ids differ only by case or leading "
            "zeros. They are kept apart; are they?"
        )
    if persons := notes.get("pii_id"):
        warn(
            f"{name}: {persons:,} customer ids look like phone numbers, identity cards "
            "or mail addresses. Set 'pseudonym_key' in the mapping."
        )
    if again := notes.get("equal_to_earlier"):
        warn(
            f"{name}: {again:,} rows equal rows of earlier loads in every column. They "
            "are kept; if the two exports overlap, what happened counts twice. Export "
            "only what came after the last load, or load one whole export into a new "
            "store."
        )
    if unlisted := notes.get("market_not_listed"):
        warn(
            f"{name}: {unlisted:,} rows are of no market that 'markets' lists. They "
            "have the mapping's own zone and currency; if that is wrong, list their "
            "market as it is written there."
        )
    if late := notes.get("late"):
        warn(
            f"{name}: {late:,} rows are of the closed period. They are taken and "
            "flagged 'late'; what was computed for those days stands as it was."
        )
