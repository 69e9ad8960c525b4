"""A run's models and a policy in, the tiers they would give out, before approval."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ibis
import pandas as pd
import pyarrow as pa

from workbench.delivery.card import moves_table
from workbench.delivery.scoring import Scorer
from workbench.delivery.tier_chances import TierChances, tier_chances
from workbench.delivery.tier_counts import tier_summary
from workbench.policy import Cuts, Policy, PolicyCheck, examined
from workbench.window import parse_day

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from workbench.features import Beside

SMALLEST_GROUP = 10


@dataclass(frozen=True)
class Preview:
    """The tiers of a day by a candidate that nobody has approved.

    Make one with ``preview``. ``cuts`` were learned from the scores of ``as_of``.
    """

    scorer: Scorer
    policy: Policy
    cuts: Cuts
    transactions: ir.Table
    as_of: date
    scores: pd.DataFrame
    tiers: pa.Table
    beside: Beside | None = None

    def summary(self) -> pd.DataFrame:
        """Return what each tier has and brings, best tier first.

        Returns
        -------
        pandas.DataFrame
            Index *tier*: ``customers``, ``share_of_customers``, ``share_of_spend``,
            ``expected_value`` [currency], ``expected_value_per_customer``,
            ``share_of_expected_value``. A tier with one to nine customers is there,
            but its numbers are not, so that this table may be shown; nor are those
            of the next larger tier where one alone could be told from the total.
        """
        clv = self.scorer.settings.clv
        table = tier_summary(self.policy.tiers, self.tiers, self.scores, clv)
        total = max(float(table["expected_value"].sum()), 1e-12)
        share = table["expected_value"] / total
        table = table.assign(share_of_expected_value=share).set_index("tier")
        return table.where(~_to_be_hidden(table["customers"]))

    @property
    def tiers_under_ten(self) -> int:
        """How many tiers have fewer than ten customers, nobody included."""
        counts = self.tiers["tier"].to_pandas().value_counts()
        sizes = counts.reindex(list(self.policy.tiers), fill_value=0)
        return int((sizes < SMALLEST_GROUP).sum())

    @property
    def check(self) -> PolicyCheck:
        """What is proved of the policy with the learned numbers, and what is wrong.

        An approval is refused while anything is.
        """
        return examined(self.policy, self.cuts)

    def moves_since(self, day: date | str) -> pd.DataFrame:
        """Return who moved from which tier to which since an earlier day.

        The same models and cut points stand on both days, so that only the
        customers' behaviour moved.

        Returns
        -------
        pandas.DataFrame
            Square, best tier first: index the earlier tier, columns the present one.
        """
        earlier = parse_day(day)
        scores = self.scorer.scores(self.transactions, earlier, self.beside)
        before = _assigned(self.scorer, self.policy, self.cuts, scores, earlier)
        names = list(self.policy.tiers)
        return moves_table(before.to_pandas(), self.tiers.to_pandas(), names, names)

    def chances(
        self, draws: int = 200, seed: int = 7, most_customers: int = 20_000
    ) -> TierChances:
        """Return how sure the tiers are; see ``tier_chances``.

        Parameters
        ----------
        draws
            Lives drawn of each customer.
        seed
            Of the draws.
        most_customers
            Of more than these, so many are drawn and the answer is of them.
        """
        features = self.scorer.features(self.transactions, self.as_of, self.beside)
        scores = self.scores
        if len(scores) > most_customers:
            scores = scores.sample(most_customers, random_state=seed).sort_index()
        return tier_chances(
            self.scorer,
            self.policy,
            self.cuts,
            scores,
            features.to_pyarrow(),
            as_of=self.as_of,
            draws=draws,
            seed=seed,
        )

    def near_the_next_tier(self, within: float = 0.1) -> pd.DataFrame:
        """Return how many need little for the next better tier.

        Parameters
        ----------
        within
            One comparison is missed, by at most this share of its threshold.

        Returns
        -------
        pandas.DataFrame
            Index *tier*: ``customers``, ``near``; the best tier has no next one, and
            counts under ten are left out.
        """
        near = [
            _is_near(gaps, within) for gaps in self.tiers["distance_up"].to_pylist()
        ]
        frame = pd.DataFrame({"tier": self.tiers["tier"].to_pylist(), "near": near})
        grouped = frame.groupby("tier")["near"].agg(["size", "sum"])
        grouped.columns = pd.Index(["customers", "near"])
        ordered = grouped.reindex(list(self.policy.tiers[1:])).dropna().astype(int)
        return ordered[ordered["near"] >= SMALLEST_GROUP]


def _to_be_hidden(customers: pd.Series) -> pd.Series:
    """Whether a tier's numbers would tell of fewer than ten customers."""
    small = customers.between(1, SMALLEST_GROUP - 1)
    if small.sum() == 1:
        others = customers[~small & (customers > 0)]
        small = small | (customers.index == others.idxmin() if len(others) else False)
    return small


def _is_near(gaps: list[dict[str, Any]] | None, within: float) -> bool:
    """Whether one comparison is missed, and only just."""
    if gaps is None or len(gaps) != 1:
        return False
    gap, threshold = gaps[0]["gap"], gaps[0]["threshold"]
    if gap is None or threshold is None:
        return False
    return abs(gap) <= within * abs(threshold)


def preview(
    run_folder: str | Path,
    policy: Policy,
    transactions: ir.Table,
    as_of: date | str,
    clv_stage: str = "20_clv",
    churn_stage: str = "30_churn",
    beside: Beside | None = None,
) -> Preview:
    """Score everybody with a run's models, learn the cut points, give tiers.

    Parameters
    ----------
    run_folder
        A run with the stages of RFM, lifetime value and churn.
    policy
        The tier policy.
    transactions
        A clean table of transactions.
    as_of
        Day to stand on.
    clv_stage, churn_stage
        Which of the run's stages propose their models.
    beside
        What the shop knows beside them: ``shop.beside``.

    Raises
    ------
    BadPolicy
        If the policy does not do what it says, before anybody is scored.
    """
    policy.check()
    day = parse_day(as_of)
    scorer = Scorer.from_run(run_folder, clv_stage, churn_stage)
    scorer = scorer.with_measures(policy.measures)
    scores = scorer.scores(transactions, day, beside)
    learned = policy.learn_cuts(ibis.memtable(scorer.as_arrow(scores)))
    cuts = replace(learned, stages_sha256=scorer.settings.stages_sha256)
    tiers = _assigned(scorer, policy, cuts, scores, day)
    return Preview(scorer, policy, cuts, transactions, day, scores, tiers, beside)


def _assigned(
    scorer: Scorer, policy: Policy, cuts: Cuts, scores: pd.DataFrame, day: date
) -> pa.Table:
    table = ibis.memtable(scorer.as_arrow(scores))
    tiers = policy.assign(table, cuts, as_of=day, bundle_id="candidate")
    return tiers.order_by("customer_id").to_pyarrow()
