"""What passes from the readers to the rules: blocks of columns, as text.

A block also carries the records that could not be split into columns, so that no
record is lost between two rooms.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import pyarrow as pa

from workbench.ingest.headings import Headings


@dataclass(frozen=True)
class SetAside:
    """One record that was not accepted, as the quarantine keeps it.

    ``record`` counts from 0 within a block, and from 1 within the source once the
    loader has placed the block.
    """

    record: int
    reason: str
    column: str | None
    raw: bytes
    byte_offset: int | None


@dataclass(frozen=True)
class Block:
    """Some consecutive records of a source.

    Parameters
    ----------
    columns
        Our word → its values: text, or timestamps and days where the source is typed.
    records
        Place of each row among the block's records, from 0, ``(n_rows,)``.
    raw
        Positions of rows → for each its bytes at the source and their offset.
    broken
        Records that are not among the rows, with their reasons.
    may_hold_controls
        False when no control character is anywhere in the block.
    may_hold_marks
        False when no mark that cannot be seen is anywhere in the block.
    """

    columns: dict[str, pa.Array]
    records: np.ndarray
    raw: Callable[[Sequence[int]], list[tuple[bytes, int | None]]]
    broken: list[SetAside] = field(default_factory=list)
    may_hold_controls: bool = True
    may_hold_marks: bool = True

    @property
    def n_records(self) -> int:
        """Records that went into this block, whatever became of them."""
        return len(self.records) + len(self.broken)


class Reader(Protocol):
    """A source that is read block by block."""

    headings: Headings
    notes: list[str]

    def pieces(self) -> Iterator[Callable[[], list[Block]]]:
        """Yield work that makes the next blocks, in order; safe to do in threads."""
        ...
