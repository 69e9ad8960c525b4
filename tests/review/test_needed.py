import json

import pytest

from workbench.errors import StoreError, Tampered
from workbench.review.needed import bundles_there, read_described, read_needs


def test_decisions_and_tier_tables_say_what_they_need(yard):
    first = yard.decide("r1", "2026-05-01", "0001-aa")
    second = yard.decide("r2", "2026-06-01", "0002-bb")
    yard.tier_table("2026-06-02", "0002-bb", bundle_id=second.bundle_id)
    needs = read_needs()
    store = (yard.stores / "shop").resolve()
    assert dict(needs.versions) == {
        (store, "0001-aa"): [f"rollback target {first.bundle_id}"],
        (store, "0002-bb"): [
            f"champion {second.bundle_id}",
            "tier table as_of=2026-06-02",
        ],
    }
    assert needs.runs["r1"] == [f"decision 1, rollback target {first.bundle_id}"]
    assert needs.bundles[second.bundle_id] == [
        "decision 2, champion",
        "tier table as_of=2026-06-02",
    ]


def test_warning_tables_need_their_data_and_bundle_too(yard):
    warnings = yard.tiers.with_name("warnings")
    yard.tier_table("2026-06-02", "0002-bb", bundle_id="b7", out=warnings)
    needs = read_needs()
    who = ["warning table as_of=2026-06-02"]
    assert needs.versions[(yard.stores / "shop").resolve(), "0002-bb"] == who
    assert needs.bundles["b7"] == who


def test_tables_that_lie_beside_need_their_data_too(yard):
    beside = yard.tiers / "backfill"
    yard.tier_table("2026-05-02", "0002-bb", bundle_id="b7", out=beside)
    who = ["tier table as_of=2026-05-02"]
    assert read_needs().bundles["b7"] == who


def test_an_empty_project_needs_nothing(yard):
    needs = read_needs()
    assert not needs.versions and not needs.bundles and not needs.runs


def test_a_tier_table_that_says_nothing_of_its_data_needs_no_version(yard):
    folder = yard.tier_table("2026-06-02")
    (folder / "manifest.json").write_text('{"data": null}')
    assert not read_needs().versions


def test_data_without_a_version_is_refused(yard):
    folder = yard.tier_table("2026-06-02")
    (folder / "manifest.json").write_text('{"data": {"name": "shop"}}')
    with pytest.raises(Tampered, match="expected name and version"):
        read_needs()


def test_a_bundle_that_is_not_the_approved_one_is_refused(yard):
    decision = yard.decide("r1", "2026-05-01")
    other = yard.bundle("2026-05-02")
    own = yard.bundles / decision.bundle_id
    (own / "card.md").write_bytes((other.folder / "card.md").read_bytes())
    (own / "manifest.json").write_bytes((other.folder / "manifest.json").read_bytes())
    with pytest.raises(Tampered, match="not the one of decision 1"):
        read_needs()


def test_a_decision_whose_bundle_lies_elsewhere_needs_its_run(yard):
    decision = yard.decide("r1", "2026-05-01")
    (yard.bundles / decision.bundle_id).rename(yard.home / "elsewhere")
    needs = read_needs()
    assert not needs.versions
    assert list(needs.runs) == ["r1"]


def test_a_bundle_that_is_being_written_is_no_bundle(yard):
    whole = yard.bundle("2026-05-01")
    hidden = whole.folder.with_name(".bundle-x")
    hidden.mkdir()
    (hidden / "manifest.json").write_text("{")
    assert [bundle.id for bundle in bundles_there()] == [whole.id]


@pytest.mark.parametrize("content", ["{", "[]", json.dumps({"a": 1})])
def test_what_does_not_say_what_it_has_to_is_refused(tmp_path, content):
    file = tmp_path / "manifest.json"
    file.write_text(content)
    with pytest.raises(StoreError, match=r"manifest\.json.*nothing was removed"):
        read_described(file, "a", "b", error=StoreError)
