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
_LEAST, _MOST = 1e-9, 1e9


def clean_rates(block: Block, rules: Rules) -> Cleaned:
    """Judge a block of rates: a day, two codes, and a number that can be a rate."""
    marks = Marks(len(block.records))
    source = trimmed(block, marks)
    times = parse_times(source["rate_on"], rules.mapping)
    marks.refuse(mask(pc.is_null(times.on)), "bad_date", "rate_on")
    rate = pc.cast(parse_plain(source["rate"], rules.mapping), pa.float64())
    possible = pc.and_(pc.greater(rate, _LEAST), pc.less(rate, _MOST))
    marks.refuse(~mask(possible), "bad_rate", "rate")
    columns = {"rate_on": times.on, "currency": source["currency"], "rate": rate}
    columns["base"] = source["base"]
    for name in ("currency", "base"):
        fits = pc.match_substring_regex(columns[name], _CODE)
        marks.refuse(~mask(fits), "currency", name)
    return sorted_out(block, columns, marks, RATES)
