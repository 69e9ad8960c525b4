"""What was said at the origins in, a refusal where a feature sees its own future out.

Two looks. A feature must stay the same once later rows are there; and a model that
ranks far better than recency alone must owe it to one cause that the shop can name.
Frequent buyers are honestly easy to tell, recency alone does it; so a high AUC by
itself is a doubt and no refusal.

What the two looks cannot see. A builder that reads a table of its own, past the lines
it is handed: both looks are then the same. A leak under the name of a family: it looks
like a strong cause, and ``StrongCause`` asks whether the shop knew it on the day. A
leak where recency alone has an AUC of .90 or more: no room is left for a gain, and
``HighAUC`` names the own features that say half of what recency leaves unsaid.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from workbench.churn_words import FAMILIES, family_of
from workbench.errors import HighAUC, LeakFound, StrongCause
from workbench.evaluation.metrics import measure
from workbench.models import ChurnBooster, ChurnLogistic

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from numpy.typing import NDArray

    from workbench.evaluation.churn_frames import ChurnFrames
    from workbench.window import Window

MOST_GAIN = 0.10
HIGHEST_AUC = 0.95
RECENCY = "days_since_last_order"
_SAME = 1e-9
_SHOWN = 5


@dataclass(frozen=True)
class Gain:
    """What a model of all features gains over recency at an origin, and by what.

    ``causes`` has the AUC of recency with each single family, empty where the gain
    needs no explanation; ``own`` that of recency with each own feature, empty where the
    AUC is no doubt either.
    """

    origin: date
    model: str
    auc: float
    auc_of_recency: float
    causes: Mapping[str, float]
    own: Mapping[str, float]

    @property
    def is_large(self) -> bool:
        """Whether it is more than .10."""
        return self.auc - self.auc_of_recency > MOST_GAIN

    @property
    def is_high(self) -> bool:
        """Whether the AUC is above .95, by whatever."""
        return self.auc > HIGHEST_AUC

    @property
    def strongest(self) -> tuple[str, float]:
        """The family that explains most, with its AUC."""
        if not self.causes:
            return "none", self.auc_of_recency
        name = max(self.causes, key=lambda family: self.causes[family])
        return name, self.causes[name]

    @property
    def is_explained(self) -> bool:
        """Whether one family leaves at most .10 of the model's AUC unsaid."""
        return self.auc - self.strongest[1] <= MOST_GAIN


def require_no_leak(
    transactions: ir.Table,
    window: Window,
    frames: ChurnFrames,
    gains: Sequence[Gain],
) -> None:
    """Refuse features that see the days they should foretell.

    Parameters
    ----------
    transactions
        All order lines, those after the origin too.
    window
        The origin to compare the features at.
    frames
        What makes the features, with what the shop knows beside.
    gains
        Of every origin that was judged, as of ``gain_at``.

    Raises
    ------
    LeakFound
        If a feature changes once later rows are there, or a gain is not explained.

    Warns
    -----
    HighAUC
        If a model's AUC is above .95.
    StrongCause
        If one family explains a gain of more than .10.
    """
    require_features_stay(transactions, window, frames)
    require_explained(gains)


def require_features_stay(
    transactions: ir.Table, window: Window, frames: ChurnFrames
) -> None:
    """Refuse a feature that changes once rows after ``window.as_of`` are there."""
    cut = frames.buyers(transactions, window).set_index("customer_id")
    table = frames.build(
        transactions,
        window,
        frames.eligible_days,
        beside=frames.beside,
        priors=frames.priors,
    )
    full = table.execute().set_index("customer_id").sort_index()
    cut = cut.sort_index()
    if not cut.index.equals(full.index):
        raise LeakFound(
            f"who had bought by {window.as_of} must not change once later rows are "
            f"there, found {len(cut):,} customers without them and {len(full):,} with "
            f"them. {_CURE}"
        )
    changed = {name: is_other(cut[name], full[name]) for name in full.columns}
    found = {name: of for name, of in changed.items() if of.any()}
    if found:
        told = "; ".join(
            _change(name, of, cut[name], full[name])
            for name, of in list(found.items())[:_SHOWN]
        )
        raise LeakFound(
            f"features at {window.as_of} must not change once later rows are there, "
            f"found {len(found)} that do: {told}. {_CURE}"
        )


def gain_at(
    origin: date,
    past: pd.DataFrame,
    test: pd.DataFrame,
    actual: NDArray[np.float64],
    said: Mapping[str, NDArray[np.float64]],
    recency: NDArray[np.float64],
    own_features: Sequence[str] = (),
) -> Gain:
    """Return the largest gain over recency at an origin, with what may explain it.

    Parameters
    ----------
    origin
        The day.
    past
        Features and ``no_order`` of the closed horizon that explanations are fitted on.
    test, actual
        Features of the customers at the origin, and who stayed away.
    said, recency
        Probabilities of each model of all features, and of recency alone.
    own_features
        They belong to no family, and so explain nothing; the refusal names them.
    """
    aucs = {name: measure("auc", actual, p).value for name, p in said.items()}
    model = max(aucs, key=lambda name: aucs[name])
    alone = measure("auc", actual, recency).value
    plain = Gain(origin, model, aucs[model], alone, {}, {})
    of = partial(_auc_of, model, past, test, actual)
    own = {name: of([name]) for name in own_features if plain.is_large or plain.is_high}
    if not plain.is_large:
        return replace(plain, own=own)
    there = [n for n in test.columns if family_of(n) and n != "age_days"]
    families = {
        family: [name for name in there if family_of(name) == family]
        for family in FAMILIES
    }
    causes = {family: of(names) for family, names in families.items() if names}
    return replace(plain, causes=causes, own=own)


def require_explained(gains: Sequence[Gain]) -> None:
    """Refuse a gain that no family explains; warn of what is strong but honest."""
    for gain in gains:
        if gain.is_large and not gain.is_explained:
            raise LeakFound(_unexplained(gain))
    if high := [gain for gain in gains if gain.is_high]:
        warnings.warn(_high(high), HighAUC, stacklevel=3)
    if large := [gain for gain in gains if gain.is_large]:
        warnings.warn(_strong(large), StrongCause, stacklevel=3)


def is_other(first: pd.Series, second: pd.Series) -> NDArray[np.bool_]:
    """Return which values differ, by more than rounding where they are numbers."""
    if not pd.api.types.is_numeric_dtype(first):
        return (first.astype(str) != second.astype(str)).to_numpy()
    one, two = (of.to_numpy(dtype=np.float64) for of in (first, second))
    return ~np.isclose(one, two, rtol=_SAME, atol=_SAME, equal_nan=True)


_CURE = (
    "Let what builds the features see ordered_on <= as_of only, and nothing that was "
    "written down later."
)


def _change(
    name: str, is_changed: NDArray[np.bool_], cut: pd.Series, full: pd.Series
) -> str:
    first = int(np.argmax(is_changed))
    before, after = cut.iloc[first], full.iloc[first]
    return (
        f"{name} for {int(is_changed.sum()):,} of {len(cut):,} customers, one from "
        f"{_plain(before)} to {_plain(after)}"
    )


def _plain(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, int | float | np.number) else str(value)


def _auc_of(
    kind: str,
    past: pd.DataFrame,
    test: pd.DataFrame,
    actual: NDArray[np.float64],
    names: Sequence[str],
) -> float:
    """Return the AUC of a model of the kind, of recency and the named features.

    Trees see a step that a logistic does not: what they gain by it is no leak.
    """
    features = tuple(dict.fromkeys((RECENCY, *names)))
    learner = ChurnBooster if kind == "booster" else ChurnLogistic
    fitted = learner(features=features).fit(past, past["no_order"].to_numpy())
    return measure("auc", actual, fitted.p_churn(test)).value


def _unexplained(gain: Gain) -> str:
    family, auc = gain.strongest
    own = "".join(
        f" Own feature {name} with recency has {of:.3f}."
        for name, of in sorted(gain.own.items(), key=lambda item: -item[1])
    )
    return (
        f"the {gain.model} at {gain.origin} has AUC {gain.auc:.3f}, recency alone "
        f"{gain.auc_of_recency:.3f}: a gain of more than {MOST_GAIN:g} is expected to "
        f"come from one family of features, found {family} with recency as the best, "
        f"{auc:.3f}.{own} Look for a column that is written when a customer has "
        "already gone, and leave it out."
    )


def _high(gains: Sequence[Gain]) -> str:
    told = ", ".join(
        f"{g.auc:.3f} at {g.origin} (recency alone {g.auc_of_recency:.3f})"
        for g in gains
    )
    own = "".join(
        f" Own feature {name} with recency has {of:.3f} at {gain.origin}."
        for gain in gains
        for name, of in gain.own.items()
        if 1 - of < (1 - gain.auc_of_recency) / 2
    )
    return (
        f"expected an AUC of at most {HIGHEST_AUC:g}, found {told}.{own} {HighAUC.cure}"
    )


def _strong(gains: Sequence[Gain]) -> str:
    told = ", ".join(
        f"{g.auc:.3f} against {g.auc_of_recency:.3f} at {g.origin}, {g.strongest[0]} "
        f"alone reaching {g.strongest[1]:.3f}"
        for g in gains
    )
    return (
        f"expected at most {MOST_GAIN:g} more AUC than recency alone, found {told}. "
        f"{StrongCause.cure}"
    )
