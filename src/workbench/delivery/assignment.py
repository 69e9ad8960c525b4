"""A bundle and transactions in, the published tier table of a day out.

``out/as_of=<day>/`` holds ``manifest.json`` and the Parquet file that it names; readers
follow the manifest, which is replaced last. Mode 0600: a row is a customer.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ibis
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from workbench.delivery.bundle import Bundle
from workbench.errors import MissingInputs, OtherStore, Tampered
from workbench.scope import ALL
from workbench.settings import places
from workbench.storage import sha256_of, write_atomically
from workbench.window import parse_day

if TYPE_CHECKING:
    import ibis.expr.types as ir


@dataclass(frozen=True)
class Assignment:
    """A published tier table."""

    folder: Path
    manifest: dict[str, Any]

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

    def table(self) -> ir.Table:
        """Return the tier table, lazily, its hash checked.

        Raises
        ------
        Tampered
            If the file is missing or is not the one described.
        """
        if not self.file.is_file() or sha256_of(self.file) != self.manifest["sha256"]:
            raise Tampered(
                f"{self.file} is missing or is not the one its manifest describes. "
                f"Assign as of {self.manifest['as_of']} again."
            )
        return ibis.memtable(pq.read_table(self.file))

    def summary(self) -> pd.DataFrame:
        """Return tier by tier what the table says, best tier first.

        Returns
        -------
        pandas.DataFrame
            tier, customers, share_of_customers, share_of_spend (all purchases up to
            the day), expected_value (sum over the tier), expected_value_per_customer
            [currency].
        """
        return pd.DataFrame(self.manifest["tiers"]).drop(columns="title")


def assign(
    bundle: Bundle,
    transactions: ir.Table,
    as_of: date | str,
    out: str | Path,
    *,
    data: Mapping[str, Any] | None = None,
    customers: ir.Table | None = None,
) -> Assignment:
    """Give every customer known on a day a tier, and publish the table.

    The same bundle, transactions and earlier table give the same bytes.

    Parameters
    ----------
    bundle
        An opened, so verified, bundle.
    transactions
        A clean table of transactions.
    as_of
        Day to stand on; rows of later days are not seen.
    out
        Folder of tier tables, one ``as_of=<day>`` each; the newest earlier one gives
        ``previous_tier``.
    data
        What the manifest says of the transactions: name, version, sha256, currency.
    customers
        The registrations, where the shop has them; who never bought gets a tier too.

    Raises
    ------
    OtherStore
        If the bundle learned from another store, or another store's tiers lie there.
    Expired
        If the approval does not reach to ``as_of``.
    NotEnoughData
        If nobody has bought by that day.
    """
    day = parse_day(as_of)
    bundle.require_valid(day)
    bundle.require_store(data or {})
    folder = Path(out) / f"as_of={day}"
    scope = bundle.scorer.settings.scope
    _require_own(folder, data or {}, scope)
    before = previous_assignment(out, day, (data or {}).get("name"), scope)
    scores = bundle.scores(transactions, day, customers)
    earlier = before.table() if before else None
    tiers = bundle.tiers_of(scores, day, earlier).to_pyarrow()
    content = _parquet(tiers)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = f"tiers-{_hash(content)[:12]}.parquet"
    manifest = {
        "as_of": day.isoformat(),
        "file": file,
        "sha256": _hash(content),
        "customers": tiers.num_rows,
        "tiers": _tiers(bundle, tiers, scores),
        "policy_id": bundle.policy.id,
        "bundle_id": bundle.id,
        "bundle": _where(bundle),
        "data": dict(data) if data else None,
        "scope": scope,
        "previous": before.folder.name if before else None,
    }
    write_atomically(folder / file, content, mode=0o600)
    write_atomically(folder / "manifest.json", _dump(manifest), mode=0o600)
    for old in folder.glob("tiers-*.parquet"):
        if old.name != file:
            old.unlink()
    return Assignment(folder, manifest)


def open_assignment(folder: str | Path) -> Assignment:
    """Return the tier table published in an ``as_of=<day>`` folder.

    Raises
    ------
    MissingInputs
        If there is none.
    """
    file = Path(folder) / "manifest.json"
    if not file.is_file():
        raise MissingInputs(
            f"no tier table in {folder}. Make one: workbench assign --bundle champion "
            "--data STORE --as-of DAY --out DIR"
        )
    return Assignment(file.parent, json.loads(file.read_text(encoding="utf-8")))


def last_assignment(out: str | Path) -> Assignment:
    """Return the newest tier table below a folder.

    Raises
    ------
    MissingInputs
        If there is none.
    """
    found = sorted(Path(out).glob("as_of=*/manifest.json"))
    return open_assignment(found[-1].parent if found else Path(out))


def previous_assignment(
    out: str | Path, day: date, store: str | None = None, scope: str = ALL
) -> Assignment | None:
    """Return the newest tier table of an earlier day, if there is one.

    Parameters
    ----------
    out
        Folder of tier tables.
    day
        Only earlier ones count.
    store
        Name of the store; tables of other stores are passed over.
    scope
        Which lines were read; tables of other scopes are passed over.
    """
    names = sorted(path.parent.name for path in Path(out).glob("as_of=*/manifest.json"))
    for name in reversed(names):
        if name < f"as_of={day}":
            found = open_assignment(Path(out) / name)
            is_own = store is None or found.store in (None, store)
            if is_own and found.scope == scope:
                return found
    return None


def tier_summary(
    tier_names: tuple[str, ...], tiers: pa.Table, scores: pd.DataFrame, clv: str
) -> pd.DataFrame:
    """Return tier × customers × share of spend × expected value, best tier first.

    Parameters
    ----------
    tier_names
        All tiers, best first; one that nobody has shows 0.
    tiers
        Columns ``customer_id, tier``, in the order of ``scores``.
    scores
        Columns ``spend`` and the one named by ``clv``.
    clv
        Name of the column of lifetime value.
    """
    frame = pd.DataFrame(
        {
            "tier": tiers["tier"].to_pylist(),
            "spend": scores["spend"].to_numpy(),
            "value": scores[clv].to_numpy(),
        }
    )
    grouped = frame.groupby("tier").agg(
        customers=("tier", "size"), spend=("spend", "sum"), value=("value", "sum")
    )
    grouped = grouped.reindex(list(tier_names), fill_value=0)
    all_spend = max(float(grouped["spend"].sum()), 1e-12)
    return pd.DataFrame(
        {
            "tier": grouped.index,
            "customers": grouped["customers"].to_numpy(),
            "share_of_customers": (grouped["customers"] / len(frame)).to_numpy(),
            "share_of_spend": (grouped["spend"] / all_spend).to_numpy(),
            "expected_value": grouped["value"].to_numpy(),
            "expected_value_per_customer": (
                grouped["value"] / grouped["customers"].clip(lower=1)
            ).to_numpy(),
        }
    )


def _tiers(
    bundle: Bundle, tiers: pa.Table, scores: pd.DataFrame
) -> list[dict[str, Any]]:
    same = pc.all(
        pc.equal(tiers["customer_id"], pa.array(scores["customer_id"], pa.string()))
    )
    if not same.as_py():
        raise Tampered("tiers and scores are not in the same order of customer_id")
    clv = bundle.scorer.settings.clv
    summary = tier_summary(bundle.policy.tiers, tiers, scores, clv).round(6)
    return [
        {str(name): value for name, value in row.items()}
        | {"title": bundle.policy.tier(row["tier"]).title.model_dump()}
        for row in summary.to_dict("records")
    ]


def _where(bundle: Bundle) -> str:
    """Return the id of a bundle of this project, the folder of another."""
    here = bundle.folder.parent.resolve() == places().bundles.resolve()
    return bundle.id if here else str(bundle.folder.resolve())


def _require_own(folder: Path, data: Mapping[str, Any], scope: str) -> None:
    """Refuse to write over the tiers of another shop, or of other lines."""
    if not (folder / "manifest.json").is_file():
        return
    found = open_assignment(folder)
    if found.scope != scope:
        raise OtherStore(
            f"{folder} holds the tiers of scope {found.scope}, asked to publish those "
            f"of {scope}. Give each scope its own --out."
        )
    there = found.store
    if there and data.get("name") not in (None, there):
        raise OtherStore(
            f"{folder} holds the tiers of store {there}, asked to publish those of "
            f"{data['name']}. Give each shop its own --out."
        )


def _parquet(table: pa.Table) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(table, buffer, compression="zstd", write_page_checksum=True)
    return buffer.getvalue()


def _hash(content: bytes) -> str:

    return hashlib.sha256(content).hexdigest()


def _dump(value: Mapping[str, Any]) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
