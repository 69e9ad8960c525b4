"""Transactions and the columns asked for in, a scorer fitted as of the day out.

For whoever tries or rehearses a policy without a run of the notebooks: only the models
whose columns are asked for are fitted, the notebooks' defaults, on nothing later than
the day. What the history does not bear is switched off, with one line that says so.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from workbench.delivery.scoring import Scorer
from workbench.delivery.scoring_settings import ScoringSettings
from workbench.doubts import Doubt
from workbench.errors import (
    BadParameter,
    GateRefused,
    NotConverged,
    NotEnoughData,
    WorkbenchWarning,
)
from workbench.evaluation import fit_champion
from workbench.evaluation.as_known import beside_until, lines_until
from workbench.evaluation.churn import eligible_with_label
from workbench.evaluation.churn_frames import FEWEST_OF_EACH, outcome_counts
from workbench.features import Beside, btyd_table, rfm_table
from workbench.models import BGNBD, GammaGamma, RFMScores
from workbench.window import Window, parse_day

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

    from workbench.policy import Stages

#: Models that make a column; columns of any other name need none.
MAKERS: dict[str, tuple[str, ...]] = {
    r"[rfm]_score|segment": ("rfm",),
    r"p_alive|expected_orders_\d+d": ("orders",),
    r"expected_value_per_order": ("value",),
    r"clv_\d+d": ("orders", "value"),
    r"p_churn_\d+d": ("churn",),
}
_HORIZONS = {
    "expected_orders": "horizon_days",
    "clv": "value_horizon_days",
    "p_churn": "churn_horizon_days",
}
_CHURN_MODEL = "logistic"
_NOTHING_BESIDE = Beside()
_REFUSALS = (GateRefused, NotConverged, NotEnoughData)


@dataclass(frozen=True)
class Fitted:
    """What could be fitted on a day, and what not.

    Parameters
    ----------
    scorer
        A model that was not asked for, or could not be fitted, is None there.
    switched_off
        One line for each model that was asked for and could not be fitted.
    doubts
        What the fits warned of.
    """

    scorer: Scorer
    switched_off: tuple[str, ...] = ()
    doubts: tuple[Doubt, ...] = ()


def fit_scorer(
    transactions: ir.Table,
    as_of: date | str,
    *,
    beside: Beside = _NOTHING_BESIDE,
    columns: Iterable[str] | None = None,
    settings: ScoringSettings | None = None,
    stages: Stages | None = None,
) -> Scorer:
    """Return the scorer of ``fit_models``, which also says what is switched off."""
    return fit_models(
        transactions,
        as_of,
        beside=beside,
        columns=columns,
        settings=settings,
        stages=stages,
    ).scorer


def fit_models(
    transactions: ir.Table,
    as_of: date | str,
    *,
    beside: Beside = _NOTHING_BESIDE,
    columns: Iterable[str] | None = None,
    settings: ScoringSettings | None = None,
    stages: Stages | None = None,
    lang: str = "en",
) -> Fitted:
    """Fit, as of a day and on nothing later, the models whose columns are asked for.

    RFM scores, BG/NBD, Gamma-Gamma and the calibrated logistic regression of churn, as
    notebooks 10, 20 and 30 fit them by default; nothing is judged here.

    Parameters
    ----------
    transactions
        A clean table of transactions; later days are not seen.
    as_of
        Day to stand on.
    beside
        What the shop knows beside them; rows of later days are not seen.
    columns
        Score columns asked for, a policy's say; by default all of them.
    settings
        Money and eligible days; a horizon in a column's name counts before its own.
    stages
        The rules of the life-cycle stages, where *stage* is asked for.
    lang
        ``en`` or ``zh``, of the lines that say what is switched off.

    Raises
    ------
    BadParameter
        If two columns ask for the same number over different horizons.
    """
    day = parse_day(as_of)
    base = settings or ScoringSettings()
    asked = base.schema().names if columns is None else list(columns)
    known = _with_horizons(base, asked)
    lines, seen = lines_until(transactions, day), beside_until(beside, day)
    work = _Work(lines, day, seen, known)
    off: list[str] = []
    doubts: list[Doubt] = []
    models: dict[str, Any] = dict.fromkeys(("rfm", "orders", "value", "churn"))
    with _heard(doubts):
        for name in makers_of(asked):
            models[name] = _or_none(name, work, off, lang)
    priors = known.churn_priors
    if models["churn"] is not None:
        models["churn"], priors = models["churn"]
    found = replace(
        known,
        churn_priors=priors,
        stages_sha256=stages.sha256 if stages else "",
    )
    scorer = Scorer(**models, settings=found, stages=stages)
    return Fitted(scorer, tuple(off), tuple(sorted(set(doubts))))


def makers_of(columns: Iterable[str]) -> tuple[str, ...]:
    """Return the models that make some score columns, each once.

    Examples
    --------
    >>> makers_of(["net_spend_365d", "clv_365d", "p_alive"])
    ('orders', 'value')
    """
    asked = list(columns)
    found = (
        name
        for pattern, names in MAKERS.items()
        if any(re.fullmatch(pattern, column) for column in asked)
        for name in names
    )
    return tuple(dict.fromkeys(found))


@dataclass(frozen=True)
class _Work:
    """What the fits of one day have in common."""

    lines: ir.Table
    day: date
    beside: Beside
    settings: ScoringSettings

    @property
    def window(self) -> Window:
        return Window(self.day, self.settings.churn_horizon_days)

    def buyers(self) -> pd.DataFrame:
        """Return each buyer's history, in an order that decides nothing."""
        found = btyd_table(self.lines, self.window).execute()
        return found.sort_values("customer_id", ignore_index=True)

    def rfm(self) -> RFMScores:
        customers = rfm_table(self.lines, self.window).execute()
        if customers.empty:
            raise NotEnoughData(f"nobody has a purchase up to {self.day}")
        ordered = customers.sort_values("customer_id", ignore_index=True)
        return RFMScores().fit(ordered)

    def orders(self) -> BGNBD:
        return BGNBD().fit(self.buyers())

    def value(self) -> GammaGamma:
        return GammaGamma().fit(self.buyers())

    def churn(self) -> tuple[Any, Any]:
        """Fit the logistic regression where both outcomes are known of enough."""
        fit, days = self.window.judging(), self.settings.eligible_days
        past = eligible_with_label(self.lines, fit, days, self.beside)
        counts = outcome_counts(past)
        if min(counts) < FEWEST_OF_EACH:
            raise NotEnoughData(
                f"expected {FEWEST_OF_EACH} customers who came back in the "
                f"{fit.horizon_days} days to {self.day} and as many who did not, found "
                f"{counts[0]:,} and {counts[1]:,}. Take a longer history."
            )
        found = fit_champion(
            self.lines, self.window, _CHURN_MODEL, days, beside=self.beside
        )
        return found.model, found.priors


def _or_none(name: str, work: _Work, off: list[str], lang: str) -> Any:
    """Fit a model, or say in one line why its columns stay null."""
    fit: Callable[[], Any] = getattr(work, name)
    try:
        return fit()
    except _REFUSALS as error:
        words = " ".join(str(error).split())
        zh = lang == "zh"
        known = {"made": _MADE[name][zh], "day": work.day, "words": words}
        off.append(_OFF[zh].format(**known))
        return None


_MADE = {
    "rfm": ("RFM scores", " RFM 评分"),
    "orders": (
        "expected orders, P(alive) and lifetime value",
        "预期购买、活跃概率与客户终身价值",
    ),
    "value": ("value of an order and lifetime value", "单次购买额与客户终身价值"),
    "churn": ("churn probability", "流失概率"),
}
_OFF = ("no {made} as of {day}: {words}", "截至 {day} 无法得出{made}：{words}")


@contextmanager
def _heard(doubts: list[Doubt]) -> Iterator[None]:
    """Note our own warnings as doubts; those of others go their way."""
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always", WorkbenchWarning)
        yield
    for one in heard:
        if issubclass(one.category, WorkbenchWarning):
            doubts.append(Doubt.of(one.message, one.category))
        else:
            warnings.warn_explicit(one.message, one.category, one.filename, one.lineno)


def _with_horizons(settings: ScoringSettings, columns: list[str]) -> ScoringSettings:
    """Return the settings with the horizons that stand in the columns' names."""
    found: dict[str, set[int]] = {}
    for column in columns:
        told = re.fullmatch(rf"({'|'.join(_HORIZONS)})_(\d+)d", column)
        if told:
            found.setdefault(_HORIZONS[told[1]], set()).add(int(told[2]))
    for name, days in found.items():
        if len(days) > 1:
            raise BadParameter(
                f"expected one {name}, found {', '.join(map(str, sorted(days)))} in "
                "the columns asked for. Ask for one horizon at a time."
            )
    told_days: dict[str, Any] = {name: days.pop() for name, days in found.items()}
    return replace(settings, **told_days)
