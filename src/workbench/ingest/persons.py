"""A part's columns that are kept as text in, how many values look like a person's out.

No pseudonym reaches these columns: what they hold lies in the store as it came.
"""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq

from workbench.ingest.across import PERSONAL, in_little_memory, quoted

_COUNT = """
SELECT count(DISTINCT {name}) FROM read_parquet(?)
WHERE (length({name}) IN (11, 18) OR contains({name}, '@'))
    AND regexp_full_match({name}, ?)
"""


def personal_extras(part: Path) -> dict[str, int]:
    """Return by column how many values are a phone's, an identity card's or an address.

    Parameters
    ----------
    part
        Clean rows; of its columns those that begin with ``extra_`` are looked at.

    Returns
    -------
    dict
        Column → different values; only columns that have some.
    """
    names = [n for n in pq.read_schema(part).names if n.startswith("extra_")]
    if not names:
        return {}
    with in_little_memory() as connection:
        queries = {name: _COUNT.format(name=quoted([name])[0]) for name in names}
        found = {
            name: connection.execute(query, [str(part), PERSONAL]).fetchall()[0][0]
            for name, query in queries.items()
        }
    return {name: n for name, n in found.items() if n}
