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
    ends = difference.ends_for_the_better
    if ends is None or ends[0] > 0:
        return
    shown = "is no better than" if ends[1] >= 0 else "is worse than"
    side = "above" if difference.higher_is_better else "below"
    warnings.warn(
        f"the model {shown} {baseline} on the same customers: difference {difference}, "
        f"expected the whole interval {side} 0. "
        f"{NoGain.cure}",
        NoGain,
        stacklevel=3,
    )
