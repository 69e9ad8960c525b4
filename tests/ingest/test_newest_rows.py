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
HEADER = "coupon_id,campaign_id,product_id,price_cut\n"
ROW = st.tuples(
    st.sampled_from(["c1", "c2"]),
    st.sampled_from(["", "m1"]),
    st.sampled_from(["", "p1", "p2"]),
    st.sampled_from(["", "0.1", "0.5"]),
)


def expected_of(loads) -> Counter:
    """Return the rows that count after all loads, in plain Python."""
    known: dict[tuple, tuple] = {}
    for rows in loads:
        contents: dict[tuple, set] = {}
        for row in rows:
            contents.setdefault(row[:3], set()).add(row)
        known |= {key: said.pop() for key, said in contents.items() if len(said) == 1}
    return Counter(known.values())


@given(st.lists(st.lists(ROW, min_size=1, max_size=6), min_size=1, max_size=4))
@settings(max_examples=25, deadline=None)
def test_what_counts_is_what_the_newest_whole_load_says(made, loads):
    folder = Path(tempfile.mkdtemp())
    try:
        for n, rows in enumerate(loads):
            content = HEADER + "".join(",".join(row) + "\n" for row in rows) + "\n" * n
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DataWarning)
                made.reasons(made.load(folder, COUPONS, content, f"{n}.csv"))
        found = open_store(folder / "s").read("coupons").to_pyarrow().to_pylist()
    finally:
        shutil.rmtree(folder)
    cells = [
        tuple("" if value is None else str(value) for value in row.values())
        for row in found
    ]
    assert Counter(cells) == expected_of(loads)
