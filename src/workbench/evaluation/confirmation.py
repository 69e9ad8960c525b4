"""A difference chosen on earlier origins and seen again on the last in, words out."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.errors import BadParameter, BadValues
from workbench.evaluation.measured import Measured

LUCKY_SHARE = 0.025  # of 95 % intervals around no difference, those wholly better
SHOWN, NOT_SHOWN, WORSE = "shown", "not shown", "worse"
READ = {SHOWN: "a gain", NOT_SHOWN: "no gain shown", WORSE: "a loss"}


@dataclass(frozen=True)
class Confirmation:
    """Whether what was chosen on the earlier origins also holds on the last one.

    ``earlier`` and ``last`` are each ``shown`` (the whole interval is better than 0),
    ``not shown`` (it holds 0) or ``worse`` (the whole interval is worse than 0).
    """

    earlier: str
    last: str
    words: str

    @property
    def holds(self) -> bool:
        """Whether a gain was shown on the earlier origins and again on the last."""
        return self.earlier == self.last == SHOWN


def confirm(
    chosen: str, difference: str, earlier: Measured, last: Measured, n_tried: int
) -> Confirmation:
    """Say whether the chosen run also holds where no choice has looked.

    The best of many runs is partly the luckiest: of those that gain nothing, one in
    forty shows a gain at 95 %. The last origin was not looked at, so there one test is
    one test, however many were tried.

    Parameters
    ----------
    chosen
        Name of the run.
    difference
        What was compared, ``mae_minus_same_count_again`` say.
    earlier, last
        The difference over the earlier origins and at the last one, in one unit, each
        with its interval and direction.
    n_tried
        How many runs were tried on the earlier origins, the chosen one included.

    Raises
    ------
    BadParameter
        If fewer than one run was tried.
    BadValues
        If a difference has no interval or direction, or the two do not fit.

    References
    ----------
    White (2000), A reality check for data snooping, Econometrica 68, 1097-1126.

    Examples
    --------
    >>> earlier = Measured(-0.11, "orders per customer", False, -0.14, -0.09)
    >>> last = Measured(-0.02, "orders per customer", False, -0.06, 0.02)
    >>> confirm("wide", "mae_minus_same_count_again", earlier, last, 24).holds
    False
    """
    if isinstance(n_tried, bool) or not isinstance(n_tried, int) or n_tried < 1:
        raise BadParameter(f"n_tried must be a number of runs from 1, found {n_tried}")
    _require_fitting(difference, earlier, last)
    before, now = _reading(earlier), _reading(last)
    words = (
        f"{chosen}, chosen from {_runs(n_tried)} on the earlier origins: "
        f"{_spoken(difference)} {earlier} there ({READ[before]}), {last} on the last "
        f"origin ({READ[now]}). {_so(before, now)} {_luck(n_tried)}"
    )
    return Confirmation(before, now, words)


def _require_fitting(difference: str, earlier: Measured, last: Measured) -> None:
    for place, found in (("earlier origins", earlier), ("last origin", last)):
        if found.ends_for_the_better is None:
            lacks = "interval" if found.low is None else "direction"
            raise BadValues(
                f"{difference} needs an interval and a direction, found no {lacks} "
                f"on the {place}: {found}"
            )
    sides = [(m.unit, m.higher_is_better) for m in (earlier, last)]
    if sides[0] != sides[1]:
        raise BadValues(
            f"{difference} must be one metric on both, found {earlier.unit!r} and "
            f"{last.unit!r}, better when higher: {earlier.higher_is_better} and "
            f"{last.higher_is_better}"
        )


def _reading(found: Measured) -> str:
    low, high = found.ends_for_the_better or (0.0, 0.0)
    if low > 0:
        return SHOWN
    return WORSE if high < 0 else NOT_SHOWN


def _so(before: str, now: str) -> str:
    if now == SHOWN:
        again = before == SHOWN
        only = "The last origin shows a gain that the earlier ones did not."
        return "The gain holds." if again else only
    if now == WORSE:
        if before == WORSE:
            return "It is a loss on both."
        return "It does not hold: the last origin shows a loss."
    return "It is not confirmed: the last origin shows no gain."


def _luck(n_tried: int) -> str:
    if n_tried == 1:
        return "Nothing else was tried."
    return (
        f"If none of the {n_tried} runs gained anything, {n_tried * LUCKY_SHARE:.1f} "
        "would be expected to show a gain on the earlier origins by luck."
    )


def _runs(n_tried: int) -> str:
    return "1 run" if n_tried == 1 else f"{n_tried} runs"


def _spoken(name: str) -> str:
    return name.replace("_minus_", " minus ").replace("_", " ")
