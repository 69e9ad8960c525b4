import stat
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from workbench.delivery import Warnings, warn, write_bundle
from workbench.delivery.warning_changes import CHANGES
from workbench.errors import (
    Expired,
    NotEnoughData,
    NotLearned,
    OlderThanPublished,
    OtherStore,
    Tampered,
)
from workbench.evaluation import customer_stages
from workbench.policy import Stages
from workbench.window import Window

EXPERIMENTS = Path(__file__).parents[2] / "experiments"
DATA = {"name": "shop", "version": "0001", "sha256": "ab"}


@pytest.fixture
def given(full, full_bundle, tmp_path):
    """Return a function from days before the end to that day's warnings."""

    def on(days_before=0, out="warnings", **more):
        shop, day = full.shop, full.as_of - timedelta(days=days_before)
        told = {"data": DATA, "beside": shop.beside} | more
        return warn(full_bundle, shop.transactions, day, tmp_path / out, **told)

    return on


def test_what_is_published_is_what_was_found(given, tmp_path):
    found = given()
    assert not (tmp_path / "warnings").exists(), "nothing is written before"
    published = found.publish(tmp_path / "warnings")
    assert published.arrow().equals(found.rows)
    assert Warnings.open(published.folder).manifest == published.manifest


def test_the_same_again_gives_the_same_bytes(given, tmp_path):
    for days, out in ((30, "a"), (0, "a"), (30, "b"), (0, "b"), (0, "a")):
        given(days, out).publish(tmp_path / out)
    files = sorted((tmp_path / "a").rglob("*.*"))
    assert len(files) == 4
    for file in files:
        assert (
            file.read_bytes()
            == (tmp_path / "b" / file.relative_to(tmp_path / "a")).read_bytes()
        )


def test_a_bundle_with_rules_of_the_life_cycle_says_each_ones_stage(
    full, full_bundle, given, tmp_path
):
    assert full_bundle.stages is None
    assert "stage" not in given().rows.column_names
    rules = Stages.load(EXPERIMENTS / "stages.yaml")
    settings = replace(full.scorer.settings, stages_sha256=rules.sha256)
    folder = full_bundle.folder
    texts = {
        str(path.relative_to(folder)): path.read_text(encoding="utf-8")
        for path in folder.rglob("*.*")
        if path.name != "manifest.json"
    }
    texts |= {"stages.yaml": rules.text, "models/settings.json": settings.to_json()}
    until = {key: full_bundle.manifest[key] for key in ("as_of", "valid_until")}
    staged = write_bundle(texts, until)
    lines, beside = full.shop.transactions, full.shop.beside
    warned = warn(staged, lines, full.as_of, tmp_path / "x", data=DATA, beside=beside)
    told = warned.rows.select(["customer_id", "stage"]).to_pandas()
    found = told.set_index("customer_id")["stage"].to_dict()
    window = Window(full.as_of)
    known = customer_stages(lines, window, rules, full.shop.customers).execute()
    assert found.items() <= known.set_index("customer_id")["stage"].to_dict().items()
    assert "declining" in found.values() and "lapsed" not in found.values()


def test_customers_are_for_the_owner_only(given, tmp_path):
    folder = given().publish(tmp_path / "warnings").folder
    modes = {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    assert modes == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_the_newest_earlier_day_says_what_changed(given, tmp_path):
    for days in (60, 30):
        given(days).publish(tmp_path / "warnings")
    before = {r["customer_id"]: r["level"] for r in given(30).rows.to_pylist()}
    found = given()
    assert (
        found.facts["previous"]
        == Warnings.open(tmp_path / "warnings" / found.facts["previous"]).folder.name
    )
    rows = found.rows.to_pylist()
    assert all(row["was"] == before.get(row["customer_id"]) for row in rows)
    assert {row["change"] for row in rows} == set(CHANGES)
    assert found.facts["gone"]["bought_again"] > 0
    assert found.facts["gone"]["lapsed"] > 0


def test_the_account_holds_what_the_rows_say(given, tmp_path):
    given(30).publish(tmp_path / "warnings")
    found = given()
    rows = found.rows.to_pandas()
    here, facts = rows[rows["level"].notna()], found.facts
    assert facts["customers"] == len(here)
    assert facts["eligible"] + facts["lapsed"] > facts["customers"]
    assert facts["without_reason"] == (here["reasons"].str.len() == 0).sum()
    for row in facts["levels"]:
        own = rows[rows["is_one_time"] == row["is_one_time"]]
        own_here = own[own["level"] == row["level"]]
        assert row["customers"] == len(own_here)
        total = own_here["value_at_risk"].astype(float).sum()
        assert row["value_at_risk"] == pytest.approx(total, abs=0.005)
        for change in CHANGES[:-1]:
            assert row[change] == (own_here["change"] == change).sum()
        gone = (own["change"] == "gone") & (own["was"] == row["level"])
        assert row["gone"] == gone.sum()
    levels = [(row["level"], row["is_one_time"]) for row in facts["levels"]]
    assert levels == [
        ("urgent", False),
        ("warn", False),
        ("watch", False),
        ("watch", True),
    ]
    assert sum(facts["gone"].values()) == (rows["change"] == "gone").sum()


def test_an_older_day_is_neither_written_over_nor_put_in_between(given, tmp_path):
    for days in (60, 0):
        given(days).publish(tmp_path / "warnings")
    kept = {f: f.read_bytes() for f in (tmp_path / "warnings").rglob("*.*")}
    for days in (60, 30):
        with pytest.raises(OlderThanPublished, match="--dry-run"):
            given(days).publish(tmp_path / "warnings")
    assert {f: f.read_bytes() for f in (tmp_path / "warnings").rglob("*.*")} == kept
    assert given(30, out="past").publish(tmp_path / "past").folder.is_dir()


def test_a_later_day_is_no_previous_one(given, tmp_path):
    given().publish(tmp_path / "warnings")
    assert given(30).facts["previous"] is None


def test_warnings_of_another_store_are_neither_overwritten_nor_continued(
    given, tmp_path
):
    given(30).publish(tmp_path / "warnings")
    other = {"data": {"name": "other"}}
    with pytest.raises(OtherStore, match="holds the warnings of store shop"):
        given(30, **other).publish(tmp_path / "warnings")
    assert given(0, **other).facts["previous"] is None


def test_warnings_of_other_lines_are_not_continued(
    given, full_bundle, tmp_path, monkeypatch
):
    given(30).publish(tmp_path / "warnings")
    scorer = full_bundle.scorer
    own = replace(scorer, settings=replace(scorer.settings, scope="market=SG"))
    monkeypatch.setitem(full_bundle.__dict__, "scorer", own)
    assert given().facts["previous"] is None
    with pytest.raises(OtherStore, match="scope all, asked to publish those of market"):
        given(30).publish(tmp_path / "warnings")


def test_a_changed_table_is_not_continued(given, tmp_path):
    published = given(30).publish(tmp_path / "warnings")
    content = bytearray(published.file.read_bytes())
    content[100] ^= 1
    published.file.write_bytes(content)
    with pytest.raises(Tampered, match="workbench warn"):
        given()


def test_an_expired_approval_and_an_empty_day_are_refused(given):
    with pytest.raises(Expired):
        given(-400)
    with pytest.raises(NotEnoughData, match="nobody has a purchase"):
        given(5000)


def test_a_bundle_of_before_there_were_warnings_names_the_cure(bundle, shop, tmp_path):
    with pytest.raises(NotLearned, match="workbench approve RUN"):
        warn(bundle, shop.transactions, shop.as_of, tmp_path)
