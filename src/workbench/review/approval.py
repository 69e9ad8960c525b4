"""A run, a name and a reason in; a recorded decision and a bundle out, or a refusal.

The only way from research to customers: the limits of ``acceptance.yaml`` are held
against the run's numbers, and what is approved is written down before it can be used.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from workbench.delivery import card
from workbench.delivery.bundle import require_files, write_bundle
from workbench.delivery.decisions import Decision, append_decision, read_decisions
from workbench.errors import BadParameter
from workbench.evaluation import Verdict, load_acceptance
from workbench.review.candidates import Candidate, judge_candidate, open_candidate
from workbench.review.evidence import card_facts, evidence, settings_json
from workbench.settings import places


@dataclass(frozen=True)
class Approval:
    """What was decided, on what grounds, and the bundle's folder."""

    decision: Decision
    bundle: Path
    verdicts: dict[str, Verdict]

    def as_dict(self) -> dict[str, Any]:
        """Return the approval as plain values."""
        return {
            "decision": asdict(self.decision),
            "bundle": str(self.bundle),
            "verdicts": {name: asdict(v) for name, v in self.verdicts.items()},
        }


def approve(
    run: str | Path, by: str, reason: str, *, now: datetime | None = None
) -> Approval:
    """Approve a run: judge it, write its bundle, record the decision.

    Parameters
    ----------
    run
        Name or folder of a complete run.
    by, reason
        Who approves, and why; neither may be empty.
    now
        The time of the decision, in place of the clock.

    Raises
    ------
    BadParameter
        If ``by`` or ``reason`` is empty.
    MissingInputs
        If the run is not complete.
    GateRefused
        If a model did not meet the limits, with the numbers.
    Tampered
        If a file of the run or the decision record was altered.
    """
    for name, given in (("by", by), ("reason", reason)):
        if not given.strip():
            raise BadParameter(f"--{name} must not be empty: an approval has a {name}")
    read_decisions()
    candidate = open_candidate(run)
    acceptance = load_acceptance(places().acceptance)
    verdicts = judge_candidate(candidate, acceptance)
    until = candidate.as_of + timedelta(days=acceptance.valid_days)
    moment = now or datetime.now(UTC)
    who = {"by": " ".join(by.split()), "reason": " ".join(reason.split())}
    files = _files(candidate, verdicts, who, until, moment)
    require_files(files)
    bundle = write_bundle(files, _facts(candidate, until, moment))
    decision = append_decision(
        action="approve",
        run=candidate.run.name,
        bundle_id=bundle.id,
        bundle_sha256=bundle.sha256,
        as_of=candidate.as_of,
        valid_until=until,
        now=moment,
        **who,
    )
    return Approval(decision, bundle.folder, verdicts)


def _facts(candidate: Candidate, until: date, moment: datetime) -> dict[str, Any]:
    """Return what the manifest says beside the files' hashes."""
    record, stages = candidate.tiers.record, candidate.scorer.stages
    return {
        "as_of": candidate.as_of.isoformat(),
        "valid_until": until.isoformat(),
        "made_on": moment.astimezone(UTC).date().isoformat(),
        "run": candidate.run.name,
        "data": record["data"],
        "git": record["git"],
        "policy_id": candidate.policy.id,
        "policy_sha256": candidate.policy.sha256,
        **({"stages_id": stages.id, "stages_sha256": stages.sha256} if stages else {}),
    }


def _files(
    candidate: Candidate,
    verdicts: dict[str, Verdict],
    who: dict[str, str],
    until: date,
    moment: datetime,
) -> dict[str, str]:
    """Return the texts of all files of the bundle."""
    scorer = candidate.scorer
    texts = {f"models/{name}.json": text for name, text in scorer.to_texts().items()}
    texts["models/settings.json"] = settings_json(candidate)
    texts["cuts.json"] = candidate.cuts.to_json()
    texts["policy.yaml"] = candidate.policy.text
    if scorer.stages:
        texts["stages.yaml"] = scorer.stages.text
    texts["evidence.json"] = evidence(candidate, verdicts)
    facts = card_facts(candidate, verdicts)
    facts |= {**who, "valid_until": until, "approved_on": moment.date()}
    texts["card.md"] = card.render_card(facts)
    return texts
