"""Which columns a policy reads, and whether the score table has them."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from workbench.errors import BadPolicy, did_you_mean
from workbench.policy.conditions import Condition
from workbench.policy.derived import derived_names, sources
from workbench.policy.names import check_not_columns
from workbench.policy.numbers import number_names
from workbench.policy.per_market import MARKET
from workbench.policy.reading import KEY, Path, Places
from workbench.policy.spec import PolicySpec
from workbench.policy.written import TIER, Written


def columns_of(spec: PolicySpec, conditions: Written) -> tuple[str, ...]:
    """Return the score columns that a policy uses, in order of first use.

    Of a derived column those that it is made of; measures are score columns.
    """
    named = [*_named(spec, conditions.judging), *derived_names(spec)]
    return tuple(_behind(spec, named))


def check_known(
    spec: PolicySpec, conditions: Written, places: Places, known: Collection[str]
) -> None:
    """Refuse names that are neither score columns nor made by the policy.

    Raises
    ------
    BadPolicy
        With the place of each name, and the nearest known one.
    """
    check_not_columns(spec, places, known)
    _check_market(spec, places, known)
    own = [*known, *spec.measures, *derived_names(spec)]
    deciding = [*conditions.of_tiers, *conditions.among.values()]
    asked = _named(spec, deciding) | _elsewhere(spec, places)
    lines = _unknown(asked, own)
    lines += _unknown(_named(spec, conditions.lists.values()), [*own, TIER])
    if lines:
        raise BadPolicy("; ".join(dict.fromkeys(lines)))


def _unknown(asked: dict[str, str], known: Collection[str]) -> list[str]:
    return [
        f"{place}: no score column '{name}'. {did_you_mean(name, known)}"
        for name, place in asked.items()
        if name not in known
    ]


def _named(spec: PolicySpec, conditions: Iterable[Condition]) -> dict[str, str]:
    """Return every column that conditions name, with the place of its first use."""
    named: dict[str, str] = {}
    numbers = number_names(spec)
    for condition in conditions:
        for column, place in condition.columns.items():
            if column not in numbers:
                named.setdefault(column, place)
    return named


def _behind(spec: PolicySpec, names: Iterable[str]) -> dict[str, None]:
    """Return the score columns behind some columns, in order."""
    found: dict[str, None] = {}
    for name in names:
        if name in derived_names(spec):
            found |= _behind(spec, sources(spec, name))
        elif name != TIER:
            found.setdefault(name)
    return found


def _elsewhere(spec: PolicySpec, places: Places) -> dict[str, str]:
    """Return the columns named outside of conditions, with their places."""
    paths: list[tuple[str, Path]] = [
        (cut.column, ("cuts", name, "column")) for name, cut in spec.cuts.items()
    ]
    for derived in derived_names(spec):
        paths += sources(spec, derived).items()
    paths += [(name, ("monotone", i)) for i, name in enumerate(spec.monotone)]
    paths += [(name, ("sensitive", name, KEY)) for name in spec.sensitive]
    named: dict[str, str] = {}
    for name, path in paths:
        named.setdefault(name, places[path].here)
    return named


def _check_market(spec: PolicySpec, places: Places, known: Collection[str]) -> None:
    """Refuse cuts per market where the scores do not say whose market it is."""
    for name, cut in spec.cuts.items():
        if cut.per and MARKET not in known:
            place = places["cuts", name, "per"]
            raise BadPolicy(
                f"{place.here}: cut '{name}' is learned per {MARKET}, but the "
                f"scores have no column '{MARKET}'. Bring the transactions in with "
                f"their {MARKET} (a heading for it in the mapping's 'columns'), or "
                "leave out 'per'."
            )
