import pytest

from workbench.errors import BadPolicy
from workbench.policy.reading import read


def test_a_day_stays_the_text_it_was_written_as():
    values, _ = read("day: 2026-06-30\n", "p.yaml")
    assert values == {"day": "2026-06-30"}


def test_a_place_points_at_a_word_of_a_folded_text():
    text = "enter: >-\n  spend >= 5\n  and spnd < 9\n"
    values, places = read(text, "p.yaml")
    value = values["enter"]
    where = places["enter",].at(value, value.index("spnd"))
    assert where == "p.yaml, line 3, column 7"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty file"),
        ("a: [1, 2", "not valid YAML"),
        ("a: 1\na: 2\n", "line 2, column 4: 'a' stands here a second time"),
        ("a: " + "x" * 200_001, "at most 200,000 characters"),
        ("a: !!python/object/apply:os.getcwd []", "not valid YAML"),
    ],
)
def test_what_is_no_policy_is_refused(text, words):
    with pytest.raises(BadPolicy, match=words):
        read(text, "p.yaml")
