"""A store and a day in, all that is looked at before anything is modelled out.

Every table is one query on DuckDB, asked when it is first wanted; what leaves here is
small and aggregated, so that it may be shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from workbench import features
from workbench.evaluation.segments import SMALLEST_GROUP
from workbench.evaluation.stability import population_stability
from workbench.features.amounts import OUTLIER_TIMES
from workbench.ingest.receipt import NOT_LOSSES
from workbench.promotion_days import Calendar, promotion_days
from workbench.tables import TRANSACTIONS

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from workbench.ingest import Snapshot
    from workbench.window import Window

#: Fewer lines than this move the index by more than .02 through chance alone.
LEAST_LINES = 450
WARNED_DAYS = 28


@dataclass(frozen=True)
class Quality:
    """What a store looks like on a day, section by section.

    Parameters
    ----------
    store
        The version that is looked at.
    window
        The day, and the horizon that the models will be judged on.
    lines
        The order lines that a model would see, where they are not all of the store's as
        they came: customers joined, one channel say.
    """

    store: Snapshot
    window: Window
    lines: ir.Table | None = None

    @cached_property
    def calendar(self) -> Calendar:
        """The promotion days that count for this store."""
        return promotion_days(self.store.home)

    @cached_property
    def overview(self) -> dict[str, Any]:
        """Totals of the shop, from ``features.overview``."""
        return dict(features.overview(self._transactions, self.window))

    @cached_property
    def completeness(self) -> pd.DataFrame:
        """Index *column*: ``filled`` cells and ``share``; null where it is not here."""
        found = features.completeness(self._transactions, self.window).execute()
        found = found.set_index("column")[["filled", "share"]]
        names = [*TRANSACTIONS.names, *sorted({*found.index} - {*TRANSACTIONS.names})]
        return found.reindex(pd.Index(names, name="column"))

    @cached_property
    def equal_lines(self) -> pd.DataFrame:
        """Lines that repeat another, by month; from ``features.equal_lines``."""
        return features.equal_lines(self._transactions, self.window).execute()

    @cached_property
    def loads(self) -> pd.DataFrame:
        """Rows that came late, by load; from ``features.late_rows``."""
        return features.late_rows(self._by_load, self.window).execute()

    @cached_property
    def weeks(self) -> pd.DataFrame:
        """Purchase days by week."""
        weeks = features.weekly_purchase_days(self._transactions, self.window)
        return weeks.execute()

    @cached_property
    def days(self) -> pd.DataFrame:
        """Every day, with ``is_promotion``; from ``features.shop_days``."""
        days = features.shop_days(self._transactions, self.window).execute()
        asked = (self._transactions, self.window, self.calendar)
        promoted = features.promoted_days(*asked).execute()
        return days.assign(is_promotion=days["day"].isin(promoted["day"]))

    @cached_property
    def gaps(self) -> pd.DataFrame:
        """Days in a row without a buyer, the longest first."""
        days = features.shop_days(self._transactions, self.window)
        return features.gaps(days).execute()

    @cached_property
    def promotions(self) -> pd.DataFrame:
        """What each promotion's days brought; those under ten customers are left out.

        ``share_of_spend`` is that of all purchases [0 to 1].
        """
        asked = (self._transactions, self.window, self.calendar)
        found = features.bought_on_promotion(*asked).execute().set_index("promotion")
        found["share_of_spend"] = found["spend"] / max(self.overview["spend"], 0.01)
        return _large(found)

    @cached_property
    def promotion_shares(self) -> dict[str, float | None]:
        """Share of days, purchase days and spend on any promotion's days [0 to 1]."""
        asked = (self._transactions, self.window, self.calendar)
        return _row(features.promotion_shares(*asked))

    @cached_property
    def value_bars(self) -> pd.DataFrame:
        """Purchase days by value; bars under ten customers are left out."""
        return _large(features.value_bars(self._transactions, self.window).execute())

    @cached_property
    def value_quantiles(self) -> pd.DataFrame:
        """Index *quantile*: ``value`` of a purchase day [currency]."""
        found = features.value_quantiles(self._transactions, self.window).execute()
        return found.set_index("quantile").astype("float64").round(2)

    @cached_property
    def deciles(self) -> pd.DataFrame:
        """Tenths of the purchase lines; those under ten customers are left out."""
        found = features.amount_deciles(self._transactions, self.window).execute()
        return _large(found.set_index("decile"))

    @cached_property
    def outliers(self) -> dict[str, Any]:
        """Amounts out of all proportion; from ``features.outliers``."""
        return _row(features.outliers(self._transactions, self.window))

    @cached_property
    def refunds(self) -> dict[str, Any]:
        """Returns that no purchase stands behind; from ``features.refunds``."""
        return _row(features.refunds(self._transactions, self.window))

    @property
    def oddities(self) -> pd.DataFrame:
        """Rows that are kept on purpose and counted: index *what*, ``count``."""
        seen, odd, back = self.overview, self.outliers, self.refunds
        counts = {
            "lines that repeat another": int(self.equal_lines["repeats"].sum()),
            "lines of amount zero": seen["zero_amounts"],
            f"lines of {OUTLIER_TIMES:,} times the median": odd["outlier_lines"],
            "returns": back["return_lines"],
            "returns before any purchase": back["returns_without_purchase"],
            "customers who got back more than they paid": back["net_below_zero"],
        }
        return pd.DataFrame({"count": counts}).rename_axis("what")

    @cached_property
    def drift(self) -> pd.DataFrame:
        """The newest load beside those before; a part under ten customers is not here.

        Index *part*: ``before`` and ``newest``; from ``features.drift``.
        """
        found = features.drift(self._by_load, self.window).execute()
        return _large(found.set_index("part"))

    @cached_property
    def amount_bins(self) -> pd.DataFrame:
        """Index *bin*: the ``cut`` it begins above, lines ``before`` and ``newest``.

        Empty where there are not both, or fewer than 450 lines of *newest*.
        """
        columns = ["cut", "before", "newest"]
        nothing = pd.DataFrame(columns=columns).rename_axis("bin")
        cuts = features.amount_cuts(self._by_load, self.window)
        if not cuts or len(self.drift) < 2:
            return nothing
        bins = features.amount_bins(self._by_load, self.window, cuts).execute()
        table = bins.pivot_table(index="bin", columns="part", values="lines")
        table = table.reindex(range(len(cuts) + 1), columns=["before", "newest"])
        table = table.fillna(0).astype("int64")
        if table["newest"].sum() < LEAST_LINES:
            return nothing
        return table.assign(cut=[None, *cuts])[columns].rename_axis(columns=None)

    @property
    def psi(self) -> float | None:
        """Population stability index of the amounts; None where it says nothing."""
        bins = self.amount_bins
        if len(bins) < 2:
            return None
        return population_stability(bins["before"], bins["newest"])

    @property
    def comparison(self) -> str:
        """Whether the newest load can be compared, in one sentence."""
        if len(self.loads) < 2:
            return "First load: nothing to compare with yet."
        if "newest" not in self.drift.index or "before" not in self.drift.index:
            return (
                f"Load {self.loads['load'].max()} brought fewer than "
                f"{SMALLEST_GROUP} customers in time: not compared."
            )
        newest, before = self.drift.loc["newest"], self.drift.loc["before"]
        return (
            f"Load {self.loads['load'].max()}, {newest['first_on']:%Y-%m-%d} to "
            f"{newest['last_on']:%Y-%m-%d}, beside all since "
            f"{before['first_on']:%Y-%m-%d}."
        )

    @cached_property
    def totals(self) -> dict[str, Any]:
        """All that ``judge_quality`` holds against its limits, by name."""
        seen, horizon = self.overview, self.window.horizon_days
        lines = self.equal_lines
        return seen | {
            "repeat_customers": round(seen["customers"] * (1 - seen["share_one_time"])),
            "days_before_origin": max(0, seen["history_days"] - horizon),
            "days_before_fit": max(0, seen["history_days"] - 2 * horizon),
            **self._losses,
            "share_repeated": _share(lines["repeats"].sum(), lines["rows"].sum()),
            "share_outliers": self.outliers["outlier_share"],
            "share_net_below_zero": self.refunds["share_net_below_zero"],
            **self._silence,
            "share_late": self._share_late,
            "psi": self.psi,
        }

    @property
    def _losses(self) -> dict[str, float]:
        ledger = self.store.ledger()
        records = ledger.set_index("reason")["records"]
        nobody = records.get("missing_customer", 0)
        return {
            "share_lost": share_lost(ledger),
            "share_without_customer": _share(nobody, records.sum()),
        }

    @property
    def _silence(self) -> dict[str, float | int]:
        days, gaps = self.days, self.gaps
        since = pd.Timestamp(self.window.as_of) - timedelta(days=WARNED_DAYS)
        warned = days["is_silent"] | days["is_low"]
        return {
            "share_silent_days": _share(days["is_silent"].sum(), len(days)),
            "longest_gap_days": int(gaps["n_days"].max()) if len(gaps) else 0,
            "warned_days_of_last_28": int(warned[days["day"] > since].sum()),
        }

    @property
    def _share_late(self) -> float | None:
        """Return the share of late rows in later loads that brought new days too."""
        later = self.loads.iloc[1:]
        mixed = later[later["share_late"] < 1]
        return _share(mixed["late_rows"].sum(), mixed["rows"].sum(), empty=None)

    @cached_property
    def _transactions(self) -> ir.Table:
        return self.store.read() if self.lines is None else self.lines

    @cached_property
    def _by_load(self) -> ir.Table:
        return self.store.read_by_load()


def share_lost(ledger: pd.DataFrame) -> float:
    """Return the share of records that were lost at the door [0 to 1].

    Parameters
    ----------
    ledger
        From ``Snapshot.ledger``; reasons that are no loss are left out.
    """
    records = ledger.set_index("reason")["records"]
    kept = {"accepted", *NOT_LOSSES}
    lost = records[[reason not in kept for reason in records.index]].sum()
    return float(_share(lost, records.sum()))


def _row(one: ir.Table) -> dict[str, Any]:
    return dict(one.to_pyarrow().to_pylist()[0])


def _large(groups: pd.DataFrame) -> pd.DataFrame:
    return groups[groups["customers"] >= SMALLEST_GROUP]


def _share(part: float, whole: float, empty: float | None = 0.0) -> Any:
    return float(part / whole) if whole else empty
