"""The text of a policy file: YAML read without dates, each value with its place.

Comes in: the text of a policy. Goes out: plain values, and for every value the place
(line and column) at which it stands, so that a refusal can point at it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any

import yaml

from workbench.errors import BadPolicy
from workbench.yaml_text import NoDates

Path = tuple[str | int, ...]
#: Under the path of a value stands the place of its key.
KEY = "[key]"

_MOST_CHARACTERS = 200_000
_DEEPEST = 20


@dataclass(frozen=True)
class Place:
    """Where a value stands in its file: the raw text as written and its offset."""

    source: str
    text: str
    start: int
    end: int

    def at(self, value: str, offset: int) -> str:
        """Return ``file, line, column`` of a character of ``value``.

        A folded text has other line breaks in the file than in the value: the word at
        ``offset`` is looked up in the file as its n-th occurrence.
        """
        word = _word(value, offset)
        found = self.start
        for _ in range(value.count(word, 0, offset) + 1 if word else 0):
            next_one = self.text.find(word, found, self.end)
            if next_one < 0:
                return self.here
            found = next_one + 1
        return self._name(found - 1 if word else self.start)

    @property
    def here(self) -> str:
        """``file, line, column`` of the value's first character."""
        return self._name(self.start)

    def _name(self, index: int) -> str:
        line = self.text.count("\n", 0, index) + 1
        column = index - self.text.rfind("\n", 0, index)
        return f"{self.source}, line {line}, column {column}"


Places = Mapping[Path, Place]


def _word(value: str, offset: int) -> str:
    end = offset
    while end < len(value) and (value[end].isalnum() or value[end] == "_"):
        end += 1
    return value[offset : max(end, offset + 1)].strip()


def text_of(file: FilePath) -> str:
    """Return the text of a file.

    Raises
    ------
    BadPolicy
        If it is not text in UTF-8.
    """
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise BadPolicy(
            f"{file.name} is not text in UTF-8 ({error.reason} at byte {error.start}). "
            "Save it in UTF-8."
        ) from error


def read(text: str, source: str) -> tuple[Any, dict[Path, Place]]:
    """Return the values of a YAML text and the place of each.

    Raises
    ------
    BadPolicy
        If the text is no YAML, is too long, or names a key twice.
    """
    if len(text) > _MOST_CHARACTERS:
        raise BadPolicy(
            f"{source}: a policy has at most {_MOST_CHARACTERS:,} characters, "
            f"found {len(text):,}. Keep one scheme in a file."
        )
    try:
        _check_tree(text, source)
    except yaml.YAMLError as error:
        raise BadPolicy(_said(error, source, text)) from error
    loader = NoDates(text)
    try:
        node = loader.get_single_node()
        if node is None:
            raise BadPolicy(f"{source}: expected a policy, found an empty file.")
        places: dict[Path, Place] = {}
        _walk(node, (), places, source, text)
        return loader.construct_document(node), places
    except (yaml.YAMLError, ValueError) as error:
        raise BadPolicy(_said(error, source, text)) from error
    finally:
        loader.dispose()


def _check_tree(text: str, source: str) -> None:
    """Refuse a text that grows when it is read, before anything is made of it.

    Few lines of YAML that name each other stand for millions of values.
    """
    depth = 0
    for event in yaml.parse(text, Loader=NoDates):
        start = event.start_mark.index if event.start_mark else 0
        place = Place(source, text, start, start)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise BadPolicy(
                f"{place.here}: anchors and aliases (& and *) are not allowed in a "
                "policy. Write the value out."
            )
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            raise BadPolicy(
                f"{place.here}: a policy is nested {_DEEPEST} deep at most."
            )


def _said(error: Exception, source: str, text: str) -> str:
    """Return what is wrong with a YAML text, and where as far as YAML says."""
    index, problem = 0, str(error)
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
        index, problem = error.problem_mark.index, str(error.problem)
    elif isinstance(error, yaml.reader.ReaderError):
        index = error.position
        problem = f"the character U+{ord(text[index]):04X} is not allowed"
    return f"{Place(source, text, index, index).here}: not valid YAML: {problem}"


def _refuse_clock(node: yaml.Node, place: Place) -> None:
    """Refuse ``1:30``, of which YAML makes the number 90."""
    if node.tag.endswith((":int", ":float")) and ":" in str(node.value):
        raise BadPolicy(
            f"{place.here}: expected a number, found {node.value}, which YAML reads as "
            "a time of day. Write the number out, or a text in quotes."
        )


def _walk(
    node: yaml.Node, path: Path, places: dict[Path, Place], source: str, text: str
) -> None:
    place = Place(source, text, node.start_mark.index, node.end_mark.index)
    if path in places:
        raise BadPolicy(f"{place.here}: '{path[-1]}' stands here a second time.")
    places[path] = place
    _refuse_clock(node, place)
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            here = (*path, str(key.value))
            _walk(value, here, places, source, text)
            start, end = key.start_mark.index, key.end_mark.index
            places.setdefault((*here, KEY), Place(source, text, start, end))
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            _walk(item, (*path, index), places, source, text)
