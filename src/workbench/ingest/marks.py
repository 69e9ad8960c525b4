"""What is found out about the rows of a block, rule by rule."""

from __future__ import annotations

import numpy as np
import pyarrow as pa


class Marks:
    """The first reason against each row, what was repaired in it, what is doubtful."""

    def __init__(self, n_rows: int) -> None:
        self.reasons: list[tuple[str, str | None]] = []
        self.against = np.full(n_rows, -1, dtype=np.int16)
        self.repairs: list[tuple[str, np.ndarray]] = []
        self.doubts: list[tuple[str, np.ndarray]] = []
        self.noted: list[tuple[str, np.ndarray]] = []

    def refuse(self, where: np.ndarray, reason: str, column: str | None) -> None:
        """Set rows aside; a row that was refused before keeps its first reason."""
        where = where & (self.against < 0)
        if where.any():
            self.against[where] = len(self.reasons)
            self.reasons.append((reason, column))

    def repair(self, where: np.ndarray, note: str) -> None:
        """Note rows that were changed to what they surely mean."""
        if where.any():
            self.repairs.append((note, where))

    def note(self, where: np.ndarray, code: str) -> None:
        """Count rows that are taken as they are, without a mark on the row."""
        if where.any():
            self.noted.append((code, where))

    def flag(self, where: np.ndarray, code: str) -> None:
        """Note rows that are taken as they are, and that someone should know of."""
        if where.any():
            self.doubts.append((code, where))

    def flags(self) -> pa.Array:
        """Return the codes of each row with a blank between them, null for none."""
        codes = np.full(len(self.against), "", dtype=object)
        for code, where in self.doubts:
            codes[where] = [f"{known} {code}".strip() for known in codes[where]]
        codes[codes == ""] = None
        return pa.array(codes, pa.string())
