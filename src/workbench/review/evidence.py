"""A judged candidate in, what the bundle tells about it out: evidence and card."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import Any

import ibis
import pandas as pd

from workbench.delivery import card
from workbench.delivery.bundle import Bundle
from workbench.delivery.tier_counts import tier_summary
from workbench.delivery.warning_rows import learned_levels
from workbench.errors import MissingFeatures, NoChampion, NotEnoughData, Tampered
from workbench.evaluation import Verdict
from workbench.review.candidates import Candidate
from workbench.review.stages import StageView
from workbench.shop import Shop, open_shop

_SAYS = {"clv": "expected orders", "churn": "probability of no purchase"}
_KEPT = (
    "notebook",
    "label",
    "parameters",
    "metrics",
    "verdict",
    "learned",
    "doubts",
    "executed_sha256",
    "key",
)


def evidence(candidate: Candidate, verdicts: dict[str, Verdict]) -> str:
    """Return ``evidence.json``: what was measured, and by which notebooks."""
    stages = {
        stage.name: {name: stage.record.get(name) for name in _KEPT}
        for stage in candidate.stages.values()
    }
    value = {
        "run": candidate.run.name,
        "as_of": candidate.as_of.isoformat(),
        "verdicts": {name: asdict(v) for name, v in verdicts.items()},
        "stages": stages,
    }
    return json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def card_facts(candidate: Candidate, verdicts: dict[str, Verdict]) -> dict[str, Any]:
    """Return all that the card says but for the decision itself."""
    record, spec = candidate.tiers.record, candidate.policy.spec
    shop = shop_of(candidate)
    scores = candidate.scorer.scores(shop.transactions, candidate.as_of, shop.beside)
    tiers = _tiers(candidate, scores)
    clv = candidate.scorer.settings.clv
    summary = tier_summary(candidate.policy.tiers, tiers.to_pyarrow(), scores, clv)
    shown = [
        _stage_facts(name, stage, verdicts.get(name))
        for name, stage in candidate.stages.items()
        if name in ("clv", "churn")
    ]
    return {
        "run": candidate.run.name,
        "as_of": candidate.as_of,
        "policy": {
            "title": spec.title.en,
            "about": spec.about.en,
            "lacks": [text.en for text in spec.lacks] or ["Nothing is named."],
        },
        "data": record["data"],
        "scope": candidate.scorer.settings.scope,
        "customers": len(scores),
        "commit": record["git"]["commit"],
        "dirty": record["git"]["dirty"],
        "stages": shown,
        "fails": [line for stage in shown for line in stage["fails"]],
        "tiers": card.tier_rows(summary),
        "thresholds": card.threshold_lines(candidate.cuts),
        "moves": _moves(candidate, shop, tiers.execute()),
    }


def shop_of(candidate: Candidate) -> Shop:
    """Return the shop that the run stood in, on its day."""
    data = candidate.tiers.record["data"]
    store = f"{data['name']}@{data['version']}"
    return open_shop(store, candidate.as_of, candidate.scorer.settings.scope)


def settings_json(candidate: Candidate) -> str:
    """Return the settings, with what is urgent and usual on the run's day.

    Where too few can churn to learn it from, the bundle gives tiers and no warnings.
    """
    scorer, shop = candidate.scorer, shop_of(candidate)
    lines, day = shop.transactions, candidate.as_of
    buyers = scorer.churn_features(lines, day, shop.beside).to_pyarrow()
    try:
        levels = learned_levels(scorer, buyers)
    except NotEnoughData:
        return scorer.settings.to_json()
    return replace(scorer.settings, levels=levels).to_json()


def _tiers(candidate: Candidate, scores: pd.DataFrame) -> Any:
    table = ibis.memtable(candidate.scorer.as_arrow(scores))
    day = candidate.as_of
    return candidate.policy.assign(
        table, candidate.cuts, as_of=day, bundle_id="candidate"
    ).order_by("customer_id")


def _stage_facts(
    name: str, stage: StageView, verdict: Verdict | None
) -> dict[str, Any]:
    table = card.calibration(stage.holdout())
    doubts = [f"{stage.notebook}: {doubt.words}" for doubt in stage.doubts]
    return {
        "title": f"{stage.notebook} · {stage.label}",
        "verdict": stage.record.get("verdict", ""),
        "checks": [asdict(check) for check in verdict.checks] if verdict else [],
        "metrics": card.metric_rows(stage.measured),
        "calibration": card.calibration_rows(table),
        "fails": [*card.failings(_SAYS[name], table), *doubts],
    }


def _moves(candidate: Candidate, shop: Shop, after: pd.DataFrame) -> dict:
    """Return who would move tier, against the champion on the same day and store."""
    try:
        now = Bundle.champion()
    except NoChampion:
        return card.moves_facts(None, "Nobody: this is the first approval.")
    except Tampered as error:
        return card.moves_facts(None, f"Not compared with the champion: {error}")
    own = open_shop(shop.store, candidate.as_of, now.scorer.settings.scope)
    try:
        before = now.tier_table(own.transactions, candidate.as_of, beside=own.beside)
    except MissingFeatures as error:
        return card.moves_facts(None, f"Not compared with the champion: {error}")
    to = list(candidate.policy.tiers)
    table = card.moves_table(before.execute(), after, list(now.policy.tiers), to)
    return card.moves_facts(table, now.id)
