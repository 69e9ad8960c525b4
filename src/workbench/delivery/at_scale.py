"""A Parquet file of scores in, the Parquet file of their tiers out, for ten millions.

The same expression as for a shop that fits in memory, streamed by DuckDB: neither
pandas nor an Arrow table stands between the files. The rows are sorted by customer_id,
so that the same scores give the same bytes.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ibis

from workbench.delivery.assignment import Unpublished, before_tiers, facts_of
from workbench.delivery.tier_counts import counted
from workbench.errors import BadColumns, MissingInputs
from workbench.policy import Cuts, Policy
from workbench.policy.assigning import assigned
from workbench.window import parse_day

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from ibis.backends.duckdb import Backend

    from workbench.delivery.bundle import Bundle

MEMORY_LIMIT = "3GB"


def assign_scores(
    policy: Policy,
    cuts: Cuts,
    scores_file: str | Path,
    out_file: str | Path,
    as_of: date | str,
    bundle_id: str,
    previous_file: str | Path | None = None,
) -> Path:
    """Write the tier table of a file of scores, one row per row of it.

    Parameters
    ----------
    policy, cuts
        The policy and its stored cut points.
    scores_file
        Parquet, one row per customer, with the columns that the policy names.
    out_file
        Parquet, sorted by customer_id; replaced in one step, for its owner only.
    as_of
        Day of the scores.
    bundle_id
        The bundle that made them.
    previous_file
        The tier table before, Parquet: ``customer_id, tier, since, grace_until``.

    Raises
    ------
    MissingInputs
        If a file is not there.
    BadPolicy
        If a column is not there that the policy names.
    """
    out = Path(out_file)
    with _engine(out.parent) as engine:
        before = _read(engine, previous_file) if previous_file else None
        tiers = assigned(
            policy,
            _read(engine, scores_file),
            cuts,
            as_of=as_of,
            bundle_id=bundle_id,
            previous=before,
            in_order=True,
        )
        _write(engine, tiers, out)
    return out


@contextmanager
def tiers_of_file(
    bundle: Bundle,
    scores_file: str | Path,
    as_of: date | str,
    out: str | Path,
    *,
    data: Mapping[str, Any] | None = None,
) -> Iterator[Unpublished]:
    """Give every customer of a score file a tier; ``publish`` inside writes them.

    Parameters
    ----------
    bundle
        An opened, so verified, bundle: the one that made the scores.
    scores_file
        Parquet, the bundle's score table of the day.
    as_of
        Day of the scores.
    out
        Folder of tier tables; see ``tiers_on``.
    data
        What the manifest says of the store that they are from.

    Yields
    ------
    Unpublished
        Its file is gone at the end.

    Raises
    ------
    BadColumns
        If the scores are of another day, a customer stands there twice, or the
        columns of the summary are missing.
    OtherStore, Expired
        As ``tiers_on``.
    """
    day = parse_day(as_of)
    before = before_tiers(bundle, day, out, data)
    if before:
        before.require_unchanged()
    with tempfile.TemporaryDirectory(prefix="tiers-") as folder:
        clv = bundle.scorer.settings.clv
        _require_scores(scores_file, day, clv)
        rows = assign_scores(
            bundle.policy,
            bundle.cuts,
            scores_file,
            Path(folder) / "tiers.parquet",
            day,
            bundle.id,
            before.file if before else None,
        )
        with _engine(Path(folder)) as engine:
            tables = _read(engine, rows), _read(engine, scores_file)
            counts = counted(bundle.policy, *tables, clv)
        yield Unpublished(rows, facts_of(bundle, day, counts, data, before))


def _require_scores(file: str | Path, day: date, clv: str) -> None:
    """Refuse scores of another day, or in which a customer stands twice."""
    with _engine(None) as engine:
        table = _read(engine, file)
        needed = ("customer_id", "as_of", "spend", clv)
        missing = [name for name in needed if name not in table.columns]
        if missing:
            raise BadColumns(
                f"{file}: expected the columns {', '.join(needed)}; missing: "
                f"{', '.join(missing)}. Give the score table that the bundle made."
            )
        days = table.as_of.cast("date")
        found = table.agg(
            rows=table.count(),
            customers=table.customer_id.nunique(),
            first=days.min(),
            last=days.max(),
        )
        row = found.to_pyarrow().to_pylist()[0]
    if {row["first"], row["last"]} != {day}:
        raise BadColumns(
            f"{file}: expected scores as of {day}, found days from {row['first']} to "
            f"{row['last']}. Give the scores of that day, or another --as-of."
        )
    if row["rows"] != row["customers"]:
        raise BadColumns(
            f"{file}: expected one row per customer, found {row['rows']:,} rows of "
            f"{row['customers']:,} customers. Make the score table again."
        )


@contextmanager
def _engine(folder: Path | None) -> Iterator[Backend]:
    """Open a DuckDB of bounded memory that spills into a folder."""
    spill = {"temp_directory": str(folder / ".spill")} if folder else {}
    engine = ibis.duckdb.connect(memory_limit=MEMORY_LIMIT, **spill)
    engine.raw_sql("SET enable_progress_bar = false")
    try:
        yield engine
    finally:
        engine.disconnect()


def _read(engine: Backend, file: str | Path) -> ir.Table:
    if not Path(file).is_file():
        raise MissingInputs(f"no file {file}: expected Parquet, a row per customer.")
    return engine.read_parquet(str(file))


def _write(engine: Backend, table: ir.Table, file: Path) -> None:
    """Write a table as Parquet in one step, readable by its owner alone."""
    beside = file.parent / f".{file.name}"
    place = str(beside).replace("'", "''")
    sql = ibis.to_sql(table, dialect="duckdb")
    try:
        beside.touch(mode=0o600)
        engine.con.execute(
            f"COPY ({sql}) TO '{place}' "
            "(FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false)"
        )
        beside.replace(file)
    finally:
        beside.unlink(missing_ok=True)
