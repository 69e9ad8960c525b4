"""The policies that are shipped: complete, in both languages, each tier with a plan."""

import json
import re
from datetime import date
from pathlib import Path

import ibis
import pyarrow as pa
import pytest
from jsonschema import Draft202012Validator
from yaml import safe_load

from workbench.delivery import ScoringSettings
from workbench.policy import Cuts, Policy, schema_text

FOLDER = Path(__file__).parents[2] / "experiments" / "policies"
FILES = sorted(FOLDER.glob("*.yaml"))
SCHEMES = {
    "tmall": ("key", "loyal", "quality", "ordinary", "basic"),
    "walmart": ("high_value", "ordinary"),
    "wangwang": ("core", "potential_core", "to_develop"),
    "hesi": ("vip", "ordinary", "potential", "churned"),
    "hesi_value": ("high_value", "potential", "ordinary"),
    "supermarket": ("platinum", "gold", "others"),
    "abc": ("a", "b", "c"),
    "points": ("platinum", "gold", "silver", "member"),
}
TMALL = Cuts(
    {
        "spend_key": 900.0,
        "spend_key_kept": 800.0,
        "spend_high": 100.0,
        "spend_high_kept": 90.0,
        "spend_middle": 50.0,
        "spend_middle_kept": 40.0,
        "value_high": 500.0,
        "value_high_kept": 400.0,
    }
)
every = pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)


def load(name):
    return Policy.load(FOLDER / f"{name}.yaml")


def texts(value, path=()):
    """Yield every pair of texts of a policy, with its place."""
    if isinstance(value, dict) and {*value} == {"en", "zh"}:
        yield path, value["en"], value["zh"]
    elif isinstance(value, dict):
        for name, part in value.items():
            yield from texts(part, (*path, name))
    elif isinstance(value, list):
        for place, part in enumerate(value):
            yield from texts(part, (*path, place))


def schema_of(policy):
    """Return the type of every score column, the policy's measures among them."""
    kinds = {field.name: field.type for field in ScoringSettings().schema()}
    return kinds | {one.name: one.quantity.type for one in policy.measures}


def tiers_of(policy, rows, cuts):
    """Return the tier of customers of whom only some columns are known."""
    known = [{"customer_id": f"c{place}"} | row for place, row in enumerate(rows)]
    table = pa.table(
        {
            name: pa.array([row.get(name) for row in known], kind)
            for name, kind in schema_of(policy).items()
        }
    )
    found = policy.assign(ibis.memtable(table), cuts, as_of="2026-06-30", bundle_id="b")
    return found.order_by("customer_id").to_pyarrow()["tier"].to_pylist()


def ladder(policy):
    """Return twenty customers, each with a bit more of everything than the last."""
    n = 20
    texts = {"customer_id": [f"c{i:02}" for i in range(n)], "status": ["eligible"] * n}
    table = {}
    for name, kind in schema_of(policy).items():
        if pa.types.is_string(kind):
            values = texts.get(name, ["CN"] * n)
        elif pa.types.is_boolean(kind):
            values = [False] * n
        elif pa.types.is_date(kind):
            values = [date(2026, 6, 30)] * n
        else:
            values = [1 + i for i in range(n)]
        table[name] = pa.array(values, kind)
    return ibis.memtable(pa.table(table))


@pytest.mark.parametrize("name", SCHEMES)
def test_every_scheme_is_there_with_its_tiers_best_first(name):
    assert load(name).tiers == SCHEMES[name]


@every
def test_a_policy_is_called_like_its_file(file):
    assert Policy.load(file).spec.name == file.stem


@every
def test_an_editor_finds_nothing_to_say_against_it(file):
    text = file.read_text(encoding="utf-8")
    assert text.startswith("# yaml-language-server: $schema=policy.schema.json\n")
    validator = Draft202012Validator(json.loads(schema_text()))
    assert [error.message for error in validator.iter_errors(safe_load(text))] == []


@every
def test_the_score_table_has_what_a_policy_reads(file):
    policy = Policy.load(file)
    known = [*ScoringSettings().schema().names, *(m.name for m in policy.measures)]
    policy.check_scores(known)


@every
def test_every_text_is_there_in_both_languages(file):
    found = list(texts(Policy.load(file).spec.model_dump()))
    assert len(found) > 20
    for path, english, chinese in found:
        assert english.isascii(), path
        named = path[0] == "tiers" and path[-1] == "title" and len(chinese) <= 4
        assert re.search(r"[一-鿿]", chinese) or named, path


@every
def test_the_page_shows_every_tier_and_benefit_in_both_languages(file):
    policy = Policy.load(file)
    for lang in ("en", "zh"):
        page = policy.show(lang)
        for tier in policy.spec.tiers:
            assert f"## {tier.title[lang]}" in page
            assert all(text[lang] in page for text in tier.plan.benefits)


@every
def test_every_tier_says_what_follows_what_it_costs_and_who_may_be_written_to(file):
    for tier in Policy.load(file).spec.tiers:
        cost = tier.plan.cost
        assert cost.per_customer_year + cost.share_of_spend > 0, tier.name
        assert tier.plan.marketing.consent, tier.name


@every
def test_a_better_tier_costs_more_a_customer(file):
    """Who has left, or has not come yet, is written to more than they spend."""
    costs = [t.plan.cost.share_of_spend for t in Policy.load(file).spec.tiers]
    assert costs == sorted(costs, reverse=True)


@every
def test_a_policy_says_what_it_lacks_and_that_its_costs_are_assumed(file):
    lacks = Policy.load(file).spec.lacks
    assert len(lacks) >= 2
    assert any("assumed" in text.en and "假设" in text.zh for text in lacks)


@every
def test_every_measure_has_a_title(file):
    assert all(one.title for one in Policy.load(file).spec.measures.values())


@every
def test_lists_name_only_tiers_that_there_are(file):
    policy = Policy.load(file)
    for one in policy.spec.lists:
        for part in re.findall(r"tier (?:= '\w+'|in \([^)]*\))", one.when):
            assert {*re.findall(r"'(\w+)'", part)} <= {*policy.tiers}, one.name


@every
def test_who_is_only_known_by_name_has_the_last_tier_or_is_potential(file):
    policy = Policy.load(file)
    row = {one.name: 0 for one in policy.measures if one.quantity.zero}
    found = tiers_of(
        policy, [row | {"status": "prospect"}], policy.learn_cuts(ladder(policy))
    )
    assert found == ["potential" if file.stem == "hesi" else policy.tiers[-1]]


@every
def test_the_best_of_a_ladder_has_the_best_tier(file):
    policy = Policy.load(file)
    table = ladder(policy)
    cuts = policy.learn_cuts(table)
    found = policy.assign(table, cuts, as_of="2026-06-30", bundle_id="b")
    tiers = found.order_by("customer_id").to_pyarrow()["tier"].to_pylist()
    assert tiers[-1] == policy.tiers[0]
    places = [policy.tiers.index(tier) for tier in tiers]
    assert places == sorted(places, reverse=True)


@pytest.mark.parametrize(
    ("scheme", "tier", "words"),
    [
        ("tmall", "basic", ("welcome mail", "smooth", "First coupon")),
        ("tmall", "ordinary", ("Regular promotions", "Personal recommendations")),
        (
            "tmall",
            "quality",
            ("Own service line", "Fast delivery", "Points", "birthday"),
        ),
        ("tmall", "loyal", ("events", "VIP meetings", "feedback panel")),
        ("tmall", "key", ("made to order", "personal manager")),
        ("hesi", "vip", ("Own discounts", "First access")),
        ("hesi", "ordinary", ("Regular promotions",)),
        ("hesi", "potential", ("coupon", "Trial goods")),
        ("walmart", "ordinary", ("new customer's offer", "free trial", "gift")),
        ("walmart", "high_value", ("call-backs", "Own service", "Points")),
    ],
)
def test_the_plans_are_those_that_were_asked_for(scheme, tier, words):
    plan = str(load(scheme).tier(tier).plan.model_dump())
    assert [word for word in words if word not in plan] == []


def test_a_business_that_buys_in_bulk_is_a_key_customer_from_the_high_spend_on():
    rows = [
        {"net_spend_365d": spend, "is_business": business}
        for spend, business in ((99, True), (100, True), (100, False), (900, None))
    ]
    found = tiers_of(load("tmall"), rows, TMALL)
    assert [tier == "key" for tier in found] == [False, True, False, True]


def test_who_advises_against_the_shop_is_not_loyal_and_who_was_not_asked_may_be():
    like = {
        "net_spend_365d": 60,
        "purchase_days": 5,
        "quarters_bought_of_last_3": 3,
        "tenure_days": 300,
        "inactive_days": 10,
    }
    rows = [like | {"recommendation_365d": answer} for answer in (None, 10, 7, 6)]
    rows.append(like | {"recommendation_365d": None, "tenure_days": 269})
    found = tiers_of(load("tmall"), rows, TMALL)
    assert found == ["loyal", "loyal", "loyal", "ordinary", "ordinary"]


def test_often_and_much_is_core_and_one_of_the_two_may_become_it():
    rows = [
        {"purchases_365d": often, "net_365d": much}
        for often, much in ((9, 900), (9, 200), (2, 900), (1, 900), (2, 200), (9, 20))
    ]
    found = tiers_of(
        load("wangwang"), rows, Cuts({"often": 4.0, "large": 500.0, "moderate": 100.0})
    )
    potential = "potential_core"
    assert found == ["core", potential, potential, potential, potential, "to_develop"]


def test_bought_never_bought_and_bought_long_ago_are_three_tiers():
    rows = [
        {"purchases_ever": ever, "purchases_365d": year, "net_365d": money}
        for ever, year, money in ((5, 4, 800), (5, 4, 10), (0, 0, 0), (3, 0, 0))
    ]
    found = tiers_of(load("hesi"), rows, Cuts({"often": 3.0, "much": 500.0}))
    assert found == ["vip", "ordinary", "potential", "churned"]


def test_the_points_of_the_year_decide_and_not_those_that_can_be_spent():
    rows = [
        {"points_this_year": year, "spendable": 9_999} for year in (900, 400, 100, 0)
    ]
    cuts = Cuts({"platinum_from": 800.0, "gold_from": 300.0, "silver_from": 50.0})
    assert tiers_of(load("points"), rows, cuts) == [
        "platinum",
        "gold",
        "silver",
        "member",
    ]


def test_a_level_of_points_lasts_to_the_end_of_the_next_year_then_falls_by_one():
    policy = load("points")
    cuts = Cuts({"platinum_from": 800.0, "gold_from": 300.0, "silver_from": 50.0})
    days = ("2025-12-20", "2026-01-01", "2026-12-31", "2027-01-01")
    later = ("2027-01-02", "2027-12-31", "2028-01-02", "2028-01-03", "2028-12-31")
    state, found = None, []
    for day in (*days, *later, "2029-01-02"):
        points = 1_000.0 if day.startswith("2025") else 0.0
        known = {"points_this_year": points, "points_365d": 0.0, "spendable": 0.0}
        row = {"customer_id": "a", "days_since_last_order": 0, **known}
        given = policy.assign(
            ibis.memtable(pa.Table.from_pylist([row])),
            cuts,
            as_of=day,
            bundle_id="b",
            previous=state,
        ).to_pyarrow()
        kept = given.select(["customer_id", "tier", "since", "grace_until"])
        state = ibis.memtable(kept)
        found.append(given["tier"][0].as_py())
    assert found[:3] == ["platinum"] * 3
    assert found[3:6] == ["gold"] * 3
    assert found[6:9] == ["silver"] * 3
    assert found[9] == "member"
