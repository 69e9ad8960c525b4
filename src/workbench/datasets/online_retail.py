"""Online Retail, I or II, as published in, raw Parquet files and their mappings out.

The order lines of a shop in the United Kingdom that sells gifts on the internet, many
of them to wholesalers: two years (II), or the second of them (I).

=============  =============  ================================================  ======
heading in I   heading in II  meaning                                           unit
=============  =============  ================================================  ======
InvoiceNo      Invoice        the receipt; ``C…`` is a cancellation             –
StockCode      StockCode      the product; POST, M, D … are fees and discounts  –
Description    Description    the product's name                                –
Quantity       Quantity       how many; negative for a cancellation             pieces
InvoiceDate    InvoiceDate    when, on the clock of London                      minute
UnitPrice      Price          price of one piece                                GBP
CustomerID     Customer ID    five digits; empty for one line in four           –
Country        Country        where the customer lives                          –
=============  =============  ================================================  ======

Size: I has 541,909 rows, 2010-12-01 to 2011-12-09; II has 1,067,371 on two sheets,
2009-12-01 to 2011-12-09. Every row is kept; what cannot be used is ingest's to say.
Lines that are equal in everything stay: one receipt can have a product twice.

Both sheets of II hold 2010-12-01 to 2010-12-09. Taken twice, those days' sales would
count twice, so the mapping of the first sheet says that it ends on 2010-11-30; its
later rows are set aside as ``future_date`` and stay in the account.

Source: D. Chen (2015), *Online Retail*, UCI Machine Learning Repository, doi
10.24432/C5BW33; D. Chen (2012), *Online Retail II*, doi 10.24432/C5CG6D; described in
Chen, Sain & Guo (2012), Journal of Database Marketing 19. Licence: CC BY 4.0. The
publisher states no SHA-256, so none is pinned: sheets, headings and numbers of rows are
checked, and the first download's hash is recorded and held against every later one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from workbench.datasets.archive import MOST_BYTES, check_archive
from workbench.datasets.book import Book, Sheet
from workbench.datasets.download import Wanted, download
from workbench.datasets.provenance import hold, note, record_of
from workbench.datasets.raw_tables import write_raw
from workbench.datasets.sheets import is_zip, read_rows
from workbench.errors import Locked
from workbench.storage import write_atomically
from workbench.workbook import is_workbook

ONLINE_RETAIL = Book(
    "online_retail",
    "https://archive.ics.uci.edu/static/public/352/online+retail.zip",
    (
        *("InvoiceNo", "StockCode", "Description", "Quantity"),
        *("InvoiceDate", "UnitPrice", "CustomerID", "Country"),
    ),
    (Sheet("Online Retail", 541_909, ends_on="2011-12-09"),),
)
ONLINE_RETAIL_II = Book(
    "online_retail_ii",
    "https://archive.ics.uci.edu/static/public/502/online+retail+ii.zip",
    (
        *("Invoice", "StockCode", "Description", "Quantity"),
        *("InvoiceDate", "Price", "Customer ID", "Country"),
    ),
    (
        Sheet("Year 2009-2010", 525_461, ends_on="2010-11-30"),
        Sheet("Year 2010-2011", 541_910, ends_on="2011-12-09"),
    ),
)
MAPPING = """\
# {name}, sheet '{sheet}', as written by `workbench data get {name}`.
columns:
  order_id: {0}
  product_id: {1}
  extra_description: {2}
  quantity: {3}
  ordered_at: {4}
  unit_price: {5}
  customer_id: {6}
  market: {7}
time_zone: Europe/London
currency: GBP
ends_on: {ends_on}
"""


def write_online_retail(
    book: Book, folder: Path, file: Path | None = None, url: str | None = None
) -> list[Path]:
    """Write the raw Parquet file of each sheet, and its mapping beside it.

    Parameters
    ----------
    book
        Which of the two.
    folder
        Where to; made if it is not there. A download stays here too, and is used again.
    file
        The publisher's zip, the workbook in it, or a CSV or Parquet file with the same
        columns; by default the zip is downloaded.
    url
        Another address of the same zip.

    Returns
    -------
    list of Path
        The Parquet files; the mapping of each is ``NAME_mapping.yaml`` beside it.

    Raises
    ------
    RejectedFile
        If the content is not that data set, or not all of it.
    Tampered
        If the zip is not the one that is pinned, or that came first.
    DownloadFailed, Unreachable
        If it cannot be downloaded.
    Locked
        If another process is at it.
    """
    with _held(folder, book):
        source = file or _fetched(book, folder, url)
        published = is_zip(source) and not is_workbook(source)
        if published and file:
            hold(source, folder, book.sha256)
        paths = write_raw(read_rows(source, book), book, folder)
        if published:
            note(source, folder, None if file else url or book.url)
        for path, sheet in zip(paths, book.sheets, strict=True):
            _write_mapping(path, book, sheet)
    return paths


def _fetched(book: Book, folder: Path, url: str | None) -> Path:
    """Return the zip: the one that was downloaded before, or a new one."""
    path = folder / f"{book.name}.zip"
    if url is None and path.is_file() and record_of(folder):
        hold(path, folder, book.sha256)
        return path

    def check(part: Path) -> None:
        hold(part, folder, book.sha256)
        check_archive(part)

    by_hand = (
        f"Or download {book.url} by hand: workbench data get {book.name} --from FILE"
    )
    download(Wanted(url or book.url, path, MOST_BYTES, by_hand), check)
    return path


def _write_mapping(path: Path, book: Book, sheet: Sheet) -> None:
    text = MAPPING.format(
        *book.headings, name=book.name, sheet=sheet.name, ends_on=sheet.ends_on
    )
    write_atomically(path.with_name(f"{path.stem}_mapping.yaml"), text)


@contextmanager
def _held(folder: Path, book: Book) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(folder / ".lock", timeout=0):
            yield
    except Timeout as error:
        raise Locked(
            f"another process is getting {book.name} (lock {error.lock_file}). "
            "Try again when it is done."
        ) from error
