"""BG/NBD: purchase summaries in, activity and expected orders per customer out."""

from __future__ import annotations

from workbench.models._beta_dropout import BetaDropout


class BGNBD(BetaDropout):
    """Beta-geometric / negative binomial model of repeat purchase days.

    While active a customer buys at a rate of their own, λ ~ Gamma(r, alpha); after each
    *repeat* purchase they leave for good with a chance of their own, p ~ Beta(a, b).
    So every one-time buyer is held to be active: see ``MBGNBD``.

    Parameters
    ----------
    time_unit
        ``D`` or ``W``: the unit of ``recency_days`` and ``age_days`` in the frames, and
        of ``alpha``. Horizons are always in days.
    penalizer
        L2 weight on the log-parameters, per customer:
        ``penalizer · (ln²r + ln²(alpha/mean age) + ln²a + ln²b)`` is added to the mean
        negative log-likelihood. ``alpha`` is taken relative to the mean age, so days
        and weeks give the same fit.

    References
    ----------
    Fader, Hardie & Lee (2005), "Counting your customers" the easy way: an alternative
    to the Pareto/NBD model, Marketing Science 24, 275-284: the likelihood is equation
    6, expected orders equations 9 and 10. Fader, Hardie & Lee (2008), Computing
    P(alive) using the BG/NBD model, equation 1. Our ``frequency`` is the papers' x,
    ``recency_days`` t_x, ``age_days`` T, the horizon t.

    Examples
    --------
    >>> import pandas as pd
    >>> model = BGNBD.from_json(
    ...     '{"model": "bg_nbd", "time_unit": "W", "parameters": '
    ...     '{"r": 0.2426, "alpha": 4.4136, "a": 0.7929, "b": 2.4259}}'
    ... )
    >>> customer = pd.DataFrame(
    ...     {"frequency": [2], "recency_days": [30.43], "age_days": [38.86]}
    ... )
    >>> model.expected_orders(customer, horizon_days=273).round(3)
    array([1.226])
    """

    name = "bg_nbd"
    leaves_at_once = 0
