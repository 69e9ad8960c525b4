"""The champion as MLflow serves it: transactions in, tier and scores out."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

import ibis
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from workbench.delivery.bundle import Bundle
from workbench.errors import BadColumns, NotEnoughData
from workbench.features import Beside
from workbench.ingest import Mapping as Meanings
from workbench.ingest import MarketSpec
from workbench.ingest.markets import zones_of
from workbench.ingest.times import days_of
from workbench.promotion_days import load_promotion_days
from workbench.settings import places
from workbench.tables import MONEY

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # mlflow warns about type hints of its own
    from mlflow.models import set_model
    from mlflow.pyfunc import PythonModel

__all__ = ["TieringModel", "as_clean", "assign", "set_model"]

NEEDED = ("customer_id", "ordered_at", "amount")


class TieringModel(PythonModel):
    """Assigns tiers with the bundle that lies beside it, every hash checked."""

    def load_context(self, context: Any) -> None:
        """Open the bundle; refuses one that was changed."""
        self.bundle = Bundle.open(context.artifacts["bundle"])

    def predict(
        self,
        context: Any,
        model_input: pd.DataFrame,
        params: dict[str, Any] | None = None,
    ) -> pd.DataFrame:
        """Return one row per customer.

        Parameters
        ----------
        model_input
            * ``customer_id`` text
            * ``ordered_at`` when it was paid, UTC
            * ``amount`` what was paid; negative for a return
            * ``kind`` optional: purchase or return
            * ``market`` optional: whose clock its day is by, and whose thresholds count
        params
            ``as_of`` [ISO date]; by default the day of the newest row.

        Raises
        ------
        MissingFeatures
            If the churn model reads more than transactions tell; ``workbench assign``
            has the other tables.
        """
        return assign(self.bundle, model_input, (params or {}).get("as_of") or None)


def assign(bundle: Bundle, frame: pd.DataFrame, as_of: str | None) -> pd.DataFrame:
    """Return customer_id, as_of, tier and scores; days as ISO text."""
    data = bundle.manifest.get("data") or {}
    zones = data.get("market_zones") or {}
    table = as_clean(frame, data.get("time_zone") or "UTC", zones)
    day = as_of or str(pc.max(table["ordered_on"]).as_py())
    bundle.require_valid(day)
    scores = bundle.scores(ibis.memtable(table), day, _calendar())
    tiers = bundle.tiers_of(scores, day).select("customer_id", "tier").execute()
    scores = scores.drop(columns="as_of", errors="ignore")
    joined = tiers.merge(scores, on="customer_id", validate="one_to_one")
    joined.insert(1, "as_of", day)
    days = [name for name in joined if name.endswith("_on")]
    return joined.assign(**{name: joined[name].astype(str) for name in days})


def _calendar() -> Beside:
    """Return the project's promotion days; a store's own calendar is not known here."""
    file = places().promotion_days
    return Beside(calendar=load_promotion_days(file) if file.is_file() else None)


def as_clean(
    frame: pd.DataFrame,
    time_zone: str = "UTC",
    market_zones: Mapping[str, str] | None = None,
) -> pa.Table:
    """Return the clean form of transactions that came through MLflow's door.

    Parameters
    ----------
    frame
        One row per order line, ``ordered_at`` in UTC.
    time_zone
        The shop's, in which its days begin.
    market_zones
        The zone of each market that has one of its own.

    Raises
    ------
    BadColumns
        Naming what is missing.
    NotEnoughData
        If there is no row.
    """
    missing = [name for name in NEEDED if name not in frame.columns]
    if missing:
        raise BadColumns(
            f"expected {', '.join(NEEDED)}, missing {', '.join(missing)}. "
            "Send one row per order line."
        )
    if frame.empty:
        raise NotEnoughData("expected at least one transaction, found none")
    table = pa.Table.from_pandas(frame, preserve_index=False)
    paid = pc.round(pc.cast(table["amount"], pa.float64()), 2)
    when = pc.cast(table["ordered_at"], pa.timestamp("us"))
    instant = pc.assume_timezone(when, "UTC")
    signed = pc.if_else(pc.less(paid, 0), "return", "purchase")
    kind = table["kind"].fill_null("purchase") if "kind" in frame else signed
    columns = {
        "customer_id": pc.cast(table["customer_id"], pa.string()),
        "ordered_at": instant,
        "ordered_on": _days(table, instant, time_zone, market_zones or {}),
        "amount": pc.cast(paid, MONEY),
        "kind": pc.cast(kind, pa.string()),
    }
    if "market" in frame:
        columns["market"] = pc.cast(table["market"], pa.string())
    return pa.table(columns)


def _days(
    table: pa.Table, instant: pa.Array, time_zone: str, market_zones: Mapping[str, str]
) -> pa.Array:
    """Return the day of each row on its market's clock, or else on the shop's."""
    own = {name: MarketSpec(time_zone=zone) for name, zone in market_zones.items()}
    market = None
    if "market" in table.column_names:
        market = pc.cast(table["market"], pa.string()).combine_chunks()
    clocks = zones_of(market, Meanings(time_zone=time_zone, markets=own))
    return days_of(instant.combine_chunks(), clocks)
