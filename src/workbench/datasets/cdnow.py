"""The lifetimes package's copy of CDNOW in, a raw CSV and its mapping out.

The purchases of the 23,570 customers who first bought at CDNOW, a music shop on the
internet, in the first quarter of 1997, until 1998-06-30.

=============  =======================================================  ========
column         meaning                                                  unit
=============  =======================================================  ========
customer_id    the master file's number, five digits, kept as text
ordered_at     day of the purchase, ISO                                 day
amount         paid for the order; 80 orders cost nothing               USD
quantity       compact discs in the order                               pieces
=============  =======================================================  ========

Size: 69,659 orders of 23,570 customers; the 1/10 sample, every tenth customer, has
6,919 orders of 2,357 customers. 255 orders equal another one of the same customer and
day in everything; they are two orders, not one.

Source: B. Hardie's data sets for *Forecasting Repeat Sales at CDNOW* (Fader & Hardie,
2001, Interfaces 31), brucehardie.com/datasets. Licence: published for research and
teaching; it comes inside the MIT-licensed ``lifetimes`` package and is not part of
this project.
"""

from __future__ import annotations

from importlib.metadata import distribution
from pathlib import Path

MAPPING = """\
# CDNOW as written by `workbench data get cdnow`: the headings are ours already.
currency: USD
time_zone: UTC
ends_on: 1998-06-30
"""


def write_cdnow(folder: str | Path, sample: bool = False) -> Path:
    """Write the raw CSV of CDNOW, and its mapping beside it.

    Parameters
    ----------
    folder
        Where to; made if it is not there.
    sample
        Only the 1/10 sample.

    Returns
    -------
    Path
        The CSV; its mapping is ``NAME_mapping.yaml`` beside it.
    """
    name = "cdnow_sample" if sample else "cdnow"
    to = Path(folder)
    to.mkdir(parents=True, exist_ok=True)
    lines = ["customer_id,ordered_at,amount,quantity"]
    lines += _sample_lines() if sample else _master_lines()
    path = to / f"{name}.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    (to / f"{name}_mapping.yaml").write_text(MAPPING, encoding="utf-8")
    return path


def _master_lines() -> list[str]:
    """Read customer, day, discs and dollars; the first line has the headings."""
    return [_line(*text.split()) for text in _lines("CDNOW_master.txt")[1:]]


def _sample_lines() -> list[str]:
    """Read the same with the customer's number in the sample as second column."""
    rows = (text.split() for text in _lines("CDNOW_sample.txt"))
    return [_line(customer, *rest) for customer, _, *rest in rows]


def _line(customer: str, day: str, discs: str, dollars: str) -> str:
    return f"{customer},{day[:4]}-{day[4:6]}-{day[6:]},{dollars},{discs}"


def _lines(name: str) -> list[str]:
    """Read a file of the package without importing it, which needs old setuptools."""
    path = Path(
        str(distribution("lifetimes").locate_file(f"lifetimes/datasets/{name}"))
    )
    return [line for line in path.read_text("ascii").splitlines() if line.strip()]
