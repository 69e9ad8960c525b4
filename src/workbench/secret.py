"""A secret's name in, the secret out, so that no command, file or log has it itself.

A name is ``env:NAME``, a variable of the environment, or ``file:PATH``, a file.
"""

from __future__ import annotations

import os
from pathlib import Path


def secret(reference: str) -> bytes:
    """Return the secret that is meant, without blanks around it; empty if none is.

    Examples
    --------
    >>> secret("env:NOBODY_SET_THIS")
    b''
    """
    kind, _, where = reference.partition(":")
    if kind == "env":
        return os.environ.get(where, "").encode()
    if kind == "file" and Path(where).is_file():
        return Path(where).read_bytes().strip()
    return b""
