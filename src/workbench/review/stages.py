"""One stage's folder as a reviewer reads it: metrics, figures, tables and models."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from workbench.doubts import Doubt, read_doubts
from workbench.errors import MissingInputs, Tampered, UnknownName
from workbench.evaluation import Measured
from workbench.models import load_model
from workbench.storage import sha256_of

METRIC_COLUMNS = [
    "stage",
    "metric",
    "value",
    "low",
    "high",
    "unit",
    "higher_is_better",
]


@dataclass(frozen=True)
class StageView:
    """A complete stage. Make one with ``open_stage``."""

    folder: Path
    record: dict[str, Any]

    @property
    def name(self) -> str:
        """The stage's name within its run."""
        return self.folder.name

    @property
    def notebook(self) -> str:
        """The notebook it ran."""
        return str(self.record["notebook"])

    @property
    def label(self) -> str:
        """The variant, a model's name say; the stage's name if it has none."""
        return str(self.record.get("label") or self.name)

    @property
    def parameters(self) -> dict[str, Any]:
        """The resolved parameters."""
        return dict(self.record["parameters"])

    @property
    def doubts(self) -> list[Doubt]:
        """What its models and checks were not certain of."""
        return read_doubts(self.record)

    @cached_property
    def measured(self) -> dict[str, Measured]:
        """The metrics by name."""
        found = self.record.get("metrics", {})
        return {name: Measured(**value) for name, value in found.items()}

    @property
    def metrics(self) -> pd.DataFrame:
        """The metrics as a table: stage, metric, value, low, high, unit, direction."""
        return metrics_frame({self.name: self.measured})

    @property
    def figures(self) -> dict[str, Path]:
        """The pictures by name."""
        return self._files("figure")

    @property
    def tables(self) -> dict[str, Path]:
        """The kept tables by name, aggregates and private ones."""
        return self._files("summary", "customers")

    @property
    def models(self) -> dict[str, Path]:
        """The fitted models' files by name."""
        return self._files("model")

    def table(self, name: str) -> pd.DataFrame:
        """Return a kept table.

        Raises
        ------
        UnknownName
            If the stage kept none of this name.
        """
        path = self._one("table", name, self.tables)
        if path.suffix == ".parquet":
            return pd.read_parquet(path)
        return pd.read_csv(path, index_col=0)

    def model(self, name: str) -> Any:
        """Return a fitted model.

        Raises
        ------
        UnknownName
            If the stage kept none of this name.
        """
        path = self._one("model", name, self.models)
        return load_model(path.read_text(encoding="utf-8"))

    def holdout(self) -> pd.DataFrame | None:
        """Return what was said and what happened, if the stage kept it.

        Returns
        -------
        pandas.DataFrame or None
            ``customer_id, actual, predicted`` and one column for each baseline.
        """
        return self.table("holdout") if "holdout" in self.tables else None

    def verify(self) -> None:
        """Check the kept files against the record.

        Raises
        ------
        Tampered
            Naming the first file that is missing or was changed.
        """
        kept = {e["path"]: e["sha256"] for e in self.record.get("files", [])}
        if "executed_sha256" in self.record:
            kept["executed.ipynb"] = self.record["executed_sha256"]
        for name, described in kept.items():
            path = self.folder / name
            if not path.is_file() or sha256_of(path) != described:
                raise Tampered(
                    f"{path} is missing or is not the file of its record.json. Run the "
                    "stage again."
                )

    def _files(self, *kinds: str) -> dict[str, Path]:
        entries = self.record.get("files", [])
        paths = [self.folder / e["path"] for e in entries if e["kind"] in kinds]
        return {path.stem: path for path in paths}

    def _one(self, kind: str, name: str, known: Mapping[str, Path]) -> Path:
        if name not in known:
            raise UnknownName(f"{kind} in stage {self.name}", name, known)
        return known[name]


def open_stage(folder: Path) -> StageView:
    """Return the complete stage in a folder.

    Raises
    ------
    MissingInputs
        If it did not come to its end.
    """
    file = folder / "record.json"
    if not file.is_file():
        raise MissingInputs(
            f"stage {folder.name} of run {folder.parent.name} has no record.json: it "
            "did not come to its end. The same `workbench run` completes it."
        )
    return StageView(folder, json.loads(file.read_text(encoding="utf-8")))


def metrics_frame(measured: Mapping[str, Mapping[str, Measured]]) -> pd.DataFrame:
    """Return metrics of several stages as one table."""
    rows: Iterable[list[Any]] = (
        [stage, name, m.value, m.low, m.high, m.unit, m.higher_is_better]
        for stage, found in measured.items()
        for name, m in found.items()
    )
    frame = pd.DataFrame(rows, columns=METRIC_COLUMNS)
    return frame.astype({"value": "float64", "low": "float64", "high": "float64"})
