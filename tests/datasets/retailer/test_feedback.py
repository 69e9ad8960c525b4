import pandas as pd


def _with_truth(shop, kind):
    rows = shop.feedback[shop.feedback["kind"] == kind]
    return rows.merge(shop.truth, on="customer_id")


def test_answers_follow_the_hidden_satisfaction(shop):
    answers = _with_truth(shop, "survey")
    answers = answers[~answers["is_late_delivered"]]
    assert answers["nps"].between(0, 10).all()
    assert answers["satisfaction_x"].between(1, 5).all()
    assert answers["nps"].corr(answers["satisfaction_y"]) > 0.6
    assert answers["satisfaction_x"].corr(answers["satisfaction_y"]) > 0.6


def test_complaints_depend_on_satisfaction(shop):
    complaints = _with_truth(shop, "complaint")
    complaints = complaints[complaints["topic"] != "late delivery"]
    told = complaints.groupby("customer_id").size()
    truth = shop.truth[shop.truth["orders"] > 0].set_index("customer_id")
    an_order = told.reindex(truth.index, fill_value=0) / truth["orders"]
    unhappy = truth["satisfaction"] < truth["satisfaction"].median()
    assert an_order[unhappy].mean() > 2 * an_order[~unhappy].mean()


def test_most_late_deliveries_are_complained_about(shop):
    late = shop.transactions[shop.transactions["status"] == "delivered late"]
    about = shop.feedback[shop.feedback["topic"] == "late delivery"]
    assert set(about["order_id"]) <= set(late["order_id"])
    assert 0.4 < about["order_id"].nunique() / late["order_id"].nunique() < 0.8


def test_a_late_delivery_leaves_less_satisfaction(shop):
    hit = shop.truth["is_late_delivered"]
    fell = shop.truth["satisfaction"] - shop.truth["satisfaction_at_end"]
    assert (fell[hit] > 0).all()
    assert (fell[~hit] == 0).all()
    assert set(shop.truth.loc[~hit, "churn_cause"].dropna()) == {"own"}
    assert "late_delivery" in set(shop.truth.loc[hit, "churn_cause"])


def test_days_of_complaints_are_in_order(shop):
    told = shop.feedback[shop.feedback["kind"] == "complaint"]
    closed = told.dropna(subset="closed_on")
    assert 0.9 < len(closed) / len(told) < 1
    assert (closed["closed_on"] >= closed["opened_on"]).all()
    assert told["opened_on"].max() <= pd.Timestamp(shop.plan.ends_on)
    assert not shop.feedback["feedback_id"].duplicated().any()
