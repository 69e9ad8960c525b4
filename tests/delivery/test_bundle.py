import json
import shutil
from datetime import date

import pytest

from workbench.delivery import Bundle, write_bundle
from workbench.delivery.bundle import require_files
from workbench.delivery.decisions import append_decision
from workbench.errors import BadSpec, Expired, NoChampion, Tampered, UnknownName

FILES = [
    "card.md",
    "cuts.json",
    "evidence.json",
    "models/churn.json",
    "models/orders.json",
    "models/rfm.json",
    "models/settings.json",
    "models/value.json",
    "policy.yaml",
]


def approved(bundle, sha256=None):
    append_decision(
        action="approve",
        run="r1",
        bundle_id=bundle.id,
        bundle_sha256=sha256 or bundle.sha256,
        by="Ann",
        reason="good",
        as_of=bundle.as_of,
        valid_until=bundle.valid_until,
    )


def test_the_layout(bundle):
    found = {
        path.relative_to(bundle.folder).as_posix()
        for path in bundle.folder.rglob("*")
        if path.is_file()
    }
    assert found == {"manifest.json", *FILES}
    assert bundle.id == f"2026-06-29-{bundle.sha256[:12]}"
    assert bundle.valid_until == date(2026, 9, 29)


@pytest.mark.parametrize("name", FILES)
def test_one_changed_byte_is_named(bundle, name):
    file = bundle.folder / name
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    with pytest.raises(Tampered, match=name) as refused:
        Bundle.open(bundle.folder)
    assert "was changed" in str(refused.value)


def test_a_missing_file_is_named(bundle):
    (bundle.folder / "models" / "value.json").unlink()
    with pytest.raises(Tampered, match=r"models/value\.json is missing"):
        Bundle.open(bundle.folder)


@pytest.mark.parametrize("name", ["models/extra.json", "run.py"])
def test_a_file_too_many_is_named(bundle, name):
    (bundle.folder / name).write_text("{}")
    with pytest.raises(Tampered, match=f"{name} is not in the bundle's manifest"):
        Bundle.open(bundle.folder)


def test_a_link_in_place_of_a_file_is_no_way_in(bundle, tmp_path):
    (bundle.folder / "extra.json").symlink_to(tmp_path)
    with pytest.raises(Tampered, match=r"extra\.json"):
        Bundle.open(bundle.folder)


def test_a_manifest_that_was_changed_is_refused(bundle):
    file = bundle.folder / "manifest.json"
    manifest = json.loads(file.read_text())
    file.write_text(json.dumps(manifest | {"valid_until": "2099-01-01"}))
    with pytest.raises(Tampered, match=r"manifest\.json was changed"):
        Bundle.open(bundle.folder)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"sha256": "x", "id": 3}'])
def test_a_manifest_that_is_none_is_refused(bundle, text):
    (bundle.folder / "manifest.json").write_text(text)
    with pytest.raises(Tampered, match=r"manifest\.json"):
        Bundle.open(bundle.folder)


def test_no_bundle_names_the_nearest(bundle):
    with pytest.raises(UnknownName, match="Did you mean"):
        Bundle.find(bundle.id[:-1])


def test_the_same_content_is_the_same_bundle(bundle, texts, shop):
    again = write_bundle(texts, {"as_of": shop.as_of, "valid_until": "2026-09-29"})
    assert again.folder == bundle.folder
    assert [path.name for path in bundle.folder.parent.iterdir()] == [bundle.id]


def test_a_bundle_moves_to_another_folder(bundle, tmp_path):
    approved(bundle)
    elsewhere = shutil.copytree(bundle.folder, tmp_path / "elsewhere")
    assert Bundle.find(elsewhere).id == bundle.id


def test_a_bundle_that_nobody_approved_reaches_no_customer(bundle):
    with pytest.raises(NoChampion, match="workbench approve"):
        Bundle.find(bundle.folder)


def test_the_champion_is_the_approved_bundle(bundle):
    approved(bundle)
    assert Bundle.find("champion").id == bundle.id


def test_a_bundle_replaced_whole_is_not_the_approved_one(bundle):
    approved(bundle, sha256="0" * 64)
    with pytest.raises(Tampered, match="is not the one that was approved"):
        Bundle.champion()


def test_after_its_last_day_it_is_refused(bundle):
    bundle.require_valid("2026-09-29")
    with pytest.raises(
        Expired, match="approved up to 2026-09-29, asked for 2026-09-30"
    ):
        bundle.require_valid("2026-09-30")


def test_scores_are_those_of_the_fitted_models(bundle, shop):
    fitted = shop.scorer.scores(shop.transactions, shop.as_of)
    opened = bundle.scores(shop.transactions, shop.as_of)
    assert shop.scorer.as_arrow(opened).equals(shop.scorer.as_arrow(fitted))


def test_everybody_has_one_tier(bundle, shop):
    tiers = bundle.tier_table(shop.transactions, shop.as_of).execute()
    assert tiers["customer_id"].is_unique
    assert len(tiers) == shop.frame["customer_id"].nunique()
    assert set(tiers["tier"]) <= set(bundle.policy.tiers)


def test_no_customer_is_in_a_bundle(bundle, shop):
    ids = set(shop.frame["customer_id"].astype(str))
    for path in bundle.folder.rglob("*.*"):
        words = set(path.read_text().replace('"', " ").replace(",", " ").split())
        assert not ids & words, path


def test_a_bundle_lacks_no_part(texts):
    require_files(texts)
    del texts["cuts.json"]
    with pytest.raises(BadSpec, match=r"missing: \['cuts.json'\]"):
        require_files(texts)
