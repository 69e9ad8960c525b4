"""Which lines of a shop are meant, as a text in, the columns and their values out.

``all``, ``channel=online``, ``market=SG``, or both with a comma between them.
"""

from __future__ import annotations

from workbench.errors import BadParameter, did_you_mean

ALL = "all"
#: Columns of transactions by which every result can be split.
SPLITS = ("channel", "market")


def parse_scope(text: str) -> dict[str, str]:
    """Return the columns that a scope names, each with its value.

    Raises
    ------
    BadParameter
        If it is neither *all* nor a list of ``channel=…`` and ``market=…``.

    Examples
    --------
    >>> parse_scope("all"), parse_scope("channel=online,market=SG")
    ({}, {'channel': 'online', 'market': 'SG'})
    """
    if text == ALL:
        return {}
    found: dict[str, str] = {}
    for part in text.split(","):
        name, _, value = (piece.strip() for piece in part.partition("="))
        if name not in SPLITS or not value or name in found:
            raise BadParameter(
                f"scope must be {ALL}, channel=NAME, market=NAME, or both with a comma "
                f"between them. {did_you_mean(name, SPLITS).rstrip('.')}"
            )
        found[name] = value
    return found
