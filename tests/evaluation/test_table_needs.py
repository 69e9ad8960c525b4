import pytest

from workbench.evaluation import (
    judge_tables,
    table_checks,
    table_limits,
    table_verdicts,
    tables_words,
)
from workbench.evaluation.table_needs import TABLE_NEEDS

#: A table that stands on every limit.
ON_EVERY_LIMIT = {
    "rows": 1,
    "share_lost": 0.05,
    "share_key_repeats": 0.001,
    "share_orphans": 0.05,
    "orphans_in": "product_id",
    "empty_columns": 0,
    "empty_in": "",
    "silence_times": 2.0,
    "share_after_as_of": 0.5,
    "buyers_covered": 1,
    "share_of_buyers": 0.8,
    "share_of_usual_load": 0.5,
    "share_filled_lost": 0.2,
    "filled_lost_in": "brand",
    "psi_of_words": 0.25,
    "psi_of_words_in": "kind",
}


def _verdict(change, table="customers"):
    return judge_tables({table: ON_EVERY_LIMIT | change})[table]


def test_a_table_on_every_limit_is_usable():
    assert _verdict({}).word == "usable"
    assert _verdict({}).reasons == []


def test_every_total_of_the_limits_is_tried_here():
    asked = {need.total for need in TABLE_NEEDS}
    named = {need.named_by for need in TABLE_NEEDS if need.named_by}
    assert asked | named == set(ON_EVERY_LIMIT)


@pytest.mark.parametrize(
    ("total", "doubted", "refused"),
    [
        ("rows", None, 0),
        ("share_lost", 0.051, 0.51),
        ("share_key_repeats", 0.002, 0.051),
        ("share_orphans", 0.051, 0.51),
        ("empty_columns", 1, None),
        ("silence_times", 2.1, 8.1),
        ("share_after_as_of", 0.51, None),
        ("buyers_covered", None, 0),
        ("share_of_buyers", 0.79, 0.19),
        ("share_of_usual_load", 0.49, None),
        ("share_filled_lost", 0.21, None),
        ("psi_of_words", 0.26, None),
    ],
)
def test_one_total_beside_its_limits_is_enough(total, doubted, refused):
    if doubted is not None:
        assert _verdict({total: doubted}).word == "usable with doubts"
        assert len(_verdict({total: doubted}).reasons) == 1
    if refused is not None:
        assert _verdict({total: refused}).word == "not usable"


def test_what_cannot_be_compared_is_no_reason():
    nothing = dict.fromkeys(ON_EVERY_LIMIT)
    verdict = _verdict(nothing | {"rows": 5, "empty_columns": 0})
    assert verdict.word == "usable"
    assert "silence, in usual gaps: nothing to compare" in [
        check.words for check in verdict.checks
    ]


def test_the_words_have_the_limit_that_was_passed_and_the_columns():
    assert _verdict({"share_orphans": 0.1}).reasons == [
        "orphans: 10%, product_id (at most 5%)"
    ]
    both = _verdict({"share_orphans": 0.6, "empty_columns": 1, "empty_in": "city"})
    assert both.reasons == [
        "orphans: 60%, product_id (at most 50%)",
        "empty columns: 1, city (at most 0)",
    ]


def test_some_limits_are_asked_of_some_tables():
    assert _verdict({"share_of_buyers": 0.01}, "feedback").word == "usable"
    assert _verdict({"buyers_covered": 0}, "feedback").word == "not usable"
    assert _verdict({"buyers_covered": 0}, "contacts").word == "usable"


def test_the_limits_are_a_table_before_the_result():
    found = table_limits().set_index("total")
    assert len(found) == len(TABLE_NEEDS)
    orphans = found.loc["orphans"]
    assert orphans["without doubt"] == "at most 5%"
    assert orphans["usable at all"] == "at most 50%"
    assert orphans["asked of"] == "all"
    assert found.loc["empty columns", "usable at all"] == "–"
    assert found["why"].str.len().min() > 20


def test_verdicts_and_checks_as_tables():
    judged = judge_tables({"events": ON_EVERY_LIMIT, "feedback": ON_EVERY_LIMIT})
    said = table_verdicts(judged)
    assert said.loc["events"].tolist() == ["usable", "all 11 limits are kept"]
    checks = table_checks(judged)
    assert len(checks) == 22
    assert set(checks["level"]) == {"kept"}


def test_one_sentence_names_the_doubtful_and_the_useless():
    totals = {
        "events": ON_EVERY_LIMIT | {"silence_times": 9.0},
        "feedback": ON_EVERY_LIMIT | {"share_lost": 0.1},
        "rates": ON_EVERY_LIMIT,
    }
    assert tables_words(judge_tables(totals)) == (
        "1 of 3 tables usable without doubt; with doubts: feedback; not usable: events"
    )


def test_buyers_under_ten_are_not_counted_out():
    checks = table_checks(judge_tables({"events": ON_EVERY_LIMIT}))
    found = checks.set_index("check")["found"]
    assert found["buyers it speaks of"] == "<10"
    none = judge_tables({"events": ON_EVERY_LIMIT | {"buyers_covered": 0}})
    assert none["events"].reasons == ["buyers it speaks of: 0 (at least 1)"]
