"""What a run proposes: stages, models, policy and cut points, checked and judged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from workbench.delivery.scoring import Scorer
from workbench.errors import GateRefused, MissingInputs
from workbench.evaluation import Acceptance, Verdict, judge
from workbench.policy import Cuts, Policy, examined
from workbench.review.runs import RunView, load_run
from workbench.review.stages import StageView
from workbench.scope import ALL
from workbench.settings import places
from workbench.window import parse_day

CHURN_NOTEBOOK = "30_churn"
QUALITY_NOTEBOOK = "00_transactions"
TIERS_NOTEBOOK = "50_tiers"


@dataclass(frozen=True)
class Candidate:
    """The stages, models and policy that a run proposes."""

    run: RunView
    rfm: StageView
    clv: StageView
    churn: StageView
    tiers: StageView
    scorer: Scorer
    policy: Policy
    cuts: Cuts

    @property
    def stages(self) -> dict[str, StageView]:
        """The stages by what they decide."""
        return {
            "rfm": self.rfm,
            "clv": self.clv,
            "churn": self.churn,
            "tiers": self.tiers,
        }

    @property
    def as_of(self) -> date:
        """The day of the run."""
        return parse_day(self.tiers.record["as_of"])

    @property
    def words(self) -> str:
        """Run, store, lines and day, so that nobody approves another run than meant."""
        data, scope = self.tiers.record["data"], self.scorer.settings.scope
        lines = "" if scope == ALL else f" · only {scope}"
        return f"run {self.run.name} · store {data['name']}{lines} · as of {self.as_of}"


def open_candidate(run: str | Path) -> Candidate:
    """Return what a run proposes, its files checked against their records.

    Parameters
    ----------
    run
        Name or folder; ``newest`` is the run with tiers that was started last.

    Raises
    ------
    MissingInputs
        If the run, or a stage it needs, did not come to its end.
    GateRefused
        If a churn stage tried the shop's own columns, or the policy or the rules of
        the life-cycle stages were edited after the run learned its cut points.
    """
    view = load_run(run, notebook=TIERS_NOTEBOOK)
    _require_no_own(view)
    if not view.is_complete:
        raise MissingInputs(
            f"run {view.name} is {view.state.get('state', 'made by hand')}, expected "
            "done. The same `workbench run` completes it."
        )
    tiers, rfm = _only(view, TIERS_NOTEBOOK), _only(view, "10_rfm")
    clv = view.stage(tiers.parameters["clv_stage"])
    churn = view.stage(tiers.parameters["churn_stage"])
    for stage in (rfm, clv, churn, tiers):
        stage.verify()
    policy, cuts = _policy_and_cuts(tiers)
    scorer = Scorer.from_run(view.folder, clv.name, churn.name, rfm.name)
    scorer = scorer.with_measures(policy.measures)
    _require_same_stages(tiers, scorer, cuts)
    return Candidate(view, rfm, clv, churn, tiers, scorer, policy, cuts)


def judge_candidate(candidate: Candidate, acceptance: Acceptance) -> dict[str, Verdict]:
    """Hold the limits against the candidate's numbers.

    Raises
    ------
    GateRefused
        If a limit is not met, with the numbers.
    """
    _require_quality(candidate)
    verdicts = {}
    for model, limits in acceptance.models.items():
        stage = candidate.stages.get(model)
        if stage is None or stage.notebook != limits.notebook:
            found = stage.notebook if stage else "no such stage"
            raise GateRefused(
                f"acceptance of '{model}' judges notebook {limits.notebook}, found "
                f"{found}. Name the stage in 50_tiers, or mend {places().acceptance}."
            )
        verdicts[model] = judge(limits, stage.measured)
    for stage in candidate.stages.values():
        if not stage.record["accepted"]:
            raise GateRefused(
                f"stage {stage.name} of run {candidate.run.name} did not meet its own "
                f"limit: {stage.record['verdict']}. Nothing was approved."
            )
    failed = [
        f"{n} ({candidate.stages[n].name}): {v.words}"
        for n, v in verdicts.items()
        if not v.accepted
    ]
    if failed:
        raise GateRefused(
            f"run {candidate.run.name} does not meet {places().acceptance.name}: "
            f"{'. '.join(failed)}. Nothing was approved."
        )
    return verdicts


def _require_quality(candidate: Candidate) -> None:
    """Refuse a run whose own look at the data says that it cannot bear the models."""
    for stage in candidate.run.of_notebook(QUALITY_NOTEBOOK):
        borne = [m.value for n, m in stage.measured.items() if n.startswith("bears_")]
        if not all(borne):
            raise GateRefused(
                f"stage {stage.name} of run {candidate.run.name}: "
                f"{stage.record['verdict']}. Nothing was approved."
            )


def _require_no_own(view: RunView) -> None:
    """Refuse a run whose churn model reads columns that no bundle can make again."""
    for stage in view.of_notebook(CHURN_NOTEBOOK):
        own = stage.parameters.get("own_features")
        if own:
            raise GateRefused(
                f"stage {stage.name} of run {view.name} tried own features "
                f"({', '.join(own)}): they are for research, and a bundle cannot carry "
                "them yet. Run the experiment again without own_features, then approve "
                "that run. Nothing was approved."
            )


def _only(view: RunView, notebook: str) -> StageView:
    found = view.of_notebook(notebook)
    if len(found) != 1:
        raise MissingInputs(
            f"an approval needs one complete stage of {notebook} in run {view.name}, "
            f"found {len(found)} ({', '.join(view.stages) or 'no stages'}). Run the "
            "whole experiment."
        )
    return found[0]


def _policy_and_cuts(tiers: StageView) -> tuple[Policy, Cuts]:
    policy = Policy.load(places().policies / f"{tiers.parameters['policy']}.yaml")
    if "cuts" not in tiers.models:
        raise MissingInputs(
            f"stage {tiers.name} kept no models/cuts.json. Run it again."
        )
    cuts = Cuts.from_json(tiers.models["cuts"].read_text(encoding="utf-8"))
    if cuts.policy_sha256 != policy.sha256:
        raise GateRefused(
            f"policy {policy.id} was edited after run's stage {tiers.name} learned its "
            f"cut points (then {cuts.policy_sha256[:12]}…, now {policy.sha256[:12]}…). "
            "Run the experiment again, then approve that run."
        )
    if findings := examined(policy, cuts).findings:
        raise GateRefused(
            f"policy {policy.id} does not do what it says with the numbers that stage "
            f"{tiers.name} learned: {'; '.join(findings)} Nothing was approved."
        )
    return policy, cuts


def _require_same_stages(tiers: StageView, scorer: Scorer, cuts: Cuts) -> None:
    now, then = scorer.settings.stages_sha256, cuts.stages_sha256
    if now != then:
        raise GateRefused(
            f"{places().stages.name} was edited after run's stage {tiers.name} learned "
            f"its cut points (then {then[:12] or 'none'}, now {now[:12] or 'none'}). "
            "Run the experiment again, then approve that run."
        )
