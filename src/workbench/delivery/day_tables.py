"""A table of customers and its facts in, one published folder a day out, and back.

``out/as_of=<day>/`` holds ``manifest.json`` and the Parquet file that it names; readers
follow the manifest, which is replaced last. Mode 0600: a row is a customer.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

import ibis
import pyarrow as pa
import pyarrow.parquet as pq

from workbench.errors import MissingInputs, OtherStore, Tampered
from workbench.scope import ALL
from workbench.settings import places
from workbench.storage import copy_atomically, sha256_of, write_atomically
from workbench.window import parse_day

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from workbench.delivery.bundle import Bundle

MANIFEST = "manifest.json"


@dataclass(frozen=True)
class DayTable:
    """A published table of a day; each kind of them names itself.

    Parameters
    ----------
    folder
        ``as_of=<day>``.
    manifest
        What it says of the table.
    """

    folder: Path
    manifest: dict[str, Any]

    stem: ClassVar[str]
    words: ClassVar[str]
    command: ClassVar[str]

    @classmethod
    def open(cls, folder: str | Path) -> Self:
        """Return the table published in an ``as_of=<day>`` folder.

        Raises
        ------
        MissingInputs
            If there is none.
        """
        file = Path(folder) / MANIFEST
        if not file.is_file():
            raise MissingInputs(
                f"no {cls.words} in {folder}. Make one: {cls.command} --bundle "
                "champion --data STORE --as-of DAY --out DIR"
            )
        return cls(file.parent, json.loads(file.read_text(encoding="utf-8")))

    @classmethod
    def newest(
        cls, out: str | Path, store: str | None, scope: str = ALL
    ) -> Iterator[Self]:
        """Yield the tables of a store's lines below a folder, the newest day first.

        Parameters
        ----------
        out
            Folder of the tables.
        store
            Name of the store; tables of other stores are passed over.
        scope
            Which lines were read; tables of other scopes are passed over.
        """
        for file in sorted(Path(out).glob(f"as_of=*/{MANIFEST}"), reverse=True):
            found = cls.open(file.parent)
            is_own = store is None or found.store in (None, store)
            if is_own and found.scope == scope:
                yield found

    @classmethod
    def before(
        cls, out: str | Path, day: date, store: str | None, scope: str = ALL
    ) -> Self | None:
        """Return the newest table of an earlier day, if there is one."""
        known = cls.newest(out, store, scope)
        return next((found for found in known if found.as_of < day), None)

    @property
    def as_of(self) -> date:
        """The day that it stands on."""
        return parse_day(self.manifest["as_of"])

    @property
    def store(self) -> str | None:
        """Name of the store whose customers these are, where the manifest says it."""
        return (self.manifest["data"] or {}).get("name")

    @property
    def scope(self) -> str:
        """Which lines of the store were read."""
        return str(self.manifest.get("scope", ALL))

    @property
    def file(self) -> Path:
        """The Parquet file that the manifest names."""
        return self.folder / self.manifest["file"]

    def arrow(self) -> pa.Table:
        """Return the rows, their hash checked.

        Raises
        ------
        Tampered
            If the file is missing or is not the one described.
        """
        self.require_unchanged()
        return pq.read_table(self.file)

    def require_unchanged(self) -> None:
        """Check the file's hash.

        Raises
        ------
        Tampered
            If the file is missing or is not the one described.
        """
        if not self.file.is_file() or sha256_of(self.file) != self.manifest["sha256"]:
            raise Tampered(
                f"{self.file} is missing or is not the one its manifest describes. "
                f"Make the {self.words} as of {self.manifest['as_of']} again: "
                f"{self.command}"
            )

    def table(self) -> ir.Table:
        """Return the rows, lazily, their hash checked."""
        return ibis.memtable(self.arrow())

    @classmethod
    def publish(
        cls, out: str | Path, rows: pa.Table | bytes | Path, facts: Mapping[str, Any]
    ) -> Self:
        """Write the table of a day in one step; the same rows give the same bytes.

        Parameters
        ----------
        out
            Folder of the tables.
        rows
            A row per customer: a table, the bytes of a Parquet file, or such a file
            itself, which is copied.
        facts
            What the manifest says: ``as_of``, ``data``, ``scope`` and more.
        """
        folder = Path(out) / f"as_of={facts['as_of']}"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        content = parquet_of(rows) if isinstance(rows, pa.Table) else rows
        known = cls.described(content, facts)
        _put(folder / known["file"], content)
        write_atomically(folder / MANIFEST, _dump(known), mode=0o600)
        for old in folder.glob(f"{cls.stem}-*.parquet"):
            if old.name != known["file"]:
                old.unlink()
        return cls(folder, known)

    @classmethod
    def described(
        cls, content: bytes | Path, facts: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Return the manifest of a Parquet file, given by its bytes or its place."""
        if isinstance(content, Path):
            sha256 = sha256_of(content)
        else:
            sha256 = hashlib.sha256(content).hexdigest()
        file = f"{cls.stem}-{sha256[:12]}.parquet"
        known = {"as_of": facts["as_of"], "file": file, "sha256": sha256, **facts}
        return dict(json.loads(_dump(known)))

    @classmethod
    def require_own(
        cls, out: str | Path, day: date, data: Mapping[str, Any], scope: str
    ) -> None:
        """Refuse to write over the table of another shop, or of other lines.

        Raises
        ------
        OtherStore
            With what lies there.
        """
        folder = Path(out) / f"as_of={day}"
        if not (folder / MANIFEST).is_file():
            return
        found = cls.open(folder)
        if found.scope != scope:
            raise OtherStore(
                f"{folder} holds the {cls.stem} of scope {found.scope}, asked to "
                f"publish those of {scope}. Give each scope its own --out."
            )
        there = found.store
        if there and data.get("name") not in (None, there):
            raise OtherStore(
                f"{folder} holds the {cls.stem} of store {there}, asked to publish "
                f"those of {data['name']}. Give each shop its own --out."
            )


def made_by(bundle: Bundle) -> dict[str, str]:
    """Return what a manifest says of the bundle: its id, and its place if elsewhere."""
    here = bundle.folder.parent.resolve() == places().bundles.resolve()
    where = bundle.id if here else str(bundle.folder.resolve())
    return {"bundle_id": bundle.id, "bundle": where}


def parquet_of(table: pa.Table) -> bytes:
    """Return a table as the bytes of a Parquet file, the same for the same rows."""
    buffer = io.BytesIO()
    pq.write_table(table, buffer, compression="zstd", write_page_checksum=True)
    return buffer.getvalue()


def _put(file: Path, content: bytes | Path) -> None:
    """Put bytes, or a copy of a file, in place of a file in one step."""
    if isinstance(content, Path):
        copy_atomically(content, file, mode=0o600)
    else:
        write_atomically(file, content, mode=0o600)


def _dump(value: Mapping[str, Any]) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
