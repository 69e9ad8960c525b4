"""Customer ids in, keyed pseudonyms out, so that no store has the ids themselves.

The key is named by reference, ``env:NAME`` or ``file:PATH``, and never written down;
a manifest has its fingerprint, so that ids under two keys are never mixed.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field

import pyarrow as pa

from workbench.errors import BadParameter
from workbench.secret import secret

_SHORTEST_KEY_BYTES = 16
_DIGITS = 32


@dataclass(frozen=True)
class Pseudonyms:
    """HMAC-SHA-256 under one key, cut to 128 bits (FIPS 198-1; RFC 2104 section 5)."""

    key: bytes = field(repr=False)

    @property
    def fingerprint(self) -> str:
        """What tells two keys apart and gives neither away."""
        return hmac.new(self.key, b"fingerprint", hashlib.sha256).hexdigest()[:12]

    def of(self, ids: pa.Array) -> pa.Array:
        """Return the pseudonym of each id, ``(n_rows,)``; each distinct id once."""
        coded = ids.dictionary_encode()
        names = [
            hmac.digest(self.key, value.encode(), "sha256").hex()[:_DIGITS]
            for value in coded.dictionary.to_pylist()
        ]
        return pa.array(names, pa.string()).take(coded.indices)


def pseudonyms(reference: str) -> Pseudonyms:
    """Return the pseudonyms under a key that is named by reference.

    Raises
    ------
    BadParameter
        If the reference names no key, or one that is shorter than 16 bytes.
    """
    key = secret(reference)
    if len(key) < _SHORTEST_KEY_BYTES:
        raise BadParameter(
            f"pseudonym_key {reference}: expected env:NAME or file:PATH with a key of "
            f"at least {_SHORTEST_KEY_BYTES} bytes, found {len(key)} bytes. Make one, "
            'say: python -c "import secrets; print(secrets.token_hex())"'
        )
    return Pseudonyms(key)
