import stat
from dataclasses import replace

import pyarrow as pa
import pytest

from workbench.delivery import (
    assign,
    last_assignment,
    open_assignment,
    tier_summary,
    tiers_on,
    write_bundle,
)
from workbench.delivery.assignment import BACKFILL, previous_assignment
from workbench.errors import Expired, MissingInputs, NotEnoughData, OtherStore, Tampered
from workbench.policy import MOVEMENTS


@pytest.fixture
def given(bundle, shop, tmp_path):
    """Return a function from a day to its published tier table."""

    def on(day, out="tiers"):
        data = {"name": "shop", "version": "0001", "sha256": "ab"}
        return assign(bundle, shop.transactions, day, tmp_path / out, data=data)

    return on


def test_the_table_is_what_the_bundle_says(given, bundle, shop):
    found = given(shop.as_of)
    expected = bundle.tier_table(shop.transactions, shop.as_of).to_pyarrow()
    assert found.table().to_pyarrow().to_pylist() == expected.to_pylist()


def test_the_same_again_gives_the_same_bytes(given, shop):
    first, again = given(shop.as_of), given(shop.as_of, out="again")
    given(shop.as_of)
    for name in ("manifest.json", first.manifest["file"]):
        content = (first.folder / name).read_bytes()
        assert content == (again.folder / name).read_bytes()
    assert len(list(first.folder.iterdir())) == 2


def test_customers_are_for_the_owner_only(given, shop):
    folder = given(shop.as_of).folder
    modes = {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    assert modes == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_the_previous_tier_is_from_the_newest_earlier_day(given, shop):
    given("2026-03-01")
    earlier = given("2026-05-01")
    found = given(shop.as_of)
    assert found.manifest["previous"] == "as_of=2026-05-01"
    known = {
        r["customer_id"]: r["tier"] for r in earlier.table().to_pyarrow().to_pylist()
    }
    rows = found.table().to_pyarrow().to_pylist()
    assert all(r["previous_tier"] == known.get(r["customer_id"]) for r in rows)
    assert any(r["previous_tier"] not in (None, r["tier"]) for r in rows)


def test_a_later_day_is_no_previous_one(given, shop):
    given(shop.as_of)
    assert given("2026-05-01").manifest["previous"] is None


def test_the_manifest_counts_what_is_there(given, shop):
    found = given(shop.as_of)
    tiers = found.table().to_pyarrow()["tier"].to_pylist()
    assert found.manifest["customers"] == len(tiers)
    for row in found.manifest["tiers"]:
        assert row["customers"] == tiers.count(row["tier"])
    assert found.manifest["tiers"][0]["title"] == {"en": "Key", "zh": "重要"}


def test_shares_add_up_and_better_tiers_are_worth_more(given, shop):
    summary = given(shop.as_of).summary().set_index("tier")
    assert summary["share_of_customers"].sum() == pytest.approx(1, abs=1e-5)
    assert summary["share_of_spend"].sum() == pytest.approx(1, abs=1e-5)
    value = summary["expected_value_per_customer"]
    assert value["key"] > value["loyal"] > value["ordinary"] > value["basic"]


def test_a_tier_that_nobody_has_is_shown(shop):
    scores = shop.scorer.scores(shop.transactions, shop.as_of).head(2)
    tiers = pa.table({"customer_id": scores["customer_id"], "tier": ["b", "b"]})
    found = tier_summary(("a", "b"), tiers, scores, "clv_365d")
    assert found["customers"].tolist() == [0, 2]
    assert found["expected_value_per_customer"].tolist()[0] == 0


def test_an_expired_approval_writes_nothing(given, tmp_path):
    with pytest.raises(Expired):
        given("2026-12-01")
    assert not (tmp_path / "tiers").exists()


def test_a_day_before_all_purchases_writes_nothing(given, tmp_path):
    with pytest.raises(NotEnoughData):
        given("2020-01-01")
    assert not (tmp_path / "tiers").exists()


def test_a_changed_table_is_refused(given, shop):
    found = given(shop.as_of)
    content = bytearray(found.file.read_bytes())
    content[100] ^= 1
    found.file.write_bytes(content)
    with pytest.raises(Tampered, match="tiers-"):
        found.table()


def test_the_last_assignment_is_the_newest_day(given, shop, tmp_path):
    with pytest.raises(MissingInputs, match="workbench assign --bundle champion"):
        last_assignment(tmp_path / "tiers")
    given("2026-05-01")
    found = given(shop.as_of)
    assert last_assignment(tmp_path / "tiers").folder == found.folder
    assert open_assignment(found.folder).manifest == found.manifest


def test_a_rerun_of_a_published_day_changes_nothing(given, shop, tmp_path):
    before = given("2026-05-01")
    given(shop.as_of)
    content = [path.read_bytes() for path in sorted(before.folder.iterdir())]
    again = given("2026-05-01")
    assert again.newest_then is None
    assert content == [path.read_bytes() for path in sorted(again.folder.iterdir())]
    assert not (tmp_path / "tiers" / BACKFILL).exists()


def test_an_older_day_stays_out_of_the_chain(given, shop, tmp_path):
    given("2026-03-01")
    newest = given(shop.as_of)
    late = given("2026-05-01")
    out = tmp_path / "tiers"
    assert late.folder == out / BACKFILL / "as_of=2026-05-01"
    assert late.newest_then == f"as_of={shop.as_of}"
    assert late.manifest["previous"] == "as_of=2026-03-01"
    assert last_assignment(out).folder == newest.folder
    assert previous_assignment(out, newest.as_of).as_of.isoformat() == "2026-03-01"
    assert given("2026-07-01").manifest["previous"] == f"as_of={shop.as_of}"


def test_what_lies_beside_is_the_same_after_a_newer_day(given):
    given("2026-05-01")
    given("2026-06-01")
    late = given("2026-05-15")
    content = [path.read_bytes() for path in sorted(late.folder.iterdir())]
    given("2026-06-15")
    again = given("2026-05-15")
    assert again.folder == late.folder
    assert again.newest_then == "as_of=2026-06-01"
    assert content == [path.read_bytes() for path in sorted(late.folder.iterdir())]


def test_other_data_never_overwrites_a_day_that_others_went_on_from(
    given, bundle, shop, tmp_path
):
    before = given("2026-05-01")
    given(shop.as_of)
    content = [path.read_bytes() for path in sorted(before.folder.iterdir())]
    data = {"name": "shop", "version": "0002", "sha256": "cd"}
    out = tmp_path / "tiers"
    late = assign(bundle, shop.transactions, "2026-05-01", out, data=data)
    assert late.folder.parent.name == BACKFILL
    assert late.manifest["data"] == data
    assert content == [path.read_bytes() for path in sorted(before.folder.iterdir())]


def test_the_newest_day_itself_is_replaced(given, bundle, shop, tmp_path):
    given(shop.as_of)
    data = {"name": "shop", "version": "0002", "sha256": "cd"}
    out = tmp_path / "tiers"
    again = assign(bundle, shop.transactions, shop.as_of, out, data=data)
    assert again.folder == last_assignment(out).folder
    assert last_assignment(out).manifest["data"] == data


@pytest.fixture
def of_other_policy(texts, shop):
    """Write a bundle that differs in the name of its policy alone."""
    text = texts["policy.yaml"].replace("name: tmall", "name: other", 1)
    files = texts | {"policy.yaml": text}
    return write_bundle(files, {"as_of": shop.as_of, "valid_until": "2026-09-29"})


def test_the_chain_is_of_one_policy(given, of_other_policy, shop, tmp_path):
    out = tmp_path / "tiers"
    given("2026-05-01")
    lines, data = shop.transactions, {"name": "shop"}
    other = assign(of_other_policy, lines, "2026-05-15", out, data=data)
    assert (other.policy, other.manifest["previous"]) == ("other", None)
    assert given("2026-06-01").manifest["previous"] == "as_of=2026-05-01"
    on_its_day = assign(of_other_policy, lines, "2026-05-01", out, data=data)
    assert on_its_day.folder.parent.name == BACKFILL
    assert open_assignment(out / "as_of=2026-05-01").policy == "tmall"


def test_the_manifest_counts_movements_and_moves(given, shop):
    first, found = given("2026-05-01"), given(shop.as_of)
    assert first.manifest["movements"]["new"] == first.manifest["customers"]
    assert first.manifest["moves"] == []
    rows = found.table().to_pyarrow().to_pylist()
    told = found.manifest["movements"]
    assert list(told) == list(MOVEMENTS)
    assert told == {
        name: sum(row["movement"] == name for row in rows) for name in MOVEMENTS
    }
    assert sum(move["customers"] for move in found.manifest["moves"]) == sum(
        row["previous_tier"] not in (None, row["tier"]) for row in rows
    )


def test_what_is_not_published_writes_nothing(bundle, shop, tmp_path):
    given = tiers_on(bundle, shop.transactions, shop.as_of, tmp_path / "tiers")
    assert given.facts["customers"] == given.rows.num_rows > 0
    assert not (tmp_path / "tiers").exists()
    found = given.publish(tmp_path / "tiers")
    assert found.arrow().equals(given.rows)


@pytest.fixture
def learned(project, shop, texts):
    """Write a bundle that says which store it learned from."""
    data = {"name": "shop", "currency": "EUR"}
    return write_bundle(
        texts, {"as_of": shop.as_of, "valid_until": "2026-09-29", "data": data}
    )


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"name": "other"}, "learned from name shop, asked to score name other"),
        ({"name": "shop", "currency": "USD"}, "currency EUR, asked to score currency"),
    ],
)
def test_another_shop_is_not_scored(learned, shop, tmp_path, data, said):
    with pytest.raises(OtherStore, match=said):
        assign(learned, shop.transactions, shop.as_of, tmp_path / "tiers", data=data)
    assert not (tmp_path / "tiers").exists()


def test_the_own_shop_is_scored_wherever_its_folder_lies(learned, shop, tmp_path):
    data = {"name": "/somewhere/else/shop", "currency": "EUR"}
    found = assign(learned, shop.transactions, shop.as_of, tmp_path / "t", data=data)
    assert found.manifest["customers"] > 0


def test_the_tiers_of_another_shop_are_neither_overwritten_nor_continued(
    given, bundle, shop, tmp_path
):
    given("2026-05-01")
    mine = given(shop.as_of).manifest["sha256"]
    other = {"name": "other"}
    with pytest.raises(OtherStore, match="holds the tiers of store shop"):
        assign(bundle, shop.transactions, shop.as_of, tmp_path / "tiers", data=other)
    assert (
        open_assignment(tmp_path / "tiers" / f"as_of={shop.as_of}").manifest["sha256"]
        == mine
    )
    found = assign(
        bundle, shop.transactions, "2026-06-01", tmp_path / "tiers", data=other
    )
    assert found.manifest["previous"] is None


def test_tiers_of_other_lines_are_neither_overwritten_nor_continued(
    bundle, shop, tmp_path, monkeypatch
):
    whole = assign(bundle, shop.transactions, "2026-06-01", tmp_path)
    assert whole.scope == "all"
    own = replace(
        bundle.scorer, settings=replace(bundle.scorer.settings, scope="market=SG")
    )
    monkeypatch.setitem(bundle.__dict__, "scorer", own)
    with pytest.raises(OtherStore, match="scope all, asked to publish those of market"):
        assign(bundle, shop.transactions, "2026-06-01", tmp_path)
    later = assign(bundle, shop.transactions, "2026-06-02", tmp_path)
    assert (later.scope, later.manifest["previous"]) == ("market=SG", None)
