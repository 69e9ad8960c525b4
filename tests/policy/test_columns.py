import pytest

from workbench.errors import BadPolicy
from workbench.policy.columns import number_column
from workbench.policy.reading import Place


def test_numbers_and_yes_no_are_numbers_and_texts_are_not(scores):
    place = Place("p.yaml", "of: a", 4, 5)
    table = scores(a=[1.5], b=[True], c=[None], d=["x"])
    found = [number_column(table, name, place).execute()[0] for name in "ab"]
    assert found == [1.5, 1.0]
    assert number_column(table, "c", place).to_pyarrow().to_pylist() == [None]
    with pytest.raises(BadPolicy, match="line 1, column 5: 'd' is a column of string"):
        number_column(table, "d", place)
