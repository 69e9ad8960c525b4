"""One customer's own rows and a bundle in, the explanation of the tier out.

Everything is computed anew by the same models and the same policy that made the tier
table: the row must come out the same.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import ibis
import pyarrow as pa

from workbench.delivery.bundle import Bundle
from workbench.delivery.column_titles import compared_title
from workbench.delivery.explanation import Explanation
from workbench.delivery.judged import Found, Judged, judged
from workbench.delivery.scoring import churn_part
from workbench.errors import UnknownCustomer
from workbench.features import Beside
from workbench.features.purchase_days import purchases
from workbench.policy import Comparison, Counterfactuals, Node, leaves
from workbench.window import parse_day

if TYPE_CHECKING:
    import ibis.expr.types as ir

Row = Mapping[str, Any]
_NUMBERS = itertools.count()
_OF_CUSTOMERS = ("customers", "events", "feedback")
_OF_PREVIOUS = ("customer_id", "tier", "since", "grace_until")


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
    beside
        What the shop knows beside them, on the same DuckDB: ``shop.beside``. Of its
        tables of customers only this customer's rows are read.
    currency
        Of the amounts, for letters; None where the shop declares none.
    """

    def __init__(
        self,
        bundle: Bundle,
        transactions: ir.Table,
        as_of: date | str,
        previous: ir.Table | None = None,
        beside: Beside | None = None,
        currency: str | None = None,
    ) -> None:
        self.bundle, self.as_of, self.currency = bundle, parse_day(as_of), currency
        self._duckdb = transactions.get_backend()
        self._prefix = f"explained_{next(_NUMBERS)}"
        history = transactions.filter(transactions.ordered_on <= self.as_of)
        self._of_one = {"transactions": history}
        known = beside or Beside()
        tables = {name: getattr(known, name) for name in _OF_CUSTOMERS}
        self._of_one |= {name: t for name, t in tables.items() if t is not None}
        own = {
            name: self._here(name, table.schema().to_pyarrow().empty_table())
            for name, table in self._of_one.items()
        }
        lines = own.pop("transactions")
        self._bought = purchases(lines).select("ordered_on").distinct()
        self._features = bundle.scorer.features(
            lines, self.as_of, replace(known, **own)
        )
        self._compile_policy(previous)

    def _compile_policy(self, previous: ir.Table | None) -> None:
        scorer, policy, cuts = self.bundle.scorer, self.bundle.policy, self.bundle.cuts
        scores = self._here("scores", scorer.schema.empty_table())
        earlier = None
        if previous is not None:
            names = [name for name in _OF_PREVIOUS if name in previous.columns]
            earlier = self._here("previous", previous.select(*names).to_pyarrow())
        self._tiers = policy.assign(
            scores, cuts, as_of=self.as_of, bundle_id=self.bundle.id, previous=earlier
        )
        self._compared = policy.comparisons(scores, cuts)
        whole: dict[str | None, dict[str, Node]] = {None: policy.trees(cuts)}
        self._cuts, self._trees = cuts, whole
        self._ways = Counterfactuals(policy, cuts, scorer.schema)
        self._compiled = {
            name: _sql(expression)
            for name, expression in (
                ("features", self._features),
                ("bought", self._bought),
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
        whole = self._ways.rows.complete(scored)
        bought = self._ask("bought", self._bought)
        return Explanation(
            customer_id=customer_id,
            as_of=self.as_of,
            row=row,
            scores=scored,
            reasons=scorer.reasons(features)[0],
            conditions=self._conditions(whole),
            policy=self.bundle.policy,
            clv_column=scorer.settings.clv,
            churn_column=scorer.settings.p_churn,
            counterfactual=self._ways.of(scored, row["tier"]),
            derived={name: whole[name] for name in self.bundle.policy.derived},
            currency=self.currency,
            bought=tuple(sorted(bought["ordered_on"].to_pylist())),
            cuts=self._cuts,
            features=churn_part(features).to_pylist()[0],
            usual=scorer.settings.levels.usual,
        )

    def _conditions(self, scores: Row) -> dict[str, Judged]:
        answers = self._ask("compared", self._compared).to_pylist()[0]
        conditions = {}
        for tier, node in self._trees_of(scores.get("market")).items():
            found = (
                self._found(tier, leaf, scores, answer)
                for leaf, answer in zip(
                    leaves(node), answers.get(tier, []), strict=True
                )
            )
            conditions[tier] = judged(node, found)
        return conditions

    def _found(
        self, tier: str, leaf: Comparison, scores: Row, answer: dict[str, Any]
    ) -> Found:
        name, policy = leaf.measure, self.bundle.policy
        titles = (
            compared_title(policy, leaf, "en"),
            compared_title(policy, leaf, "zh"),
        )
        return Found(
            tier,
            str(leaf),
            name,
            leaf.operator,
            content=scores.get(name),
            titles=titles,
            **answer,
        )

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
    beside: Beside | None = None,
    currency: str | None = None,
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
    beside
        What the shop knows beside them, on the same DuckDB: ``shop.beside``.
    currency
        Of the amounts; None where the shop declares none.

    Raises
    ------
    UnknownCustomer
        If nobody of this id is known on the day; no other ids are named.
    """
    known = Explainer(bundle, transactions, as_of, previous, beside, currency)
    return known.explain(customer_id)


def _sql(expression: ir.Table) -> str:
    return str(ibis.to_sql(expression, dialect="duckdb"))
