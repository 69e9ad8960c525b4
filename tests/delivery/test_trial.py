"""Policies tried on a small synthetic shop whose truth is known."""

from datetime import timedelta
from pathlib import Path

import ibis
import pyarrow as pa
import pytest

from workbench.delivery import try_policies
from workbench.evaluation.concentration import abc_table, value_cuts
from workbench.features import Beside
from workbench.policy import Counterfactuals, Policy
from workbench.window import parse_day

FOLDER = Path(__file__).parents[2] / "experiments" / "policies"
SHIPPED = {file.stem: Policy.load(file) for file in sorted(FOLDER.glob("*.yaml"))}
NAMES = [*SHIPPED]
THREE = ("customer_id", "ordered_on", "amount", "kind")


@pytest.fixture(scope="module")
def tried(full):
    """Try every shipped policy on the shop with every table."""
    shop = full.shop
    found = try_policies(
        [*SHIPPED.values()], shop.transactions, full.as_of, beside=shop.beside
    )
    return dict(zip(NAMES, found.trials, strict=True)), found


@pytest.fixture(scope="module")
def bare(full):
    """Try every shipped policy on who bought when and for how much, nothing else."""
    lines = full.shop.transactions.select(*THREE)
    found = try_policies([*SHIPPED.values()], lines, full.as_of)
    return dict(zip(NAMES, found.trials, strict=True))


def on_list(trial, name):
    rows = trial.tiers.select(["customer_id", "lists"]).to_pylist()
    return {row["customer_id"] for row in rows if name in row["lists"]}


def in_tier(trial, name):
    rows = trial.tiers.select(["customer_id", "tier"]).to_pylist()
    return {row["customer_id"] for row in rows if row["tier"] == name}


def ids(table):
    return {*table.select("customer_id").distinct().to_pyarrow()[0].to_pylist()}


def days_before(day, days):
    return parse_day(day) - timedelta(days=days)


def everybody(full):
    return ids(full.shop.everybody)


@pytest.mark.parametrize("name", NAMES)
def test_everybody_has_one_tier_and_every_tier_has_somebody(tried, full, name):
    trial = tried[0][name]
    found = trial.tiers["customer_id"].to_pylist()
    assert len(found) == len({*found}) and {*found} == everybody(full)
    assert [one.tier for one in trial.summary] == list(trial.policy.tiers)
    assert all(one.customers > 0 for one in trial.summary)
    assert sum(one.customers for one in trial.summary) == len(found)
    assert sum(one.share_of_customers for one in trial.summary) == pytest.approx(1)
    assert sum(one.share_of_revenue for one in trial.summary) == pytest.approx(1)


@pytest.mark.parametrize("name", NAMES)
def test_a_policy_holds_with_the_numbers_that_this_shop_gives(tried, name):
    check = tried[0][name].check
    assert (check.findings, check.looked_at) == ((), ())
    assert len(check.proved) >= 3


def test_with_every_table_nothing_but_the_points_spent_is_lacking(tried):
    lines = {line for trial in tried[0].values() for line in trial.lacks}
    assert lines == {
        "no table of points redeemed: spendable does not fall by what was spent"
    }
    assert tried[1].switched_off == ()


def test_the_counts_of_lists_are_those_of_the_table(tried):
    for trial in tried[0].values():
        assert trial.lists == {name: len(on_list(trial, name)) for name in trial.lists}


def test_membership_held_is_not_changed_and_the_lists_are_differences(tried, full):
    trial, registered = tried[0]["walmart"], full.shop.customers
    held = {
        name: ids(registered.filter(registered.membership == name))
        for name in ("none", "basic", "premium")
    }
    high = in_tier(trial, "high_value")
    assert on_list(trial, "premium_members") == held["premium"]
    assert on_list(trial, "basic_members") == held["basic"]
    assert on_list(trial, "premium_not_used") == held["premium"] - high
    assert on_list(trial, "invite_to_premium") == high & (held["none"] | held["basic"])
    assert len(high & held["premium"]) > 0


def test_core_customers_are_those_who_buy_most_often_and_most(tried):
    trial = tried[0]["wangwang"]
    rows = trial.tiers.select(["tier", "purchases_365d", "net_365d"]).to_pylist()
    core = [row for row in rows if row["tier"] == "core"]
    often = min(row["purchases_365d"] for row in core)
    much = min(row["net_365d"] for row in core)
    for row in rows:
        both = row["purchases_365d"] >= often and row["net_365d"] >= much
        assert both == (row["tier"] == "core")


def test_the_lists_of_an_interest_have_its_buyers_only(tried):
    trial = tried[0]["wangwang"]
    table = trial.tiers.select(["customer_id", "interest_365d"]).to_pylist()
    interest = {row["customer_id"]: row["interest_365d"] for row in table}
    found = on_list(trial, "interest_electronics")
    assert found and {interest[one] for one in found} == {"electronics"}
    assert not found & in_tier(trial, "to_develop")


def test_potential_is_who_registered_and_never_bought(tried, full):
    bought = full.shop.transactions
    buyers = ids(bought.filter(bought.kind == "purchase"))
    trial = tried[0]["hesi"]
    assert in_tier(trial, "potential") == everybody(full) - buyers
    assert in_tier(trial, "churned") <= buyers
    assert on_list(trial, "looking_around") <= in_tier(trial, "potential")


def test_churned_is_who_bought_nothing_for_a_year(tried, full):
    bought = full.shop.transactions
    bought = bought.filter(bought.kind == "purchase")
    lately = ids(bought.filter(bought.ordered_on > full.as_of - timedelta(days=365)))
    assert in_tier(tried[0]["hesi"], "churned") == ids(bought) - lately


def test_businesses_that_buy_in_bulk_are_key_customers(tried, full):
    people = full.shop.customers
    trial = tried[0]["tmall"]
    rows = trial.tiers.select(["customer_id", "net_spend_365d", "is_business"])
    high = trial.cuts.values["spend_high"]
    bulk = {
        row["customer_id"]
        for row in rows.to_pylist()
        if row["is_business"] and (row["net_spend_365d"] or 0) >= high
    }
    assert bulk and bulk <= in_tier(trial, "key")
    assert bulk <= ids(people.filter(people.is_business))


@pytest.mark.parametrize(
    ("scheme", "shares", "names"),
    [
        ("supermarket", (0.5, 0.8), ("platinum_from", "gold_from")),
        ("abc", (0.8, 0.95), ("turnover_a", "turnover_b")),
    ],
)
def test_the_pareto_rule_is_the_lorenz_curve(tried, full, scheme, shares, names):
    trial = tried[0][scheme]
    values = [v for v in trial.tiers["net_spend_365d"].to_pylist() if v and v > 0]
    cuts = value_cuts(values, shares)
    assert [trial.cuts.values[name] for name in names] == [cuts["A"], cuts["B"]]
    curve = abc_table(values, cuts)
    best, second, _ = trial.summary
    assert best.customers == curve.loc["A", "n_customers"]
    assert best.share_of_revenue_365d == pytest.approx(curve.loc["A", "value_so_far"])
    both = best.share_of_revenue_365d + second.share_of_revenue_365d
    assert both == pytest.approx(curve.loc["B", "value_so_far"])
    without_last = both - cuts["B"] / sum(values)
    assert without_last < shares[1] <= both + 1e-12


@pytest.mark.parametrize("name", NAMES)
def test_who_bought_when_and_for_how_much_is_enough(bare, full, name):
    trial = bare[name]
    assert len(trial.tiers) == len(ids(full.shop.transactions))
    empty = {one.tier for one in trial.summary if one.customers == 0}
    assert empty == ({"potential"} if name == "hesi" else set())
    assert trial.check.findings == ()


def test_what_such_a_shop_lacks_is_said_in_a_line_each(bare):
    lines = [line for trial in bare.values() for line in trial.lacks]
    for line in (
        "no feedback: recommendation_365d is switched off",
        "no events: carts_left_30d is switched off",
        "no category: interest_365d is switched off",
        "no is_business of anybody: a comparison with it never holds",
        "no membership of anybody: a comparison with it never holds",
    ):
        assert line in lines
    assert bare["supermarket"].lacks == bare["abc"].lacks == ()
    assert all(count == 0 for count in bare["walmart"].lists.values())


def test_a_history_too_short_for_a_model_leaves_its_columns_null(clean_table):
    days = ("01", "03", "05", "09", "14", "20", "22", "27")
    rows = [
        (f"c{i:02}", f"2026-06-{days[(i * k) % 8]}", 10 + i)
        for i in range(40)
        for k in (1, 3)
    ]
    found = try_policies([*SHIPPED.values()], clean_table(rows), "2026-06-30")
    assert any("no churn probability as of 2026-06-30" in n for n in found.switched_off)
    tmall = found.trials[NAMES.index("tmall")]
    assert "no p_churn_90d of anybody: a comparison with it never holds" in tmall.lacks
    assert sum(one.customers for one in tmall.summary) == 40


def test_registered_for_eleven_days_without_a_purchase_is_a_tier_with_a_plan(shop):
    day = shop.as_of
    joined = pa.array([days_before(day, 11), days_before(day, -1)], pa.date32())
    people = pa.table({"customer_id": ["new", "tomorrow"], "joined_on": joined})
    found = try_policies(
        [*SHIPPED.values()],
        shop.transactions,
        day,
        beside=Beside(customers=ibis.memtable(people)),
    )
    for trial in found.trials:
        rows = trial.tiers.select(["customer_id", "tier", "movement"]).to_pylist()
        known = {row["customer_id"]: row for row in rows}
        assert "tomorrow" not in known and known["new"]["movement"] == "new"
        tier = known["new"]["tier"]
        last = trial.policy.tiers[-1]
        assert tier == ("potential" if trial.policy.spec.name == "hesi" else last)
        assert trial.policy.tier(tier).plan.marketing.offer["zh"]


def test_nothing_after_the_day_is_seen(shop):
    day = days_before(shop.as_of, 120)
    past = shop.transactions.filter(shop.transactions.ordered_on <= day)
    chosen = [SHIPPED["tmall"], SHIPPED["points"]]
    with_future = try_policies(chosen, shop.transactions, day).trials
    without = try_policies(chosen, past, day).trials
    for one, other in zip(with_future, without, strict=True):
        assert one.cuts == other.cuts
        assert one.tiers.equals(other.tiers)


def test_one_name_with_two_meanings_is_measured_for_each_policy(shop):
    year = SHIPPED["wangwang"]
    text = year.text.replace("window: 365d", "window: 30d")
    month = Policy.parse(text.replace("name: wangwang", "name: month"))
    day = shop.as_of
    together = try_policies([year, month], shop.transactions, day).trials
    alone = [
        try_policies([one], shop.transactions, day).trials[0] for one in (year, month)
    ]
    assert together[0].tiers.equals(alone[0].tiers)
    assert together[1].tiers.equals(alone[1].tiers)
    assert not together[0].tiers["net_365d"].equals(together[1].tiers["net_365d"])


def test_for_machines_there_are_numbers_and_no_customer(tried, full):
    said = str([trial.as_dict() for trial in tried[0].values()])
    assert "'share_of_revenue_365d'" in said and "'check'" in said
    some = sorted(everybody(full))[:50]
    assert not any(f"'{one}'" in said for one in some)


def changed_by(trial, rows):
    """Return each told way applied to its row, and what it is said to lead to."""
    find = Counterfactuals(trial.policy, trial.cuts, trial.scores.schema)
    changed, told = [], []
    for row in rows:
        found = find.of(row)
        assert found.up or found.tier == trial.policy.tiers[0]
        assert found.down or found.tier == trial.policy.tiers[-1]
        for sign, ways in ((-1, found.up), (1, found.down)):
            for way in ways:
                targets = {change.column: change.target for change in way.changes}
                number = {"customer_id": f"{len(changed):08d}"}
                changed.append({**row, **targets, **number})
                told.append((found.tier, sign, way.tier))
    return changed, told


def require_exact(trial, rows):
    """Refuse a way that does not lead where it says, by the engine."""
    changed, told = changed_by(trial, rows)
    table = ibis.memtable(pa.Table.from_pylist(changed, schema=trial.scores.schema))
    given = trial.policy.assign(table, trial.cuts, as_of="2026-01-01", bundle_id="b")
    now = given.order_by("customer_id").to_pyarrow()["tier"].to_pylist()
    place = trial.policy.tiers.index
    assert now == [tier for _, _, tier in told]
    assert all(sign * (place(tier) - place(old)) > 0 for old, sign, tier in told)


@pytest.mark.parametrize("name", NAMES)
def test_every_way_that_customers_are_told_leads_where_it_says(tried, name):
    trial = tried[0][name]
    every = 10 if name in ("hesi_value", "wangwang") else 2
    require_exact(trial, trial.scores.to_pylist()[::every])


@pytest.mark.acceptance
@pytest.mark.parametrize("name", NAMES)
def test_it_does_so_for_every_single_customer(tried, name):
    trial = tried[0][name]
    require_exact(trial, trial.scores.to_pylist())
