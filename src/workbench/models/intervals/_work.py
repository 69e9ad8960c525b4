"""Numbers of replicates in, each one's parameters out, here or in other processes.

Processes are spawned, never forked, and given plain arrays and the models' JSON. Which
of them fits a replicate, and how many there are, changes no digit.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from workbench.errors import GateRefused, NotConverged, NotEnoughData, RunError
from workbench.models._btyd import FEWEST_REPEATERS
from workbench.models.intervals._refit import Neighbour, refit
from workbench.models.intervals._resample import Pool, times_drawn
from workbench.models.load import load_model

Floats = NDArray[np.float64]

_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
_CHUNK = 5  # replicates a process is given at a time
_given: list[Work] = []  # what a process of the pool was given when it began


@dataclass(frozen=True)
class Work:
    """All that fitting a replicate needs.

    Parameters
    ----------
    orders_model, value_model
        The models fitted to all customers, as JSON.
    orders_near, value_near
        Where their search begins.
    pool
        The customers to draw from.
    seed
        Seed of the draws.
    """

    orders_model: str
    value_model: str
    orders_near: Neighbour
    value_near: Neighbour
    pool: Pool
    seed: int


@dataclass(frozen=True)
class Fitted:
    """A replicate's parameters, or why there are none."""

    replicate: int
    orders: Floats
    value: Floats
    failure: str = ""


def fit_replicates(work: Work, n_replicates: int, processes: int) -> Iterator[Fitted]:
    """Fit replicates 0 to ``n_replicates`` - 1, in no order.

    Raises
    ------
    RunError
        If a process came to an early end.
    """
    chunks = [
        list(range(first, min(first + _CHUNK, n_replicates)))
        for first in range(0, n_replicates, _CHUNK)
    ]
    if processes == 1:
        for chunk in chunks:
            yield from _fit(work, chunk)
    else:
        yield from _beside(work, chunks, min(processes, len(chunks)))


def _beside(work: Work, chunks: list[list[int]], processes: int) -> Iterator[Fitted]:
    spawn = multiprocessing.get_context("spawn")
    # A process that dies while it starts leaves whatever is larger than a pipe holds
    # unread, and this one waiting: so the work lies in a file, and its name is sent.
    folder = tempfile.TemporaryDirectory(prefix="wb-refits-")
    file = Path(folder.name) / "work"
    file.write_bytes(pickle.dumps(work))
    pool = ProcessPoolExecutor(
        processes, mp_context=spawn, initializer=_begin, initargs=(file,)
    )
    try:
        with _one_thread_each():
            waiting = [pool.submit(_fit_given, chunk) for chunk in chunks]
        for done in as_completed(waiting):
            yield from done.result()
    except BrokenProcessPool as error:
        raise RunError(
            "a process that fitted replicates came to an early end: memory was short, "
            "or a script starts processes outside of `if __name__ == '__main__':`. "
            "Try again, with processes=1."
        ) from error
    finally:
        pool.shutdown(cancel_futures=True)
        folder.cleanup()


def _begin(file: Path) -> None:
    _given[:] = [pickle.loads(file.read_bytes())]  # this program's own, written above


def _fit_given(replicates: list[int]) -> list[Fitted]:
    return list(_fit(_given[0], replicates))


def _fit(work: Work, replicates: list[int]) -> Iterator[Fitted]:
    orders_model = load_model(work.orders_model)
    value_model = load_model(work.value_model)
    for replicate in replicates:
        times = times_drawn(work.pool.n_customers, work.seed, replicate)
        every, values = work.pool.histories(times), work.pool.values(times)
        try:
            _require_repeaters(float(values[2].sum()))
            orders = refit(orders_model.likelihood_of(every), work.orders_near)
            value = refit(value_model.likelihood_of(*values), work.value_near)
            _require_a_mean(dict(zip(work.value_near.names, value, strict=True)))
        except (GateRefused, NotConverged, NotEnoughData) as error:
            yield Fitted(replicate, np.zeros(0), np.zeros(0), str(error))
        else:
            yield Fitted(replicate, orders, value)


def _require_repeaters(n_repeaters: float) -> None:
    if n_repeaters < FEWEST_REPEATERS:
        raise NotEnoughData(
            f"expected at least {FEWEST_REPEATERS} customers with a repeat order of "
            f"some value, drew {n_repeaters:g}"
        )


def _require_a_mean(value: dict[str, float]) -> None:
    if value.get("q", np.inf) <= 1:
        raise GateRefused(
            f"q = {value['q']:.3f}, expected above 1: the mean value is infinite"
        )


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """Let processes that begin meanwhile do linear algebra in one thread."""
    before = {name: os.environ.get(name) for name in _THREADS}
    os.environ.update(dict.fromkeys(_THREADS, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
