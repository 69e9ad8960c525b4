import ibis
import pytest

from workbench.datasets import simulate_customers
from workbench.evaluation import FutureOrders, Measured, judge_earlier
from workbench.models import BGNBD
from workbench.window import Window

AS_OF = Window("2026-12-31", 60)


@pytest.fixture(scope="module")
def transactions():
    """A year of a simulated shop, one purchase a day at most."""
    rows = simulate_customers(
        600, 4, r=0.9, alpha=30.0, start="2026-01-01", days=365, joining_days=150
    )
    rows = rows.assign(ordered_on=rows["ordered_at"].dt.date, kind="purchase")
    rows = rows.drop_duplicates(["customer_id", "ordered_on"])
    return ibis.duckdb.connect().create_table("transactions", rows)


def test_the_origins_before_the_last_are_judged(transactions):
    earlier = judge_earlier(transactions, AS_OF, 2, FutureOrders(BGNBD()), 100)
    assert [str(w.as_of) for w in earlier.backtest.windows] == [
        "2026-07-04",
        "2026-09-02",
    ]
    assert "judged at 2 origins" in earlier.words
    assert set(earlier.customers["origin"].astype(str)) == {"2026-07-04", "2026-09-02"}
    assert "mae_minus_same_count_again" in earlier.differences.index
    assert all(name.startswith("earlier_") for name in earlier.metrics)


def test_where_there_is_no_history_it_is_said_not_refused(transactions):
    long = Window("2026-12-31", 200)
    earlier = judge_earlier(transactions, long, 2, FutureOrders(BGNBD()), 100)
    assert earlier.backtest is None and earlier.metrics == {}
    assert "no origin is left" in earlier.words
    assert earlier.differences.empty and earlier.customers.empty
    words = earlier.confirmation("bg_nbd", {}, n_tried=3)
    assert words.startswith("Nothing was chosen on earlier origins: no origin is left")


def test_no_origin_need_be_asked_for(transactions):
    earlier = judge_earlier(transactions, AS_OF, 0, FutureOrders(BGNBD()), 100)
    assert earlier.words == "no earlier origin was asked for"


def test_the_choice_is_confirmed_in_words(transactions):
    earlier = judge_earlier(transactions, AS_OF, 2, FutureOrders(BGNBD()), 100)
    worse = Measured(0.4, "orders per customer", False, 0.3, 0.5)
    last = {"mae_minus_same_count_again": worse}
    words = earlier.confirmation("bg_nbd", last, n_tried=3)
    assert "chosen from 3 runs" in words and "a loss" in words
    kept_back = earlier.confirmation("bg_nbd", last, n_tried=0)
    assert kept_back == "Nothing is chosen yet: the last origin was kept back."
