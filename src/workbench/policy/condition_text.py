"""The text of a condition before anything parses it: its length, letters and depth.

What a parser would read otherwise than a person does (comments, look-alike letters,
quoted names), or would only read with its last breath, is refused here.
"""

from __future__ import annotations

import re
import unicodedata

from workbench.errors import BadPolicy
from workbench.policy.reading import Place

MOST_CHARACTERS = 10_000
DEEPEST = 20
_PREFIXES = ("not", "-", "+")
_PUNCTUATION = frozenset("(),.;+-*/<>=!'_ \t\n\r")
_COMMENTS = ("--", "/*", "*/")
_WORD = re.compile(r"'[^']*'?|\w+|\S")


def check_text(text: str, place: Place) -> None:
    """Refuse a text that is too long, holds strange letters, or is nested too deeply.

    Raises
    ------
    BadPolicy
        With line and column.
    """
    if len(text) > MOST_CHARACTERS:
        raise BadPolicy(
            f"{place.here}: a condition has at most {MOST_CHARACTERS:,} characters, "
            f"found {len(text):,}. Split the tier."
        )
    _check_letters(text, place)
    _check_depth(text, place)


def _check_letters(text: str, place: Place) -> None:
    """Allow ASCII outside of quotes, and what can be seen inside of them."""
    quoted = False
    for offset, letter in enumerate(text):
        quoted ^= letter == "'"
        if not quoted and text[offset : offset + 2] in _COMMENTS:
            raise BadPolicy(
                f"{place.at(text, offset)}: a comment is not allowed in a condition. "
                "Write it in YAML, behind #."
            )
        if not (letter.isprintable() if quoted else _is_plain(letter)):
            name = unicodedata.name(letter, f"U+{ord(letter):04X}")
            raise BadPolicy(
                f"{place.at(text, offset)}: the character {letter!r} ({name}) is not "
                "allowed in a condition. Columns are named without quotes, texts stand "
                "in single ones, and all else is plain SQL such as spend_365d >= 500."
            )


def _is_plain(letter: str) -> bool:
    return letter in _PUNCTUATION or (letter.isascii() and letter.isalnum())


def _check_depth(text: str, place: Place) -> None:
    """Count open brackets, and words such as ``not`` that stand before each other."""
    brackets = run = start = 0
    for found in _WORD.finditer(text):
        word = found.group().lower()
        brackets += (word == "(") - (word == ")")
        run = run + 1 if word in _PREFIXES else 0
        start = found.start() if word in ("(", ")") else start
        if brackets < 0:
            break
        if max(brackets, run) > DEEPEST:
            raise BadPolicy(
                f"{place.at(text, found.start())}: conditions may be nested {DEEPEST} "
                "deep at most. Split the tier, or write it flatter."
            )
    if brackets:
        raise BadPolicy(
            f"{place.at(text, start)}: the condition cannot be read: a bracket "
            f"{'is open' if brackets > 0 else 'closes what was never opened'}."
        )
