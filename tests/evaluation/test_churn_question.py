import ibis
import numpy as np
import pytest

from workbench.datasets import simulate_customers
from workbench.evaluation import ChurnFrames, ChurnQuestion, judge_origins
from workbench.evaluation.churn_candidates import RULES, fit_rule
from workbench.evaluation.origins import first_purchase_day
from workbench.features import future_orders
from workbench.models import usual_spend
from workbench.window import Window

ORIGIN = Window("1998-03-01", 90)


@pytest.fixture(scope="module")
def transactions():
    frame = simulate_customers(900, seed=5, r=0.8, alpha=40.0, joining_days=300)
    lines = frame.assign(ordered_on=frame["ordered_at"].dt.date, kind="purchase")
    return ibis.memtable(lines)


@pytest.fixture(scope="module")
def question(transactions):
    first_day = first_purchase_day(transactions)
    return ChurnQuestion(ChurnFrames(), first_day, judged="recency_frequency")


@pytest.fixture(scope="module")
def backtest(transactions, question):
    return judge_origins(transactions, [ORIGIN], question, replicates=100)


def test_it_is_asked_by_the_back_test_like_any_question(backtest, question):
    table = backtest.table("churn")
    assert {"prevalence", "own gap", "booster"} <= set(table.columns)
    assert "auc_minus_recency" in backtest.metrics
    assert "brier_minus_hiatus" in backtest.metrics
    assert 0 <= backtest.metrics["value_captured"].value <= 1
    assert question.said == (*RULES, *question.candidates)


def test_what_is_lost_is_the_usual_spend_of_who_stayed_away(
    backtest, transactions, question
):
    seen = transactions.filter(transactions.ordered_on <= ORIGIN.end)
    known = question.frames.eligible(transactions, ORIGIN)
    came = set(future_orders(seen, ORIGIN).execute()["customer_id"])
    stayed_away = ~known["customer_id"].isin(came)
    said = backtest.customers
    assert said["customer_id"].tolist() == known["customer_id"].tolist()
    assert said["actual"].tolist() == stayed_away.astype(float).tolist()
    usual = usual_spend(known, 90)
    assert said["lost_spend"].to_numpy() == pytest.approx(stayed_away * usual)
    at_risk = said["at_risk_booster"].to_numpy()
    assert at_risk == pytest.approx(said["booster"] * usual)


def test_rules_are_fitted_on_the_newest_closed_horizon(transactions, question):
    closed = question.frames.closed(transactions, ORIGIN.judging())
    rule = fit_rule("prevalence", transactions, ORIGIN, question.frames)
    said = rule.p_churn(question.frames.eligible(transactions, ORIGIN))
    assert set(np.round(said, 12)) == {round(float(closed["no_order"].mean()), 12)}


def test_the_prediction_is_the_same_without_what_came_later(transactions):
    first_day = first_purchase_day(transactions)
    asked = [
        ChurnQuestion(ChurnFrames(), first_day).predict(lines, ORIGIN)
        for lines in (transactions, ORIGIN.history(transactions))
    ]
    assert asked[0].equals(asked[1])
