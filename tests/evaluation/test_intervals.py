import pandas as pd
import pytest

from workbench.errors import BadColumns, BadValues, UnknownName
from workbench.evaluation import checked_intervals


@pytest.fixture
def table():
    rows = [
        (2, "latent", 2.0, 4.0, 9.0),
        (1, "predictive", 0.0, 8.0, 30.0),
        (1, "parameter", 9.0, 10.0, 11.0),
        (2, "parameter", 4.0, 5.0, 6.0),
        (1, "latent", 4.0, 9.0, 20.0),
        (2, "predictive", 0.0, 3.0, 15.0),
    ]
    return pd.DataFrame(rows, columns=["group", "kind", "low", "median", "high"])


def test_the_rows_come_out_by_group_and_kind(table):
    checked = checked_intervals(table.assign(note="x"))
    assert checked["group"].tolist() == [1, 1, 1, 2, 2, 2]
    assert checked["kind"].tolist() == ["parameter", "latent", "predictive"] * 2
    assert checked["high"].tolist() == [11, 20, 30, 6, 9, 15]
    assert list(checked.columns) == ["group", "kind", "low", "median", "high"]


def test_a_column_that_lacks_is_named(table):
    with pytest.raises(BadColumns, match="found no median among group, kind, low"):
        checked_intervals(table.drop(columns="median"))


def test_another_kind_is_refused_with_the_nearest(table):
    with pytest.raises(UnknownName, match="no kind of interval 'predicted'.*'predict"):
        checked_intervals(table.replace("predictive", "predicted"))


def test_each_group_has_each_kind_once(table):
    with pytest.raises(BadValues, match="found 5 rows, 0 of them doubled, for 2 gro"):
        checked_intervals(table.drop(0))
    doubled = table.assign(kind=table["kind"].replace("latent", "parameter"))
    with pytest.raises(BadValues, match="found 6 rows, 2 of them doubled"):
        checked_intervals(doubled)
    with pytest.raises(BadValues, match="Number the groups from 1"):
        checked_intervals(table.assign(group=table["group"] - 1))
    with pytest.raises(BadValues, match="found 0 rows"):
        checked_intervals(table.head(0))


@pytest.mark.parametrize(("name", "value"), [("low", 10.5), ("high", float("nan"))])
def test_an_interval_that_is_turned_or_open_is_refused(table, name, value):
    table.loc[2, name] = value
    with pytest.raises(BadValues, match="found 1 of 6 rows .* group 1, parameter"):
        checked_intervals(table)
