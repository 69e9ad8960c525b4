"""A warning of ours in, its code and words out: as a run records it and others read it.

Records of older runs hold plain strings, ``FitWarning: words``; they are read as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from workbench import errors
from workbench.errors import WorkbenchWarning


@dataclass(frozen=True, order=True)
class Doubt:
    """What is not certain about a result.

    Parameters
    ----------
    code
        Of the warning's class, ``no_drop_out`` say.
    words
        What was found, with its number and its limit, and what to do.
    """

    code: str
    words: str

    @classmethod
    def of(cls, message: object, category: type[WorkbenchWarning]) -> Doubt:
        """Return the doubt that a warning tells."""
        return cls(category.code, str(message))

    def as_dict(self) -> dict[str, str]:
        """Return it for a record."""
        return asdict(self)


def read_doubts(record: Mapping[str, Any]) -> list[Doubt]:
    """Return the doubts of a stage's record, older ones too.

    Examples
    --------
    >>> read_doubts({"doubts": ["FitWarning: q is not clearly above 1"]})
    [Doubt(code='fit', words='q is not clearly above 1')]
    """
    return [_read(entry) for entry in record.get("doubts", [])]


def codes_of(doubts: Iterable[Doubt]) -> str:
    """Return the codes, each once, in order, as one text.

    Examples
    --------
    >>> codes_of([Doubt("no_gain", "…"), Doubt("fit", "a"), Doubt("fit", "b")])
    'fit, no_gain'
    """
    return ", ".join(sorted({doubt.code for doubt in doubts}))


def _read(entry: Any) -> Doubt:
    if isinstance(entry, Mapping):
        return Doubt(str(entry["code"]), str(entry["words"]))
    name, _, words = str(entry).partition(": ")
    category = getattr(errors, name, None) if words else None
    if isinstance(category, type) and issubclass(category, WorkbenchWarning):
        return Doubt.of(words, category)
    return Doubt(WorkbenchWarning.code, str(entry))
