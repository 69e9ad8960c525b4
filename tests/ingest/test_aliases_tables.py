"""A heading means one word of a table, and no word of it is another's heading."""

from __future__ import annotations

import re

import pytest

from workbench.ingest.aliases_tables import TABLE_ALIASES
from workbench.ingest.mapping_words import of_source
from workbench.shop_tables import SHOP_TABLES


def plain(heading: str) -> str:
    return re.sub(r"[\s_-]", "", heading).casefold()


def test_every_table_has_headings_of_its_own():
    assert set(TABLE_ALIASES) == {words.name for words in SHOP_TABLES}


@pytest.mark.parametrize("words", SHOP_TABLES, ids=lambda words: words.name)
def test_no_heading_is_known_for_two_words(words):
    known = TABLE_ALIASES[words.name]
    assert set(known) <= set(of_source(words))
    every = [h for name in known for h in {*map(plain, known[name])}]
    assert len(every) == len(set(every))
    assert set(every).isdisjoint(map(plain, words.names))
