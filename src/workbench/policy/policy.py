"""A tier policy: text in, a checked scheme out, and with it a tier for every customer.

``learn_cuts`` asks the scores once for the cut points; ``assign`` is one expression:
the tier, the rule that gave it and the distances up and down.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import ibis.expr.types as ir

from workbench.errors import BadPolicy, UnknownName, did_you_mean
from workbench.measure_words import Measure
from workbench.policy import expressions, reading
from workbench.policy.assigning import assigned
from workbench.policy.checking import PolicyCheck, checked, require_total
from workbench.policy.classes import check_classes, check_grids
from workbench.policy.conditions import Condition, Constant, Node, leaves
from workbench.policy.cuts import Cuts
from workbench.policy.derived import derived_names, with_derived
from workbench.policy.kinds import check_kinds
from workbench.policy.known import check_known, columns_of
from workbench.policy.learning import learned
from workbench.policy.measures import measures_of
from workbench.policy.names import (
    check_names,
    check_sources,
    check_used,
)
from workbench.policy.numbers import check_cuts, names_by_market, number_names
from workbench.policy.per_market import beside_cuts
from workbench.policy.sensitive import require_reasons
from workbench.policy.shape import check_shape
from workbench.policy.show import shown
from workbench.policy.spec import POLICY, PolicySpec, TierSpec
from workbench.policy.switched_off import switched_off
from workbench.policy.value_scores import full_marks
from workbench.policy.written import Written, check_comparisons, written


@dataclass(frozen=True)
class Policy:
    """A checked policy. Make one with ``Policy.load`` or ``Policy.parse``."""

    spec: PolicySpec
    text: str
    places: reading.Places
    written: Written
    measures: tuple[Measure, ...]

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
        return cls.parse(reading.text_of(file), file.name)

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
        measures = measures_of(spec, places)
        check_cuts(spec, places)
        check_names(spec, places)
        check_classes(spec, places)
        check_grids(spec, places)
        conditions = written(spec, places)
        _check_tiers(spec, conditions.enters, places)
        check_sources(spec, conditions, places)
        check_comparisons(spec, conditions)
        check_kinds(spec, measures, conditions, places)
        check_used(spec, conditions, places)
        require_reasons(spec, places)
        policy = cls(spec, text, places, conditions, measures)
        if conditions.enters[-1].node != Constant(True):
            require_total(policy)
        return policy

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
    def conditions(self) -> tuple[Condition, ...]:
        """The condition to enter each tier, best first."""
        return self.written.enters

    @property
    def keeps(self) -> tuple[Condition, ...]:
        """The condition to keep each tier, best first; by default that to enter it."""
        return self.written.keeps

    @property
    def protect(self) -> Condition | None:
        """While it holds nobody is downgraded; None where the policy has none."""
        return self.written.protect

    @property
    def list_conditions(self) -> Mapping[str, Condition]:
        """Whom each list names; a condition may ask for ``tier`` too."""
        return self.written.lists

    @property
    def among(self) -> Mapping[str, Condition]:
        """From whom each cut is learned."""
        return self.written.among

    @property
    def derived(self) -> tuple[str, ...]:
        """Columns that the policy makes of others: value scores, classes, grids."""
        return derived_names(self.spec)

    @property
    def columns(self) -> tuple[str, ...]:
        """Score columns that the policy uses, in order of first use.

        Measures are among them; of derived columns those that they are made of.
        """
        return columns_of(self.spec, self.written)

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

    def check(self, cuts: Cuts | None = None) -> PolicyCheck:
        """Prove that the policy does what it says, on customers that could be.

        Parameters
        ----------
        cuts
            Its learned numbers; without them the cut points of a column are put in the
            order of their quantiles or shares, which is said.

        Raises
        ------
        BadPolicy
            With line, column and a customer as the counter-example, where somebody has
            no tier or, of exclusive ones, two; a tier is out of reach; who enters a
            tier does not keep it; more of a monotone column leads down; a class has its
            levels in no order; a list can have nobody; or a column about the person is
            used without a reason.
        """
        return checked(self, cuts)

    def check_columns(self, known: Iterable[str]) -> None:
        """Refuse a policy that names a column which the scores do not have.

        Parameters
        ----------
        known
            Columns of the score table; the policy's own measures and derived columns
            are known too.

        Raises
        ------
        BadPolicy
            With the place of the name, and the nearest known one; or of a derived
            column or a number that has the name of a score column.
        """
        check_known(self.spec, self.written, self.places, list(known))

    def check_scores(self, columns: Iterable[str]) -> None:
        """Refuse a score table that lacks a column, the measures included.

        Raises
        ------
        BadPolicy
            As ``check_columns``; or naming the measures that nobody has counted.
        """
        found = list(columns)
        self.check_columns(found)
        lacking = [one.name for one in self.measures if one.name not in found]
        if lacking:
            raise BadPolicy(
                f"{self.id} reads the measures {', '.join(self.spec.measures)}; the "
                f"scores have no column {', '.join(lacking)}. Score with the measures "
                "of this policy: Scorer.with_measures(policy.measures)."
            )

    def learn_cuts(self, scores: ir.Table) -> Cuts:
        """Ask the scores for all numbers of the policy, thresholds and full marks too.

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

    def with_derived(self, scores: ir.Table, cuts: Cuts) -> ir.Table:
        """Return the scores with the policy's value scores, classes and grids.

        Parameters
        ----------
        scores
            One row per customer, with the columns and measures that the policy names.
        cuts
            The stored numbers.

        Raises
        ------
        BadPolicy
            If a column or a number is not there, or a column is not of numbers.
        """
        self.check_scores(scores.columns)
        self.require_own(cuts)
        return with_derived(self.spec, scores, cuts, self.places)

    def require_own(self, cuts: Cuts) -> None:
        """Refuse numbers that are not those that this policy asks for.

        Raises
        ------
        BadPolicy
            Naming both.
        """
        asked = (*number_names(self.spec), *full_marks(self.spec))
        own = {*names_by_market(self.spec)} - {*cuts.absent}
        found = (*cuts.values, *cuts.absent)
        if {*found} != {*asked} or {*cuts.by_market} != own:
            raise BadPolicy(
                f"{self.id} asks for the cut points {', '.join(asked) or '–'}, "
                f"found {', '.join(found) or '–'}. Learn them again."
            )

    def switched_off(self, cuts: Cuts, lang: str = "en") -> list[str]:
        """Return a line in ``en`` or ``zh`` for each number that nothing tells."""
        self.require_own(cuts)
        return switched_off(self.spec, cuts, lang)

    def bind(self, condition: Condition, cuts: Cuts) -> Condition:
        """Return one of the policy's conditions with the numbers filled in.

        A number that differs by market, and one that nothing tells, stays a name.
        """
        return condition.bind(cuts.values, (*cuts.by_market, *cuts.absent))

    def bound(self, cuts: Cuts) -> tuple[Condition, ...]:
        """Return the conditions to enter the tiers with the numbers filled in.

        Raises
        ------
        BadPolicy
            If the cut points are not those that this policy asks for.
        """
        self.require_own(cuts)
        return tuple(self.bind(condition, cuts) for condition in self.conditions)

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
            An earlier tier table: ``customer_id, tier``, and ``since, grace_until``
            where they are known.

        Returns
        -------
        ir.Table
            customer_id, as_of, tier, previous_tier, movement, since, grace_until,
            entered_tier, rule, the score columns the policy uses and those it makes
            of them, distance_up, distance_down, lists, policy_id, bundle_id.
            ``movement`` is one of ``MOVEMENTS``; ``since`` is null where no table
            knows it.
        """
        return assigned(
            self, scores, cuts, as_of=as_of, bundle_id=bundle_id, previous=previous
        )

    def comparisons(self, scores: ir.Table, cuts: Cuts) -> ir.Table:
        """Return for each customer and tier how every comparison stands.

        One column a tier: a list of ``{value, threshold, gap, holds}`` in the order of
        ``leaves(self.trees(cuts)[tier])``.
        """
        columns, scores = {}, beside_cuts(self.with_derived(scores, cuts), cuts)
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
        return {
            name: condition.bind(numbers, cuts.absent).node for name, condition in tiers
        }

    def show(self, lang: str = "en", cuts: Cuts | None = None) -> str:
        """Return the policy as a page of Markdown in ``en`` or ``zh``."""
        conditions = self.bound(cuts) if cuts else self.conditions
        rules = [condition.rule for condition in conditions]
        return shown(self, rules, lang, cuts or Cuts())


def _check_tiers(
    spec: PolicySpec, conditions: tuple[Condition, ...], places: reading.Places
) -> None:
    """Refuse a policy in which somebody has no tier, or a tier can have nobody."""
    names = [tier.name for tier in spec.tiers]
    for index, name in enumerate(names):
        if name in names[:index]:
            raise BadPolicy(
                f"{places['tiers', index, 'name'].here}: tier '{name}' stands here a "
                "second time. Give each tier a name of its own."
            )
    if spec.tiers[-1].keep is not None:
        place = places["tiers", len(names) - 1, "keep"]
        raise BadPolicy(
            f"{place.here}: the last tier '{names[-1]}' takes everybody who is left, "
            "so nobody loses it. Leave out 'keep'."
        )
    for name, condition in zip(names[:-1], conditions[:-1], strict=True):
        if isinstance(condition.node, Constant):
            raise BadPolicy(
                f"{condition.place.here}: tier '{name}' takes "
                f"{'everybody' if condition.node.value else 'nobody'}, so the tiers "
                "after it (or it) are out of reach. Name a column."
            )
