from pathlib import Path
from types import SimpleNamespace

import pytest

from workbench.errors import BadParameter, BadSpec, UnknownName, UsageError
from workbench.runner.check import Override, check_inputs, parse_override
from workbench.runner.plan import make_plan
from workbench.runner.spec import Spec, StageSpec

DAY = "1998-06-30"


def test_an_override_and_its_value() -> None:
    assert parse_override("seed=3") == Override("seed", 3)
    assert parse_override("20_clv.penalizer=1e-2") == Override(
        "penalizer", 0.01, "20_clv"
    )
    assert parse_override("policy=a=b").value == "a=b"


@pytest.mark.parametrize("text", ["seed", "=3", "20_clv.=3", "seed=[1"])
def test_what_is_no_override(text: str) -> None:
    with pytest.raises(BadParameter):
        parse_override(text)


def test_an_override_goes_to_every_stage_that_declares_it(small_project: Path) -> None:
    plan = make_plan("small", as_of=DAY, overrides=["seed=11", "n_scores=6"])
    assert [s.params.seed for s in plan.stages.values()] == [11, 11]
    assert plan.injected("first")["n_scores"] == 6
    assert "n_scores" not in plan.injected("second")


def test_an_override_for_one_stage(small_project: Path) -> None:
    plan = make_plan("small", as_of=DAY, overrides=["first.seed=11"])
    assert plan.stages["first"].params.seed == 11
    assert plan.stages["second"].params.seed == 7


@pytest.mark.parametrize(
    ("override", "said"),
    [
        ("n_score=4", "no parameter 'n_score'. Did you mean 'n_scores'"),
        ("first.n_score=4", "stage first: no parameter 'n_score'. Did you mean"),
        ("frist.seed=4", "no stage 'frist'. Did you mean 'first'"),
        ("second.n_scores=4", "stage second: no parameter 'n_scores'"),
        ("seed=many", "stage first: parameter 'seed'.*found 'many'"),
        ("seed=-1", "parameter 'seed'.*greater than or equal to 0"),
        ("seed=true", "parameter 'seed'"),
        ("seed=", "parameter 'seed'"),
        ("n_scores=4.5", "parameter 'n_scores'"),
        ("n_scores='4'", "parameter 'n_scores'"),
        ("n_scores=99", "parameter 'n_scores'.*10, found 99"),
        ("as_of=1998-01-01", "--as-of"),
        ("data=other", "--data"),
        ("second.inputs=/etc", "its own run"),
        ("__import__('os').system('true')=1", "no "),
    ],
)
def test_wrong_overrides_are_refused(
    small_project: Path, override: str, said: str
) -> None:
    with pytest.raises(UsageError, match=said) as caught:
        make_plan("small", as_of=DAY, overrides=[override])
    assert caught.value.exit_code == 2
    assert not (small_project / "experiments" / "runs").exists()


def test_a_wrong_name_in_the_experiment_file(small_project: Path) -> None:
    spec = small_project / "experiments" / "small.yaml"
    spec.write_text(spec.read_text().replace("n_scores", "n_score"))
    with pytest.raises(UnknownName, match="stage first.*Did you mean 'n_scores'"):
        make_plan("small", as_of=DAY)


def test_a_stage_that_reads_others_must_say_which(small_project: Path) -> None:
    spec = small_project / "experiments" / "small.yaml"
    spec.write_text(spec.read_text().replace("{needs: [first]}", ""))
    with pytest.raises(BadSpec, match="stage second reads other stages"):
        make_plan("small", as_of=DAY)


@pytest.mark.parametrize(
    ("policy", "needs", "refused"),
    [("same", [], True), ("same", ["tiers_b"], False), ("tmall", [], False)],
)
def test_who_judges_the_policy_of_another_stage_needs_it(policy, needs, refused):
    stages = {
        "tiers_b": StageSpec(notebook="50_tiers"),
        "effect": StageSpec(needs=["first", *needs]),
        "first": StageSpec(),
    }
    spec = Spec(name="small", data="shop", stages=stages)
    params = SimpleNamespace(model_dump=lambda: {"inputs": "newest", "policy": policy})
    if not refused:
        return check_inputs(spec, "effect", params)
    with pytest.raises(BadSpec, match="effect judges the policy of 50_tiers"):
        check_inputs(spec, "effect", params)
