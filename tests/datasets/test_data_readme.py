"""The data dictionary that people read is the one that the code checks by."""

from __future__ import annotations

from pathlib import Path

from workbench.ingest import Mapping
from workbench.ingest.reasons import REASONS
from workbench.tables import TABLES, dictionary

README = Path(__file__).parents[2] / "data" / "README.md"


def test_dictionary_in_the_readme_is_the_one_in_the_code():
    text = README.read_text(encoding="utf-8")
    begin, end = "<!-- dictionary -->\n", "<!-- end of dictionary -->"
    assert text.count(begin) == text.count(end) == 1
    written = text.split(begin)[1].split(end)[0]
    assert written.strip() == dictionary().strip()


def test_every_column_is_explained():
    for table in TABLES.values():
        assert all(column.meaning for column in table.columns)


def test_every_key_of_a_mapping_and_every_reason_is_explained():
    text = README.read_text(encoding="utf-8")
    door = text.split("## What the door does")[1].split("\n## ")[0]
    assert [key for key in Mapping.model_fields if f"`{key}`" not in door] == []
    rows = {f"| `{code}` | {words} |" for code, words in REASONS.items()}
    assert rows <= set(door.splitlines())
