"""A seed in, the small shop of ``data/sample`` out, for the README and the tests.

A made-up tea shop with headings of its own and a few dirty lines, as exports have them:
walk-ins without a card, refunds, a total, an empty line, a date that is none. Run
``python -m workbench.datasets.sample`` to write it again; the bytes are the same.

=============  =======================================================  ========
heading        meaning                                                  unit
=============  =======================================================  ========
会员号         the member's card, our ``customer_id``
下单时间       when it was paid, on the clock of Shanghai                minute
实付金额       paid; negative for a refund                               CNY
=============  =======================================================  ========

Size: about 12,000 lines of 1,500 members, 2024-07-01 to 2026-06-30. Source: simulated,
after the Pareto/GGG of Platzer & Reutterer (2016), *Ticking Away the Moments*, and
Gamma-Gamma. Licence: that of this project.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from workbench.settings import places
from workbench.storage import write_atomically

HEADER = "会员号,下单时间,实付金额"
MAPPING = """\
# What the headings of the sample shop mean; copy this file for a shop of your own.
columns:
  customer_id: 会员号
  ordered_at: 下单时间
  amount: 实付金额
date_formats: ["%Y/%m/%d %H:%M"]
time_zone: Asia/Shanghai
currency: CNY
returns: negative_amount
"""
_SEED = 20260630
_START, _DAYS = "2024-07-01", 730
_N_CUSTOMERS = 1_500
_OPENS_AT, _OPEN_MINUTES = 9, 13 * 60


def shop_lines() -> list[str]:
    """Return the lines of the shop's export, header first."""
    random = np.random.default_rng(_SEED)
    orders = _orders(random)
    lines = [
        f"{member},{at:%Y/%m/%d %H:%M},{amount:.2f}"
        for member, at, amount in orders.itertuples(index=False)
    ]
    return [HEADER, *_with_dirt(lines, random), "合计,,"]


def write_shop(folder: str | Path) -> Path:
    """Write ``shop.csv`` and ``shop_mapping.yaml``.

    Parameters
    ----------
    folder
        Where to.

    Returns
    -------
    Path
        The CSV.
    """
    path = Path(folder) / "shop.csv"
    write_atomically(path, "\n".join(shop_lines()) + "\n")
    write_atomically(Path(folder) / "shop_mapping.yaml", MAPPING)
    return path


def _orders(random: np.random.Generator) -> pd.DataFrame:
    """Simulate purchases in opening hours, and refund a few of them."""
    who, when = _purchases(random)
    minute = _OPENS_AT * 60 + random.integers(0, _OPEN_MINUTES, len(who))
    taste = random.gamma(4.0, 1.0 / 48.0, _N_CUSTOMERS)
    amount = random.gamma(6.0, 1.0, len(who)) / taste[who]
    sold = pd.DataFrame(
        {
            "member": [f"M{100_001 + number}" for number in who],
            "at": pd.Timestamp(_START)
            + pd.to_timedelta(np.floor(when), unit="D")
            + pd.to_timedelta(minute, unit="min"),
            "amount": np.maximum(amount.round(2), 1.0),
        }
    )
    frame = pd.concat([sold, _refunds(sold, random)])
    return frame.sort_values("at", kind="stable", ignore_index=True)


def _purchases(random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return who bought and when [days after the start].

    Members have habits: the gaps of each are more even than chance would have them, by
    a measure of their own, and each leaves at some time, not only after a purchase.
    """
    joined = random.uniform(0.0, _DAYS - 60.0, _N_CUSTOMERS)
    gap_days = 25.0 / random.gamma(0.9, 1.0, _N_CUSTOMERS)
    evenness = random.gamma(3.0, 1.0, _N_CUSTOMERS) + 0.5
    stays_days = random.exponential(1.0, _N_CUSTOMERS) * (
        160.0 / random.gamma(0.9, 1.0, _N_CUSTOMERS)
    )
    until = np.minimum(_DAYS, joined + stays_days)
    buying, now = np.arange(_N_CUSTOMERS), joined
    who, when = [], []
    while len(buying):
        who.append(buying)
        when.append(now)
        gaps = random.gamma(evenness[buying], gap_days[buying] / evenness[buying])
        now = now + gaps
        buying, now = buying[now <= until[buying]], now[now <= until[buying]]
    return np.concatenate(who), np.concatenate(when)


def _refunds(sold: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    """Give back about one line in a hundred, some days after it was bought."""
    back = sold[random.random(len(sold)) < 0.01]
    days = pd.to_timedelta(random.integers(1, 10, len(back)), unit="D")
    refunds = back.assign(at=back["at"] + days, amount=-back["amount"])
    return refunds[refunds["at"] < pd.Timestamp(_START) + pd.Timedelta(days=_DAYS)]


def _with_dirt(lines: list[str], random: np.random.Generator) -> list[str]:
    """Change a few lines the way exports are spoilt."""
    dirty = list(lines)
    places = random.choice(len(lines), size=95, replace=False)
    for place in places[:80]:
        _, at, amount = dirty[place].split(",")
        dirty[place] = f"散客,{at},{amount}"
    for place in places[80:86]:
        dirty[place] = "\u3000" + dirty[place]
    for place in places[86:89]:
        member, _, amount = dirty[place].split(",")
        dirty[place] = f"{member},2025/02/30 10:00,{amount}"
    for place in places[89:92]:
        member, at, _ = dirty[place].split(",")
        dirty[place] = f"{member},{at},"
    for place in sorted(places[92:], reverse=True):
        dirty.insert(place, "")
    return dirty


if __name__ == "__main__":
    write_shop(places().root / "data" / "sample")
