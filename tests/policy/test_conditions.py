import pytest

from workbench.errors import BadPolicy
from workbench.policy.conditions import Condition, leaves
from workbench.policy.reading import Place


def parse(text):
    return Condition.parse(text, Place("p.yaml", text, 0, len(text)))


@pytest.mark.parametrize(
    "text",
    [
        "spend >= 5",
        "not (a > 1 or b <= 2) and c between 1 and 2",
        "segment in ('new', 'loyal') or segment is null",
        "status is not null and status <> 'lapsed'",
        "(a + b * 2) / greatest(c, 1) - abs(d) > coalesce(e, 0)",
        "is_one_time or not is_one_time",
        "a > -1.5 and least(a, b) < 1e3",
        "true",
    ],
)
def test_the_language(text):
    assert parse(text).text == text


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("spend >= sqrt(4)", "column 10: 'sqrt\\(4\\)'"),
        ("a > 1 and read_csv('x') = 1", "column 11: .*read_csv"),
        ("a > (select max(a) from t)", "not allowed"),
        ("a in (select 1)", "takes a list"),
        ("exists (select 1)", "not allowed"),
        ("a > 1; drop table scores", "found 2 statements"),
        ("case when a > 1 then true end", "not allowed"),
        ("cast(a as int) > 1", "not allowed"),
        ("a::int > 1", "not allowed"),
        ("a like 'x%'", "not allowed"),
        ("t.a > 1", "plain name of a column"),
        ("* > 1", "plain name of a column|not allowed"),
        ("a > ?", "not allowed"),
        ("a[1] > 1", "not allowed"),
        ("1 > 2", "compares two constants"),
        ("a + 1", "not allowed in a condition"),
        ("a % 2 = 1", "not allowed"),
        ("a = null", "not allowed"),
        ("a >= and b", "column 6: .*near 'and'"),
        ("a = 'open", "A quote may be open"),
        ("(" * 60 + "a > 1" + ")" * 60, "nested 20 deep"),
        ("count(a) over () > 1", "not allowed"),
        ("a > 1e", "column 5: '1e': is no number"),
        ("a > 1_", "is no number"),
        ("a in (2, 1__0)", "column 10: .*is no number"),
        ("a > 1e999", "is too large a number"),
    ],
)
def test_what_is_not_in_the_language_is_refused_with_its_place(text, found):
    with pytest.raises(BadPolicy, match=found) as refused:
        parse(text)
    assert "p.yaml, line 1, column" in str(refused.value)


def test_columns_come_in_reading_order_with_their_places():
    condition = parse("b > 1 and a > c")
    assert list(condition.columns) == ["b", "a", "c"]
    assert condition.columns["c"] == "p.yaml, line 1, column 15"


def test_not_is_moved_into_the_comparisons():
    found = [str(leaf) for leaf in leaves(parse("not (a > 1 or b in (2))").node)]
    assert found == ["a <= 1", "b not in (2)"]


def test_the_measured_side_stands_left():
    assert [str(leaf) for leaf in leaves(parse("5 <= spend").node)] == ["spend >= 5"]


def test_binding_fills_in_numbers_and_nothing_else():
    bound = parse("spend >= high and note = 'high'").bind({"high": 12.5})
    assert bound.rule == "spend >= 12.5 and note = 'high'"
    whole = parse("spend >= high").bind({"high": 12345678901.25})
    assert whole.rule == "spend >= 12345678901.25"
    assert list(bound.columns) == ["spend", "note"]


def test_words_in_quotes_keep_their_letters():
    assert parse("a = 'X AND Y'").rule == "a = 'X AND Y'"
