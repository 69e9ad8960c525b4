"""Ten million scores to their tiers, beside SQL that was written by hand for them.

    python benchmarks/tiers.py [CUSTOMERS [ROUNDS]]

Both read the same Parquet files (scores, and the tiers of an earlier day) and write all
columns of the tier table, sorted; the tier alone is held against the bare CASE. Each is
a process of its own, in turns, and the median counts: of the seconds from the policy to
the file, the expression and its SQL included, imports not. Prints a Markdown table; the
exit code is 1 where a target is missed or one row differs.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

import duckdb
from measured import measured
from tiers_by_hand import BARE_CASE, BY_HAND
from tiers_policy import AS_OF, BUNDLE, POLICY

CUSTOMERS, ROUNDS = 10_000_000, 3
MOST_TIMES, MOST_BYTES = 1.5, 4e9
WORDS = {
    "ours": "all columns by the policy",
    "hand": "all columns, SQL by hand",
    "ours_tier": "the tier alone by the policy",
    "hand_tier": "the bare CASE",
}
SCORES = """
COPY (
  SELECT 'C' || lpad(i::VARCHAR, 9, '0') AS customer_id, DATE '{day}' AS as_of,
    CASE WHEN u[1] < .3 THEN 0 ELSE round(exp(9 * u[2]), 2) END AS net_spend_365d,
    (hash(i, 3) % 4)::BIGINT AS quarters_bought_of_last_3,
    (hash(i, 4) % 12)::BIGINT AS purchase_days,
    CASE WHEN u[1] >= .3 THEN round(u[5], 6) END AS p_churn_90d,
    CASE WHEN u[1] >= .05 THEN round(exp(8 * u[6]), 2) END AS clv_365d,
    CASE WHEN u[1] < .05 THEN 'prospect' WHEN u[1] < .3 THEN 'lapsed'
      ELSE 'eligible' END AS status
  FROM (SELECT i, [(hash(i, s) % 1000003) / 1000003 FOR s IN range(7)] AS u
    FROM range({n}) numbers(i))
) TO '{home}/scores.parquet' (FORMAT parquet, COMPRESSION zstd)
"""
EARLIER = """
COPY (
  SELECT customer_id, ['key', 'loyal', 'quality', 'ordinary', 'basic', 'gone'][
      1 + (hash(customer_id, 7) % 100 * 51 // 1000)::INT] AS tier,
    DATE '{day}' - (1 + hash(customer_id, 8) % 300)::INT AS since,
    CASE WHEN hash(customer_id, 9) % 10 < 2
      THEN DATE '{day}' - 30 + (hash(customer_id, 10) % 90)::INT END AS grace_until
  FROM '{home}/scores.parquet' WHERE hash(customer_id, 11) % 50 > 0
) TO '{home}/earlier.parquet' (FORMAT parquet, COMPRESSION zstd)
"""
OURS = """
import sys, time
sys.path.insert(0, {here!r})
from tiers_policy import AS_OF, BUNDLE, CUTS, POLICY
from workbench.delivery import assign_scores
home, started = {home!r}, time.monotonic()
assign_scores(POLICY, CUTS, home + "/scores.parquet", home + "/ours.parquet", AS_OF,
    BUNDLE, home + "/earlier.parquet")
print(time.monotonic() - started)
"""
OUR_TIER = """
import sys, time
sys.path.insert(0, {here!r})
import ibis
from tiers_policy import AS_OF, BUNDLE, CUTS, POLICY
home, started = {home!r}, time.monotonic()
engine = ibis.duckdb.connect(memory_limit="3GB")
engine.raw_sql("SET enable_progress_bar = false")
scores = engine.read_parquet(home + "/scores.parquet")
tiers = POLICY.assign(scores, CUTS, as_of=AS_OF, bundle_id=BUNDLE)
sql = ibis.to_sql(tiers.select("customer_id", "tier"), dialect="duckdb")
engine.con.execute("COPY (" + sql + ") TO '" + home + "/ours_tier.parquet' "
    "(FORMAT parquet, COMPRESSION zstd)")
print(time.monotonic() - started)
"""
HAND = """
import time
import duckdb
started = time.monotonic()
session = duckdb.connect(config={{"memory_limit": "3GB"}})
session.execute("SET temp_directory = '{home}/spill'")
session.execute("SET enable_progress_bar = false")
session.execute('''COPY ({sql}) TO '{home}/{name}.parquet'
    (FORMAT parquet, COMPRESSION zstd)''')
print(time.monotonic() - started)
"""
SAME = """
SELECT count(*), bit_xor(hash(t)), sum(hash(t)::HUGEINT) FROM (
  SELECT {columns} FROM '{file}') t
"""


class Run(NamedTuple):
    """One process: its seconds, those of the work alone, its peak memory [bytes]."""

    seconds: float
    work: float
    peak: int


def main() -> int:
    given = [int(word) for word in sys.argv[1:]]
    customers, rounds = (*given, *(CUSTOMERS, ROUNDS)[len(given) :])
    with tempfile.TemporaryDirectory() as home:
        make_tables(home, customers)
        told: dict[str, list[Run]] = {name: [] for name in WORDS}
        for _ in range(rounds):
            for name, code in commands(home).items():
                told[name].append(run(code, home))
        same = same_rows(home, "ours", "hand")
        same = same_rows(home, "ours_tier", "hand_tier") and same
    return report(customers, told, same)


def run(code: str, home: str) -> Run:
    """Run a process; return its seconds, those of the work, and its peak memory."""
    seconds, peak, said = measured([sys.executable, "-c", code], home)
    return Run(seconds, float(said), peak)


def commands(home: str) -> dict[str, str]:
    """Return what each process runs, by name."""
    here = str(Path(__file__).parent)
    by_hand = BY_HAND.format(home=home, day=AS_OF, policy=POLICY.id, bundle=BUNDLE)
    return {
        "ours": OURS.format(here=here, home=home),
        "hand": HAND.format(home=home, name="hand", sql=by_hand),
        "ours_tier": OUR_TIER.format(here=here, home=home),
        "hand_tier": HAND.format(
            home=home, name="hand_tier", sql=BARE_CASE.format(home=home)
        ),
    }


def make_tables(home: str, customers: int) -> None:
    """Write the scores of a day and the tiers of an earlier one, always the same."""
    session = duckdb.connect(config={"memory_limit": "3GB"})
    session.execute(SCORES.format(home=home, n=customers, day=AS_OF))
    session.execute(EARLIER.format(home=home, day=AS_OF))
    session.close()


def same_rows(home: str, ours: str, other: str) -> bool:
    """Tell whether two files have the same rows, by the hashes of all of them."""
    session = duckdb.connect(config={"memory_limit": "3GB"})
    file = f"{home}/{ours}.parquet"
    found = session.execute(f"DESCRIBE SELECT * FROM '{file}'").fetchall()
    columns = ", ".join(row[0] for row in found)
    one, two = (
        session.execute(
            SAME.format(columns=columns, file=f"{home}/{name}.parquet")
        ).fetchone()
        for name in (ours, other)
    )
    return one == two


def report(customers: int, told: dict[str, list[Run]], same: bool) -> int:
    """Print the medians beside each other; return the exit code."""
    work = {n: statistics.median(one.work for one in runs) for n, runs in told.items()}
    peak = max(one.peak for one in told["ours"])
    print(f"{customers:,} customers, {len(told['ours'])} rounds, medians\n")
    print("| what | seconds | of the process | peak memory [MB] |\n|---|---|---|---|")
    for name, what in WORDS.items():
        whole = statistics.median(one.seconds for one in told[name])
        most = max(one.peak for one in told[name]) / 1e6
        print(f"| {what} | {work[name]:.1f} | {whole:.1f} | {most:,.0f} |")
    ratio = work["ours"] / work["hand"]
    alone = work["ours_tier"] / work["hand_tier"]
    print(f"\nsame rows in both: {same}")
    print(f"ratio {ratio:.2f}, tier alone {alone:.2f}, target at most {MOST_TIMES}; ")
    print(f"memory target 4,000 MB: {'met' if peak < MOST_BYTES else 'NOT met'}")
    return 0 if max(ratio, alone) <= MOST_TIMES and peak < MOST_BYTES and same else 1


if __name__ == "__main__":
    sys.exit(main())
