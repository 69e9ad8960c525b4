import inspect
import re
from pathlib import Path

import pytest

from workbench import errors
from workbench.doubts import Doubt, codes_of, read_doubts
from workbench.errors import NoDropOut, RejectedFile, WorkbenchWarning

ROOT = Path(__file__).parents[1]
CLASSES = [
    cls
    for _, cls in inspect.getmembers(errors, inspect.isclass)
    if issubclass(cls, WorkbenchWarning)
]


def test_a_warning_is_recorded_by_the_code_of_its_class():
    doubt = Doubt.of(NoDropOut("0.2 % leave"), NoDropOut)
    assert doubt.as_dict() == {"code": "no_drop_out", "words": "0.2 % leave"}
    assert read_doubts({"doubts": [doubt.as_dict()]}) == [doubt]


def test_records_of_older_runs_are_still_read():
    told = ["FitWarning: q: 1.02", "doubt about 20_clv", "Nobody: knows", "errors: x"]
    assert read_doubts({"doubts": told}) == [
        Doubt("fit", "q: 1.02"),
        *(Doubt("doubt", words) for words in told[1:]),
    ]
    assert read_doubts({}) == []


def test_an_error_is_no_doubt():
    words = f"{RejectedFile.__name__}: a.csv"
    assert read_doubts({"doubts": [words]}) == [Doubt("doubt", words)]


def test_codes_are_told_once_and_in_order():
    told = [Doubt("no_gain", "a"), Doubt("fit", "b"), Doubt("fit", "c")]
    assert codes_of(told) == "fit, no_gain"
    assert codes_of([]) == ""


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_every_warning_has_a_code_of_its_own_and_a_cure(cls):
    assert {"code", "cure"} <= set(vars(cls)), "its own, not its parent's"
    assert [other for other in CLASSES if other.code == cls.code] == [cls]
    name = cls.__name__.removesuffix("Warning").replace("Workbench", "Doubt")
    assert cls.code == re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
    assert cls.cure.endswith(".")


def test_the_readme_explains_every_doubt_and_no_other():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    table = text.split("| doubt | meaning | what to do |\n|---|---|---|\n")[1]
    rows = table.split("\n\n")[0].splitlines()
    leaves = [cls for cls in CLASSES if not cls.__subclasses__()]
    wanted = {f"| `{c.code}` | {inspect.getdoc(c)} | {c.cure} |" for c in leaves}
    assert set(rows) == wanted and len(rows) == len(wanted)
