import sys
from dataclasses import dataclass
from datetime import date

import ibis
import numpy as np
import pandas as pd
import pytest

from workbench.datasets import simulate_customers
from workbench.errors import (
    BadColumns,
    BadParameter,
    BadValues,
    NotEnoughData,
    UnknownName,
)
from workbench.evaluation import (
    METRICS,
    FutureOrders,
    Outcome,
    judge_orders,
    judge_origins,
    label_no_order,
    rolling_origins,
    with_future,
)
from workbench.evaluation.churn import eligible_with_label
from workbench.features import btyd_table, churn_table, future_orders
from workbench.models import BGNBD, ChurnLogistic, GammaGamma, Hiatus, Prevalence
from workbench.window import Window

AS_OF = Window("2026-06-30", 30)
ROWS = [
    ("ann", "2026-01-01", 10),
    ("ann", "2026-03-02", 10),
    ("ann", "2026-04-02", 10),
    ("ann", "2026-05-20", 10),
    ("bob", "2026-01-01", 10),
    ("bob", "2026-04-01", 10),
    ("bob", "2026-06-30", 10),
    ("cat", "2026-04-15", 10),
    ("cat", "2026-05-05", 10),
]
ORIGINS = rolling_origins(AS_OF, 2)  # 2026-04-01 and 2026-05-01


@dataclass
class Always:
    """Says 1 of everybody, its baseline 0; remembers what it was shown."""

    outcomes: tuple = (
        Outcome("orders", "actual", "one", ("none",), (METRICS["mae"],), ("mae",)),
    )

    def predict(self, history, window):
        self.seen = [*getattr(self, "seen", []), history.ordered_on.max().execute()]
        known = btyd_table(history, window).execute().sort_values("customer_id")
        return known[["customer_id"]].assign(one=1.0, none=0.0)

    def happened(self, said, seen, window):
        future = future_orders(seen, window).execute()
        known = with_future(said, future)
        return known.rename(columns={"orders_in_horizon": "actual"})


@dataclass(frozen=True)
class NoOrder:
    """The churn room's question: the probability of no order, by a logistic."""

    outcomes: tuple = (
        Outcome(
            "churn",
            "no_order",
            "p_churn",
            ("prevalence", "hiatus"),
            tuple(METRICS[name] for name in ("brier", "auc", "mean_bias")),
            ("brier", "auc"),
        ),
    )

    def predict(self, history, window):
        past = eligible_with_label(history, window.judging(), 365)
        label = past["no_order"].to_numpy()
        known = churn_table(history, window).execute().sort_values("customer_id")
        known = known[known["status"] == "eligible"].reset_index(drop=True)
        return known[["customer_id"]].assign(
            p_churn=ChurnLogistic().fit(past, label).p_churn(known),
            prevalence=Prevalence().fit(past, label).p_churn(known),
            hiatus=Hiatus().fit(past, label).p_churn(known),
        )

    def happened(self, said, seen, window):
        known = with_future(said, future_orders(seen, window).execute())
        return known.assign(no_order=label_no_order(known).astype(float))


@pytest.fixture(scope="module")
def shop_rows():
    """Return the purchases of 800 simulated customers over two years."""
    frame = simulate_customers(800, seed=5, r=0.8, alpha=40.0, joining_days=300)
    return frame.assign(ordered_on=frame["ordered_at"].dt.date, kind="purchase")


@pytest.fixture(scope="module")
def of_churn(shop_rows):
    window = Window("1998-06-30", 90)
    return judge_origins(
        ibis.memtable(shop_rows), rolling_origins(window, 2), NoOrder(), 100
    )


def test_one_row_per_customer_and_origin_with_what_was_said_and_happened(clean_table):
    found = judge_origins(clean_table(ROWS), ORIGINS, Always(), 100)
    assert [tuple(row) for row in found.customers.to_numpy()] == [
        (date(2026, 4, 1), "ann", 1, 1, 0),
        (date(2026, 4, 1), "bob", 0, 1, 0),
        (date(2026, 5, 1), "ann", 1, 1, 0),
        (date(2026, 5, 1), "bob", 0, 1, 0),
        (date(2026, 5, 1), "cat", 1, 1, 0),
    ]
    assert found.metrics["mae"].value == pytest.approx((1 / 2 + 1 / 3) / 2)
    assert found.metrics["mae_minus_none"].value == pytest.approx((0 - 1 / 3) / 2)


def test_the_question_is_handed_the_history_and_nothing_later(clean_table):
    question = Always()
    judge_origins(clean_table(ROWS), ORIGINS, question, 100)
    assert [str(day)[:10] for day in question.seen] == ["2026-04-01", "2026-04-15"]


def test_the_order_of_the_origins_is_of_no_account(clean_table):
    rows = clean_table(ROWS)
    first = judge_origins(rows, ORIGINS, Always(), 100)
    second = judge_origins(rows, ORIGINS[::-1], Always(), 100)
    assert first.windows == second.windows == tuple(ORIGINS)
    assert first.customers.equals(second.customers)
    assert first.metrics == second.metrics


def test_the_table_is_per_origin_and_over_all(clean_table):
    table = judge_origins(clean_table(ROWS), ORIGINS, Always(), 100).table("orders")
    assert list(table.columns) == ["model", "none", "unit", "better is"]
    assert table.index.to_list() == [
        ("2026-04-01", "mae"),
        ("2026-05-01", "mae"),
        ("all origins", "mae"),
    ]
    assert table["model"].tolist() == pytest.approx([1 / 2, 1 / 3, 5 / 12])
    assert table["none"].tolist() == pytest.approx([1 / 2, 2 / 3, 7 / 12])
    assert set(table["better is"]) == {"lower"}


def test_a_churn_probability_is_judged_by_the_same_function(of_churn, shop_rows):
    customers = of_churn.customers
    assert sorted(set(customers["origin"])) == [date(1997, 10, 3), date(1998, 1, 1)]
    assert set(customers["no_order"]) == {0.0, 1.0}
    assert customers["customer_id"].duplicated().any()
    at = customers[customers["origin"] == date(1998, 1, 1)]
    day = shop_rows["ordered_on"]
    after = (day > date(1998, 1, 1)) & (day <= date(1998, 4, 1))
    came = set(shop_rows["customer_id"][after])
    assert (at["no_order"] == ~at["customer_id"].isin(came)).all()


def test_churn_has_its_own_metrics_baselines_and_differences(of_churn):
    customers, metrics = of_churn.customers, of_churn.metrics
    squares = (customers["p_churn"] - customers["no_order"]) ** 2
    by_origin = squares.groupby(customers["origin"]).mean()
    assert metrics["brier"].value == pytest.approx(by_origin.mean())
    assert set(of_churn.differences.index) == {
        f"{metric}_minus_{name}"
        for metric in ("brier", "auc")
        for name in ("prevalence", "hiatus")
    }
    assert metrics["brier_minus_prevalence"].high < 0
    assert metrics["auc_of_prevalence"].value == pytest.approx(0.5)
    bias = of_churn.table("churn").xs("mean_bias", level="metric")
    assert list(bias.index) == ["1997-10-03", "1998-01-01", "all origins"]
    assert metrics["auc"].unit == "probability"


def test_orders_and_value_over_origins(shop_rows):
    window = Window("1998-06-30", 90)
    rows = ibis.memtable(shop_rows)
    question = FutureOrders(BGNBD(), GammaGamma(), "EUR")
    found = judge_origins(rows, rolling_origins(window, 2), question, 100)
    customers = found.customers
    assert found.metrics["mae_minus_mean_orders"].high < 0
    assert found.metrics["value_top_decile_found_minus_mean_spend"].low > 0
    total = customers["predicted_value"].sum() / customers["actual_value"].sum()
    assert 0.8 < total < 1.2
    assert "EUR per customer" in set(found.table("value")["unit"])


def test_the_last_origin_alone_is_what_judge_orders_judges(shop_rows):
    window = Window("1998-06-30", 90)
    rows = ibis.memtable(shop_rows)
    check = judge_orders(rows, window, BGNBD(), 100, seed=3)
    found = judge_origins(rows, [window.judging()], FutureOrders(BGNBD()), 100, seed=3)
    assert check.backtest.customers.equals(found.customers)
    assert {name: check.metrics[name] for name in found.metrics} == found.metrics


def test_rows_after_the_last_horizon_change_nothing(clean_table):
    later = [*ROWS, ("ann", "2026-06-01", 10), ("eve", "2026-07-02", 10)]
    first = judge_origins(clean_table(ROWS), ORIGINS, Always(), 100)
    second = judge_origins(clean_table(later), ORIGINS, Always(), 100)
    assert first.customers.equals(second.customers)


@pytest.mark.parametrize("is_terminal", [True, False])
@pytest.mark.parametrize("n_origins", [1, 2])
def test_a_bar_is_for_terminals_and_several_origins(
    monkeypatch, capsys, clean_table, is_terminal, n_origins
):
    rows = clean_table(ROWS)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: is_terminal)
    judge_origins(rows, ORIGINS[:n_origins], Always(), 100)
    said = capsys.readouterr()
    shown = is_terminal and n_origins > 1
    assert said.out == ""
    assert bool(said.err) == shown
    assert ("2 of 2 origins" in said.err) == shown
    assert ("100 of 100 resamples" in said.err) == shown


def test_origins_that_make_no_backtest_are_refused(clean_table):
    rows = clean_table(ROWS)
    with pytest.raises(NotEnoughData, match="found none"):
        judge_origins(rows, [], Always())
    with pytest.raises(BadParameter, match="found 2 origins on 1 days"):
        judge_origins(rows, [ORIGINS[0], ORIGINS[0]], Always())
    with pytest.raises(BadParameter, match="horizons of 7, 30 days"):
        judge_origins(rows, [ORIGINS[0], Window("2026-05-01", 7)], Always())
    with pytest.raises(NotEnoughData, match="nobody is known at 2025-12-01"):
        judge_origins(rows, [Window("2025-12-01", 30)], Always())


def test_two_outcomes_with_a_metric_of_one_name_are_refused(clean_table):
    twice = Always().outcomes * 2
    with pytest.raises(BadParameter, match="found mae in several outcomes"):
        judge_origins(clean_table(ROWS), ORIGINS, Always(twice))


def refused(rows, name, change):
    """Judge a question one of whose two answers is changed."""
    question = Always()
    answer = getattr(question, name)
    setattr(question, name, lambda *given: change(answer(*given)))
    return judge_origins(rows, ORIGINS, question, 100)


@pytest.mark.parametrize(
    ("name", "change", "error", "words"),
    [
        ("predict", lambda f: f.drop(columns="none"), BadColumns, "found no none"),
        ("predict", lambda f: f.assign(actual=1.0), BadColumns, "already have actual"),
        ("predict", lambda f: pd.concat([f, f]), BadValues, "found 2 rows too many"),
        ("predict", lambda f: f.assign(one=np.nan), BadValues, "predicted must be fin"),
        ("happened", lambda f: f.drop(columns="actual"), BadColumns, "found no actual"),
        ("happened", lambda f: f.head(1), BadValues, "of the 2 customers that were pr"),
        ("happened", lambda f: f[::-1], BadValues, "in their order"),
    ],
)
def test_a_question_that_does_not_keep_to_the_rules(
    clean_table, name, change, error, words
):
    with pytest.raises(error, match=words):
        refused(clean_table(ROWS), name, change)


def test_an_unknown_outcome_is_refused_with_the_nearest_name(of_churn):
    with pytest.raises(UnknownName, match="Did you mean 'churn'"):
        of_churn.table("chrun")
