"""A source's columns in; the same with what the mapping says of them out."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from workbench.ingest.headings import filled_by
from workbench.ingest.marks import Marks
from workbench.ingest.numbers import mask
from workbench.ingest.terms import Rules
from workbench.words import Table


def as_meant(
    source: dict[str, pa.Array], words: Table, rules: Rules, marks: Marks
) -> dict[str, pa.Array]:
    """Fill in what is the same for every row, and put the source's words into ours.

    Parameters
    ----------
    source
        Trimmed columns, by our words.
    words
        The table that they fill.
    rules, marks
        What they are judged by, and where it is noted.
    """
    said = {
        name: pa.repeat(pa.scalar(value, pa.string()), len(marks.against))
        for name, value in filled_by(rules.mapping, words).items()
        if name not in source
    }
    meant = source | said
    for name, meanings in rules.mapping.words.items():
        if name in meant and pa.types.is_string(meant[name].type):
            meant[name], changed = _translated(meant[name], meanings)
            marks.repair(changed, f"translated_{name}")
    return meant


def _translated(
    text: pa.Array, meanings: dict[str, str]
) -> tuple[pa.Array, np.ndarray]:
    """Return the words in ours, and where that changed them."""
    known = pa.array([word.strip().lower() for word in meanings], pa.string())
    place = pc.index_in(pc.utf8_lower(text), value_set=known)
    meant = pa.array(list(meanings.values()), pa.string()).take(place)
    whole = pc.coalesce(meant, text)
    return whole, mask(pc.not_equal(whole, text))
