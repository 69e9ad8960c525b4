"""MBG/NBD: as BG/NBD, but a customer may leave after the first purchase too."""

from __future__ import annotations

from workbench.models._beta_dropout import BetaDropout


class MBGNBD(BetaDropout):
    """Modified beta-geometric / negative binomial model of repeat purchase days.

    While active a customer buys at a rate of their own, λ ~ Gamma(r, alpha); after each
    purchase, *the first one included*, they leave for good with a chance of their own,
    p ~ Beta(a, b). So a one-time buyer may have left.

    Parameters
    ----------
    time_unit, penalizer
        As in ``BGNBD``.

    References
    ----------
    Batislam, Denizel & Filiztekin (2007), Empirical validation and comparison of models
    for customer base analysis, International Journal of Research in Marketing 24,
    201-209; Hoppe & Wagner (2007), Customer base analysis: the case for a central
    variant of the Betageometric/NBD model, Marketing Journal of Research and
    Management 2, 75-90 (the CBG/NBD, the same model).

    Examples
    --------
    >>> import pandas as pd
    >>> model = MBGNBD.from_json(
    ...     '{"model": "mbg_nbd", "time_unit": "W", "parameters": '
    ...     '{"r": 0.525, "alpha": 6.183, "a": 0.891, "b": 1.614}}'
    ... )
    >>> once = pd.DataFrame(
    ...     {"frequency": [0], "recency_days": [0], "age_days": [38.86]}
    ... )
    >>> model.p_alive(once).round(3)
    array([0.39])
    """

    name = "mbg_nbd"
    leaves_at_once = 1
