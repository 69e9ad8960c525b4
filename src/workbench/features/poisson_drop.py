"""Two counts and their exposures in, how clearly the later rate is lower out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

if TYPE_CHECKING:
    import ibis.expr.types as ir

_ADDED = 3 / 8


def drop_z(
    before: ir.NumericValue, last: ir.NumericValue, exposure_ratio: ir.NumericValue
) -> ir.FloatingValue:
    """Return the square-root statistic of two Poisson rates, above 0 for a fall.

    Where its sign is not that of the rates themselves it is 0: of few counts and
    unequal exposures the constants alone would tell a fall or a rise.

    Parameters
    ----------
    before, last
        Counts of the earlier and of the later time.
    exposure_ratio
        Exposure of the later over that of the earlier time, above 0; null where there
        was no earlier time, which tells nothing: 0.

    Notes
    -----
    With counts Y before and X last and d their exposures' ratio, about standard normal
    where both rates are equal::

        z = 2 (sqrt(d (Y + 3/8)) - sqrt(X + 3/8)) / sqrt(1 + d)

    References
    ----------
    Huffman (1984), An improved approximate two-sample Poisson test, Applied Statistics
    33(2); Gu, Ng, Tang & Schucany (2008), Testing the ratio of two Poisson rates,
    Biometrical Journal 50(2), statistic W5.
    """
    expected = (exposure_ratio * (before + _ADDED)).sqrt()
    z = 2 * (expected - (last + _ADDED).sqrt()) / (1 + exposure_ratio).sqrt()
    same = exposure_ratio * before
    return ibis.cases(
        (last < same, ibis.greatest(z, 0.0)),
        (last > same, ibis.least(z, 0.0)),
        else_=0.0,
    )
