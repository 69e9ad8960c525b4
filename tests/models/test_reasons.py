import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from workbench.churn_words import FEATURES, family_of
from workbench.errors import BadParameter
from workbench.models import ReasonTable
from workbench.models.reasons import checked_n, fill_largest

NAMES = ("shoe_size", "spend_365d", "balance")
PARTS = np.array([[0.4, 0.0, -2.0], [-1.21, 0.0, 0.1], [0.0, 0.0, 0.3]])
VALUES = np.array([[1.0, 2.0, 3.0]] * 3)


def largest_reasons(features, parts, values, n, raising_only=False):
    table = ReasonTable.empty(features, parts.shape[1], n)
    fill_largest(table, slice(None), parts, values, raising_only)
    return table


def features(table):
    return [[reason["feature"] for reason in row] for row in table.rows()]


def test_the_largest_in_size_comes_first_whatever_its_sign():
    found = largest_reasons(NAMES, PARTS, VALUES, n=2)
    assert features(found) == [
        ["spend_365d", "shoe_size"],
        [],
        ["shoe_size", "balance"],
    ]
    first = {"feature": "spend_365d", "family": "spend", "value": 1.0}
    assert found.rows()[0][0] == {**first, "contribution": -1.21}
    assert found.rows()[0][1]["family"] is None


def test_a_part_of_zero_is_no_reason():
    found = largest_reasons(NAMES, PARTS, VALUES, n=3)
    assert (found.codes == [[1, 0, -1], [-1, -1, -1], [0, 2, 1]]).all()
    assert (found.contributions[1] == 0).all()
    assert np.isnan(found.values[1]).all()
    assert found.codes.dtype == np.int16
    assert len(found) == 3


def test_of_two_as_large_the_first_is_told_first():
    parts = np.array([[0.5], [-0.5], [0.5]])
    assert features(largest_reasons(NAMES, parts, VALUES[:, :1], n=2)) == [
        ["shoe_size", "spend_365d"]
    ]


def test_a_family_speaks_once_by_its_largest_part_of_the_sums_sign():
    names = ("days_since_last_order", "frequency", "overdue_ratio")
    parts = np.array([[1.0, -0.2], [0.9, 0.3], [-0.4, -0.5]])
    values = np.array([[60.0, 1.0], [2.0, 3.0], [0.5, 4.0]])
    first, second = largest_reasons(names, parts, values, n=3).rows()
    assert [reason["feature"] for reason in first] == ["frequency", names[0]]
    assert first[1]["contribution"] == pytest.approx(0.6)
    assert second[0]["feature"] == "overdue_ratio"
    assert second[0]["value"] == 4.0
    assert second[0]["contribution"] == pytest.approx(-0.7)


def test_only_those_that_raise_if_only_they_are_wanted():
    found = largest_reasons(NAMES, PARTS, VALUES, n=3, raising_only=True)
    assert features(found) == [["shoe_size"], [], ["balance", "spend_365d"]]


def test_more_reasons_than_families_leave_room_empty():
    found = largest_reasons(NAMES, PARTS, VALUES, n=5)
    assert found.codes.shape == (3, 5)
    assert (found.codes[:, 3:] == -1).all()
    assert features(largest_reasons((), PARTS[:0], VALUES[:0], n=2)) == [[], [], []]


def test_an_empty_table_has_no_reason():
    assert ReasonTable.empty(NAMES, 2, 3).rows() == [[], []]


@pytest.mark.parametrize("wrong", [0, -1, 2.5, True, "3"])
def test_how_many_is_a_whole_number_from_1_up(wrong):
    with pytest.raises(BadParameter, match="whole number from 1 up"):
        checked_n(wrong)


EVERY = tuple(one.name for one in FEATURES)
FAMILIES = len({family_of(name) for name in EVERY})


@settings(max_examples=60, deadline=None)
@given(
    parts=arrays(
        np.float64,
        (len(EVERY), 4),
        elements=st.floats(-5, 5, allow_subnormal=False, width=16),
    )
)
def test_nothing_is_lost_and_every_family_speaks_once(parts):
    table = largest_reasons(EVERY, parts, parts, n=FAMILIES)
    assert table.contributions.sum(axis=1) == pytest.approx(parts.sum(axis=0), abs=1e-6)
    size = np.abs(table.contributions)
    assert (np.diff(size, axis=1) <= 0).all()
    for row in table.rows():
        said = [reason["family"] for reason in row]
        assert len(said) == len(set(said))
        for reason in row:
            assert reason["value"] * reason["contribution"] > 0, (
                "the speaker's own part"
            )
