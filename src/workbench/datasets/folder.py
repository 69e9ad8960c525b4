"""A folder and a layout in, which of its files is which out, or what is missing.

What lies in the folder and is not taken is said.
"""

from __future__ import annotations

import warnings
from pathlib import Path

from workbench.datasets.layout import Layout, SourceFile
from workbench.errors import DataWarning, RejectedFile


def files_of(layout: Layout, folder: Path) -> dict[str, Path]:
    """Find the files of a data set in a folder.

    Parameters
    ----------
    layout
        Which files it comes as.
    folder
        Where they lie.

    Returns
    -------
    dict
        What the queries call a file → the file; without the optional ones that are not
        there.

    Raises
    ------
    RejectedFile
        With the code ``not_regular_file`` if it is no folder, or ``missing_files`` if
        files are missing, with their names.
    """
    if not folder.is_dir():
        raise RejectedFile(
            f"{folder}: expected a folder with the files of {layout.name}, found "
            f"{'a file' if folder.exists() else 'nothing'}. {layout.where}",
            "not_regular_file",
        )
    found = {source.name: _first(source, folder) for source in layout.sources}
    missing = [s for s in layout.sources if s.is_needed and found[s.name] is None]
    if missing:
        names = ", ".join(" or ".join(source.called) for source in missing)
        raise RejectedFile(
            f"{folder}: expected the {len(layout.sources)} files of {layout.name}, "
            f"missing {names}. {layout.where}",
            "missing_files",
        )
    taken = {name: path for name, path in found.items() if path is not None}
    _say_the_rest(folder, set(taken.values()))
    return taken


def _first(source: SourceFile, folder: Path) -> Path | None:
    paths = (folder / name for name in source.called)
    return next((path for path in paths if path.is_file()), None)


def _say_the_rest(folder: Path, taken: set[Path]) -> None:
    rest = sorted(
        path.name
        for path in folder.iterdir()
        if path not in taken and not path.name.startswith(".")
    )
    if rest:
        warnings.warn(
            f"{folder}: {len(rest)} entries are not part of what is taken and were "
            f"left out ({', '.join(rest[:5])}).",
            DataWarning,
            stacklevel=4,
        )
