"""A block of text columns in, clean rates out: a day, a currency, what it is worth."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from workbench.ingest.blocks import Block
from workbench.ingest.marks import Marks
from workbench.ingest.numbers import mask, parse_plain
from workbench.ingest.rules import Cleaned, sorted_out, trimmed
from workbench.ingest.terms import Rules
from workbench.ingest.times import parse_times
from workbench.shop_tables import RATES

_CODE = "^[A-Z]{3}$"


def clean_rates(block: Block, rules: Rules) -> Cleaned:
    """Judge a block of rates; a rate is above zero, or it is none."""
    marks = Marks(len(block.records))
    source = trimmed(block, marks)
    times = parse_times(source["rate_on"], rules.mapping)
    marks.refuse(mask(pc.is_null(times.on)), "bad_date", "rate_on")
    rate = pc.cast(parse_plain(source["rate"], rules.mapping), pa.float64())
    marks.refuse(~mask(pc.greater(rate, 0)), "bad_rate", "rate")
    columns = {"rate_on": times.on, "currency": source["currency"], "rate": rate}
    if "base" in source:
        columns["base"] = source["base"]
    for name in ("currency", "base"):
        if name in columns:
            fits = pc.match_substring_regex(columns[name], _CODE)
            marks.refuse(~mask(fits), "currency", name)
    return sorted_out(block, columns, marks, RATES)
