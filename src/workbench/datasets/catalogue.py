"""The data sets that `workbench data list` shows and `workbench data get` writes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from workbench.datasets.book import Book
from workbench.datasets.cdnow import write_cdnow
from workbench.datasets.complete_journey import COMPLETE_JOURNEY
from workbench.datasets.derived_tables import write_tables
from workbench.datasets.layout import Layout, RawFile
from workbench.datasets.olist import OLIST
from workbench.datasets.online_retail import (
    ONLINE_RETAIL,
    ONLINE_RETAIL_II,
    write_online_retail,
)
from workbench.errors import BadParameter, UnknownName

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
        Orders, or order lines, in it.
    what, source, licence
        For people.
    write
        Folder → the raw CSV written there, with its mapping beside it; None where the
        data set comes from its publisher.
    book
        Where its publisher has it, and what it must hold: sheets, headings, rows, and
        the SHA-256 where one is known for certain. For Online Retail none is, so
        nothing is pinned there; the first download's own hash is recorded.
    layout
        Where it is brought as a folder of files: which ones, and the tables they make.
    """

    name: str
    rows: int
    what: str
    source: str
    licence: str
    write: Callable[[str | Path], Path] | None = None
    book: Book | None = None
    layout: Layout | None = None

    def mapping_file(self, folder: str | Path) -> Path:
        """Return the mapping that ``write`` puts beside the CSV."""
        return Path(folder) / f"{self.name}_mapping.yaml"

    def raw_files(
        self, folder: str | Path, file: Path | None = None, url: str | None = None
    ) -> list[RawFile]:
        """Write the raw files, each with its mapping beside it.

        Parameters
        ----------
        folder
            Where to.
        file
            The publisher's file, or one with the same columns, in place of a download;
            or the folder that the publisher's files lie in.
        url
            Another address of the publisher's file.

        Returns
        -------
        list of RawFile
            In the order in which they are to be ingested.

        Raises
        ------
        BadParameter
            If a file or an address is given where neither is needed, or both are, or
            a folder is needed and none is given.
        """
        if file and url:
            raise BadParameter(
                "expected --from or --url, found both. Give one of them."
            )
        if self.layout is not None:
            return self._from_folder(self.layout, Path(folder), file, url)
        if self.book is not None:
            written = write_online_retail(self.book, Path(folder), file, url)
            return [
                RawFile(path, path.with_name(f"{path.stem}_mapping.yaml"))
                for path in written
            ]
        if self.write is None or file or url:
            raise BadParameter(
                f"{self.name} comes inside a package that is here already: get it "
                "without --from and --url."
            )
        return [RawFile(self.write(folder), self.mapping_file(folder))]

    def _from_folder(
        self, layout: Layout, folder: Path, source: Path | None, url: str | None
    ) -> list[RawFile]:
        if source is None:
            found = f"the address {url}" if url else "none"
            raise BadParameter(
                f"expected --from with the folder of {self.name}'s files, found "
                f"{found}. It cannot be downloaded from here. {layout.where}"
            )
        return write_tables(layout, source, folder)


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
        Dataset(
            "online_retail",
            ONLINE_RETAIL.rows,
            "gift shop in the UK 2010-12 to 2011-12, order lines with returns, GBP",
            "Chen (2015), UCI Machine Learning Repository, doi 10.24432/C5BW33",
            "CC BY 4.0",
            book=ONLINE_RETAIL,
        ),
        Dataset(
            "online_retail_ii",
            ONLINE_RETAIL_II.rows,
            "the same shop 2009-12 to 2011-12, two years on two sheets",
            "Chen (2012), UCI Machine Learning Repository, doi 10.24432/C5CG6D",
            "CC BY 4.0",
            book=ONLINE_RETAIL_II,
        ),
        Dataset(
            "complete_journey",
            1_469_307,
            "supermarket in the USA 2017, 2,469 households, eight tables, USD",
            "dunnhumby / 84.51°, in the R package completejourney",
            "CC0",
            layout=COMPLETE_JOURNEY,
        ),
        Dataset(
            "olist",
            112_650,
            "marketplace in Brazil 2016-09 to 2018-10, reviews, addresses, BRL",
            "Olist & Sionek (2018), Kaggle, doi 10.34740/KAGGLE/DSV/195341",
            "CC BY-NC-SA 4.0: nothing commercial, under the same terms",
            layout=OLIST,
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
