from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from workbench.datasets.retailer import Plan
from workbench.datasets.retailer.campaigns import (
    LASTS_DAYS,
    Campaign,
    choose,
    effect,
    with_campaigns,
)
from workbench.datasets.retailer.orders import draw_orders
from workbench.datasets.retailer.people import draw_people
from workbench.datasets.retailer.truth import first_orders


@pytest.fixture(scope="module")
def judged():
    """Judge four campaigns with control on 60,000 customers: gap, error, truth."""
    plan = Plan(60_000, 21, block_size=60_000)
    random = np.random.default_rng(21)
    people = draw_people(plan, 0, random)
    people = replace(people, consents=np.ones_like(people.consents))
    lives, orders = draw_orders(plan, people, random)
    campaigns = [
        Campaign(k, 400 + 150 * k, 0, True, True, 0.10 + 0.02 * k) for k in range(4)
    ]
    contacts = choose(campaigns, people, random)
    first = first_orders(people, orders)
    every = with_campaigns(people, lives, orders, contacts, random)
    rows = []
    for one in contacts:
        start = one.campaign.starts
        inside = (every.at >= start) & (every.at < start + LASTS_DAYS)
        n = np.bincount(every.who[inside], minlength=people.n)[one.chosen]
        treated, control = n[one.is_treated], n[~one.is_treated]
        error = np.sqrt(treated.var() / len(treated) + control.var() / len(control))
        true = effect(one, lives, first)
        rows.append((treated.mean() - control.mean(), error, true.uplift / true.chosen))
    return pd.DataFrame(rows, columns=["gap", "error", "true"])


def test_treated_against_control_finds_the_true_uplift(judged):
    assert ((judged["gap"] - judged["true"]).abs() < 3 * judged["error"]).all()


def test_the_campaigns_together_are_shown_to_work(judged):
    error = np.sqrt((judged["error"] ** 2).mean() / len(judged))
    assert judged["gap"].mean() > 3 * error


def test_some_campaigns_have_no_control_group(shop):
    control = shop.contacts.groupby("campaign_id")["is_treated"].agg(
        lambda treated: (~treated).any()
    )
    has = shop.campaigns.set_index("campaign_id")["has_control"]
    assert 0 < has.sum() < len(has)
    assert (control == has.reindex(control.index)).all()


def test_the_truth_counts_the_contacts(shop):
    found = shop.contacts.groupby("campaign_id")["is_treated"].agg(["size", "sum"])
    truth = shop.truth_campaigns.set_index("campaign_id")
    assert (truth["chosen"] == found["size"]).all()
    assert (truth["treated"] == found["sum"]).all()
    assert (truth["uplift_orders"] <= truth["response"]).all()
    assert (truth["uplift_orders"] > 0).all()


def test_only_who_registered_before_and_consents_is_chosen(shop):
    contacts = shop.contacts.merge(shop.customers, on="customer_id")
    contacts = contacts.merge(shop.campaigns, on="campaign_id")
    assert (contacts["joined_on"] < contacts["chosen_on"]).all()
    for channel, some in contacts.groupby("channel"):
        assert some[f"consent_{channel}"].all()


def test_a_redemption_is_an_order_of_the_same_customer_in_its_days(shop):
    used = shop.redemptions.merge(shop.coupons, on="coupon_id")
    day = used["redeemed_on"]
    assert ((used["valid_from"] <= day) & (day <= used["valid_to"])).all()
    treated = shop.contacts[shop.contacts["is_treated"]]
    keys = ["campaign_id", "customer_id"]
    assert len(used.merge(treated, on=keys)) == len(used) > 50
    bought = shop.transactions[shop.transactions["kind"] == "purchase"]
    orders = bought.groupby("order_id").agg(
        day=("ordered_on", "first"), discount=("discount", "sum")
    )
    found = used.join(orders, on="order_id")
    assert (found["day"] == found["redeemed_on"]).all()
    assert (found["saved"] <= found["discount"]).all()
    assert not used["order_id"].duplicated().any()
