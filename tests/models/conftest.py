"""The purchase models under test: known parameters and their papers' likelihoods."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import betaln, gammaln

from workbench.models import BGNBD, MBGNBD, MBGCNBDk, ParetoNBD


@dataclass(frozen=True)
class Case:
    """A model, its truth [days], and ln L of one history up to a constant of x."""

    cls: Any
    truth: dict[str, float]
    log_likelihood: Callable[..., float]
    k: int = 1
    settings: dict[str, int] = field(default_factory=dict)

    def model(self, **settings):
        """Return an unfitted model."""
        return self.cls(**{**self.settings, **settings})

    def known(self, time_unit="D", **truth):
        """Return a model that knows its parameters without a fit."""
        parameters = truth or self.truth
        fields = {"model": self.cls.name, "time_unit": time_unit, "k": self.k}
        return self.cls.from_json(json.dumps({**fields, "parameters": parameters}))


def bg_nbd(x, t_x, age, r, alpha, a, b):
    """Fader, Hardie & Lee (2005), equation 6."""
    head = gammaln(r + x) - gammaln(r) + r * np.log(alpha) - betaln(a, b)
    alive = betaln(a, b + x) - (r + x) * np.log(alpha + age)
    if x == 0:
        return head + alive
    left = betaln(a + 1, b + x - 1) - (r + x) * np.log(alpha + t_x)
    return head + np.logaddexp(alive, left)


def mbg_nbd(x, t_x, age, r, alpha, a, b):
    """Batislam et al. (2007): the first purchase may be the last."""
    head = gammaln(r + x) - gammaln(r) + r * np.log(alpha) - betaln(a, b)
    alive = betaln(a, b + x + 1) - (r + x) * np.log(alpha + age)
    left = betaln(a + 1, b + x) - (r + x) * np.log(alpha + t_x)
    return head + np.logaddexp(alive, left)


def mbg_cnbd_2(x, t_x, age, r, alpha, a, b):
    """Platzer & Reutterer (2016) for k = 2, as an integral over the rate.

    Gaps are Erlang-2; a silence of s has probability exp(-λs)·(1 + λs). The gaps' own
    product is left out.
    """

    def joint(rate):
        log_prior = (r - 1) * np.log(rate) - alpha * rate
        log_gaps = 2 * x * np.log(rate) - rate * t_x
        silence = (1 + rate * (age - t_x)) * np.exp(-rate * (age - t_x))
        stay, left = np.exp(betaln(a, b + x + 1)), np.exp(betaln(a + 1, b + x))
        return np.exp(log_prior + log_gaps - shift) * (left + stay * silence)

    mode = (r + 2 * x) / (alpha + t_x)
    shift = (r - 1 + 2 * x) * np.log(mode) - (alpha + t_x) * mode
    ends = mode * np.array([0, 1e-9, 1e-3, 0.1, 0.5, 1, 2, 5, 40 / (r + 2 * x) + 9])
    area = sum(
        quad(joint, low, high, epsabs=0, epsrel=1e-12, limit=300)[0]
        for low, high in zip(ends, ends[1:], strict=False)
    )
    return shift + np.log(area) + r * np.log(alpha) - gammaln(r) - betaln(a, b)


def pareto_nbd(x, t_x, age, r, alpha, s, beta):
    """Schmittlein, Morrison & Colombo (1987), as an integral over when one left."""
    head = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + s * np.log(beta)

    def left(when):
        fall = (r + x) * np.log((alpha + when) / (alpha + t_x))
        return np.exp(-fall) * (beta + when) ** -(s + 1)

    area = quad(left, t_x, age, epsabs=0, epsrel=1e-12, limit=300)[0]
    gone = s * area * (alpha + t_x) ** -(r + x)
    return head + np.log((alpha + age) ** -(r + x) * (beta + age) ** -s + gone)


CASES = [
    Case(BGNBD, {"r": 0.8, "alpha": 40.0, "a": 0.9, "b": 2.5}, bg_nbd),
    Case(MBGNBD, {"r": 0.8, "alpha": 40.0, "a": 0.9, "b": 2.5}, mbg_nbd),
    Case(ParetoNBD, {"r": 0.8, "alpha": 40.0, "s": 0.7, "beta": 200.0}, pareto_nbd),
    Case(
        MBGCNBDk,
        {"r": 0.8, "alpha": 15.0, "a": 0.7, "b": 4.0},
        mbg_cnbd_2,
        k=2,
        settings={"k": 2},
    ),
]


@pytest.fixture(params=CASES, ids=[case.cls.name for case in CASES])
def case(request):
    """Each purchase model in turn."""
    return request.param
