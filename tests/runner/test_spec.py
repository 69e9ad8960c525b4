from pathlib import Path

import pytest

from workbench.errors import BadParameter, BadSpec, UnknownName
from workbench.runner.spec import find_spec, load_spec, parse_spec

TEXT = """
name: demo
data: cdnow
stages:
  50_tiers: {needs: [20_clv, 30_churn]}
  10_rfm:
  20_clv: {parameters: {penalizer: 0.1}, why: a first guess}
  30_churn: {notebook: 30_churn_small}
"""


def test_a_spec_in_order_of_need() -> None:
    spec = parse_spec(TEXT, "demo.yaml")
    order = spec.in_order()
    assert order == ("10_rfm", "20_clv", "30_churn", "50_tiers")
    assert spec.notebook_of("30_churn") == "30_churn_small"
    assert spec.notebook_of("10_rfm") == "10_rfm"
    assert spec.upstream("50_tiers") == {"20_clv", "30_churn"}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("data: cdnow", "date: cdnow", "no key 'date'. Did you mean 'data'"),
        ("why: a first", "wy: a first", "20_clv: no key 'wy'. Did you mean 'why'"),
        ("[20_clv, 30_churn]", "[20_clw]", "needs '20_clw'.*Did you mean '20_clv'"),
        ("name: demo", "name: ../demo", "name: "),
        ("30_churn_small", "../../etc/x", "notebook"),
        ("name: demo", "name: 7", "name: .*found 7"),
        ("10_rfm:", "../10_rfm:", "stages"),
    ],
)
def test_what_is_not_a_spec_is_refused(old: str, new: str, said: str) -> None:
    assert old in TEXT
    with pytest.raises(BadSpec, match=said):
        parse_spec(TEXT.replace(old, new), "demo.yaml")


def test_a_circle_is_shown() -> None:
    text = "{name: x, data: y, stages: {a: {needs: [b]}, b: {needs: [a]}}}"
    with pytest.raises(BadSpec, match="circle: (a → b → a|b → a → b)"):
        parse_spec(text, "x.yaml")


@pytest.mark.parametrize("text", ["", "[]", "{name: x, data: y, stages: {}}"])
def test_an_empty_spec_is_refused(text: str) -> None:
    with pytest.raises(BadSpec):
        parse_spec(text, "x.yaml")


@pytest.mark.parametrize("name", ["small", "experiments/small.yaml", "small.yaml"])
def test_found_by_name_and_by_path(small_project: Path, name: str) -> None:
    assert load_spec(name).name == "small"


def test_unknown_experiment_gets_the_nearest_name(small_project: Path) -> None:
    with pytest.raises(UnknownName, match="Did you mean 'small'"):
        load_spec("smal")


def test_limits_calendar_and_stages_are_no_experiments(small_project: Path) -> None:
    for name in ("acceptance", "promotion_days", "stages"):
        (small_project / "experiments" / f"{name}.yaml").write_text("days: []\n")
    with pytest.raises(UnknownName) as caught:
        load_spec("promotion_day")
    assert caught.value.choices == ["small"]


def test_an_experiment_in_a_folder_goes_by_folder_and_name():
    by_name = load_spec("clv/models")
    assert by_name == load_spec("experiments/clv/models.yaml")
    assert by_name.name == "clv-models"
    with pytest.raises(UnknownName, match="Did you mean 'clv/models'"):
        load_spec("clv/model")


def test_outside_a_project_the_cure_is_named(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.delenv("WORKBENCH_ROOT", raising=False)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BadParameter, match="workbench init DIR"):
        find_spec("tiering")
