"""One customer, a bundle and transactions in; the tier, with all its reasons, out.

Everything is computed anew from the customer's own transactions, by the same models and
the same policy that made the tier table: the row must come out the same.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

import ibis
import pyarrow as pa

from workbench.delivery.assignment import (
    last_assignment,
    open_assignment,
    previous_assignment,
)
from workbench.delivery.bundle import Bundle
from workbench.delivery.judged import Found, Group, Judged, judged
from workbench.delivery.sentences import sentences
from workbench.errors import UnknownCustomer
from workbench.ingest import open_store
from workbench.policy import Comparison, Cuts, Node, Policy, TierSpec, leaves
from workbench.settings import places
from workbench.shop import open_shop
from workbench.window import parse_day

if TYPE_CHECKING:
    import ibis.expr.types as ir

_NUMBERS = itertools.count()


@dataclass(frozen=True)
class Explanation:
    """Why a customer is in a tier.

    Parameters
    ----------
    row
        The tier table's row, recomputed.
    scores
        The score table's row.
    reasons
        Of the churn model: ``feature, value, contribution``, largest size first.
    conditions
        Every tier's condition with its comparisons as they stand.
    policy
        The policy, for titles and plans.
    clv_column, churn_column
        Names of the two model scores.
    cuts
        The stored cut points, to say whose thresholds these are.
    """

    customer_id: str
    as_of: date
    row: dict[str, Any]
    scores: dict[str, Any]
    reasons: list[dict[str, Any]]
    conditions: dict[str, Judged]
    policy: Policy
    clv_column: str
    churn_column: str
    cuts: Cuts = field(default_factory=Cuts)

    @property
    def tier(self) -> str:
        """Name of the tier."""
        return str(self.row["tier"])

    @property
    def spec(self) -> TierSpec:
        """The tier's titles and plan."""
        return self.policy.tier(self.tier)

    @property
    def next_better(self) -> str | None:
        """Name of the next better tier, if there is one."""
        place = self.policy.tiers.index(self.tier)
        return self.policy.tiers[place - 1] if place else None

    @property
    def comparisons(self) -> list[Found]:
        """Every comparison of every tier's condition, in reading order."""
        return [found for tree in self.conditions.values() for found in _leaves(tree)]

    @property
    def up(self) -> list[dict[str, Any]]:
        """What is still missing for the next better tier."""
        return list(self.row["distance_up"])

    @property
    def down(self) -> list[dict[str, Any]]:
        """What holds the tier, and how far its limits are."""
        return list(self.row["distance_down"])

    @property
    def market(self) -> str | None:
        """The customer's market, where the scores say it."""
        return self.scores.get("market")

    @property
    def clv(self) -> float | None:
        """The lifetime value [currency], null for who never bought."""
        value = self.scores[self.clv_column]
        return None if value is None else float(value)

    @property
    def p_churn(self) -> float | None:
        """P(no purchase in the horizon), null for who has lapsed or never bought."""
        value = self.scores[self.churn_column]
        return None if value is None else float(value)

    def title(self, tier: str, zh: bool = False) -> str:
        """Return a tier's title; one of an older policy is shown by its name."""
        if tier not in self.policy.tiers:
            return tier
        return self.policy.tier(tier).title["zh" if zh else "en"]

    def match(self, tier: str, entry: dict[str, Any]) -> Found:
        """Return the comparison that a distance is about."""
        return next(
            found
            for found in self.comparisons
            if found.tier == tier
            and found.column == entry["column"]
            and found.threshold == entry["threshold"]
        )

    def sentences(self, lang: str = "en") -> list[str]:
        """Return the explanation in sentences, ``en`` or ``zh``."""
        return sentences(self, lang)

    def as_dict(self) -> dict[str, Any]:
        """Return all of it as plain values, days as ISO texts."""
        return _plain(
            {
                "customer_id": self.customer_id,
                "as_of": self.as_of,
                "tier": self.tier,
                "title": self.spec.title.model_dump(),
                "row": self.row,
                "scores": self.scores,
                "churn_reasons": self.reasons,
                "comparisons": [found.__dict__ for found in self.comparisons],
                "next_better": self.next_better,
                "plan": self.spec.plan.model_dump(),
                "sentences": {lang: self.sentences(lang) for lang in ("en", "zh")},
            }
        )


class Explainer:
    """Explains customer after customer; the queries are compiled once.

    Parameters
    ----------
    bundle
        An opened bundle.
    transactions
        A clean table on DuckDB.
    as_of
        Day to stand on.
    previous
        The earlier tier table that the assignment knew.
    customers
        The registrations, where the shop has them, on the same DuckDB.
    """

    def __init__(
        self,
        bundle: Bundle,
        transactions: ir.Table,
        as_of: date | str,
        previous: ir.Table | None = None,
        customers: ir.Table | None = None,
    ) -> None:
        self.bundle, self.as_of = bundle, parse_day(as_of)
        self._duckdb = transactions.get_backend()
        self._prefix = f"explained_{next(_NUMBERS)}"
        history = transactions.filter(transactions.ordered_on <= self.as_of)
        self._of_one = {"transactions": history}
        if customers is not None:
            self._of_one["customers"] = customers
        own = {
            name: self._here(name, table.schema().to_pyarrow().empty_table())
            for name, table in self._of_one.items()
        }
        self._features = bundle.scorer.features(
            own["transactions"], self.as_of, own.get("customers")
        )
        self._compile_policy(previous)

    def _compile_policy(self, previous: ir.Table | None) -> None:
        scorer, policy, cuts = self.bundle.scorer, self.bundle.policy, self.bundle.cuts
        scores = self._here("scores", scorer.settings.schema().empty_table())
        earlier = None
        if previous is not None:
            known = previous.select("customer_id", "tier").to_pyarrow()
            earlier = self._here("previous", known)
        self._tiers = policy.assign(
            scores, cuts, as_of=self.as_of, bundle_id=self.bundle.id, previous=earlier
        )
        self._compared = policy.comparisons(scores, cuts)
        whole: dict[str | None, dict[str, Node]] = {None: policy.trees(cuts)}
        self._cuts, self._trees = cuts, whole
        self._compiled = {
            name: _sql(expression)
            for name, expression in (
                ("features", self._features),
                ("tiers", self._tiers),
                ("compared", self._compared),
            )
        }
        self._rows_of_one = {
            name: f"SELECT * FROM ({_sql(table)}) WHERE customer_id = ?"
            for name, table in self._of_one.items()
        }

    def explain(self, customer_id: str) -> Explanation:
        """Return the explanation of one customer.

        Raises
        ------
        UnknownCustomer
            If nobody of this id is known on the day; no other ids are named.
        """
        for name, sql in self._rows_of_one.items():
            rows = self._duckdb.con.execute(sql, [customer_id])
            self._put(name, rows.to_arrow_table())
        features = self._ask("features", self._features)
        if not features.num_rows:
            raise UnknownCustomer(customer_id, self.as_of)
        scorer = self.bundle.scorer
        scores = scorer.as_arrow(scorer.score(features, self.as_of))
        self._put("scores", scores)
        row = self._ask("tiers", self._tiers).to_pylist()[0]
        scored = scores.to_pylist()[0]
        return Explanation(
            customer_id=customer_id,
            as_of=self.as_of,
            row=row,
            scores=scored,
            reasons=scorer.reasons(features)[0],
            conditions=self._conditions(scored),
            policy=self.bundle.policy,
            clv_column=scorer.settings.clv,
            churn_column=scorer.settings.p_churn,
            cuts=self._cuts,
        )

    def _conditions(self, scores: dict[str, Any]) -> dict[str, Judged]:
        answers = self._ask("compared", self._compared).to_pylist()[0]
        conditions = {}
        for tier, node in self._trees_of(scores.get("market")).items():
            found = (
                _found(tier, leaf, scores, answer)
                for leaf, answer in zip(
                    leaves(node), answers.get(tier, []), strict=True
                )
            )
            conditions[tier] = judged(node, found)
        return conditions

    def _trees_of(self, market: str | None) -> dict[str, Node]:
        """Return every tier's tree with the numbers of a market, made once."""
        own = market if market in self._cuts.markets else None
        if own not in self._trees:
            self._trees[own] = self.bundle.policy.trees(self._cuts, own)
        return self._trees[own]

    def _here(self, name: str, table: pa.Table) -> ir.Table:
        """Return a table that stands under a name of this explainer."""
        self._put(name, table)
        return self._duckdb.table(f"{self._prefix}_{name}")

    def _put(self, name: str, table: pa.Table) -> None:
        self._duckdb.con.register(f"{self._prefix}_{name}", table)

    def _ask(self, name: str, expression: ir.Table) -> pa.Table:
        answer = self._duckdb.con.execute(self._compiled[name]).to_arrow_table()
        return answer.cast(expression.schema().to_pyarrow())


def explain(
    customer_id: str,
    bundle: Bundle,
    transactions: ir.Table,
    as_of: date | str,
    previous: ir.Table | None = None,
    customers: ir.Table | None = None,
) -> Explanation:
    """Explain one customer's tier; for many, keep an ``Explainer``.

    Parameters
    ----------
    customer_id
        Who asks, as text.
    bundle
        An opened bundle.
    transactions
        A clean table on DuckDB; only this customer's rows are read.
    as_of
        Day of the tier table.
    previous
        The earlier tier table that the assignment knew: ``customer_id, tier``.
    customers
        The registrations, where the shop has them, on the same DuckDB.

    Raises
    ------
    UnknownCustomer
        If nobody of this id is known on the day; no other ids are named.
    """
    known = Explainer(bundle, transactions, as_of, previous, customers)
    return known.explain(customer_id)


def explain_last(
    customer_id: str,
    *,
    as_of: str | None = None,
    bundle: str | None = None,
    data: str | None = None,
) -> Explanation:
    """Explain one customer's tier as the last assignment gave it.

    Parameters
    ----------
    customer_id
        Who asks, as text.
    as_of
        Another day than the last assigned one, an ISO text.
    bundle, data
        In place of the bundle and the store that the assignment used.

    Raises
    ------
    MissingInputs
        If no tier table of the day is there to take bundle and data from.
    UnknownCustomer
        If nobody of this id is known on the day.
    """
    out = places().tiers
    if as_of and bundle and data:
        day, opened, store = parse_day(as_of), Bundle.find(bundle), data
        scope = opened.scorer.settings.scope
        earlier = previous_assignment(out, day, scope=scope)
    else:
        folder = out / f"as_of={parse_day(as_of)}" if as_of else None
        last = open_assignment(folder) if folder else last_assignment(out)
        day, used = parse_day(last.manifest["as_of"]), last.manifest["data"] or {}
        opened = Bundle.find(bundle or last.manifest["bundle"])
        store = data or f"{used.get('name')}@{used.get('version')}"
        before = last.manifest["previous"]
        earlier = open_assignment(out / before) if before else None
    opened.require_valid(day)
    snapshot = open_store(store)
    opened.require_store(snapshot.identity)
    shop = open_shop(snapshot, day, opened.scorer.settings.scope)
    previous = earlier.table() if earlier else None
    who = shop.customer_of(customer_id)
    return explain(who, opened, shop.transactions, day, previous, shop.customers)


def _found(
    tier: str, leaf: Comparison, scores: dict[str, Any], answer: dict[str, Any]
) -> Found:
    column = leaf.measure
    content = scores.get(column)
    return Found(tier, str(leaf), column, leaf.operator, content=content, **answer)


def _leaves(tree: Judged) -> Iterator[Found]:
    if isinstance(tree, Found):
        yield tree
    if isinstance(tree, Group):
        for part in tree.parts:
            yield from _leaves(part)


def _sql(expression: ir.Table) -> str:
    return str(ibis.to_sql(expression, dialect="duckdb"))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value
