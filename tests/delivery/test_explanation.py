import json
from dataclasses import replace
from types import SimpleNamespace

import pytest

from workbench.delivery import (
    Explainer,
    assign,
    explain,
    explain_last,
    write_bundle,
)
from workbench.delivery.decisions import append_decision
from workbench.delivery.judged import Found, Group
from workbench.errors import MissingInputs, UnknownCustomer


def publish(bundle, shop, home):
    """Publish two days of tiers in a home, by an approved bundle."""
    tiers = home / "exports" / "tiers"
    append_decision(
        action="approve",
        run="r1",
        bundle_id=bundle.id,
        bundle_sha256=bundle.sha256,
        by="Ann",
        reason="good",
        as_of=bundle.as_of,
        valid_until=bundle.valid_until,
    )
    earlier = assign(bundle, shop.transactions, "2026-03-01", tiers)
    data = {"name": "shop", "version": "0001-aa", "sha256": "ab"}
    found = assign(bundle, shop.transactions, shop.as_of, tiers, data=data)
    return earlier, found


@pytest.fixture
def published(bundle, shop, project):
    return publish(bundle, shop, project)


@pytest.fixture(scope="module")
def told(shop, bundle_texts, tmp_path_factory):
    """Publish once: the later tier table, and an explainer of its customers."""
    home = tmp_path_factory.mktemp("told")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("WORKBENCH_HOME", str(home))
        facts = {"as_of": shop.as_of, "valid_until": "2026-09-29"}
        bundle = write_bundle(bundle_texts, facts)
        earlier, found = publish(bundle, shop, home)
    explainer = Explainer(bundle, shop.transactions, shop.as_of, earlier.table())
    return found, explainer


def test_every_row_of_the_tier_table_is_reproduced(told):
    found, explainer = told
    for row in found.table().to_pyarrow().to_pylist()[::20]:
        assert explainer.explain(row["customer_id"]).row == row


@pytest.fixture(scope="module")
def explained(told):
    """Return one explanation for each tier."""
    found, explainer = told
    rows = found.table().to_pyarrow().to_pylist()
    firsts = {row["tier"]: row["customer_id"] for row in reversed(rows)}
    return {tier: explainer.explain(who) for tier, who in firsts.items()}


def test_the_shop_has_every_tier(explained, shop):
    assert set(explained) == set(shop.policy.tiers)


def test_comparisons_say_whether_they_hold(explained):
    for found in explained.values():
        for c in found.comparisons:
            if c.threshold is not None and c.value is not None:
                holds = c.value < c.threshold if c.operator == "<" else c.gap <= 0
                assert c.holds == holds, c
    flags = [c for c in explained["key"].comparisons if c.column == "is_business"]
    assert [(c.content, c.holds, c.value) for c in flags] == [(None, False, None)]


def test_what_is_missing_are_failing_comparisons_of_the_next_tier(explained):
    for found in explained.values():
        for entry in found.up:
            assert not found.match(found.next_better, entry).holds
        for entry in [] if found.keeps_apart else found.down:
            assert found.match(found.tier, entry).holds
    assert explained["key"].next_better is None
    assert explained["basic"].next_better == "ordinary"


def without_keep(found):
    """Return the explanation by a policy whose tiers are kept as they are entered."""
    spec = found.policy.spec
    tiers = [tier.model_copy(update={"keep": None}) for tier in spec.tiers]
    policy = replace(found.policy, spec=spec.model_copy(update={"tiers": tiers}))
    return replace(found, policy=policy)


def test_a_tier_with_a_condition_to_be_kept_is_not_lost_by_that_to_enter(explained):
    said = " ".join(explained["loyal"].sentences("en"))
    assert explained["loyal"].keeps_apart
    assert "The tier is lost" not in said
    assert "Exactly, it is no longer met with" in said


def test_the_sentences_name_tier_reason_and_way(explained):
    english = " ".join(without_keep(explained["loyal"]).sentences("en"))
    assert "is in tier Loyal as of 2026-06-29" in english
    assert (
        "quarters with a purchase, of the last three is 3 (needs at least 3)" in english
    )
    assert "To become Key: spend in the last 365 days, less returns is" in english
    assert "The tier is lost if" in english
    chinese = "".join(explained["loyal"].sentences("zh"))
    assert "等级为“忠实”" in chinese
    assert "升为“重要”需要：近365天净消费额（扣除退货）为" in chinese
    assert "There is no better tier." in explained["key"].sentences("en")
    assert "There is no tier below this one." in explained["basic"].sentences("en")


def held(column, value, limit):
    text, gap = f"{column} >= {limit}", limit - value
    return Found("loyal", text, column, ">=", value, limit, gap, value >= limit)


SPEND, DAYS = held("spend_365d", 800.0, 500.0), held("purchase_days", 5.0, 3.0)
VALUE, FAILING = held("clv_365d", 90.0, 60.0), held("clv_365d", 90.0, 9e6)
BOTH = Group(False, (Group(True, (SPEND, DAYS)), VALUE))


@pytest.mark.parametrize(
    ("tree", "why", "lost"),
    [
        (
            BOTH,
            "For any of these reasons, each enough by itself: (spend in the last 365 "
            "days is 800 (needs at least 500) and days with a purchase is 5 (needs at "
            "least 3)) or expected value over the next 365 days is 90 (needs at least "
            "60).",
            "The tier is lost only if all of this happens: (spend in the last 365 days "
            "falls below 500 or days with a purchase falls below 3) and expected value "
            "over the next 365 days falls below 60.",
        ),
        (
            Group(False, (SPEND, FAILING)),
            "Because spend in the last 365 days is 800 (needs at least 500).",
            "The tier is lost if spend in the last 365 days falls below 500.",
        ),
    ],
)
def test_of_an_or_only_what_holds_is_said(explained, tree, why, lost):
    found = without_keep(explained["loyal"])
    told = replace(found, conditions=found.conditions | {"loyal": tree})
    said = told.sentences("en")
    assert why in said
    assert lost in said
    assert len(told.sentences("zh")) == len(said)


def test_of_an_or_in_chinese_too(explained):
    found = without_keep(explained["loyal"])
    told = replace(found, conditions=found.conditions | {"loyal": BOTH})
    said = "".join(told.sentences("zh"))
    assert "原因（以下任一项即已足够）：（近365天消费额为 800" in said
    assert "只有同时出现以下情况，该等级才不再满足：（近365天消费额低于 500，或" in said


def _how(contribution):
    return "raises" if contribution > 0 else "lowers"


def test_a_reason_that_speaks_against_itself_is_not_told_to_raise(explained):
    found = explained["loyal"]
    lately = found.features | {"days_since_last_order": 1, "mean_gap_days": 30.0}
    reason = {"family": "silence", "feature": "overdue_ratio", "value": 0.03}
    raising = replace(found, features=lately, reasons=[reason | {"contribution": 0.5}])
    lowering = replace(raising, reasons=[reason | {"contribution": -0.5}])
    told = " ".join(raising.sentences())
    assert "raises it" not in told and "as for the average" not in told
    assert "no single reason stands out (last bought 1 day ago, usually" in told
    said = "last bought 1 day ago, usually every 30 (lowers it, -0.50)"
    assert said in " ".join(lowering.sentences())


def test_a_long_silence_is_not_told_to_lower(explained):
    """98 days are long for who comes every 12, whatever the model makes of it."""
    found = explained["loyal"]
    long = found.features | {"days_since_last_order": 98, "mean_gap_days": 12.4}
    reason = {"family": "silence", "feature": "overdue_ratio", "value": 7.9}
    told = replace(found, features=long, reasons=[reason | {"contribution": -0.18}])
    assert "lowers it" not in " ".join(told.sentences())
    assert "；上次购买在 98 天前，通常每 12 天一次。" in " ".join(told.sentences("zh"))


def test_nothing_that_stands_out_is_as_the_average_customer(explained):
    told = replace(explained["loyal"], reasons=[])
    assert "as for the average customer" in " ".join(told.sentences())


def test_a_one_time_buyer_is_told_nothing_twice(explained):
    found = explained["loyal"]
    once = found.features | {"is_one_time": True, "days_since_last_order": 183}
    first = {"family": "frequency", "feature": "is_one_time", "value": 1.0}
    second = {"family": "silence", "feature": "overdue_ratio", "value": 1.0}
    reasons = [first | {"contribution": 0.6}, second | {"contribution": 0.4}]
    told = " ".join(replace(found, features=once, reasons=reasons).sentences())
    assert "bought once, 183 days ago, and not since (raises it, +0.40)" in told
    assert "bought on one day only" not in told


def test_the_churn_reasons_are_signed_and_in_words(explained):
    found = explained["loyal"]
    assert len(found.reasons) == 3
    contributions = [reason["contribution"] for reason in found.reasons]
    assert contributions == sorted(contributions, key=abs, reverse=True)
    told = next(s for s in found.sentences("en") if "what moves it most" in s)
    shown = [c for c in contributions if f"({_how(c)} it, {c:+.2f})" in told]
    assert contributions[0] in shown
    assert " days ago, usually every " in told
    chinese = next(s for s in found.sentences("zh") if "影响最大的因素" in s)
    assert "天前，通常每" in chinese
    assert "+0.00" not in told and "-0.00" not in told


def test_the_lapsed_get_no_churn_probability(bundle, shop):
    scores = bundle.scores(shop.transactions, shop.as_of)
    lapsed = scores.loc[scores["status"] == "lapsed", "customer_id"].iloc[0]
    found = explain(lapsed, bundle, shop.transactions, shop.as_of)
    assert found.p_churn is None
    assert found.reasons == []
    assert any("lapsed, so no churn is predicted" in s for s in found.sentences())
    assert any("视为已流失" in s for s in found.sentences("zh"))


def test_all_of_it_as_plain_values(explained):
    for found in explained.values():
        again = json.loads(json.dumps(found.as_dict()))
        assert again["tier"] == found.tier
        assert again["row"]["as_of"] == "2026-06-29"
        assert again["plan"]["benefits"]
        assert len(again["sentences"]["zh"]) == len(again["sentences"]["en"])


@pytest.mark.parametrize("who", ["nobody", "", "1' or '1'='1", "%"])
def test_an_unknown_customer_is_refused_without_naming_others(bundle, shop, who):
    with pytest.raises(UnknownCustomer) as refused:
        explain(who, bundle, shop.transactions, shop.as_of)
    assert str(refused.value) == (
        f"no customer '{who}' known on 2026-06-29. Ids are compared as texts, zeros in "
        "front included."
    )


def test_a_customer_of_later_days_is_not_known_yet(bundle, shop):
    last = shop.frame.groupby("customer_id")["ordered_at"].min().idxmax()
    with pytest.raises(UnknownCustomer):
        explain(str(last), bundle, shop.transactions, "2025-01-01")


def test_a_tier_of_an_older_policy_is_shown_by_its_name(explained):
    found = explained["loyal"]
    found.row["previous_tier"] = "gold"
    assert "(before: gold)" in found.sentences("en")[0]


def test_the_last_assignment_gives_the_defaults(published, shop, monkeypatch):
    from workbench.delivery import asking

    asked = []

    class Shop:
        transactions, beside = shop.transactions, None
        store = SimpleNamespace(base_currency=None, currency="USD")

        def customer_of(self, known_as):
            return known_as

    def open_shop(store, day, scope):
        asked.append((store.asked, str(day), scope))
        return Shop()

    def open_store(name):
        return SimpleNamespace(asked=name, identity={"name": "shop", "currency": None})

    monkeypatch.setattr(asking, "open_store", open_store)
    monkeypatch.setattr(asking, "open_shop", open_shop)
    row = published[1].table().to_pyarrow().to_pylist()[3]
    assert explain_last(row["customer_id"]).row == row
    again = explain_last(
        row["customer_id"], as_of=shop.as_of, bundle=row["bundle_id"], data="shop"
    )
    assert again.row == row
    whole = (str(shop.as_of), "all")
    assert asked == [("shop@0001-aa", *whole), ("shop", *whole)]


def test_without_an_assignment_the_command_is_named(project):
    with pytest.raises(MissingInputs, match="workbench assign"):
        explain_last("c1")
    with pytest.raises(MissingInputs, match="as_of=2026-01-01"):
        explain_last("c1", as_of="2026-01-01")
