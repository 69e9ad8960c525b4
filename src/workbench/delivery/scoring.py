"""Fitted models and a shop's tables in, one row of rounded scores per customer out.

The only place where scores are made: notebook 50, the bundle, the batch and the
explanation of one customer all call it. Who registered and never bought has a row too,
with the status *prospect* and no scores.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ibis
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from workbench.churn_words import BY_NAME
from workbench.delivery.life_stages import (
    require_rules,
    require_stages,
    stage_features,
    with_stage,
)
from workbench.delivery.measured_columns import (
    measure_features,
    measured_schema,
    require_own_names,
    with_measured,
)
from workbench.delivery.model_columns import (
    churn_probability,
    orders_and_value,
    with_rfm,
)
from workbench.delivery.prospects import nobody, with_prospects
from workbench.delivery.rounding import rounded
from workbench.delivery.run_models import models_of, settings_of, stages_of_project
from workbench.delivery.scoring_settings import ScoringSettings
from workbench.errors import MissingFeatures, MissingInputs, NotEnoughData
from workbench.features import Beside, btyd_table, churn_table, rfm_table, spine
from workbench.models import load_model
from workbench.window import Window, parse_day

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from workbench.measure_words import Measure
    from workbench.policy import Stages

MODELS = ("rfm", "orders", "value", "churn")
_OF_MODELS = ("btyd_", "churn_", "life_", "measure_")
_BTYD = ("frequency", "recency_days", "age_days", "mean_repeat_value", "time_unit")


@dataclass(frozen=True)
class Scorer:
    """The four fitted models and their settings.

    A model may be None; its columns are null then. A bundle has all four.

    Parameters
    ----------
    rfm
        RFM scores with stored cut points.
    orders
        A buy-till-you-die model.
    value
        A model of the mean value of a purchase day.
    churn
        A model of P(no purchase in the horizon).
    settings
        Horizons and money.
    stages
        The rules of the life-cycle stages, those that the settings name.
    measures
        What a policy measures beside; ``with_measures`` adds them.
    """

    rfm: Any
    orders: Any
    value: Any
    churn: Any
    settings: ScoringSettings
    stages: Stages | None = None
    measures: tuple[Measure, ...] = ()

    @classmethod
    def from_run(
        cls,
        run_folder: str | Path,
        clv_stage: str = "20_clv",
        churn_stage: str = "30_churn",
        rfm_stage: str = "10_rfm",
    ) -> Scorer:
        """Return the scorer that a run's stages fitted.

        Raises
        ------
        MissingInputs
            If a stage is not there or kept no model.
        """
        run = Path(run_folder)
        stages = {rfm_stage: ("rfm",), clv_stage: ("orders", "value")}
        stages |= {churn_stage: ("churn",)}
        texts, rules = models_of(run, stages), stages_of_project()
        settings = settings_of(run, rfm_stage, clv_stage, churn_stage, rules)
        return cls.from_texts(texts, settings, rules)

    @classmethod
    def from_texts(
        cls,
        texts: Mapping[str, str],
        settings: ScoringSettings,
        stages: Stages | None = None,
    ) -> Scorer:
        """Return the scorer of the models' JSON, by name as in ``MODELS``."""
        require_rules(settings, stages)
        missing = [name for name in MODELS if name not in texts]
        if missing:
            raise MissingInputs(
                f"scores need the models {', '.join(MODELS)}; missing: "
                f"{', '.join(missing)}"
            )
        models = {name: load_model(texts[name]) for name in MODELS}
        return cls(**models, settings=settings, stages=stages)

    def to_texts(self) -> dict[str, str]:
        """Return the models' JSON by name."""
        models = {name: getattr(self, name) for name in MODELS}
        return {name: m.to_json() for name, m in models.items() if m is not None}

    def with_measures(self, measures: Iterable[Measure]) -> Scorer:
        """Return the same scorer with these measures as columns of its scores.

        Raises
        ------
        BadParameter
            If one is called like another column.
        """
        asked = tuple(measures)
        require_own_names(asked, self.settings.schema().names)
        return replace(self, measures=asked)

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema of the score table, measures last."""
        own = self.settings.schema()
        return pa.schema([*own, *measured_schema(self.measures)])

    def scores(
        self,
        transactions: ir.Table,
        as_of: date | str,
        beside: Beside | None = None,
    ) -> pd.DataFrame:
        """Return the score table, one row per customer known on a day, in their order.

        Parameters
        ----------
        transactions
            A clean table of transactions; later days are not seen.
        as_of
            Day to stand on.
        beside
            What the shop knows beside them: ``shop.beside``. Who is registered and
            never bought has a row too.

        Raises
        ------
        MissingFeatures
            If the churn model reads what these tables do not tell.
        NotEnoughData
            If nobody has bought by that day.
        """
        features = self.features(transactions, as_of, beside)
        found = features.order_by("customer_id").to_pyarrow()
        if found["purchase_days"].null_count == found.num_rows:
            raise NotEnoughData(
                f"nobody has a purchase up to {as_of}. Choose a later day, or ingest "
                "the transactions first."
            )
        return self.score(found, as_of)

    def features(
        self,
        transactions: ir.Table,
        as_of: date | str,
        beside: Beside | None = None,
    ) -> ir.Table:
        """Return all that the models read, a row per customer, lazily.

        Who never bought has nulls.

        Raises
        ------
        MissingFeatures
            If the churn model reads what these tables do not tell.
        """
        window, known = self._window(as_of), beside or Beside()
        joined = spine(transactions, known.customers, window)
        for part in self._parts(transactions, window, known):
            joined = joined.left_join(part, "customer_id").drop("customer_id_right")
        if self.churn is None:
            joined = joined.mutate(churn_status=self._status(joined))
        return joined

    def _parts(
        self, transactions: ir.Table, window: Window, known: Beside
    ) -> Iterator[ir.Table]:
        """Yield the feature tables, each model's under its prefix."""
        yield rfm_table(transactions, window)
        if self.orders is not None or self.value is not None:
            unit: Any = "D" if self.orders is None else self.orders.time_unit
            yield _prefixed(btyd_table(transactions, window, unit), "btyd_", _BTYD)
        if self.churn is not None:
            churn = self.churn_features(transactions, window.as_of, known)
            own = [name for name in churn.columns if name != "customer_id"]
            yield _prefixed(churn, "churn_", own)
        if self.stages:
            days, people = self.settings.eligible_days, known.customers
            yield stage_features(self.stages, transactions, window, people, days)
        if self.measures:
            yield measure_features(transactions, window, self.measures, known)

    def _status(self, buyers: ir.Table) -> ir.Value:
        """Return who can churn and who has lapsed, as ``churn_table`` has it."""
        silent, days = buyers.days_since_last_order, self.settings.eligible_days
        return ibis.cases((silent < days, "eligible"), (silent >= days, "lapsed"))

    def churn_features(
        self, transactions: ir.Table, as_of: date | str, beside: Beside
    ) -> ir.Table:
        """Return what the churn model reads, a row per buyer, lazily.

        Raises
        ------
        MissingFeatures
            If it reads what these tables do not tell.
        """
        window, days = self._window(as_of), self.settings.eligible_days
        priors = self.settings.churn_priors
        churn = churn_table(transactions, window, days, beside, priors)
        _require_features(self.churn.features_used, churn.columns)
        return churn

    def _window(self, as_of: date | str) -> Window:
        return Window(parse_day(as_of), self.settings.horizon_days)

    def score(self, features: pa.Table, as_of: date | str) -> pd.DataFrame:
        """Return the scores of customers whose features are given, row by row."""
        schema = self.settings.schema()
        bought = pc.is_valid(features["purchase_days"])
        buyers = features.filter(bought).to_pandas()
        scores = self._score_buyers(buyers) if len(buyers) else nobody(schema)
        if len(buyers) < features.num_rows:
            others = features.filter(pc.invert(bought)).to_pandas()
            scores = with_prospects(scores, others, schema)
        if self.stages:
            require_stages(self.stages, features)
            scores = with_stage(scores, features)
        scores = with_measured(scores, features, self.measures)
        return scores.assign(as_of=parse_day(as_of))[self.schema.names]

    def _score_buyers(self, features: pd.DataFrame) -> pd.DataFrame:
        settings = self.settings
        btyd, churn = _part(features, "btyd_"), _part(features, "churn_")
        known = [name for name in map(str, features) if not name.startswith(_OF_MODELS)]
        scores = with_rfm(self.rfm, features[known]).assign(
            **orders_and_value(self.orders, self.value, btyd, settings),
            status=churn["status"].to_numpy(),
            **{settings.p_churn: churn_probability(self.churn, churn)},
        )
        floats = [field.name for field in settings.schema() if _is_float(field)]
        return scores.assign(**{name: rounded(scores[name]) for name in floats})

    def as_arrow(self, scores: pd.DataFrame) -> pa.Table:
        """Return the score table as Arrow, with nulls where there is no number."""
        return pa.Table.from_pandas(
            scores, schema=self.schema, preserve_index=False, safe=True
        ).replace_schema_metadata(None)

    def reasons(self, features: pa.Table, n: int = 3) -> list[list[dict[str, Any]]]:
        """Return the churn model's signed reasons; none for who cannot churn."""
        if self.churn is None:
            return [[] for _ in range(features.num_rows)]
        churn = churn_part(features).to_pandas()
        eligible = (churn["status"] == "eligible").to_numpy()
        found: list[list[dict[str, Any]]] = [[] for _ in range(len(churn))]
        if eligible.any():
            rows = iter(self.churn.reasons(churn[eligible], n=n))
            found = [next(rows) if is_in else [] for is_in in eligible]
        return found


def _is_float(field: pa.Field) -> bool:
    return bool(field.type == pa.float64())


def _part(features: pd.DataFrame, prefix: str) -> pd.DataFrame:
    """Return the columns of one feature table under their own names."""
    columns = [name for name in map(str, features) if name.startswith(prefix)]
    return features[columns].rename(columns=lambda name: name.removeprefix(prefix))


def _prefixed(features: ir.Table, prefix: str, names: Iterable[str]) -> ir.Table:
    own = {f"{prefix}{name}": features[name] for name in names}
    return features.select("customer_id", **own)


def churn_part(features: pa.Table) -> pa.Table:
    """Return the churn features among all that the models read, by their own names."""
    names = [name for name in features.column_names if name.startswith("churn_")]
    own = features.select(names)
    return own.rename_columns([name.removeprefix("churn_") for name in names])


def _require_features(needed: tuple[str, ...], found: Iterable[str]) -> None:
    """Refuse features that do not reach the churn model, with why and the cure."""
    missing = sorted(set(needed) - set(found))
    if not missing:
        return
    gone = [name for name in missing if name not in BY_NAME]
    if gone:
        raise MissingFeatures(
            f"the churn model reads {', '.join(gone)}, which the workbench does not "
            "make: a column of your own (own_features), which is for research and "
            "which a bundle cannot carry yet, or a feature of an older edition. Run "
            "the experiment again without own_features, and approve that run: "
            "workbench run SPEC.yaml --as-of DAY, then workbench approve RUN"
        )
    needs = sorted({one for name in missing for one in BY_NAME[name].needs})
    raise MissingFeatures(
        f"the churn model reads {', '.join(missing)}; these tables do not tell them: "
        f"expected {' or '.join(needs)}. Bring them into the store, or run the "
        "experiment on what there is and approve it."
    )
