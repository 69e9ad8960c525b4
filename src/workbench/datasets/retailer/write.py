"""A plan in, the finished Parquet parts of a synthetic shop's tables in a folder out.

One file per table and block, streamed: no process holds more than the block it draws.
Which process draws a block, and how many there are, changes no byte.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from workbench.datasets.retailer.block import make_block
from workbench.datasets.retailer.campaigns import (
    Campaign,
    Effect,
    campaigns_table,
    coupons_table,
    draw_campaigns,
)
from workbench.datasets.retailer.campaigns import truth_table as truth_of_campaigns
from workbench.datasets.retailer.columns import write_part
from workbench.datasets.retailer.goods import (
    Goods,
    draw_rates,
    goods,
    prices_table,
    products_table,
    promotions_table,
    rates_table,
)
from workbench.datasets.retailer.plan import Plan
from workbench.datasets.retailer.season import promotion_days, promotions
from workbench.datasets.retailer.truth import parameters_table
from workbench.errors import RunError

Progress = Callable[[str, str], None]
Done = tuple[int, list[Effect]]


@dataclass(frozen=True)
class Shop:
    """What a synthetic shop has once, whoever its customers are."""

    goods: Goods
    campaigns: list[Campaign]
    tables: dict[str, pa.Table]


def make_shop(plan: Plan) -> Shop:
    """Draw what the shop has once; a pure shop has only its parameters."""
    of_goods, of_rates, of_campaigns = plan.random_of_shop().spawn(3)
    rate = draw_rates(plan, of_rates)
    on_sale = goods(plan, of_goods, rate)
    tables = {"truth_parameters": parameters_table(plan)}
    if plan.is_pure:
        return Shop(on_sale, [], tables)
    campaigns = draw_campaigns(plan, of_campaigns)
    tables |= {
        "products": products_table(),
        "prices": prices_table(plan, on_sale),
        "promotions": promotions_table(plan),
        "rates": rates_table(plan, rate),
        "campaigns": campaigns_table(plan, campaigns),
        "coupons": coupons_table(plan, campaigns),
    }
    return Shop(on_sale, campaigns, tables)


def write_retailer(
    plan: Plan, folder: str | Path, jobs: int = 2, progress: Progress | None = None
) -> None:
    """Write every table of a synthetic shop.

    Parameters
    ----------
    plan
        Size, period and seed.
    folder
        Where to: ``folder/<table>/part-….parquet``.
    jobs
        Processes at work at the same time; one means this process.
    progress
        Told what is at work, and each block's name with ``done``.

    Raises
    ------
    RunError
        If a process was ended from outside.
    """
    shop = make_shop(plan)
    for name, rows in shop.tables.items():
        write_part(rows, Path(folder) / name / "part-shop.parquet")
    tell = progress or (lambda name, state: None)
    tell("drawing customers", "running")
    found = _here if jobs <= 1 else _beside
    effects: dict[int, list[Effect]] = {}
    for number, some in found(plan, shop, Path(folder), jobs):
        tell(f"block {number + 1}", "done")
        effects[number] = some
    if not plan.is_pure:
        of_all = [_added(list(one)) for one in zip(*_in_order(effects), strict=True)]
        rows = truth_of_campaigns(shop.campaigns, of_all)
        write_part(rows, Path(folder) / "truth_campaigns" / "part-shop.parquet")


def days_file(plan: Plan) -> dict[str, str]:
    """Return the shop's calendar of promotions by its file's name."""
    if plan.is_pure:
        return {}
    return {"promotion_days.yaml": promotion_days(promotions(plan))}


def _here(plan: Plan, shop: Shop, folder: Path, jobs: int) -> Iterator[Done]:
    for number in range(plan.n_blocks):
        yield _write_block(plan, shop.goods, shop.campaigns, folder, number)


def _beside(plan: Plan, shop: Shop, folder: Path, jobs: int) -> Iterator[Done]:
    """Draw blocks in processes of their own; a failure cancels what has not begun."""
    spawn = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(min(jobs, plan.n_blocks), mp_context=spawn)
    try:
        waiting = [
            pool.submit(_write_block, plan, shop.goods, shop.campaigns, folder, number)
            for number in range(plan.n_blocks)
        ]
        for done in as_completed(waiting):
            yield done.result()
    except BrokenProcessPool as error:
        raise RunError(
            "a process that drew customers was ended from outside, as the system does "
            "when memory is short. Try again, with --jobs 1."
        ) from error
    finally:
        pool.shutdown(cancel_futures=True)


def _write_block(
    plan: Plan, on_sale: Goods, campaigns: list[Campaign], folder: Path, number: int
) -> Done:
    block = make_block(plan, number, on_sale, campaigns)
    for name, rows in block.tables.items():
        write_part(rows, folder / name / f"part-{number:05d}.parquet")
    return number, block.effects


def _in_order(effects: dict[int, list[Effect]]) -> list[list[Effect]]:
    """Return the blocks' effects by number, so that sums come out the same."""
    return [effects[number] for number in sorted(effects)]


def _added(parts: list[Effect]) -> Effect:
    return Effect(
        sum(part.chosen for part in parts),
        sum(part.treated for part in parts),
        sum(part.uplift for part in parts),
    )
