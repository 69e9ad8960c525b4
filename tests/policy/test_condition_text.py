"""Whatever somebody writes into a condition is refused in words, or means what it says.

A policy is a file that strangers send: nothing of it is evaluated before it is known.
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import BadPolicy
from workbench.policy import Policy
from workbench.policy.condition_text import MOST_CHARACTERS
from workbench.policy.conditions import Condition, leaves
from workbench.policy.reading import Place

REFUSED = {
    "a second statement": ("1=1; drop table x", "found 2 statements"),
    "a statement": ("drop table x", "not allowed"),
    "a line comment": ("a > 1 -- and b > 1", "a comment is not allowed"),
    "a comment inside": ("a > 1 /* or true */", "a comment is not allowed"),
    "a comment between": ("a /**/ > 1", "a comment is not allowed"),
    "a template comment": ("a > 1 {# or true #}", "CURLY BRACKET"),
    "a hash comment": ("a > 1 # or true", "NUMBER SIGN"),
    "a constant truth": ("1=1", "compares two constants"),
    "a subquery": ("a > (select max(a) from t)", "not allowed"),
    "a subquery in a list": ("a in (select a from t)", "takes a list"),
    "a union": ("a > 1 union select 1", "not allowed"),
    "exists": ("exists (select 1)", "not allowed"),
    "any": ("a > any (select 1)", "not allowed"),
    "a cast": ("cast(a as int) > 1", "not allowed"),
    "a short cast": ("a::int > 1", "COLON"),
    "a tried cast": ("try_cast(a as int) > 1", "not allowed"),
    "a window": ("sum(a) over (order by b) > 1", "not allowed"),
    "an aggregate": ("max(a) > 1", "not allowed"),
    "case": ("case when a > 1 then true else false end", "not allowed"),
    "if": ("if(a > 1, 2, 3) > 1", "not allowed"),
    "like": ("a like '%x%'", "not allowed"),
    "ilike": ("a ilike 'x'", "not allowed"),
    "similar to": ("a similar to 'x'", "not allowed"),
    "a regular expression": ("a ~ 'x'", "TILDE"),
    "a lambda": ("list_filter(a, x -> x > 1) = 1", "not allowed"),
    "json": ("a -> 'x' = 1", "not allowed"),
    "json as text": ("a ->> 'x' = '1'", "not allowed"),
    "a list": ("a = [1, 2]", "LEFT SQUARE BRACKET"),
    "a list to be in": ("a in [1, 2]", "LEFT SQUARE BRACKET"),
    "an element": ("a[1] > 1", "LEFT SQUARE BRACKET"),
    "a struct": ("{'x': 1}.x > a", "LEFT CURLY BRACKET"),
    "a field": ("a.b > 1", "plain name of a column"),
    "a schema": ("main.scores.a > 1", "plain name of a column"),
    "a star": ("* > 1", "not allowed|plain name"),
    "a parameter": ("a > ?", "QUESTION MARK"),
    "a numbered parameter": ("a > $1", "DOLLAR SIGN"),
    "a named parameter": ("a > :x", "COLON"),
    "a variable": ("a > @x", "COMMERCIAL AT"),
    "a dollar text": ("a = $$x$$", "DOLLAR SIGN"),
    "an escaped text": ("a = E'x'", "not allowed"),
    "a hex text": ("a = X'1F'", "cannot be read|not allowed"),
    "two texts": ("a = 'x' 'y'", "not allowed"),
    "a quoted column": ('"a" > 1', "QUOTATION MARK"),
    "a strange column": ('"a; drop table x" > 1', "QUOTATION MARK"),
    "a column in back ticks": ("`a` > 1", "GRAVE ACCENT"),
    "a wide operator": ("a ＞ 1", "FULLWIDTH GREATER-THAN SIGN"),
    "a slanted operator": ("a ⩾ 1", "GREATER-THAN OR SLANTED EQUAL TO"),
    "a Cyrillic column": ("а > 1", "CYRILLIC SMALL LETTER A"),
    "a wide bracket": ("（a > 1）", "FULLWIDTH LEFT PARENTHESIS"),
    "a wide space": ("a　> 1", "IDEOGRAPHIC SPACE"),
    "a wide digit": ("a > １", "FULLWIDTH DIGIT ONE"),
    "a minus sign": ("a > −1", "MINUS SIGN"),
    "text turned around": ("a = '\u202ex'", "RIGHT-TO-LEFT OVERRIDE"),
    "an unseen space": ("a =\u200b 1", "ZERO WIDTH SPACE"),
    "a null byte": ("a > 1\x00", r"U\+0000"),
    "a null byte in a text": ("a = 'x\x00'", r"U\+0000"),
    "an escape": ("a > 1\x1b[31m", r"U\+001B"),
    "a modulo": ("a % 2 = 1", "PERCENT SIGN"),
    "a power": ("a ** 2 > 1", "not allowed"),
    "bits": ("a & 1 = 1", "AMPERSAND"),
    "joined texts": ("a || 'x' = 'y'", "VERTICAL LINE"),
    "today": ("a > current_date", "not allowed"),
    "an interval": ("a > interval 1 day", "not allowed"),
    "a file": ("read_csv('x') = 1", "not allowed"),
    "a setting": ("getenv('HOME') = 'x'", "not allowed"),
    "a random number": ("random() > 0.5", "not allowed"),
    "a tuple": ("(a, b) > (1, 2)", "not allowed"),
    "a name": ("a > 1 as b", "not allowed"),
    "an order": ("a > 1 order by a", "cannot be read"),
    "a limit": ("a > 1 limit 1", "cannot be read"),
    "is distinct": ("a is distinct from 1", "not allowed"),
    "an infinite number": ("a > 1e999", "too large a number"),
    "no operator": ("a b", "not allowed"),
    "a null": ("a = null", "not allowed"),
    "an open quote": ("a = 'x", "A quote may be open"),
    "an open bracket": ("(a > 1", "cannot be read"),
    "60 brackets": ("(" * 60 + "a > 1" + ")" * 60, "nested 20 deep"),
    "60 times not": ("not " * 60 + "a > 1", "nested 20 deep"),
    "3,000 times not": ("not " * 2400 + "a > 1", "nested 20 deep"),
    "60 times not in brackets": ("not (" * 60 + "a > 1" + ")" * 60, "nested 20 deep"),
    "60 minus signs": ("- " * 60 + "a > 1", "nested 20 deep"),
    "60 functions": ("abs(" * 60 + "a" + ")" * 60 + " > 1", "nested 20 deep"),
    "60 and and or": ("a > 1 and (b > 1 or (" * 30 + "c > 1" + "))" * 30, "nested 20"),
    "a long sum": (" + ".join(["a"] * 400) + " > 1", "at most 100 parts"),
    "201 comparisons": (" and ".join(["a > 1"] * 201), "at most 200 comparisons"),
    "200,000 characters": ("a > 1 " + " " * 200_000, "at most 10,000 characters"),
}


def parse(text):
    return Condition.parse(text, Place("p.yaml", text, 0, len(text)))


@pytest.mark.parametrize("what", REFUSED)
def test_it_is_refused_in_words_with_its_place(what):
    text, words = REFUSED[what]
    with pytest.raises(BadPolicy, match=words) as refused:
        parse(text)
    assert str(refused.value).startswith("p.yaml, line 1, column ")
    assert len(str(refused.value)) < 500


@pytest.mark.parametrize(
    "what",
    [
        name
        for name, (text, _) in REFUSED.items()
        if text.isprintable() and len(text) < 20_000
    ],
)
def test_it_is_refused_in_a_policy_too_before_anything_is_evaluated(policy_text, what):
    text = REFUSED[what][0].replace("'", "''")
    with pytest.raises(BadPolicy, match=r"p\.yaml, line 9, column"):
        Policy.parse(policy_text(f"'{text}'", '"true"'), "p.yaml")


def test_a_hundred_comparisons_side_by_side_are_fine(policy_text, scores):
    names = [f"column_{n:03d}" for n in range(100)]
    condition = " and ".join(f"{name} >= {n}" for n, name in enumerate(names))
    policy = Policy.parse(policy_text(condition, '"true"'))
    assert len(list(leaves(policy.conditions[0].node))) == 100
    table = scores(**{name: [float(n), -1.0] for n, name in enumerate(names)})
    policy.check_columns(table.columns)


def test_brackets_and_functions_20_deep_are_fine():
    assert parse("(" * 20 + "a > 1" + ")" * 20).columns
    assert parse("abs(" * 20 + "a" + ")" * 20 + " > 1").columns


def test_letters_of_any_language_stand_in_texts():
    assert parse("interest = '家居 — Möbel -- ok'").columns


def test_a_policy_says_where_a_letter_is_wrong(policy_text):
    with pytest.raises(BadPolicy, match=r"p\.yaml, line 9, column 14: the character"):
        Policy.parse(policy_text("a ＞ 1", '"true"'), "p.yaml")


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            "a b spend 1 2.5 'x' ( ) and or not between in is null true > >= = <> + - "
            "* / , ; . least( abs( coalesce( case when select from :: ? $1 -- /* ' \" "
            "[ ] { } \x00 ＞ 'open limit union exists( -> like as over".split(" ")
        ),
        max_size=12,
    ).map(" ".join)
)
def test_any_text_is_a_condition_or_is_refused(text):
    try:
        condition = parse(text)
    except BadPolicy as refused:
        assert str(refused).startswith("p.yaml, line 1, column ")
        return
    assert len(text) <= MOST_CHARACTERS
    assert all(name.isidentifier() for name in condition.columns)
    if '"' not in condition.rule:  # a word of SQL that stands for a column
        assert parse(condition.rule).rule == condition.rule
