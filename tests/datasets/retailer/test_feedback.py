import pandas as pd


def _with_truth(shop, kind):
    rows = shop.feedback[shop.feedback["kind"] == kind]
    return rows.merge(shop.truth, on="customer_id")


def test_answers_follow_the_hidden_satisfaction(shop):
    answers = _with_truth(shop, "survey")
    answers = answers[~answers["is_late_delivered"] & ~answers["is_faulty"]]
    assert answers["nps"].between(0, 10).all()
    assert answers["satisfaction_x"].between(1, 5).all()
    assert answers["nps"].corr(answers["satisfaction_y"]) > 0.6
    assert answers["satisfaction_x"].corr(answers["satisfaction_y"]) > 0.6


def test_complaints_depend_on_satisfaction(shop):
    complaints = _with_truth(shop, "complaint")
    is_struck = complaints["is_late_delivered"] | complaints["is_faulty"]
    complaints = complaints[~is_struck]
    told = complaints.groupby("customer_id").size()
    truth = shop.truth[~shop.truth["is_late_delivered"] & ~shop.truth["is_faulty"]]
    truth = truth[truth["orders"] > 0].set_index("customer_id")
    an_order = told.reindex(truth.index, fill_value=0) / truth["orders"]
    unhappy = truth["satisfaction"] < truth["satisfaction"].median()
    assert an_order[unhappy].mean() > 2 * an_order[~unhappy].mean()


def test_most_late_deliveries_are_complained_about(shop):
    late = shop.transactions[shop.transactions["status"] == "delivered late"]
    about = shop.feedback[shop.feedback["topic"] == "late delivery"]
    assert set(about["order_id"]) <= set(late["order_id"])
    assert 0.7 < about["order_id"].nunique() / late["order_id"].nunique() < 0.85


def test_some_faulty_orders_are_complained_about_for_their_quality(shop):
    told = _with_truth(shop, "complaint")
    orders = shop.transactions.groupby("order_id")["ordered_on"].min()
    is_about = told["order_id"].map(orders) == told["faulty_on"]
    about = told[is_about & (told["topic"] != "late delivery")]
    assert set(about["topic"]) == {"quality"}
    assert 0.2 < len(about) / shop.truth["is_faulty"].sum() < 0.4


def test_without_a_stroke_a_complaint_is_rare(shop):
    truth = shop.truth[~shop.truth["is_late_delivered"] & ~shop.truth["is_faulty"]]
    told = shop.feedback[shop.feedback["kind"] == "complaint"]
    n = told["customer_id"].isin(set(truth["customer_id"])).sum()
    assert 0.002 < n / truth["orders"].sum() < 0.008


def test_what_strikes_leaves_less_satisfaction(shop):
    truth = shop.truth
    fell = truth["satisfaction"] - truth["satisfaction_at_end"]
    late, faulty = truth["is_late_delivered"], truth["is_faulty"]
    assert (fell[late | faulty] > 0).all()
    assert (fell[~late & ~faulty] == 0).all()
    assert fell[late & faulty].mean() > fell[late & ~faulty].mean()
    causes = truth["churn_cause"]
    assert set(causes[~late & ~faulty].dropna()) == {"own"}
    assert set(causes[late & ~faulty].dropna()) == {"own", "late_delivery"}
    assert set(causes[~late & faulty].dropna()) == {"own", "faulty_goods"}


def test_days_of_complaints_are_in_order(shop):
    told = shop.feedback[shop.feedback["kind"] == "complaint"]
    closed = told.dropna(subset="closed_on")
    assert 0.9 < len(closed) / len(told) < 1
    assert (closed["closed_on"] >= closed["opened_on"]).all()
    assert told["opened_on"].max() <= pd.Timestamp(shop.plan.ends_on)
    assert not shop.feedback["feedback_id"].duplicated().any()
