"""Many loads of a keyed table give what a dictionary, filled load by load, would."""

from __future__ import annotations

import shutil
import tempfile
import warnings
from collections import Counter
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import DataWarning
from workbench.ingest import open_store
from workbench.tables import table

COUPONS = table("coupons")
NAMES = ("coupon_id", "campaign_id", "product_id", "price_cut", "extra_x")
ROW = st.tuples(
    st.sampled_from(["c1", "c2"]),
    st.sampled_from(["", "m1"]),
    st.sampled_from(["", "p1", "p2"]),
    st.sampled_from(["", "0.1", "0.5"]),
    st.sampled_from(["", "x"]),
)
LOAD = st.tuples(st.lists(ROW, min_size=1, max_size=6), st.booleans(), st.booleans())


def without(load):
    """Return the columns that a load has, and its rows, without the others' cells."""
    rows, has_cut, has_extra = load
    here = [*range(3), *[3] * has_cut, *[4] * has_extra]
    return here, [tuple(row[place] for place in here) for row in rows]


def expected_of(loads) -> Counter:
    """Return the rows that count after all loads, in plain Python."""
    known: dict[tuple, dict[int, str]] = {}
    for here, rows in map(without, loads):
        contents: dict[tuple, set] = {}
        for row in rows:
            contents.setdefault(row[:3], set()).add(row)
        for key, said in contents.items():
            if len(said) == 1:
                known.setdefault(key, {}).update(zip(here, said.pop(), strict=True))
    return Counter(
        tuple(cells.get(place, "") for place in range(5)) for cells in known.values()
    )


def text_of(load, n) -> str:
    here, rows = without(load)
    lines = [tuple(NAMES[place] for place in here), *rows]
    return "".join(",".join(line) + "\n" for line in lines) + "\n" * n


@given(st.lists(LOAD, min_size=1, max_size=4))
@settings(max_examples=25, deadline=None)
def test_what_counts_is_what_the_newest_load_of_each_column_says(made, loads):
    folder = Path(tempfile.mkdtemp())
    try:
        for n, load in enumerate(loads):
            mapping = {"columns": {"extra_x": "extra_x"}} if load[2] else {}
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DataWarning)
                receipt = made.load(
                    folder, COUPONS, text_of(load, n), f"{n}.csv", **mapping
                )
            made.reasons(receipt)
        found = open_store(folder / "s").read("coupons").to_pyarrow().to_pylist()
    finally:
        shutil.rmtree(folder)
    cells = [
        tuple("" if row.get(n) is None else str(row[n]) for n in NAMES) for row in found
    ]
    assert Counter(cells) == expected_of(loads)
