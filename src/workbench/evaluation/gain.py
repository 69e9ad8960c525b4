"""A paired difference in; a doubt in words out where it shows no gain."""

from __future__ import annotations

import warnings

from workbench.errors import NoGain
from workbench.evaluation.measured import Measured


def warn_if_no_gain(difference: Measured, baseline: str = "same count again") -> None:
    """Say in words that a model is not shown to be better than its baseline.

    Whether it is refused is the gate's to say (``judge``).

    Parameters
    ----------
    difference
        Model minus baseline, with its 95 % interval and direction; one without says
        nothing.
    baseline
        Its name.

    Warns
    -----
    NoGain
        If the interval holds 0, or lies on the bad side of it.
    """
    low, high, higher = difference.low, difference.high, difference.higher_is_better
    if low is None or high is None or higher is None:
        return
    worst, best = (low, high) if higher else (-high, -low)
    if worst > 0:
        return
    shown = "is no better than" if best >= 0 else "is worse than"
    warnings.warn(
        f"the model {shown} {baseline} on the same customers: difference {difference}, "
        f"expected the whole interval {'above' if higher else 'below'} 0. "
        f"{NoGain.cure}",
        NoGain,
        stacklevel=3,
    )
