"""Headings that nobody asked for in, the names under which they ride along out."""

from __future__ import annotations

import re
from collections.abc import Iterable

from workbench.errors import RejectedFile
from workbench.ingest.mapping_words import require_plain

_NO_LETTERS = re.compile(r"\W+|_+")


def further(
    headings: Iterable[str], taken: Iterable[str], where: str
) -> dict[str, str]:
    """Return ``extra_`` words → headings, for columns that are kept as text.

    Parameters
    ----------
    headings
        What nobody asked for, in order.
    taken
        Words that are found already.
    where
        The file, for the error's words.

    Raises
    ------
    RejectedFile
        If a name would hold other than small letters and digits, or two are the same.
    """
    found: dict[str, str] = {}
    for heading in headings:
        name = "extra_" + _NO_LETTERS.sub("_", heading.casefold()).strip("_")
        _require_name(name, heading, where)
        if name in found or name in taken:
            raise RejectedFile(
                f"{where}, line 1: column '{heading}' would be kept as {name}, which "
                f"'{found.get(name, name)}' is too. Name one of them in the mapping, "
                f"say columns: {{{name}_2: {heading}}}.",
                "duplicate_column",
            )
        found[name] = heading
    return found


def _require_name(name: str, heading: str, where: str) -> None:
    try:
        require_plain(name)
    except ValueError as error:
        raise RejectedFile(
            f"{where}, line 1: column '{heading}' cannot be kept under its own name: "
            f"{error}. Name it in the mapping, say columns: {{extra_note: {heading}}}.",
            "columns",
        ) from error
