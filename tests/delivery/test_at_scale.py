import stat
from datetime import date

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from workbench.delivery import assign, assign_scores, last_assignment, tiers_of_file
from workbench.errors import BadColumns, MissingInputs, Tampered

DATA = {"name": "shop", "version": "0001", "sha256": "ab"}


@pytest.fixture
def score_file(bundle, shop, tmp_path):
    """Return a function from a day to the file of its scores, shuffled."""

    def on(day):
        scores = bundle.scores(shop.transactions, day).sample(frac=1, random_state=4)
        file = tmp_path / f"scores-{day}.parquet"
        pq.write_table(bundle.scorer.as_arrow(scores), file)
        return file

    return on


def test_the_file_has_the_rows_of_the_table(bundle, shop, score_file, tmp_path):
    before = bundle.tier_table(shop.transactions, "2026-05-01").to_pyarrow()
    pq.write_table(before, tmp_path / "before.parquet")
    day, out = shop.as_of, tmp_path / "out.parquet"
    known = (bundle.policy, bundle.cuts, score_file(day), out, day, bundle.id)
    assign_scores(*known, tmp_path / "before.parquet")
    expected = bundle.tier_table(shop.transactions, day, ibis.memtable(before))
    found = pq.read_table(out)
    assert found.to_pylist() == expected.to_pyarrow().to_pylist()
    assert found.column_names == list(expected.columns)
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    content = out.read_bytes()
    assign_scores(*known, tmp_path / "before.parquet")
    assert out.read_bytes() == content
    assert not list(tmp_path.glob(".*"))


def test_a_file_is_published_as_a_shop_is(bundle, shop, score_file, tmp_path):
    for day in ("2026-05-01", shop.as_of):
        assign(bundle, shop.transactions, day, tmp_path / "shop", data=DATA)
        where = tmp_path / "file"
        with tiers_of_file(bundle, score_file(day), day, where, data=DATA) as given:
            given.publish(where)
    one, other = (last_assignment(tmp_path / name) for name in ("shop", "file"))
    assert one.arrow().to_pylist() == other.arrow().to_pylist()
    of_the_bytes = {"file", "sha256"}
    assert {k: v for k, v in one.manifest.items() if k not in of_the_bytes} == {
        k: v for k, v in other.manifest.items() if k not in of_the_bytes
    }
    assert other.manifest["previous"] == "as_of=2026-05-01"


def test_what_is_not_published_leaves_nothing(bundle, shop, score_file, tmp_path):
    where = tmp_path / "tiers"
    with tiers_of_file(bundle, score_file(shop.as_of), shop.as_of, where) as given:
        assert given.facts["customers"] > 0
        file = given.rows
    assert not file.exists()
    assert not where.exists()


def test_scores_of_another_day_are_refused(bundle, score_file, tmp_path):
    file = score_file(date(2026, 5, 1))
    with (
        pytest.raises(BadColumns, match="as of 2026-06-01, found days from 2026-05-01"),
        tiers_of_file(bundle, file, "2026-06-01", tmp_path / "tiers"),
    ):
        pass


def test_a_customer_who_stands_there_twice_is_refused(
    bundle, shop, score_file, tmp_path
):
    file = score_file(shop.as_of)
    table = pq.read_table(file)
    pq.write_table(pa.concat_tables([table, table.slice(0, 1)]), file)
    with (
        pytest.raises(BadColumns, match="one row per customer, found"),
        tiers_of_file(bundle, file, shop.as_of, tmp_path / "tiers"),
    ):
        pass


def test_scores_without_money_are_refused(bundle, shop, score_file, tmp_path):
    file = score_file(shop.as_of)
    pq.write_table(pq.read_table(file).drop_columns(["spend"]), file)
    with (
        pytest.raises(BadColumns, match="missing: spend"),
        tiers_of_file(bundle, file, shop.as_of, tmp_path / "tiers"),
    ):
        pass


def test_a_missing_file_is_refused(bundle, tmp_path):
    with (
        pytest.raises(MissingInputs, match="expected Parquet"),
        tiers_of_file(bundle, tmp_path / "no", "2026-06-01", tmp_path / "tiers"),
    ):
        pass


def test_a_changed_table_before_is_refused(bundle, shop, score_file, tmp_path):
    before = assign(bundle, shop.transactions, "2026-05-01", tmp_path / "tiers")
    with before.file.open("ab") as file:
        file.write(b"x")
    scores = score_file(shop.as_of)
    with (
        pytest.raises(Tampered),
        tiers_of_file(bundle, scores, shop.as_of, tmp_path / "tiers"),
    ):
        pass
