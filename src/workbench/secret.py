"""A secret's name in, the secret out, so that no command, file or log has it itself.

A name is ``env:NAME``, a variable of the environment, or ``file:PATH``, a file.
"""

from __future__ import annotations

import os
import stat
import warnings
from pathlib import Path

from workbench.errors import OpenSecret


def secret(reference: str) -> bytes:
    """Return the secret that is meant, without blanks around it; empty if none is.

    Warns
    -----
    OpenSecret
        If it lies in a file that others than its owner may read.

    Examples
    --------
    >>> secret("env:NOBODY_SET_THIS")
    b''
    """
    kind, _, where = reference.partition(":")
    if kind == "env":
        return os.environ.get(where, "").encode()
    if kind == "file" and Path(where).is_file():
        _doubt_mode(Path(where))
        return Path(where).read_bytes().strip()
    return b""


def _doubt_mode(path: Path) -> None:
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & (stat.S_IRGRP | stat.S_IROTH):
        warnings.warn(
            f"{path}: expected a secret that only its owner can read, found the mode "
            f"{mode:04o}. Make it so: chmod 600 {path}",
            OpenSecret,
            stacklevel=3,
        )
