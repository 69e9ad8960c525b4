"""Stages of the life cycle: exactly one for everybody, proved and looked at again."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import ibis
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import BadColumns, BadPolicy, UnknownName
from workbench.features import life_cycle_table
from workbench.policy import Stages
from workbench.window import Window

SHIPPED = Path(__file__).parents[2] / "experiments" / "stages.yaml"
START = date(2023, 1, 1)
WORDS = "title: {en: T, zh: 题}, meaning: {en: m, zh: 义}, next: {en: n, zh: 做}"


def written(**conditions):
    lines = ["name: small", "version: 1", "stages:"]
    lines += [f'- {{name: {n}, when: "{w}", {WORDS}}}' for n, w in conditions.items()]
    return "\n".join(lines) + "\n"


def table(**columns):
    ids = [f"c{n}" for n in range(len(next(iter(columns.values()))))]
    return ibis.memtable(pa.table({"customer_id": ids, **columns}))


@pytest.fixture(scope="module")
def shipped():
    return Stages.load(SHIPPED)


def test_the_shipped_stages_are_proved_and_in_their_order(shipped):
    assert shipped.names == (
        "prospect",
        "new",
        "growing",
        "mature",
        "declining",
        "lapsed",
        "won_back",
    )
    assert shipped.id == "life_cycle@1"
    assert shipped.titles["declining"] == ("Declining", "衰退期")
    assert shipped.stage("lapsed").next["en"].startswith("Win back")


@settings(max_examples=25, deadline=None)
@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from(["ann", "bob", "cat", "dan"]),
            st.integers(0, 1500).map(lambda n: START + timedelta(days=n)),
            st.integers(-500, 5000).map(lambda cents: cents / 100),
        ),
        min_size=1,
        max_size=20,
    ),
    day=st.integers(0, 1500),
    eligible_days=st.integers(1, 400),
)
def test_every_history_has_exactly_one_stage(
    shipped, clean_table, rows, day, eligible_days
):
    people = ibis.memtable(pa.table({"customer_id": ["ann", "eve"]}))
    window = Window(START + timedelta(days=day))
    known = life_cycle_table(clean_table(rows), window, people, eligible_days)
    found = shipped.assign(ibis.memtable(known.to_pyarrow())).execute()
    buyers = {who for who, at, amount in rows if at <= window.as_of and amount >= 0}
    assert sorted(found["customer_id"]) == sorted({"ann", "eve"} | buyers)
    assert set(found["stage"]) <= set(shipped.names)


@pytest.mark.parametrize(
    ("days_ago", "stage"),
    [
        ((), "prospect"),
        ((0,), "new"),
        ((89, 0), "new"),
        ((90,), "declining"),
        ((90, 40, 1), "growing"),
        ((364, 200, 100), "growing"),
        ((365, 200, 100), "mature"),
        ((700, 500, 300, 100, 10), "mature"),
        ((700, 500, 400, 180), "declining"),
        ((400, 396, 392, 388, 60), "mature"),
        ((400, 396, 392, 388, 384, 300), "declining"),
        ((365,), "lapsed"),
        ((1000, 900, 364), "declining"),
        ((1000, 900, 179), "won_back"),
        ((1000, 900, 180, 20), "mature"),
        ((*range(460, 90, -7), 60, 8), "declining"),
        ((*range(460, 0, -7),), "mature"),
        ((*range(460, 90, -30), *range(88, 0, -7)), "growing"),
    ],
    ids=lambda found: str(found)[:24],
)
def test_histories_are_where_people_would_put_them(
    shipped, clean_table, days_ago, stage
):
    window = Window("2026-06-30")
    bought = [("a", str(window.days_before(ago)), 5) for ago in days_ago]
    lines = clean_table([*bought, ("other", "2026-06-30", 5)])
    people = ibis.memtable(pa.table({"customer_id": ["a"]}))
    found = shipped.assign(life_cycle_table(lines, window, people)).execute()
    assert found.set_index("customer_id").loc["a", "stage"] == stage


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        ("overdue_ratio >= 2.5", "overdue_ratio > 2.5", "none .* overdue_ratio = 2.5"),
        ("overdue_ratio < 2.5", "overdue_ratio <= 2.5", "'growing' and 'declining' .*"),
        (
            "days_since_first_order >= 365",
            "days_since_first_order >= 364",
            "'growing' and 'mature' for .* days_since_first_order = 364,",
        ),
        (
            "(days_since_comeback is null or days_since_comeback >= 180)",
            "days_since_comeback >= 180",
            "none .* days_since_comeback = null",
        ),
        ("status = 'lapsed'", "status = 'prospect'", "none .* status = 'lapsed'"),
        ("status = 'prospect'", "purchase_days < 0", "none .* status = 'prospect'"),
    ],
)
def test_broken_rules_are_refused_with_a_customer(tmp_path, was, becomes, said):
    file = tmp_path / "stages.yaml"
    text = SHIPPED.read_text(encoding="utf-8")
    assert was in text
    file.write_text(text.replace(was, becomes), encoding="utf-8")
    with pytest.raises(BadPolicy, match=f"stages.yaml: expected exactly one .*{said}"):
        Stages.load(file)


def test_a_row_that_has_no_stage_is_refused_by_its_numbers():
    stages = Stages.parse(
        written(few="purchase_days < 5", many="purchase_days > 5"), "s.yaml"
    )
    with pytest.raises(BadPolicy) as refused:
        stages.assign(table(purchase_days=[1, 5, 9]))
    assert "found none for a customer with purchase_days = 5" in str(refused.value)
    assert "c1" not in str(refused.value)
    with pytest.raises(BadPolicy, match="found none .* purchase_days = null"):
        stages.assign(table(purchase_days=pa.array([1, None], pa.int64())))


def test_a_row_that_has_two_is_refused_too():
    stages = Stages.parse(written(few="purchase_days < 5", all="purchase_days >= 0"))
    with pytest.raises(BadPolicy, match="found 'few' and 'all' for a customer"):
        stages.assign(table(purchase_days=[4]))


def test_the_stage_is_the_one_that_holds():
    stages = Stages.parse(written(few="purchase_days < 5", many="purchase_days >= 5"))
    found = stages.assign(table(purchase_days=[4, 5])).order_by("customer_id")
    assert found.columns == ("customer_id", "stage")
    assert found.execute()["stage"].tolist() == ["few", "many"]


def test_asked_lazily_a_row_with_none_or_two_has_a_null():
    stages = Stages.parse(written(few="purchase_days < 5", some="purchase_days > 3"))
    rows = table(purchase_days=pa.array([3, 4, 6, None], pa.int64()))
    found = (
        rows.mutate(stage=stages.stage_of(rows)).order_by("customer_id").to_pyarrow()
    )
    assert found["stage"].to_pylist() == ["few", None, "some", None]


def test_a_table_without_a_column_is_refused():
    stages = Stages.parse(written(few="purchase_days < 5", many="purchase_days >= 5"))
    with pytest.raises(BadColumns, match="missing: purchase_days"):
        stages.assign(table(spend_365d=[4.0]))


def test_a_misspelt_column_has_its_place_and_the_nearest_name():
    text = written(few="purchase_day < 5", many="purchase_days >= 5")
    with pytest.raises(BadPolicy) as refused:
        Stages.parse(text, "s.yaml")
    said = str(refused.value)
    assert "s.yaml, line 4, column 22: no column 'purchase_day'" in said
    assert "Did you mean 'purchase_days'?" in said


def test_a_key_that_is_not_known_and_a_language_that_lacks_are_refused():
    text = written(few="purchase_days < 5", many="purchase_days >= 5")
    with pytest.raises(BadPolicy, match=r"'stages.0.whn' is not a key of a file of st"):
        Stages.parse(text.replace("when:", "whn:", 1))
    with pytest.raises(BadPolicy, match=r"'stages.0.next.zh' is missing"):
        Stages.parse(text.replace("next: {en: n, zh: 做}", "next: {en: n}", 1))


def test_a_name_that_stands_twice_is_refused():
    text = written(few="purchase_days < 5", many="purchase_days >= 5")
    with pytest.raises(BadPolicy, match="line 5, .*stage 'few' stands here again"):
        Stages.parse(text.replace("name: many", "name: few"))


def test_a_file_that_is_not_there_gets_the_nearest_name():
    with pytest.raises(BadPolicy, match="Did you mean 'stages.yaml'"):
        Stages.load(SHIPPED.with_name("stage.yaml"))


def test_an_unknown_stage_gets_the_nearest_name(shipped):
    with pytest.raises(UnknownName, match="Did you mean 'mature'"):
        shipped.stage("matur")


def test_the_page_has_a_row_for_each_stage_in_both_languages(shipped):
    for lang, words in (("en", "Won back"), ("zh", "赢回")):
        lines = shipped.show(lang).splitlines()
        assert len(lines) == 2 + len(shipped.names)
        assert f"{words} (`won_back`)" in lines[-1]
        assert "`status = 'eligible' and days_since_comeback < 180`" in lines[-1]
