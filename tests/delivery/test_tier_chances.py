from dataclasses import replace

import ibis
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from workbench.datasets import simulate_summary
from workbench.delivery import tier_chances as module
from workbench.delivery.drawn_scores import DrawnScores
from workbench.delivery.tier_chances import tier_chances
from workbench.errors import BadParameter, BadValues
from workbench.evaluation.proportions import share_of
from workbench.models import BGNBD, GammaGamma, customer_lifetime_value
from workbench.models._lives import Lives
from workbench.policy import Policy

PLAN = (
    "{benefits: [{en: b, zh: b}], service: {en: s, zh: s}, marketing: "
    "{channel: {en: c, zh: c}, offer: {en: o, zh: o}, rhythm: {en: r, zh: r}}, "
    "department: {en: d, zh: d}, cost: {per_customer_year: COST}}"
)
TIER = """\
  - name: NAME
    title: {en: t, zh: t}
    about: {en: a, zh: a}
    enter: "ENTER"
    plan: PLAN
"""
HEAD = "name: small\nversion: 1\ntitle: {en: t, zh: t}\nabout: {en: a, zh: a}\ntiers:\n"


def _policy(**enters):
    """Return a policy of these conditions and a rest; plans cost 100, 10, 0."""
    text = HEAD
    asked = [*enters.items(), ("rest", "true")]
    for (name, enter), cost in zip(asked, (100, 10, 0)[-len(asked) :], strict=True):
        tier = TIER.replace("NAME", name).replace("ENTER", enter)
        text += tier.replace("PLAN", PLAN.replace("COST", f"{cost}.0"))
    return Policy.parse(text)


@pytest.fixture(scope="module")
def asked(shop):
    """Return what is asked of the shop: scorer, scores, features."""
    scores = shop.scorer.scores(shop.transactions, shop.as_of)
    features = shop.scorer.features(shop.transactions, shop.as_of).to_pyarrow()
    return shop.scorer, scores, features


def _chances(asked, policy, **settings):
    scorer, scores, features = asked
    cuts = policy.learn_cuts(ibis.memtable(scorer.as_arrow(scores)))
    settings = {"as_of": "2026-06-29", "draws": 60} | settings
    return tier_chances(scorer, policy, cuts, scores, features, **settings)


def test_a_policy_without_a_model_column_is_sure_and_says_so(asked):
    found = _chances(asked, _policy(often="purchase_days >= 4", some="spend > 50"))
    assert (found.table["chance"] == 1).all()
    assert found.n_borderline == 0
    assert found.words.startswith("every tier is sure")
    assert (found.money == 0).all(axis=None)


def test_the_chance_is_how_often_a_draw_gives_the_own_tier(asked):
    scorer, scores, features = asked
    policy = _policy(high="clv_365d >= 60")
    found = _chances(asked, policy, draws=40, seed=5)
    table = features.to_pandas().set_index("customer_id").loc[scores["customer_id"]]
    btyd = table.filter(like="btyd_")
    btyd.columns = btyd.columns.str.removeprefix("btyd_")
    lives = DrawnScores(scorer, btyd.reset_index(drop=True), ("clv_365d",), 5)
    times = np.mean([lives.draw(n)["clv_365d"] >= 60 for n in range(40)], axis=0)
    high = scores["clv_365d"].to_numpy() >= 60
    assert found.table["chance"].to_numpy() == pytest.approx(
        np.where(high, times, 1 - times)
    )
    assert (found.table["tier"] == np.where(high, "high", "rest")).all()
    likeliest = np.where(times >= 0.5, "high", "rest")
    assert (found.table["likeliest"] == likeliest).all()


def test_blocks_of_draws_do_not_change_the_chances(asked, monkeypatch):
    policy = _policy(high="clv_365d >= 60 and p_alive > 0.5", some="spend > 50")
    whole = _chances(asked, policy)
    monkeypatch.setattr(module, "_MOST_ROWS", 3_000)
    pd.testing.assert_frame_equal(_chances(asked, policy).table, whole.table)


def test_the_money_is_that_of_customers_whose_tier_a_draw_does_not_share(asked):
    _, scores, _ = asked
    found = _chances(asked, _policy(high="clv_365d >= 60"), draws=200)
    doubt = 1 - found.table["chance"].to_numpy()
    value = scores["clv_365d"].fillna(0).to_numpy()
    money = found.money
    assert money.loc["value_elsewhere", "median"] == pytest.approx(
        (doubt * value).sum(), rel=0.05
    )
    assert money.loc["cost_misallocated", "median"] == pytest.approx(
        10 * doubt.sum(), rel=0.05
    )
    assert (money["low"] < money["median"]).all()
    assert (money["median"] < money["high"]).all()


def test_borderline_is_a_chance_below_the_limit(asked):
    found = _chances(asked, _policy(high="clv_365d >= 60"), borderline=0.7)
    assert found.n_borderline == (found.table["chance"] < 0.7).sum() > 10
    table = found.by_tier
    assert table.index.tolist() == ["high", "rest"]
    assert table["customers"].sum() == len(found.table)
    assert f"{found.n_borderline} of 500 customers are borderline" in found.words


def test_a_tier_under_ten_customers_is_not_told(asked):
    _, scores, _ = asked
    ninth = scores["clv_365d"].nlargest(9).iloc[-1]
    found = _chances(asked, _policy(high=f"clv_365d >= {ninth:.6f}"))
    assert found.by_tier.loc["high"].isna().all()


def test_who_never_bought_is_sure(full):
    """A shop with registrations: prospects have no life to draw."""
    lines, beside = full.shop.transactions, full.shop.beside
    scores = full.scorer.scores(lines, full.as_of, beside)
    features = full.scorer.features(lines, full.as_of, beside).to_pyarrow()
    policy = _policy(high="clv_365d >= 60")
    found = _chances((full.scorer, scores, features), policy, as_of=full.as_of)
    never = scores["purchase_days"].isna().to_numpy()
    assert never.sum() > 10
    assert (found.table["chance"][never] == 1).all()
    assert (found.table["customer_id"] == scores["customer_id"]).all()
    assert (found.table["chance"][~never] < 1).any()


@pytest.fixture(scope="module")
def simulated(shop):
    """Return customers whose lives are known: scorer, scores, features, true value."""
    people = simulate_summary(6_000, 11, r=0.8, alpha=60.0, joining_days=300.0)
    people = people.assign(time_unit="D")
    scorer = replace(
        shop.scorer, orders=BGNBD().fit(people), value=GammaGamma().fit(people)
    )
    alive, rate = people["is_alive"].to_numpy(), people["rate_per_day"].to_numpy()
    stage = np.zeros(len(people), dtype=np.int64)
    lives = Lives(alive, rate, people["dropout"].to_numpy(), stage)
    who = DrawnScores(scorer, people, ("clv_365d",), 1)
    truth = who._discounted(lives) * people["mean_value"].to_numpy()
    schema = scorer.schema
    nothing = {f.name: pa.nulls(len(people), f.type) for f in schema}
    scores = pa.table(nothing).to_pandas().astype({"clv_365d": "float64"})
    settings = {"horizon_days": 365, "annual_discount_rate": 0.1}
    expected = customer_lifetime_value(scorer.orders, scorer.value, people, **settings)
    scores = scores.assign(customer_id=people["customer_id"], clv_365d=expected)
    scores = scores.assign(purchase_days=people["frequency"] + 1)
    columns = ("frequency", "recency_days", "age_days", "mean_repeat_value")
    features = pa.table(
        {"customer_id": people["customer_id"].to_numpy(dtype=object)}
        | {f"btyd_{n}": people[n].to_numpy() for n in (*columns, "time_unit")}
    )
    return (scorer, scores, features), truth


def test_of_those_with_a_chance_of_70_percent_70_percent_truly_are(simulated):
    asked, truth = simulated
    found = _chances(
        asked,
        _policy(high="clv_365d >= 120", some="clv_365d >= 30"),
        draws=200,
        as_of="2026-06-29",
    ).table
    true = np.select([truth >= 120, truth >= 30], ["high", "some"], "rest")
    is_true = found["tier"].to_numpy() == true
    bins = pd.cut(found["chance"], [0.3, 0.45, 0.6, 0.75, 0.9, 0.97, 1.0])
    told = 0
    for _, rows in found.assign(is_true=is_true).groupby(bins, observed=True):
        if len(rows) < 100:
            continue
        told += 1
        share = share_of(rows["is_true"].sum(), len(rows), 3.0)
        print(f"said {rows['chance'].mean():.3f} true {share.value:.3f} n {len(rows)}")
        assert share.low <= rows["chance"].mean() <= share.high
    assert told >= 4


def test_too_few_draws_are_refused(asked):
    with pytest.raises(BadParameter, match="20 or more, found 5"):
        _chances(asked, _policy(high="clv_365d >= 60"), draws=5)


def test_buyers_without_features_are_refused(asked):
    scorer, scores, features = asked
    short = (scorer, scores, features.slice(1))
    with pytest.raises(BadValues, match="found none of 1 of 500"):
        _chances(short, _policy(high="clv_365d >= 60"))


def test_a_class_of_a_drawn_column_is_drawn_too(asked):
    """The tier reads a class, the class reads the value: so the value is drawn."""
    classes = (
        "classes:\n  worth:\n    title: {en: w, zh: w}\n    of: clv_365d\n    levels:\n"
        "      - {name: high, title: {en: h, zh: h}, at_least: 60.0}\n"
        "      - {name: low, title: {en: l, zh: l}}\n"
    )
    text = _policy(high="clv_365d >= 60").text
    by_class = text.replace("tiers:\n", f"{classes}tiers:\n").replace(
        "clv_365d >= 60", "worth = 'high'"
    )
    found, plain = (
        _chances(asked, Policy.parse(one), draws=40) for one in (by_class, text)
    )
    assert found.drawn == ("clv_365d",)
    pd.testing.assert_frame_equal(found.table, plain.table)
