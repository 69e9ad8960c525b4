"""A tier policy: text in, a checked scheme out, and with it a tier for every customer.

``learn_cuts`` asks the scores once for the cut points; ``assign`` is one expression:
the tier, the rule that gave it and the distances up and down.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import ibis.expr.types as ir

from workbench.errors import BadPolicy, UnknownName, did_you_mean
from workbench.policy import expressions, reading
from workbench.policy.assigning import assigned
from workbench.policy.conditions import Condition, Constant, Node, leaves
from workbench.policy.cuts import Cuts
from workbench.policy.learning import learned
from workbench.policy.per_market import MARKET, beside_cuts
from workbench.policy.show import shown
from workbench.policy.spec import POLICY, PolicySpec, TierSpec, check_shape


@dataclass(frozen=True)
class Policy:
    """A checked policy. Make one with ``Policy.load`` or ``Policy.parse``."""

    spec: PolicySpec
    text: str
    conditions: tuple[Condition, ...]
    among: dict[str, Condition]
    per: dict[str, reading.Place]

    @classmethod
    def load(cls, path: str | Path) -> Policy:
        """Return the policy in a file.

        Raises
        ------
        BadPolicy
            If the file is missing or not a valid policy, with line and column.
        """
        file = Path(path)
        if not file.is_file():
            near = [other.name for other in file.parent.glob("*.yaml")]
            raise BadPolicy(f"no policy {file}. {did_you_mean(file.name, near)}")
        return cls.parse(file.read_text(encoding="utf-8"), file.name)

    @classmethod
    def parse(cls, text: str, source: str = "policy") -> Policy:
        """Return the policy in a text; ``source`` names it in messages.

        Raises
        ------
        BadPolicy
            With line and column of what is not valid.
        """
        values, places = reading.read(text, source)
        spec = check_shape(values, places, source, POLICY)
        conditions = tuple(
            Condition.parse(tier.enter, places["tiers", index, "enter"])
            for index, tier in enumerate(spec.tiers)
        )
        among = {
            name: Condition.parse(
                cut.among, places.get(("cuts", name, "among"), places["cuts", name])
            )
            for name, cut in spec.cuts.items()
        }
        _check_tiers(spec, conditions)
        _check_cuts(spec, conditions, places)
        per = {
            name: places["cuts", name, "per"]
            for name, cut in spec.cuts.items()
            if cut.per
        }
        return cls(spec, text, conditions, among, per)

    @property
    def id(self) -> str:
        """Name and version, ``tmall@1`` say."""
        return f"{self.spec.name}@{self.spec.version}"

    @property
    def sha256(self) -> str:
        """SHA-256 of the policy's text."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def tiers(self) -> tuple[str, ...]:
        """Names of the tiers, best first."""
        return tuple(tier.name for tier in self.spec.tiers)

    @property
    def columns(self) -> tuple[str, ...]:
        """Score columns that the tiers' conditions use, in order of first use."""
        return tuple(self._places(self.conditions))

    def tier(self, name: str) -> TierSpec:
        """Return one tier with its titles and plan.

        Raises
        ------
        UnknownName
            If the policy has no such tier.
        """
        for tier in self.spec.tiers:
            if tier.name == name:
                return tier
        raise UnknownName("tier", name, self.tiers)

    def _places(self, conditions: Iterable[Condition]) -> dict[str, str]:
        named: dict[str, str] = {}
        for condition in conditions:
            for column, place in condition.columns.items():
                if column not in self.spec.cuts:
                    named.setdefault(column, place)
        return named

    def check_columns(self, known: Iterable[str]) -> None:
        """Refuse a policy that names a column which the scores do not have.

        Raises
        ------
        BadPolicy
            With the place of the name, and the nearest known one.
        """
        columns = list(known)
        self._check_market(columns)
        asked = self._places([*self.conditions, *self.among.values()])
        for name, cut in self.spec.cuts.items():
            asked.setdefault(cut.column, f"cut '{name}'")
        unknown = [
            f"{place}: no score column '{name}'. {did_you_mean(name, columns)}"
            for name, place in asked.items()
            if name not in columns
        ]
        if unknown:
            raise BadPolicy("; ".join(unknown))

    def _check_market(self, columns: list[str]) -> None:
        """Refuse cuts per market where the scores do not say whose market it is."""
        for name, place in self.per.items():
            if MARKET not in columns:
                raise BadPolicy(
                    f"{place.here}: cut '{name}' is learned per {MARKET}, but the "
                    f"scores have no column '{MARKET}'. Bring the transactions in with "
                    f"their {MARKET} (a heading for it in the mapping's 'columns'), or "
                    "leave out 'per'."
                )

    def learn_cuts(self, scores: ir.Table) -> Cuts:
        """Ask the scores for the policy's cut points, in one query.

        Parameters
        ----------
        scores
            One row per customer, with ``as_of`` and the columns the policy names.

        Raises
        ------
        BadPolicy
            If a column is not there.
        NotEnoughData
            If nobody is among those that a cut is learned from.
        """
        return learned(self, scores)

    def bound(self, cuts: Cuts) -> tuple[Condition, ...]:
        """Return the tiers' conditions with the cut points' numbers filled in.

        A cut point per market stays a name: its number differs by customer.

        Raises
        ------
        BadPolicy
            If the cut points are not those that this policy asks for.
        """
        if set(cuts.values) != set(self.spec.cuts) or set(cuts.by_market) != {
            *self.per
        }:
            asked = ", ".join(self.spec.cuts) or "–"
            raise BadPolicy(
                f"{self.id} asks for the cut points {asked}, "
                f"found {', '.join(cuts.values) or '–'}. Learn them again."
            )
        return tuple(c.bind(cuts.values, cuts.by_market) for c in self.conditions)

    def assign(
        self,
        scores: ir.Table,
        cuts: Cuts,
        *,
        as_of: date | str,
        bundle_id: str,
        previous: ir.Table | None = None,
    ) -> ir.Table:
        """Return the tier table, one row per row of the scores.

        Parameters
        ----------
        scores
            One row per customer; read as they are, so rounded scores only.
        cuts
            The stored cut points.
        as_of
            Day of the scores.
        bundle_id
            The bundle that made them.
        previous
            An earlier tier table: ``customer_id, tier``.

        Returns
        -------
        ir.Table
            customer_id, as_of, tier, previous_tier, rule, the score columns the policy
            uses, distance_up, distance_down, policy_id, bundle_id.
        """
        return assigned(
            self, scores, cuts, as_of=as_of, bundle_id=bundle_id, previous=previous
        )

    def comparisons(self, scores: ir.Table, cuts: Cuts) -> ir.Table:
        """Return for each customer and tier how every comparison stands.

        One column a tier: a list of ``{value, threshold, gap, holds}`` in the order of
        ``leaves(self.trees(cuts)[tier])``.
        """
        self.check_columns(scores.columns)
        columns, scores = {}, beside_cuts(scores, cuts)
        for name, condition in zip(self.tiers, self.bound(cuts), strict=True):
            found = list(leaves(condition.node))
            if found:
                columns[name] = expressions.all_comparisons(condition, found, scores)
        return scores.select("customer_id", **columns)

    def trees(self, cuts: Cuts, market: str | None = None) -> dict[str, Node]:
        """Return the tree of each tier's condition, cut points filled in.

        Parameters
        ----------
        cuts
            The stored cut points.
        market
            Whose numbers; by default the whole shop's. The trees' shape is the same.
        """
        self.bound(cuts)
        numbers = cuts.of(market)
        tiers = zip(self.tiers, self.conditions, strict=True)
        return {name: condition.bind(numbers).node for name, condition in tiers}

    def show(self, lang: str = "en", cuts: Cuts | None = None) -> str:
        """Return the policy as a page of Markdown in ``en`` or ``zh``."""
        conditions = self.bound(cuts) if cuts else self.conditions
        rules = [condition.rule for condition in conditions]
        return shown(self.spec, rules, lang, cuts or Cuts())


def _check_tiers(spec: PolicySpec, conditions: tuple[Condition, ...]) -> None:
    """Refuse a policy in which somebody has no tier, or a tier can have nobody."""
    names = [tier.name for tier in spec.tiers]
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        raise BadPolicy(f"each tier has a name of its own, twice: {', '.join(doubled)}")
    last = conditions[-1]
    if last.node != Constant(True):
        raise BadPolicy(
            f"{last.place.here}: the last tier '{names[-1]}' must take everybody "
            f"who is left: expected 'enter: \"true\"', found '{last.text}'."
        )
    for name, condition in zip(names[:-1], conditions[:-1], strict=True):
        if isinstance(condition.node, Constant):
            raise BadPolicy(
                f"{condition.place.here}: tier '{name}' takes "
                f"{'everybody' if condition.node.value else 'nobody'}, so the tiers "
                "after it (or it) are out of reach. Name a column."
            )


def _check_cuts(
    spec: PolicySpec,
    conditions: tuple[Condition, ...],
    places: dict[reading.Path, reading.Place],
) -> None:
    """Refuse a cut point that no condition uses."""
    used = {name for condition in conditions for name in condition.columns}
    for name in spec.cuts:
        if name not in used:
            where = places["cuts", name].here
            raise BadPolicy(f"{where}: cut '{name}' is used in no condition.")
