"""Fitted models and a shop's tables in, one row of rounded scores per customer out.

The only place where scores are made: notebook 50, the bundle, the batch and the
explanation of one customer all call it. Who registered and never bought has a row too,
with the status *prospect* and no scores.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from workbench.delivery.rounding import rounded
from workbench.errors import BadSpec, MissingInputs, NotEnoughData, UnknownName
from workbench.features import (
    CHURN_FEATURES,
    PROFILE,
    btyd_table,
    churn_table,
    rfm_table,
    spine,
)
from workbench.models import customer_lifetime_value, load_model
from workbench.scope import ALL
from workbench.window import Window, parse_day

if TYPE_CHECKING:
    import ibis.expr.types as ir

MODELS = ("rfm", "orders", "value", "churn")
_BTYD = ("frequency", "recency_days", "age_days", "mean_repeat_value", "time_unit")
_CHURN = (*CHURN_FEATURES, "status", "is_one_time")
PROSPECT = "prospect"


@dataclass(frozen=True)
class ScoringSettings:
    """Horizons and money of the scores; the horizons stand in the columns' names.

    Parameters
    ----------
    horizon_days
        Of the expected orders [days].
    value_horizon_days
        Of the lifetime value [days].
    annual_discount_rate
        Of the lifetime value [1 / year].
    margin
        Share of an order's value that is earned [1].
    churn_horizon_days
        Without a purchase for so long is churn [days].
    eligible_days
        Who bought within so many days can churn; the others have lapsed [days].
    scope
        Which lines the models learned from, and are to score: *all*, or those of a
        channel or a market.
    """

    horizon_days: int = 90
    value_horizon_days: int = 365
    annual_discount_rate: float = 0.1
    margin: float = 1.0
    churn_horizon_days: int = 90
    eligible_days: int = 365
    scope: str = ALL

    @property
    def expected_orders(self) -> str:
        """Name of the column of expected purchase days."""
        return f"expected_orders_{self.horizon_days}d"

    @property
    def clv(self) -> str:
        """Name of the column of lifetime value."""
        return f"clv_{self.value_horizon_days}d"

    @property
    def p_churn(self) -> str:
        """Name of the column of churn probability."""
        return f"p_churn_{self.churn_horizon_days}d"

    def schema(self) -> pa.Schema:
        """Return the Arrow schema of the score table."""
        fields = {
            "customer_id": pa.string(),
            "as_of": pa.date32(),
            "joined_on": pa.date32(),
            "market": pa.string(),
            "membership": pa.string(),
            "is_business": pa.bool_(),
            "days_since_last_order": pa.int64(),
            "purchase_days": pa.int64(),
            "spend": pa.float64(),
            "net_spend": pa.float64(),
            "spend_365d": pa.float64(),
            "net_spend_365d": pa.float64(),
            "quarters_bought_of_last_3": pa.int64(),
            "first_ordered_on": pa.date32(),
            "last_ordered_on": pa.date32(),
            "r_score": pa.int64(),
            "f_score": pa.int64(),
            "m_score": pa.int64(),
            "segment": pa.string(),
            "p_alive": pa.float64(),
            self.expected_orders: pa.float64(),
            "expected_value_per_order": pa.float64(),
            self.clv: pa.float64(),
            "status": pa.string(),
            self.p_churn: pa.float64(),
        }
        return pa.schema(list(fields.items()))

    def to_json(self) -> str:
        """Return the settings as JSON."""
        return json.dumps({"model": "scoring_settings", **asdict(self)}, indent=1)

    @classmethod
    def from_json(cls, text: str) -> ScoringSettings:
        """Return the settings kept by ``to_json``."""
        values = json.loads(text)
        if values.pop("model", None) != "scoring_settings":
            raise BadSpec(f"expected scoring settings, found {text[:60]!r}")
        return cls(**values)


@dataclass(frozen=True)
class Scorer:
    """The four fitted models and their settings.

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
    """

    rfm: Any
    orders: Any
    value: Any
    churn: Any
    settings: ScoringSettings

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
        texts = {
            name: _kept(run, stage, name)
            for stage, names in stages.items()
            for name in names
        }
        clv, churn = (_parameters(run, stage) for stage in (clv_stage, churn_stage))
        settings = ScoringSettings(
            value_horizon_days=clv["value_horizon_days"],
            annual_discount_rate=clv["annual_discount_rate"],
            margin=clv["margin"],
            churn_horizon_days=churn["horizon_days"],
            eligible_days=churn["eligible_days"],
            scope=_scope(run, (rfm_stage, clv_stage, churn_stage)),
        )
        return cls.from_texts(texts, settings)

    @classmethod
    def from_texts(cls, texts: Mapping[str, str], settings: ScoringSettings) -> Scorer:
        """Return the scorer of the models' JSON, by name as in ``MODELS``."""
        missing = [name for name in MODELS if name not in texts]
        if missing:
            raise MissingInputs(
                f"scores need the models {', '.join(MODELS)}; missing: "
                f"{', '.join(missing)}"
            )
        models = {name: load_model(texts[name]) for name in MODELS}
        return cls(**models, settings=settings)

    def to_texts(self) -> dict[str, str]:
        """Return the models' JSON by name."""
        return {name: getattr(self, name).to_json() for name in MODELS}

    def scores(
        self,
        transactions: ir.Table,
        as_of: date | str,
        customers: ir.Table | None = None,
    ) -> pd.DataFrame:
        """Return the score table, one row per customer known on a day, in their order.

        Parameters
        ----------
        transactions
            A clean table of transactions; later days are not seen.
        as_of
            Day to stand on.
        customers
            The registrations, where the shop has them; who never bought has a row too.

        Raises
        ------
        NotEnoughData
            If nobody has bought by that day.
        """
        features = self.features(transactions, as_of, customers)
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
        customers: ir.Table | None = None,
    ) -> ir.Table:
        """Return all that the models read, a row per customer, lazily.

        Who never bought has nulls.
        """
        window = Window(parse_day(as_of), self.settings.horizon_days)
        btyd = btyd_table(transactions, window, self.orders.time_unit)
        churn = churn_table(transactions, window, self.settings.eligible_days)
        parts = (
            rfm_table(transactions, window),
            btyd.select("customer_id", **{f"btyd_{n}": btyd[n] for n in _BTYD}),
            churn.select("customer_id", **{f"churn_{n}": churn[n] for n in _CHURN}),
        )
        joined = spine(transactions, customers, window)
        for part in parts:
            joined = joined.left_join(part, "customer_id").drop("customer_id_right")
        return joined

    def score(self, features: pa.Table, as_of: date | str) -> pd.DataFrame:
        """Return the scores of customers whose features are given, row by row."""
        schema = self.settings.schema()
        bought = pc.is_valid(features["purchase_days"])
        buyers = features.filter(bought).to_pandas()
        scores = self._score_buyers(buyers) if len(buyers) else _nobody(schema)
        if len(buyers) < features.num_rows:
            others = features.filter(pc.invert(bought)).to_pandas()
            scores = _with_prospects(scores, others, schema)
        return scores.assign(as_of=parse_day(as_of))[schema.names]

    def _score_buyers(self, features: pd.DataFrame) -> pd.DataFrame:
        settings = self.settings
        btyd, churn = _part(features, "btyd_"), _part(features, "churn_")
        eligible = (churn["status"] == "eligible").to_numpy()
        known = [
            name
            for name in map(str, features)
            if not name.startswith(("btyd_", "churn_"))
        ]
        rfm = self.rfm.score(features[known])
        ahead = {"horizon_days": settings.horizon_days}
        scores = rfm.assign(
            segment=rfm["segment"].astype(object),
            p_alive=self.orders.p_alive(btyd),
            expected_value_per_order=self.value.expected_value(btyd),
            status=churn["status"].to_numpy(),
        ).assign(
            **{
                settings.expected_orders: self.orders.expected_orders(btyd, **ahead),
                settings.clv: self._lifetime_value(btyd),
                settings.p_churn: self._p_churn(churn, eligible),
            }
        )
        floats = [field.name for field in settings.schema() if _is_float(field)]
        return scores.assign(**{name: rounded(scores[name]) for name in floats})

    def as_arrow(self, scores: pd.DataFrame) -> pa.Table:
        """Return the score table as Arrow, with nulls where there is no number."""
        return pa.Table.from_pandas(
            scores, schema=self.settings.schema(), preserve_index=False, safe=True
        ).replace_schema_metadata(None)

    def reasons(self, features: pa.Table, n: int = 3) -> list[list[dict[str, Any]]]:
        """Return the churn model's signed reasons; none for who cannot churn."""
        churn = _part(features.to_pandas(), "churn_")
        eligible = (churn["status"] == "eligible").to_numpy()
        found: list[list[dict[str, Any]]] = [[] for _ in range(len(churn))]
        if eligible.any():
            rows = iter(self.churn.reasons(churn[eligible], n=n))
            found = [next(rows) if is_in else [] for is_in in eligible]
        return found

    def _lifetime_value(self, btyd: pd.DataFrame) -> np.ndarray:
        return customer_lifetime_value(
            self.orders,
            self.value,
            btyd,
            horizon_days=self.settings.value_horizon_days,
            annual_discount_rate=self.settings.annual_discount_rate,
            margin=self.settings.margin,
        )

    def _p_churn(self, churn: pd.DataFrame, eligible: np.ndarray) -> np.ndarray:
        probability = np.full(len(churn), np.nan)
        if eligible.any():
            probability[eligible] = self.churn.p_churn(churn[eligible])
        return probability


def _with_prospects(
    scores: pd.DataFrame, others: pd.DataFrame, schema: pa.Schema
) -> pd.DataFrame:
    """Add those who never bought, with their profile and no scores, by customer_id."""
    whole = {f.name: "Int64" for f in schema if pa.types.is_integer(f.type)}
    known = others[["customer_id", *PROFILE]].assign(status=PROSPECT)
    prospects = known.reindex(columns=scores.columns).astype(
        scores.astype(whole).dtypes.drop("is_business").to_dict()
    )
    both = pd.concat([scores.astype(whole), prospects])
    return both.sort_values("customer_id", ignore_index=True)


def _nobody(schema: pa.Schema) -> pd.DataFrame:
    return schema.empty_table().to_pandas()


def _is_float(field: pa.Field) -> bool:
    return bool(field.type == pa.float64())


def _part(features: pd.DataFrame, prefix: str) -> pd.DataFrame:
    """Return the columns of one feature table under their own names."""
    columns = [name for name in map(str, features) if name.startswith(prefix)]
    return features[columns].rename(columns=lambda name: name.removeprefix(prefix))


def _kept(run: Path, stage: str, model: str) -> str:
    file = run / stage / "models" / f"{model}.json"
    if not (run / stage).is_dir():
        stages = [folder.name for folder in run.glob("*/") if folder.is_dir()]
        raise UnknownName(f"stage in run {run.name}", stage, stages)
    if not file.is_file():
        raise MissingInputs(
            f"stage {stage} of run {run.name} kept no model '{model}' "
            f"(expected models/{model}.json). Run the stage again."
        )
    return file.read_text(encoding="utf-8")


def _parameters(run: Path, stage: str) -> dict[str, Any]:
    """Return a stage's parameters, from its record or, while it runs, its start."""
    for name in ("record.json", "started.json"):
        file = run / stage / name
        if file.is_file():
            return dict(json.loads(file.read_text(encoding="utf-8"))["parameters"])
    raise MissingInputs(
        f"stage {stage} of run {run.name} has no record.json: it did not come to its "
        "end. Run it again."
    )


def _scope(run: Path, stages: tuple[str, ...]) -> str:
    """Return the scope that all stages share.

    Raises
    ------
    BadSpec
        If one stage learned from other lines than another.
    """
    said = {stage: str(_parameters(run, stage).get("scope", ALL)) for stage in stages}
    if len({*said.values()}) > 1:
        raise BadSpec(
            f"run {run.name}: expected one scope in all stages, found "
            f"{', '.join(f'{stage} {scope}' for stage, scope in said.items())}. "
            "Give -p scope=… without a stage's name."
        )
    return said[stages[0]]
