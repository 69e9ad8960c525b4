import pandas as pd

from workbench.evaluation import with_cause_groups

CUSTOMERS = pd.DataFrame(
    {
        "customer_id": ["ann", "bob", "cat"],
        "return_rate": [0.2, 0.05, 0.03],
        "quarter_drop_z": [0.0, 2.0, 1.9],
        "complaints_365d": [0, 2, 1],
        "open_complaints": [0, 0, 1],
    }
)


def test_each_cause_has_its_groups():
    found, names = with_cause_groups(CUSTOMERS)
    assert names == ("complaints", "returns", "pace")
    assert found["complaints"].tolist() == ["none in a year", "all settled", "one open"]
    more, less = "over 5% of lines", "5% of lines or less"
    assert found["returns"].tolist() == [more, less, less]
    assert found["pace"].tolist() == ["as before", "clearly less often", "as before"]
    assert "complaints" not in CUSTOMERS.columns


def test_without_closing_days_a_complaint_is_one_or_more():
    found, _ = with_cause_groups(CUSTOMERS.drop(columns="open_complaints"))
    assert found["complaints"].tolist() == ["none in a year", *["one or more"] * 2]


def test_a_shop_of_three_columns_has_the_groups_that_these_tell():
    known = CUSTOMERS[["customer_id", "return_rate", "quarter_drop_z"]]
    assert with_cause_groups(known)[1] == ("returns", "pace")
