import inspect
import re
import warnings

import pytest

from workbench import cautions, errors
from workbench.errors import WorkbenchError, WorkbenchWarning

LINE = re.compile(
    r"^    (?P<stem>[│├└─ ]*)(?P<name>[A-Z]\w+)(?: \((?P<also>\w+)\))?  +\S"
)


@pytest.fixture(scope="module")
def drawn():
    """Return name -> (parent, other base) as the docstring draws them."""
    tree, above = {}, []
    for line in cautions.__doc__.splitlines():
        found = LINE.match(line)
        if not found:
            continue
        depth = len(found["stem"]) // 4
        above[depth:] = [found["name"]]
        tree[found["name"]] = (above[depth - 1] if depth else None, found["also"])
    return tree


def test_the_tree_draws_every_warning_and_no_other(drawn):
    classes = {name for name, _ in inspect.getmembers(cautions, inspect.isclass)}
    assert set(drawn) == classes


def test_every_warning_inherits_as_drawn(drawn):
    for name, (parent, also) in drawn.items():
        cls = getattr(cautions, name)
        assert cls.__bases__[0].__name__ == (parent or also), name


def test_every_warning_says_in_one_sentence_what_it_is(drawn):
    for name in drawn:
        assert getattr(cautions, name).__doc__.endswith("."), name


def test_every_warning_has_a_code_of_its_own_and_a_cure(drawn):
    codes = [getattr(cautions, name).code for name in drawn]
    assert len(set(codes)) == len(codes)
    assert all(getattr(cautions, name).cure.endswith(".") for name in drawn)


def test_every_warning_is_importable_from_the_errors(drawn):
    for name in drawn:
        assert getattr(errors, name) is getattr(cautions, name)


def test_a_warning_is_no_error():
    assert not issubclass(WorkbenchWarning, WorkbenchError)
    assert not hasattr(WorkbenchWarning, "exit_code")
    with pytest.warns(UserWarning, match="lean"):
        warnings.warn(errors.FitWarning("do not lean on it"), stacklevel=1)
