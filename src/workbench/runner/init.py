"""Start a project of one's own: the notebooks, experiments and policies, copied."""

from __future__ import annotations

import shutil
from pathlib import Path

import workbench
from workbench.errors import BadParameter, MissingInputs
from workbench.runner.new import template
from workbench.storage import write_atomically

_NOT_COPIED = ("runs", "decisions", ".ipynb_checkpoints")
_FOLDERS = ("data/raw", "data/clean", "data/exports", "experiments/decisions")


def init_project(folder: str | Path) -> Path:
    """Make a project in a new or empty folder; return the folder.

    Raises
    ------
    BadParameter
        If the folder holds something already.
    MissingInputs
        If the installed package came without its notebooks.
    """
    target = Path(folder).expanduser().absolute()
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise BadParameter(f"{target} is not an empty folder; choose another")
    source = _shipped()
    target.mkdir(parents=True, exist_ok=True)
    for name in ("notebooks", "experiments"):
        ignored = shutil.ignore_patterns(*_NOT_COPIED)
        shutil.copytree(source / name, target / name, ignore=ignored)
    for name in _FOLDERS:
        (target / name).mkdir(parents=True)
    write_atomically(target / "workbench.toml", template("workbench.toml"))
    write_atomically(target / ".gitignore", template("gitignore"))
    return target


def _shipped() -> Path:
    """Return what is copied: from the wheel, or from the clone beside the package."""
    package = Path(workbench.__file__).parent
    for folder in (package / "_project", package.parents[1]):
        if all((folder / name).is_dir() for name in ("notebooks", "experiments")):
            return folder
    raise MissingInputs(
        f"no notebooks/ and experiments/ beside the package in {package}. "
        "Install it again, or run this in a clone of the project."
    )
