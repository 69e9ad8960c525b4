"""The places of a project, resolved when asked, for every room that reads or writes.

Arguments come first, then the environment, then ``workbench.toml`` in the project's
root, then the defaults drawn here::

    root/                              WORKBENCH_ROOT
    ├── notebooks/                     WORKBENCH_NOTEBOOKS
    ├── experiments/                   WORKBENCH_EXPERIMENTS (YAML, policies, the gate)
    ├── experiments/runs/              WORKBENCH_RUNS
    ├── experiments/decisions/         WORKBENCH_DECISIONS
    ├── data/clean/                    WORKBENCH_STORES
    ├── data/exports/                  WORKBENCH_EXPORTS
    └── mlflow.db, mlartifacts/        WORKBENCH_TRACKING (the folder)

``WORKBENCH_HOME`` moves all that is *written* under one folder (clean, exports, runs,
decisions, mlflow); the demo lives in ``data/demo`` that way.
"""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path

from workbench.errors import BadSpec, did_you_mean

_KEYS = {
    "home",
    "notebooks",
    "experiments",
    "runs",
    "decisions",
    "stores",
    "exports",
    "tracking",
}


@dataclass(frozen=True)
class Places:
    """Absolute folders of one project."""

    root: Path
    notebooks: Path
    experiments: Path
    runs: Path
    decisions: Path
    stores: Path
    exports: Path
    tracking: Path

    @property
    def bundles(self) -> Path:
        """Folder of the exported bundles."""
        return self.exports / "bundles"

    @property
    def tiers(self) -> Path:
        """Folder of the tier tables."""
        return self.exports / "tiers"

    @property
    def warnings(self) -> Path:
        """Folder of the warning tables."""
        return self.exports / "warnings"

    @property
    def policies(self) -> Path:
        """Folder of the tier policies."""
        return self.experiments / "policies"

    @property
    def acceptance(self) -> Path:
        """The limits that a model must meet before it is approved."""
        return self.experiments / "acceptance.yaml"

    @property
    def promotion_days(self) -> Path:
        """The shipped calendar of promotion days."""
        return self.experiments / "promotion_days.yaml"

    @property
    def stages(self) -> Path:
        """The rules of the life-cycle stages."""
        return self.experiments / "stages.yaml"

    def store(self, name: str | Path) -> Path:
        """Return the folder of a store: a bare name means one under ``stores``."""
        path = Path(name)
        if not path.parts:
            raise BadSpec("a store is a NAME or a folder, found an empty name")
        return self.stores / path if len(path.parts) == 1 else path.absolute()

    def as_environment(self) -> dict[str, str]:
        """Return the variables that give a child process the same places."""
        return {
            f"WORKBENCH_{f.name.upper()}": str(getattr(self, f.name))
            for f in fields(self)
        }


def places(root: str | Path | None = None, home: str | Path | None = None) -> Places:
    """Resolve the places of the project.

    Parameters
    ----------
    root
        The project's folder; by default the nearest one above the working folder.
    home
        One folder for all that is written, in place of ``WORKBENCH_HOME``.

    Raises
    ------
    BadSpec
        If ``workbench.toml`` has a key that is not known.
    """
    where = _root(root)
    configured = _configured(where)
    base = home or _setting("home", configured)
    written = _written_under(where, Path(base) if base else None)
    resolved = {}
    for name, default in written.items():
        value = None if home and name in _MOVED else _setting(name, configured)
        resolved[name] = where / Path(value or default).expanduser()
    return Places(root=where, **resolved)


_MOVED = {"runs", "decisions", "stores", "exports", "tracking"}


def _root(root: str | Path | None) -> Path:
    given = root or os.environ.get("WORKBENCH_ROOT")
    if given:
        return Path(given).expanduser().resolve()
    here = Path.cwd().resolve()
    for folder in (here, *here.parents):
        if (folder / "workbench.toml").is_file():
            return folder
        if (folder / "notebooks").is_dir() and (folder / "experiments").is_dir():
            return folder
    return here


def _configured(root: Path) -> dict[str, str]:
    file = root / "workbench.toml"
    if not file.is_file():
        return {}
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadSpec(f"{file} is not TOML: {error}") from error
    for key in content:
        if key != "places":
            raise BadSpec(f"{file}: no section '{key}'. Did you mean '[places]'?")
    table = content.get("places", {})
    if not isinstance(table, dict):
        raise BadSpec(f"{file}: '[places]' must be a section, found {table!r}")
    for key, value in table.items():
        if key not in _KEYS:
            raise BadSpec(f"{file}: no place '{key}'. {did_you_mean(key, _KEYS)}")
        if not isinstance(value, str):
            raise BadSpec(f"{file}: '{key}' must be a path in quotes, found {value!r}")
    return table


def _setting(name: str, configured: dict[str, str]) -> str | None:
    return os.environ.get(f"WORKBENCH_{name.upper()}") or configured.get(name)


def _written_under(root: Path, home: Path | None) -> dict[str, Path]:
    fixed = {"notebooks": root / "notebooks", "experiments": root / "experiments"}
    if home is None:
        return fixed | {
            "runs": root / "experiments" / "runs",
            "decisions": root / "experiments" / "decisions",
            "stores": root / "data" / "clean",
            "exports": root / "data" / "exports",
            "tracking": root,
        }
    return fixed | {
        "runs": home / "runs",
        "decisions": home / "decisions",
        "stores": home / "clean",
        "exports": home / "exports",
        "tracking": home / "mlflow",
    }
