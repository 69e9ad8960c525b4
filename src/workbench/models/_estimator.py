"""What all models share: settings, fitted numbers, and their JSON, for every model."""

from __future__ import annotations

import inspect
import json
import math
from collections.abc import Mapping
from typing import Any, Self

from workbench.errors import BadParameter, BadValues, NotFitted, UnknownName


class Estimator:
    """A thing that is fitted: the face scikit-learn's ``clone`` expects.

    Settings are the arguments of ``__init__``; learned names end in ``_``.
    """

    parameters_: dict[str, float]

    @classmethod
    def _setting_names(cls) -> list[str]:
        return [name for name in inspect.signature(cls).parameters]

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return the settings by name."""
        return {name: getattr(self, name) for name in self._setting_names()}

    def set_params(self, **settings: Any) -> Self:
        """Change settings.

        Raises
        ------
        UnknownName
            If the model has no such setting; with the nearest name.
        """
        for name, value in settings.items():
            if name not in self._setting_names():
                kind = f"setting of {type(self).__name__}"
                raise UnknownName(kind, name, self._setting_names())
            setattr(self, name, value)
        return self

    def unfitted(self) -> Self:
        """Return a new one of the same settings, which has learned nothing."""
        return type(self)(**self.get_params())

    def _require_fitted(self) -> None:
        fitted = any(n.endswith("_") and not n.endswith("__") for n in vars(self))
        if not fitted:
            raise NotFitted(
                f"{type(self).__name__} has no numbers yet: call fit(...) or "
                "from_json(...) before asking for a prediction"
            )

    def __repr__(self) -> str:
        """Return the model with its settings and, once fitted, its parameters."""
        settings = ", ".join(f"{k}={v!r}" for k, v in self.get_params().items())
        numbers = getattr(self, "parameters_", {})
        fitted = ", ".join(f"{k} {v:.4g}" for k, v in numbers.items())
        return f"{type(self).__name__}({settings})" + (f" [{fitted}]" if fitted else "")


def to_json(name: str, fields: Mapping[str, Any]) -> str:
    """Return the JSON of a model, its name first; not-a-number is written as null."""
    return json.dumps(_plain({"model": name, **fields}), indent=1, allow_nan=False)


def from_json(text: str, name: str, required: tuple[str, ...]) -> dict[str, Any]:
    """Return the fields of a model's JSON.

    Raises
    ------
    BadValues
        If the text is no JSON, is another model's, or lacks a field.
    """
    fields = parse(text)
    found = fields.get("model")
    if found != name:
        raise BadValues(
            f"expected the JSON of model '{name}', found '{found}'. "
            "workbench.models.load_model reads any of them."
        )
    missing = [key for key in required if key not in fields]
    if missing:
        raise BadValues(f"the JSON of model '{name}' lacks {', '.join(missing)}")
    return fields


def parse(text: str) -> dict[str, Any]:
    """Return the object in a JSON text, refused if it is anything else."""
    try:
        fields = json.loads(text)
    except json.JSONDecodeError as error:
        raise BadValues(f"expected a model as JSON, found {error}") from error
    if not isinstance(fields, dict):
        raise BadValues(f"expected a model as a JSON object, found {text[:40]!r}")
    return fields


def positive_numbers(
    values: Any, names: tuple[str, ...], what: str
) -> dict[str, float]:
    """Return named numbers from JSON, refused unless each is finite and above 0."""
    if not isinstance(values, dict) or sorted(values) != sorted(names):
        raise BadValues(f"{what} must be {', '.join(names)}; found {values!r}")
    for name in names:
        value = values[name]
        right = isinstance(value, int | float) and not isinstance(value, bool)
        if not right or not math.isfinite(value) or value <= 0:
            raise BadValues(f"{what}: {name} must be a number above 0, found {value!r}")
    return {name: float(values[name]) for name in names}


def or_nan(
    values: Mapping[str, Any] | None, names: tuple[str, ...]
) -> dict[str, float]:
    """Return named numbers from JSON, not-a-number where it has null or nothing."""
    found = values or {}
    nan = float("nan")
    return {n: nan if found.get(n) is None else float(found[n]) for n in names}


def parameter_lines(values: Mapping[str, float], errors: Mapping[str, float]) -> str:
    """Return a line for each parameter with its standard error."""
    return "\n".join(f"{n:6} {v:9.4f} ± {errors[n]:.4f}" for n, v in values.items())


def require_between(name: str, value: float, low: float, high: float) -> float:
    """Return a setting, refused unless it is a number from ``low`` to ``high``."""
    right = isinstance(value, int | float) and not isinstance(value, bool)
    if not right or not low <= value <= high:
        raise BadParameter(f"{name} must be from {low:g} to {high:g}, found {value!r}")
    return float(value)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float) and math.isnan(value):
        return None
    return value
