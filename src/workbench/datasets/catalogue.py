"""The data sets that `workbench data list` shows and `workbench data get` writes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from workbench.datasets.cdnow import write_cdnow
from workbench.errors import UnknownName

_CDNOW_SOURCE = "Fader & Hardie (2001), inside the lifetimes package"
_CDNOW_LICENCE = "published for research and teaching; not part of this project"


@dataclass(frozen=True)
class Dataset:
    """A data set that can be had by name.

    Parameters
    ----------
    name
        Its name, and the name of the store it is ingested into.
    rows
        Orders in it.
    what, source, licence
        For people.
    write
        Folder → the raw CSV written there, with its mapping beside it.
    """

    name: str
    rows: int
    what: str
    source: str
    licence: str
    write: Callable[[str | Path], Path]

    def mapping_file(self, folder: str | Path) -> Path:
        """Return the mapping that ``write`` puts beside the CSV."""
        return Path(folder) / f"{self.name}_mapping.yaml"


DATASETS = {
    dataset.name: dataset
    for dataset in (
        Dataset(
            "cdnow",
            69_659,
            "music shop 1997-01 to 1998-06, 23,570 customers, days and dollars",
            _CDNOW_SOURCE,
            _CDNOW_LICENCE,
            partial(write_cdnow, sample=False),
        ),
        Dataset(
            "cdnow_sample",
            6_919,
            "every tenth customer of cdnow, 2,357, as in the published papers",
            _CDNOW_SOURCE,
            _CDNOW_LICENCE,
            partial(write_cdnow, sample=True),
        ),
    )
}


def dataset(name: str) -> Dataset:
    """Return a data set by name.

    Raises
    ------
    UnknownName
        With the nearest name.
    """
    if name not in DATASETS:
        raise UnknownName("data set", name, DATASETS)
    return DATASETS[name]
