"""A run's stages in, the texts of their models and the settings of the scores out.

The stages of a run are its notebooks; those of the life cycle are a customer's.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from workbench.delivery.scoring_settings import ScoringSettings
from workbench.delivery.warning_levels import WarningLevels
from workbench.errors import BadSpec, MissingInputs, UnknownName
from workbench.features import Priors
from workbench.policy import Stages
from workbench.scope import ALL
from workbench.sensitive_words import name_and_why
from workbench.settings import places


def models_of(run: Path, stages: dict[str, tuple[str, ...]]) -> dict[str, str]:
    """Return the text of each model by its name.

    Parameters
    ----------
    run
        The run's folder.
    stages
        Which models each stage kept.

    Raises
    ------
    MissingInputs, UnknownName
        If a stage is not there or kept no such model.
    """
    return {
        name: _kept(run, stage, name)
        for stage, names in stages.items()
        for name in names
    }


def settings_of(
    run: Path, rfm: str, clv: str, churn: str, stages: Stages | None = None
) -> ScoringSettings:
    """Return the settings that the stages of a run were fitted with.

    Raises
    ------
    BadSpec
        If one stage learned from other lines than another.
    """
    worth, leaving = _parameters(run, clv), _parameters(run, churn)
    limits = ("watch_from", "warn_from", "urgent_share")
    return ScoringSettings(
        value_horizon_days=worth["value_horizon_days"],
        annual_discount_rate=worth["annual_discount_rate"],
        margin=worth["margin"],
        churn_horizon_days=leaving["horizon_days"],
        eligible_days=leaving["eligible_days"],
        scope=_scope(run, (rfm, clv, churn)),
        churn_priors=_priors(run, churn),
        levels=WarningLevels(**{n: leaving[n] for n in limits if n in leaving}),
        stages_sha256=stages.sha256 if stages else "",
    )


def stages_of_project() -> Stages | None:
    """Return the rules of the life-cycle stages, None where the project has none.

    Raises
    ------
    BadPolicy
        If they are not valid, or somebody could have no stage or two.
    """
    file = places().stages
    return Stages.load(file) if file.is_file() else None


def own_features_of(run: Path, stage: str) -> tuple[str, ...]:
    """Return the shop's own columns that a stage of churn tried beside the features."""
    own = _parameters(run, stage).get("own_features", ())
    return tuple(name_and_why(one)[0] for one in own)


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


def _priors(run: Path, stage: str) -> Priors:
    """Return the means that a stage drew its features towards, where it kept them."""
    file = run / stage / "models" / "priors.json"
    return Priors.from_json(file.read_text("utf-8")) if file.is_file() else Priors()


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
