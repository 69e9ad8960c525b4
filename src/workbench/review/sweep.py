"""The stages of a sweep in, which of them to confirm out, and how luck may have helped.

All are compared on the earlier origins, on the same customers; the last origin has been
seen by none of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from workbench.errors import MissingInputs
from workbench.evaluation import Measured, Outcome, find_metric, measure_origins
from workbench.review.compare import SAME
from workbench.review.stages import StageView
from workbench.scope import ALL

if TYPE_CHECKING:
    from workbench.review.runs import RunView

TABLE = "earlier"
_KEYS = ["origin", "customer_id", "actual"]


@dataclass(frozen=True)
class Swept:
    """What the stages of one notebook are compared by.

    Parameters
    ----------
    simplest_first
        Names of the models, the simplest first.
    naive
        The naive answer that must be beaten.
    penalty
        The parameter that draws a model towards the middle: more of it is simpler.
    settings
        Further parameters that a chosen run hands on.
    """

    simplest_first: tuple[str, ...]
    naive: str
    penalty: str
    settings: tuple[str, ...]


SWEPT = {
    "20_clv": Swept(
        ("bg_nbd", "lifetimes_bg_nbd", "mbg_nbd", "pareto_nbd", "mbg_cnbd_k"),
        naive="same_count_again",
        penalty="penalizer",
        settings=("model", "penalizer", "horizon_days"),
    ),
    "30_churn": Swept(
        ("bg_nbd_p0", "recency_frequency", "logistic", "booster"),
        naive="hiatus",
        penalty="penalty",
        settings=("model", "penalty", "horizon_days", "eligible_days"),
    ),
}


@dataclass(frozen=True)
class Sweep:
    """What was tried and what is chosen.

    ``table`` has one row a stage, the simplest first: ``model``, the metric over all
    earlier origins, its ``difference`` to the best with ``low`` and ``high``, and
    ``reading``: *best*, *tie* or *worse*.
    """

    table: pd.DataFrame
    chosen: str
    best: str
    n_customers: int
    n_origins: int
    gain: Measured | None
    notebook: str = "20_clv"

    @property
    def gaps(self) -> pd.DataFrame:
        """The others' differences to the best, for the picture: value, low, high."""
        others = self.table.drop(index=self.best)[["difference", "low", "high"]]
        return others.astype("float64").rename(columns={"difference": "value"})

    @property
    def is_gain(self) -> bool:
        """Whether the chosen one is shown better than the naive answer."""
        ends = self.gain.ends_for_the_better if self.gain else None
        return ends is not None and ends[0] > 0

    @property
    def gain_words(self) -> str:
        """The chosen one against the naive answer, on the earlier origins."""
        shown = "shows a gain" if self.is_gain else "shows no gain"
        naive = SWEPT[self.notebook].naive.replace("_", " ")
        return f"{self.chosen} {shown} against {naive}: {self.gain}"

    @property
    def n_tried(self) -> int:
        """How many stages were compared."""
        return len(self.table)

    @property
    def words(self) -> str:
        """The choice in a sentence."""
        seen = f"{self.n_customers:,} customers at {self.n_origins} earlier origins"
        if self.chosen == self.best:
            return f"{self.chosen} is the best of {self.n_tried}, on {seen}"
        return (
            f"{self.best} has the best value of {self.n_tried}, on {seen}, but "
            f"{self.chosen} is simpler and not shown worse"
        )

    def to_confirm(self, run: RunView) -> str:
        """Return the command that judges the chosen stage on the last origin."""
        file = run.state["experiment"].replace("-", "/", 1)
        return (
            f"workbench run {file} --data {run.state['data']['name']} "
            f"--as-of {run.state['as_of']} --stage {self.chosen} "
            f"-p {self.chosen}.chosen_from={self.n_tried}"
            f"{_as_tried(run.stages[self.chosen], self.chosen)}"
        )

    def to_use(self, run: RunView) -> str:
        """Return the command that takes the chosen settings to tiers."""
        chosen, stage = run.stages[self.chosen].parameters, self.notebook
        names = SWEPT[stage].settings
        settings = [f"-p {stage}.{name}={chosen[name]}" for name in names]
        return (
            f"workbench run tiering --data {run.state['data']['name']} "
            f"--as-of {run.state['as_of']} {' '.join(settings)} "
            f"-p {stage}.chosen_from={self.n_tried}"
            f"{_as_tried(run.stages[self.chosen], stage)}"
        )


def choose_stage(
    stages: Sequence[StageView],
    metric: str = "mae",
    replicates: int = 1000,
    seed: int = 0,
) -> Sweep:
    """Return the simplest stage that is not shown worse than the best.

    Parameters
    ----------
    stages
        Stages of one notebook that kept ``tables/earlier.parquet``.
    metric
        A metric with a direction, as in ``METRICS``.
    replicates, seed
        Of the paired intervals; customers are resampled with all their origins.

    Raises
    ------
    MissingInputs
        If a stage kept no earlier origins, or they are of other customers or days.
    """
    ordered = sorted(stages, key=_simplicity)
    joined = _joined(ordered)
    chosen = find_metric(metric)
    names = [stage.name for stage in ordered]
    values = _measured(joined, names[0], names[1:], metric, 100, seed)
    of = {name: values[f"{metric}_of_{name}"].value for name in names[1:]}
    of[names[0]] = values[metric].value
    sign = -1 if chosen.higher_is_better else 1
    best = min(names, key=lambda name: round(sign * of[name], 6))
    others = [name for name in names if name != best]
    differences = _measured(joined, best, others, metric, replicates, seed)
    rows = []
    for stage in ordered:
        found = differences.get(f"{metric}_minus_{stage.name}")
        row = (stage.name, stage.label, of[stage.name], *_against_best(found))
        rows.append(row)
    columns = ["stage", "model", metric, "difference", "low", "high", "reading"]
    table = pd.DataFrame(rows, columns=columns).set_index("stage")
    simplest = str(table.index[table["reading"] != "worse"][0])
    n_origins = joined["origin"].nunique()
    (stage,) = (stage for stage in ordered if stage.name == simplest)
    naive = SWEPT[stage.notebook].naive
    gain = stage.measured.get(f"earlier_{metric}_minus_{naive}")
    n_customers = joined["customer_id"].nunique()
    return Sweep(table, simplest, best, n_customers, n_origins, gain, stage.notebook)


def _as_tried(tried: StageView, stage: str) -> str:
    """Return the words that hand on origins and lines; of all lines none is needed."""
    origins, scope = (tried.parameters.get(name) for name in ("n_origins", "scope"))
    words = "" if origins is None else f" -p {stage}.n_origins={origins}"
    return words if scope in (None, ALL) else f"{words} -p scope={scope}"


def _against_best(
    found: Measured | None,
) -> tuple[float, float | None, float | None, str]:
    """Return a stage's metric minus the best's, with its interval, and the reading."""
    if found is None:
        return 0.0, None, None, "best"
    if found.low is None or found.high is None:
        return -found.value, None, None, "tie"
    best_is_better = (found.ends_for_the_better or (0.0, 0.0))[0] > SAME
    reading = "worse" if best_is_better else "tie"
    return -found.value, -found.high, -found.low, reading


def _measured(
    joined: pd.DataFrame,
    model: str,
    others: Sequence[str],
    metric: str,
    replicates: int,
    seed: int,
) -> dict[str, Measured]:
    outcome = Outcome(
        name="sweep",
        actual="actual",
        predicted=model,
        baselines=tuple(others),
        metrics=(find_metric(metric),),
        compared=(metric,),
    )
    return measure_origins(joined, outcome, replicates, seed)


def _joined(stages: Sequence[StageView]) -> pd.DataFrame:
    """Return what every stage said of the same customers at the same origins."""
    if not stages:
        raise MissingInputs("there is no stage to choose from. Run the whole sweep.")
    joined = pd.DataFrame()
    for stage in stages:
        said = stage.table(TABLE)
        if said.empty:
            raise MissingInputs(
                f"stage {stage.name} was judged on no earlier origin: there is not "
                "enough history for one, or n_origins is 0. Take a shorter "
                "horizon_days, or n_origins of 1 or more."
            )
        one = said[[*_KEYS, "predicted"]].rename(columns={"predicted": stage.name})
        both = one if joined.empty else joined.merge(one, on=_KEYS)
        if not len(both) == len(one) == max(len(joined), len(both)):
            raise MissingInputs(
                f"stage {stage.name} was judged on other customers or days than "
                f"{stages[0].name}: {len(one)} rows, {len(both)} in common. Sweeps "
                "share data, as_of, horizon_days and n_origins."
            )
        joined = both
    return joined


def _simplicity(stage: StageView) -> tuple[int, float]:
    name, swept = stage.label, SWEPT[stage.notebook]
    known = name in swept.simplest_first
    place = swept.simplest_first.index(name) if known else len(swept.simplest_first)
    return place, -float(stage.parameters.get(swept.penalty, 0.0))
