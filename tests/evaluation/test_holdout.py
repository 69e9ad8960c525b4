import pandas as pd
import pytest

from workbench.errors import BadColumns, BadValues
from workbench.evaluation import label_no_order, with_future

CUSTOMERS = pd.DataFrame({"customer_id": ["bob", "ann", "cat"], "frequency": [2, 0, 1]})
FUTURE = pd.DataFrame(
    {
        "customer_id": ["new", "ann"],
        "orders_in_horizon": [9, 2],
        "spend_in_horizon": [90.0, 20.5],
    }
)


def test_who_did_not_come_back_has_0_and_who_is_new_is_left_out():
    joined = with_future(CUSTOMERS, FUTURE)
    assert joined["customer_id"].tolist() == ["bob", "ann", "cat"]
    assert joined["orders_in_horizon"].tolist() == [0, 2, 0]
    assert joined["spend_in_horizon"].tolist() == [0, 20.5, 0]
    assert joined["orders_in_horizon"].dtype == "int64"
    assert label_no_order(joined).tolist() == [True, False, True]
    assert list(CUSTOMERS.columns) == ["customer_id", "frequency"]


def test_nobody_came_back():
    joined = with_future(CUSTOMERS, FUTURE.iloc[:0])
    assert label_no_order(joined).all()


def test_features_that_hold_the_future_are_refused():
    with pytest.raises(BadColumns, match="already have orders_in_horizon"):
        with_future(CUSTOMERS.assign(orders_in_horizon=1), FUTURE)


def test_a_customer_twice_is_refused():
    with pytest.raises(BadValues, match="customers must have one row .* found 1"):
        with_future(CUSTOMERS.assign(customer_id=["ann", "ann", "cat"]), FUTURE)
    with pytest.raises(BadValues, match="future must have one row"):
        with_future(CUSTOMERS, pd.concat([FUTURE, FUTURE]))


def test_missing_columns_are_named():
    with pytest.raises(BadColumns, match="found no spend_in_horizon"):
        with_future(CUSTOMERS, FUTURE.drop(columns="spend_in_horizon"))
    with pytest.raises(BadColumns, match="found no orders_in_horizon"):
        label_no_order(CUSTOMERS)
