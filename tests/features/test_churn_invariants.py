"""What holds of churn features in any shop."""

from datetime import date, timedelta

import ibis
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.churn_words import FEATURES, family_of
from workbench.features import Beside, Priors, churn_features, churn_table
from workbench.promotion_days import Calendar
from workbench.window import Window

START, DAYS = date(2024, 1, 1), 900
PRIORS = Priors(return_rate=0.07, satisfaction=3.7)
CALENDAR = Calendar(
    days=[
        {"name": "Sale", "from": "2025-03-01", "to": "2025-03-20", "market": "CN"},
        {"name": "Feast", "from": "2026-01-10", "to": "2026-02-10"},
    ]
)
PRODUCTS = [{"product_id": f"P{n}", "category": "abc"[n]} for n in range(3)]

people = st.sampled_from(["ann", "bob", "cat"])
days = st.integers(0, DAYS).map(lambda n: START + timedelta(days=n))
goods = st.sampled_from(["P0", "P1", "P2", None])
lines = st.lists(
    st.builds(
        lambda who, day, cents, product, discount, channel, market, order: {
            "customer_id": who,
            "ordered_at": day,
            "amount": cents / 100,
            "product_id": product,
            "discount": discount,
            "channel": channel,
            "market": market,
            "order_id": order,
        },
        people,
        days,
        st.integers(-500, 5000),
        goods,
        st.sampled_from([None, 0, 3]),
        st.sampled_from(["online", "store", None]),
        st.sampled_from(["CN", "SG", None]),
        st.sampled_from(["O1", "O2", "O3", None]),
    ),
    min_size=1,
    max_size=25,
)
steps = st.lists(
    st.builds(
        lambda who, day, kind, product: {
            "customer_id": who,
            "happened_on": day,
            "kind": kind,
            "product_id": product,
        },
        people,
        days,
        st.sampled_from(["view", "cart_add", "favourite"]),
        goods,
    ),
    min_size=1,
    max_size=15,
)
said = st.lists(
    st.builds(
        lambda who, day, kind, order, score, settled: {
            "customer_id": who,
            "opened_on": day,
            "kind": kind,
            "order_id": order,
            "satisfaction": score if kind == "survey" else None,
            "closed_on": None if settled is None else day + timedelta(days=settled),
        },
        people,
        days,
        st.sampled_from(["survey", "complaint"]),
        st.sampled_from(["O1", "O2", None]),
        st.integers(1, 5),
        st.sampled_from([None, 0, 5, 400]),
    ),
    min_size=1,
    max_size=15,
)
any_shop = {"rows": lines, "events": steps, "feedback": said, "day": days}


@pytest.fixture(scope="session")
def opened(rich_table, table_of):
    """Make the tables of a shop from rows, all columns there."""

    def make(rows, events, feedback):
        beside = Beside(
            products=table_of("products", PRODUCTS),
            events=table_of("events", events),
            feedback=table_of("feedback", feedback),
            calendar=CALENDAR,
        )
        return rich_table(rows), beside

    return make


def _known(transactions, beside, day):
    table = churn_table(transactions, Window(day), beside=beside, priors=PRIORS)
    return table.execute().sort_values("customer_id", ignore_index=True)


def _equal(*tables):
    pd.testing.assert_frame_equal(*tables, check_exact=True)


@settings(max_examples=12, deadline=None)
@given(**any_shop)
def test_every_feature_is_there_finite_and_in_its_range(
    opened, rows, events, feedback, day
):
    transactions, beside = opened(rows, events, feedback)
    names = churn_features(transactions, beside).names
    assert names == tuple(one.name for one in FEATURES)
    table = _known(transactions, beside, day)
    values = table[list(names)].astype("float64")
    assert np.isfinite(values).all(axis=None)
    for name in values:
        lowest = -np.inf if name.endswith("_z") else 0
        lowest = -1 if name.endswith("_trend") else lowest
        assert (values[name] >= lowest).all(), name
        if name.endswith(("_share", "_rate", "_trend")):
            assert (values[name] <= 1).all(), name
    assert values["satisfaction_score"].between(1, 5).all()
    assert values["satisfaction_own_score"].between(1, 5).all()
    assert (values["return_lines"] <= values["purchase_lines"]).all()
    own = values["return_lines"] / values["purchase_lines"]
    assert ((own - values["return_rate"]) * (own - PRIORS.return_rate) >= -1e-9).all()
    assert (values["mean_gap_days"] >= 1).all()


@settings(max_examples=12, deadline=None)
@given(**any_shop)
def test_whoever_stood_on_the_day_knew_the_same(opened, rows, events, feedback, day):
    """Later lines, returns, steps, answers and closures change nothing."""
    transactions, beside = opened(rows, events, feedback)
    closed = beside.feedback.closed_on
    then = Beside(
        products=beside.products,
        events=beside.events.filter(beside.events.happened_on <= day),
        feedback=beside.feedback.mutate(
            closed_on=(closed <= day).ifelse(closed, ibis.null("date"))
        ).filter(beside.feedback.opened_on <= day),
        calendar=CALENDAR,
    )
    cut = transactions.filter(transactions.ordered_on <= day)
    _equal(_known(cut, then, day), _known(transactions, beside, day))


@settings(max_examples=6, deadline=None)
@given(**any_shop)
def test_a_customer_alone_is_as_among_all(opened, rows, events, feedback, day):
    tables = [[r for r in t if r["customer_id"] == "ann"] for t in (rows, events)]
    tables.append([row for row in feedback if row["customer_id"] == "ann"])
    if not all(tables):
        return
    alone, among = opened(*tables), opened(rows, events, feedback)
    found = _known(*among, day)
    _equal(
        _known(*alone, day),
        found[found["customer_id"] == "ann"].reset_index(drop=True),
    )


@settings(max_examples=6, deadline=None)
@given(**any_shop, random=st.randoms())
def test_the_order_of_rows_has_no_meaning(opened, rows, events, feedback, day, random):
    mixed = [random.sample(t, len(t)) for t in (rows, events, feedback)]
    _equal(_known(*opened(*mixed), day), _known(*opened(rows, events, feedback), day))


@settings(max_examples=6, deadline=None)
@given(**any_shop)
def test_returns_change_the_family_of_returns_only(opened, rows, events, feedback, day):
    bought = [row for row in rows if row["amount"] >= 0]
    if not bought:
        return
    with_returns = _known(*opened(rows, events, feedback), day)
    without = _known(*opened(bought, events, feedback), day)
    of_returns = [n for n in without.columns if family_of(n) == "returns"]
    _equal(with_returns.drop(columns=of_returns), without.drop(columns=of_returns))
