from datetime import date

import ibis
import pandas as pd
import pytest

from workbench.errors import BadColumns, BadParameter, BadValues, UnknownName
from workbench.evaluation import ChurnFrames
from workbench.evaluation.churn_frames import has_both_outcomes, with_own
from workbench.features import Beside, churn_table
from workbench.window import Window

ROWS = [
    ("ann", "2026-01-10", 10),
    ("ann", "2026-04-20", 99),
    ("bob", "2026-02-10", 20),
    ("cat", "2025-01-10", 30),
]
WINDOW = Window("2026-03-01", 60)
FRAME = pd.DataFrame({"customer_id": ["ann", "bob"], "frequency": [0, 1]})


@pytest.fixture
def transactions(clean_table):
    return clean_table(ROWS)


def test_a_day_is_built_once_and_from_rows_of_that_day_only(transactions):
    asked = []

    def build(lines, window, eligible_days, beside, priors):
        asked.append((window.as_of, str(lines.ordered_on.max().execute())[:10]))
        return churn_table(lines, window, eligible_days, beside, priors)

    frames = ChurnFrames(build=build)
    for _ in range(2):
        frames.eligible(transactions, WINDOW)
        frames.closed(transactions, WINDOW)
    assert asked == [(date(2026, 3, 1), "2026-02-10")]


def test_who_has_lapsed_is_a_buyer_and_not_eligible(transactions):
    frames = ChurnFrames()
    assert frames.buyers(transactions, WINDOW)["customer_id"].tolist() == [
        "ann",
        "bob",
        "cat",
    ]
    closed = frames.closed(transactions, WINDOW)
    label = dict(zip(closed["customer_id"], closed["no_order"], strict=True))
    assert label == {"ann": False, "bob": True}
    assert not has_both_outcomes(closed)


def test_own_features_stand_last_and_who_is_not_in_the_table_has_0(transactions):
    customers = pd.DataFrame({"customer_id": ["bob"], "extra_visits": [7]})
    frames = ChurnFrames(
        Beside(customers=ibis.memtable(customers)), own_features=("extra_visits",)
    )
    known = frames.eligible(transactions, WINDOW)
    assert known["extra_visits"].tolist() == [0.0, 7.0]
    names = frames.features(known)
    assert names[0] == "days_since_last_order" and names[-1] == "extra_visits"
    assert "age_days" not in names


def test_an_own_feature_may_come_from_what_builds_the_features():
    assert with_own(FRAME, None, ["frequency"])["frequency"].tolist() == [0.0, 1.0]


def test_an_unknown_own_feature_is_refused_with_the_nearest_name():
    customers = ibis.memtable(pd.DataFrame({"customer_id": ["a"], "extra_age": [1]}))
    with pytest.raises(UnknownName, match=r"own feature 'extra_aeg'. Did you mean"):
        with_own(FRAME, customers, ["extra_aeg"])


def test_numbers_that_came_as_text_are_read():
    frame = FRAME.assign(extra_x=["1.5", None])
    assert with_own(frame, None, ["extra_x"])["extra_x"].tolist() == [1.5, 0.0]


@pytest.mark.parametrize(
    ("values", "error", "words"),
    [
        (["1", "1,5"], BadColumns, "must be of numbers, found 1 of 2 that are none"),
        ([1.0, -2.0], BadValues, "0 or more, found 1 of 2 below, -2 the lowest"),
    ],
)
def test_an_own_feature_that_no_model_could_take_is_refused(values, error, words):
    with pytest.raises(error, match=words):
        with_own(FRAME.assign(extra_x=values), None, ["extra_x"])


def test_a_customer_with_two_rows_has_no_own_feature():
    rows = pd.DataFrame({"customer_id": ["a", "b", "a"], "extra_x": [1.0, 2.0, 3.0]})
    with pytest.raises(BadValues, match="one row per customer, found 1 of 3 rows too"):
        with_own(FRAME, ibis.memtable(rows), ["extra_x"])


@pytest.mark.parametrize("name", ["frequency", "age_days"])
def test_an_own_feature_has_a_name_of_its_own(name):
    with pytest.raises(BadParameter, match=f"found {name}, which the workbench builds"):
        ChurnFrames(own_features=("extra_x", name))


def test_what_is_the_same_of_everybody_is_not_fitted():
    frames = ChurnFrames()
    known = FRAME.assign(promotion_share=0.0, spend_365d=[3.0, 4.0])
    assert "promotion_share" not in frames.features(known)
    assert "spend_365d" in frames.features(known)
