"""A text for a CSV in, one that no spreadsheet takes for a formula out."""

from __future__ import annotations

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def harmless(value: str) -> str:
    """Return a text, behind an apostrophe where a spreadsheet would run it.

    Examples
    --------
    >>> harmless("=1+1"), harmless("C001")
    ("'=1+1", 'C001')
    """
    return f"'{value}" if value.startswith(_FORMULA) else value
