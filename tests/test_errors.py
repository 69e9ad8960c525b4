import inspect
import re

import pytest

from workbench import errors
from workbench.errors import (
    DataError,
    ModelError,
    RejectedFile,
    UnknownCustomer,
    UnknownName,
    WorkbenchError,
    did_you_mean,
)

LINE = re.compile(r"^    (?P<stem>[│├└─ ]*)(?P<name>[A-Z]\w+)(?P<rest>.*)$")
REST = re.compile(r"^(?: \((?P<also>\w+)\))?(?: +(?P<code>\d+))?(?:  +.*|)$")


@pytest.fixture(scope="module")
def drawn():
    """Return name -> (parent, other base, exit code) as the docstring draws them."""
    tree, above = {}, []
    for line in errors.__doc__.splitlines():
        found = LINE.match(line)
        if not found:
            continue
        depth = len(found["stem"]) // 4
        rest = REST.match(found["rest"])
        assert rest, f"cannot be read: {line}"
        above[depth:] = [found["name"]]
        parent = above[depth - 1] if depth else None
        tree[found["name"]] = (parent, rest["also"], rest["code"])
    return tree


def test_the_tree_draws_every_class_and_no_other(drawn):
    classes = {
        name
        for name, cls in inspect.getmembers(errors, inspect.isclass)
        if cls.__module__ == errors.__name__
    }
    assert set(drawn) == classes


def test_every_class_inherits_as_drawn(drawn):
    for name, (parent, also, _) in drawn.items():
        cls = getattr(errors, name)
        if parent:
            assert cls.__bases__[0].__name__ == parent, name
        if also:
            assert also in {base.__name__ for base in cls.__mro__}, name


def test_every_exit_code_is_the_one_drawn(drawn):
    for name, (_, _, code) in drawn.items():
        cls = getattr(errors, name)
        assert issubclass(cls, WorkbenchError), name
        assert cls.exit_code == int(code), name


def test_only_the_agreed_exit_codes_are_used(drawn):
    codes = {code for _, _, code in drawn.values() if code}
    assert codes == {"1", "2", "3", "75"}


def test_every_class_says_in_one_sentence_what_it_is(drawn):
    for name in drawn:
        assert getattr(errors, name).__doc__.endswith("."), name


def test_data_errors_are_caught_as_value_errors():
    with pytest.raises(ValueError, match="no rows"):
        raise DataError("no rows")
    assert not issubclass(ModelError, ValueError)


def test_an_unknown_name_is_said_without_the_quotes_of_a_key_error():
    error = UnknownName("metric", "briar", ["mae", "brier"])
    assert str(error) == "no metric 'briar'. Did you mean 'brier'?"
    assert isinstance(error, KeyError)
    assert error.choices == ["brier", "mae"]


def test_an_unknown_customer_shows_no_other_customer():
    message = str(UnknownCustomer("007", "2026-06-30"))
    assert message.startswith("no customer '007' known on 2026-06-30")
    assert "Did you mean" not in message and "Known" not in message


def test_a_rejected_file_carries_its_code():
    assert RejectedFile("an Excel file", code="not_text").code == "not_text"


def test_the_cure_of_a_wrong_name():
    assert did_you_mean("orders_calibation", ["orders_calibration"]).endswith("tion'?")
    assert did_you_mean("x", []) == "None is known here."
