"""Mirror the approved bundle as the registered model ``tiering``, alias ``champion``.

The approval record decides who is champion; MLflow only shows and serves it.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import io
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

import workbench
from workbench.delivery.bundle import Bundle
from workbench.tracking.store import experiment_id, one_writer, tracking_uri

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.models import ModelSignature

MODEL = "tiering"
ALIAS = "champion"
_NEEDS = (
    "duckdb",
    "ibis-framework",
    "jinja2",
    "lifetimes",
    "numpy",
    "pandas",
    "pyarrow",
    "pydantic",
    "pyyaml",
    "scikit-learn",
    "scipy",
    "sqlglot",
)


def register_champion(bundle: str | Path | Bundle) -> str:
    """Register a bundle and point the alias at it; return the model's version.

    Doing it again for the same bundle changes nothing.

    Parameters
    ----------
    bundle
        An opened bundle, or its folder.

    Raises
    ------
    Tampered
        If the bundle is not the one its manifest describes.
    TrackingFailed
        If MLflow does not take it; the approval stands, call it again later.
    """
    opened = bundle if isinstance(bundle, Bundle) else Bundle.open(bundle)
    with warnings.catch_warnings(), one_writer() as client:
        warnings.simplefilter("ignore")  # mlflow's own, about its type hints
        version = _known_version(client, opened) or _log(client, opened)
        client.set_registered_model_alias(MODEL, ALIAS, version)
    return version


def signature_of(bundle: Bundle) -> ModelSignature:
    """Return what goes in and what comes out, by name and type."""
    from mlflow.models import ModelSignature
    from mlflow.types import ColSpec, DataType, ParamSchema, ParamSpec, Schema

    inputs = Schema(
        [
            ColSpec(DataType.string, "customer_id"),
            ColSpec(DataType.datetime, "ordered_at"),
            ColSpec(DataType.double, "amount"),
            ColSpec(DataType.string, "kind", required=False),
            ColSpec(DataType.string, "market", required=False),
        ]
    )
    scores = bundle.scorer.schema
    columns = {"customer_id": pa.string(), "as_of": pa.string(), "tier": pa.string()}
    columns |= {field.name: field.type for field in scores if field.name != "as_of"}
    outputs = Schema([ColSpec(_type_of(kind), name) for name, kind in columns.items()])
    params = ParamSchema([ParamSpec("as_of", DataType.string, "")])
    return ModelSignature(inputs=inputs, outputs=outputs, params=params)


def _known_version(client: MlflowClient, bundle: Bundle) -> str | None:
    from mlflow.exceptions import MlflowException

    try:
        newest = client.get_model_version_by_alias(MODEL, ALIAS)
    except MlflowException:
        return None
    same = newest.tags.get("bundle.sha256") == bundle.sha256
    return str(newest.version) if same else None


def _log(client: MlflowClient, bundle: Bundle) -> str:
    import mlflow

    mlflow.set_tracking_uri(tracking_uri())
    mlflow.set_registry_uri(tracking_uri())
    experiment = experiment_id(client, "champions")
    name = f"{MODEL}·{bundle.id}"
    with (
        contextlib.redirect_stderr(io.StringIO()),  # "Successfully registered …"
        mlflow.start_run(experiment_id=experiment, run_name=name),
    ):
        mlflow.set_tags(_tags(bundle))
        logged = mlflow.pyfunc.log_model(
            name=MODEL,
            python_model=str(Path(__file__).with_name("served_model.py")),
            artifacts={"bundle": str(bundle.folder)},
            signature=signature_of(bundle),
            pip_requirements=_requirements(),
            code_paths=[str(Path(workbench.__file__).parent)],
            registered_model_name=MODEL,
        )
    version = str(logged.registered_model_version)
    for tag, value in _tags(bundle).items():
        client.set_model_version_tag(MODEL, version, tag, value)
    return version


def _tags(bundle: Bundle) -> dict[str, str]:
    facts = {name: bundle.manifest.get(name) for name in ("run", "policy_id")}
    return {
        "bundle.id": bundle.id,
        "bundle.sha256": bundle.sha256,
        "as_of": bundle.as_of.isoformat(),
        "valid_until": bundle.valid_until.isoformat(),
        **{name: str(value) for name, value in facts.items() if value},
    }


def _requirements() -> list[str]:
    names = ("mlflow", *_NEEDS)
    return [f"{name}=={importlib.metadata.version(name)}" for name in names]


def _type_of(kind: pa.DataType) -> Any:
    """Return MLflow's type of a column; days are ISO texts."""
    from mlflow.types import DataType

    kinds = {
        "double": DataType.double,
        "int64": DataType.long,
        "bool": DataType.boolean,
    }
    return kinds.get(str(kind), DataType.string)
