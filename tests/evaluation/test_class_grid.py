import numpy as np
import pandas as pd
import pytest

from workbench.evaluation import class_cells, class_counts


@pytest.fixture
def classes():
    """Return 30 who like toys, 12 who like books, 9 of unknown interest."""
    return pd.DataFrame(
        {
            "interest_class": np.repeat(["toys", "books", "unknown"], [30, 12, 9]),
            "frequency_class": ["high"] * 20 + ["low"] * 31,
            "amount_class": ["large"] * 11 + ["small"] * 40,
            "net_spend_365d": np.repeat([2.0, 3.0, 4 / 9], [30, 12, 9]),
        }
    )


def test_a_group_is_told_by_its_heads_and_its_spend(classes):
    toys = class_counts(classes, "interest_class").iloc[0]
    assert toys["interest_class"] == "toys"
    assert toys["n_customers"] == 30
    assert toys["share_of_customers"] == pytest.approx(30 / 51)
    assert toys["spend"] == 60
    assert toys["share_of_spend"] == pytest.approx(0.6)


def test_a_group_under_ten_is_not_shown_but_counts_in_the_whole(classes):
    counts = class_counts(classes, "interest_class")
    assert counts["interest_class"].to_list() == ["toys", "books"]
    assert counts["share_of_spend"].sum() == pytest.approx(0.96)


def test_cells_are_of_interest_frequency_and_amount(classes):
    cells = class_cells(classes)
    names = ["interest_class", "frequency_class", "amount_class", "n_customers"]
    assert cells[names].to_numpy().tolist() == [
        ["books", "low", "small", 12],
        ["toys", "high", "large", 11],
        ["toys", "low", "small", 10],
    ]


def test_without_interests_everybody_is_in_one_group(classes):
    cells = class_cells(classes.drop(columns="interest_class"))
    assert set(cells["interest_class"]) == {"all customers"}
    assert cells["n_customers"].to_list() == [31, 11]


def test_a_shop_without_spend_has_no_shares_of_it(classes):
    counts = class_counts(classes.assign(net_spend_365d=0.0), "frequency_class")
    assert counts["share_of_spend"].to_list() == [0.0, 0.0]


def test_the_frame_that_is_given_stays_as_it_is(classes):
    before = classes.copy()
    class_cells(classes)
    pd.testing.assert_frame_equal(classes, before)
