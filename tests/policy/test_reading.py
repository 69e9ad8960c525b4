import pytest

from workbench.errors import BadPolicy
from workbench.policy.reading import KEY, read, text_of


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
        ("a: !!python/object/apply:os.getcwd []", "line 1, column 4: not valid YAML"),
        ("a: &x 1\nb: *x\n", "line 1, column 4: anchors and aliases"),
        ("a: [*x]\n", "line 1, column 5: anchors and aliases"),
        ("a:\n  <<: *x\n", "line 2, column 7: anchors and aliases"),
        ("a: " + "[" * 5000, "line 1, column 23: a policy is nested 20 deep at most"),
        ("a: b\n c: d\n", "line 2, column 3: not valid YAML: mapping values"),
        ("a: 1\nb: \x00\n", r"line 2, column 4: not valid YAML: the character U\+0000"),
        ("a: " + "9" * 5000, "not valid YAML"),
        ("? [a]\n: 1\n", "not valid YAML"),
        ("a: 1:30\n", "line 1, column 4: expected a number, found 1:30"),
        ("a: [2, 1:30.5]\n", "line 1, column 8: expected a number"),
        ("{a: 1}\n---\n{b: 1}\n", "line 2, column 1: not valid YAML"),
    ],
)
def test_what_is_no_policy_is_refused(text, words):
    with pytest.raises(BadPolicy, match=words):
        read(text, "p.yaml")


def test_a_bomb_is_refused_before_it_grows():
    """Ten lines that name each other would be ten thousand million values."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    with pytest.raises(BadPolicy, match="line 1, column 5: anchors and aliases"):
        read("\n".join(lines), "p.yaml")


def test_a_key_has_a_place_beside_its_value():
    _, places = read("cuts:\n  high: {column: a}\n", "p.yaml")
    assert places["cuts", "high", KEY].here == "p.yaml, line 2, column 3"
    assert places["cuts", "high"].here == "p.yaml, line 2, column 9"


def test_a_file_that_is_no_text_is_refused(tmp_path):
    file = tmp_path / "p.yaml"
    file.write_bytes("title: Qualité".encode("latin-1"))
    with pytest.raises(BadPolicy, match=r"p\.yaml is not text in UTF-8"):
        text_of(file)
