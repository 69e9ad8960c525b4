import json
from pathlib import Path

import pytest

from workbench.errors import BadParameter, UnknownName, UnknownStore
from workbench.runner import keys
from workbench.runner.plan import make_plan

DAY = "1998-06-30"


def key_of(stage: str = "second", **options: object) -> str:
    return make_plan("small", **{"as_of": DAY, **options}).stages[stage].key


def test_the_plan_pins_day_store_and_inputs(small_project: Path) -> None:
    plan = make_plan("small", as_of=DAY)
    assert plan.folder == small_project / "experiments" / "runs" / plan.name
    assert plan.name == f"small-{DAY}-{plan.key[:8]}"
    assert plan.injected("second") == {
        "data": "shop@0001-aa",
        "as_of": DAY,
        "inputs": str(plan.folder),
    }
    assert plan.chosen == ("first", "second")


def test_the_same_content_has_the_same_key(small_project: Path) -> None:
    assert key_of() == key_of()


def test_each_part_of_the_content_changes_the_key(
    small_project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = key_of()
    assert key_of(as_of="1998-06-29") != before
    assert key_of(overrides=["seed=8"]) != before
    assert key_of(overrides=["first.n_scores=5"]) != before, "upstream counts"
    assert key_of("first", overrides=["second.replicates=101"]) == key_of("first")

    manifest = small_project / "data/clean/shop/versions/0001-aa/manifest.json"
    content = json.loads(manifest.read_text())
    manifest.write_text(json.dumps({**content, "sha256": "b" * 64}))
    with_other_data = key_of()
    assert with_other_data != before

    notebook = small_project / "notebooks" / "first.ipynb"
    notebook.write_text(notebook.read_text().replace("str(n_scores)", "repr(n_scores)"))
    assert key_of() != with_other_data

    seen = key_of()
    monkeypatch.setattr(keys, "source_sha256", lambda: "other source")
    assert key_of() != seen


def test_the_lock_changes_the_key(small_project: Path) -> None:
    before = key_of()
    (small_project / "requirements.lock").write_text("nothing==2\n")
    keys.installed_sha256.cache_clear()
    assert key_of() != before


def test_without_a_lock_the_installed_set_counts(small_project: Path) -> None:
    (small_project / "requirements.lock").unlink()
    keys.installed_sha256.cache_clear()
    assert len(keys.installed_sha256(small_project)) == 64


def test_a_policy_counts_by_its_content(small_project: Path) -> None:
    folder = small_project / "experiments" / "policies"
    folder.mkdir()
    (folder / "tmall.yaml").write_text("a")
    first = keys.policy_sha256({"policy": "tmall"})
    (folder / "tmall.yaml").write_text("b")
    assert keys.policy_sha256({"policy": "tmall"}) != first
    assert keys.policy_sha256({"seed": 1}) == ""
    with pytest.raises(UnknownName, match="no policy 'tmal'. Did you mean 'tmall'"):
        keys.policy_sha256({"policy": "tmal"})


def test_both_policies_of_a_rehearsal_count_and_that_of_another_stage_is_there(
    small_project: Path,
) -> None:
    folder = small_project / "experiments" / "policies"
    folder.mkdir()
    for name in ("a", "b"):
        (folder / f"{name}.yaml").write_text(name)
    given = {"policy_a": "a", "policy_b": "b"}
    first = keys.policy_sha256(given)
    (folder / "b.yaml").write_text("other")
    assert keys.policy_sha256(given) != first
    assert keys.policy_sha256({"policy": "same"}) == ""
    with pytest.raises(UnknownName, match="no policy 'c'"):
        keys.policy_sha256({"policy_a": "a", "policy_b": "c"})


def test_one_stage_and_what_it_needs(small_project: Path) -> None:
    whole = make_plan("small", as_of=DAY)
    part = make_plan("small", as_of=DAY, only_stages=["first"])
    assert part.chosen == ("first",)
    assert (part.key, part.whole) == (whole.key, False)
    assert make_plan("small", as_of=DAY, only_stages=["second"]).whole
    both = make_plan("small", as_of=DAY, only_stages=["second", "first"])
    assert both.chosen == whole.chosen
    with pytest.raises(UnknownName, match="no stage 'thrid'"):
        make_plan("small", as_of=DAY, only_stages=["thrid"])


def test_days(small_project: Path) -> None:
    assert make_plan("small", as_of="yesterday").as_of > "2026"
    with pytest.raises(BadParameter, match="2999-01-01 has not been yet"):
        make_plan("small", as_of="2999-01-01")
    with pytest.raises(BadParameter, match="no day.*--as-of"):
        make_plan("small")
    with pytest.raises(BadParameter, match="YYYY-MM-DD"):
        make_plan("small", as_of="30.6.1998")


def test_a_store_that_is_not_there_names_its_command(small_project: Path) -> None:
    with pytest.raises(UnknownStore, match="workbench"):
        make_plan("small", as_of=DAY, data="shopp")


def test_the_calendar_of_promotion_days_changes_the_key(small_project: Path) -> None:
    keys = [key_of()]
    for folder in ("experiments", "data/clean/shop"):
        calendar = small_project / folder / "promotion_days.yaml"
        calendar.write_text(f"days: []  # {folder}\n")
        keys.append(key_of())
    assert len(set(keys)) == 3


def test_the_rules_of_the_stages_change_the_key(small_project: Path) -> None:
    before = key_of()
    rules = small_project / "experiments" / "stages.yaml"
    rules.write_text("name: life_cycle\n")
    assert key_of() != before


def test_the_limits_and_the_ledger_change_the_key(small_project: Path) -> None:
    before = key_of()
    limits = small_project / "experiments" / "acceptance.yaml"
    limits.write_text("version: 1\n")
    with_limits = key_of()
    assert with_limits != before
    manifest = small_project / "data/clean/shop/versions/0001-aa/manifest.json"
    content = json.loads(manifest.read_text())
    source = {"table": "transactions", "accepted": 3, "reasons": {"bad_date": 2}}
    manifest.write_text(json.dumps({**content, "sources": [source]}))
    assert key_of() != with_limits
