import pytest

from workbench.errors import BadSpec
from workbench.yaml_text import read_yaml


def test_days_stay_text() -> None:
    assert read_yaml("as_of: 1998-06-30", "x") == {"as_of": "1998-06-30"}


@pytest.mark.parametrize("text", ["1e-3", "1E-3", "0.001", "1.0e-3"])
def test_small_numbers_are_numbers(text: str) -> None:
    assert read_yaml(text, "x") == 0.001


def test_a_key_given_twice_is_refused_with_its_place() -> None:
    with pytest.raises(BadSpec, match="demo.yaml, line 2, column 1: 'seed'.*twice"):
        read_yaml("seed: 1\nseed: 2", "demo.yaml")


def test_a_fault_has_its_place() -> None:
    with pytest.raises(BadSpec, match="line 2"):
        read_yaml("a: 1\nb: [1", "demo.yaml")


def test_code_in_yaml_is_refused() -> None:
    with pytest.raises(BadSpec, match="python"):
        read_yaml("a: !!python/object/apply:os.system ['true']", "demo.yaml")
