import pandas as pd
import pytest

from workbench.churn_words import FAMILIES
from workbench.delivery.warning_sentences import (
    is_told,
    may_lower,
    plain_sentence,
    sentence,
    speaks_of,
)

ANN = {
    "is_one_time": False,
    "days_since_last_order": 74,
    "mean_gap_days": 21.2,
    "age_days": 455,
    "frequency": 30,
    "purchase_days_90d": 2,
    "purchase_days_365d": 20,
    "spend_365d": 1234.5,
    "promotion_share": 0.5,
    "return_lines": 5,
    "purchase_lines": 9,
    "categories_lost_share": 0.25,
    "discount_share": 0.3,
    "online_share": 1.0,
    "view_days_since_order": 3,
    "carts_left_90d": 1,
    "satisfaction_answers": 2,
    "satisfaction_own_score": 1.5,
    "complaints_365d": 2,
    "open_complaints": 1,
}
USUAL = {
    "return_rate": 0.05,
    "satisfaction_score": 4.0,
    "purchase_days_365d": 24,
    "categories_lost_share": 0.2,
}
ONCE = ANN | {"is_one_time": True}


@pytest.mark.parametrize(
    ("family", "en", "zh"),
    [
        (
            "silence",
            "last bought 74 days ago, usually every 21",
            "上次购买在 74 天前，通常每 21 天一次",
        ),
        (
            "falling_frequency",
            "2 purchase days in the last 90, about 5.9 before",
            "近 90 天有 2 个购买日，此前约为 5.9 个",
        ),
        (
            "frequency",
            "31 purchase days so far, 20 in the last 365 days, the shop's usual is 24",
            "至今 31 个购买日，近 365 天 20 个，店内通常为 24",
        ),
        (
            "returns",
            "5 of 9 lines sent back, the shop's usual is 5%",
            "所购 9 行商品中退回 5 行，店内通常为 5%",
        ),
        (
            "complaints",
            "1 complaint not settled, 2 in the last 365 days",
            "1 件投诉未解决，近 365 天共 2 件",
        ),
        (
            "satisfaction",
            "rated the shop 1.5 of 5 in 2 answers of the last year, "
            "the shop's usual is 4",
            "近一年 2 次评价，平均 1.5 分（满分 5），店内通常为 4",
        ),
        (
            "spend",
            "spent 1,234.50 in the last 365 days",
            "近 365 天消费 1,234.50",
        ),
    ],
)
def test_a_reason_is_told_with_its_numbers(family, en, zh):
    assert sentence(family, ANN, USUAL, "en") == en
    assert sentence(family, ANN, USUAL, "zh") == zh


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("who", [ANN, ONCE])
def test_no_sentence_has_a_hole(family, who):
    for lang in ("en", "zh"):
        said = sentence(family, who, USUAL, lang)
        if family == "falling_frequency" and who is ONCE:
            assert said is None
        else:
            assert "{" not in said and "nan" not in said.lower()


def test_who_bought_once_is_told_of_no_gaps():
    assert sentence("silence", ONCE, USUAL) == "bought once, 74 days ago, and not since"
    assert sentence("frequency", ONCE, USUAL) == "bought on one day only so far"
    assert "通常" not in sentence("silence", ONCE, USUAL, "zh")


def test_none_is_told_in_other_words():
    quiet = ANN | {"open_complaints": 0, "view_days_since_order": 0}
    said = sentence("complaints", quiet | {"complaints_365d": 1}, USUAL)
    assert said == "1 complaint in the last 365 days, none open"
    unheard = ANN | {"satisfaction_answers": 0}
    said = sentence("satisfaction", unheard, USUAL)
    assert said == "has not rated the shop in the last year"


@pytest.mark.parametrize("views", [0, 3])
def test_days_in_the_online_shop_are_told_as_they_are_counted(views):
    """They are of the last 90, whenever the last order was."""
    known = ANN | {"view_days_since_order": views}
    assert sentence("browsing", known, {}).startswith("of the last 90 days, ")
    assert sentence("browsing", known, {}, "zh").startswith("近 90 天内，")


def test_a_gap_of_a_day_is_every_day():
    daily = ANN | {"mean_gap_days": 1.02, "days_since_last_order": 16}
    assert (
        sentence("silence", daily, {}) == "last bought 16 days ago, usually every day"
    )
    assert sentence("silence", daily, {}, "zh").endswith("通常每天一次")


def test_who_sent_nothing_back_is_told_so():
    said = sentence("returns", ANN | {"return_lines": 0}, USUAL)
    assert said == "0 of 9 lines sent back, the shop's usual is 5%"


def test_who_has_no_reason_is_told_when_they_last_bought():
    overdue = plain_sentence(ANN)
    assert overdue == "last bought 74 days ago, usually every 21"
    lately = ANN | {"days_since_last_order": 20}
    said = "no single reason stands out (last bought 20 days ago, usually every 21)"
    assert plain_sentence(lately) == said
    once = "没有单独突出的因素（仅购买过一次，在 74 天前，之后没有再买）"
    assert plain_sentence(ONCE, "zh") == once
    assert plain_sentence({}) == "no single reason stands out"


def test_who_comes_seldom_is_told_beside_what_is_usual():
    """Buying every second year raises the risk of a silent quarter too."""
    seldom = {"days_since_last_order": 13, "mean_gap_days": 666}
    usual = {"mean_gap_days": 95}
    assert told("silence", usual, **seldom) and not told("silence", {}, **seldom)
    assert lowers("silence", usual, **seldom), "13 days are no long silence"
    said = sentence("silence", ANN | seldom, usual)
    assert said == "last bought 13 days ago, usually every 666, the shop's usual is 95"
    assert "the shop's" not in sentence("silence", ANN, usual)


def test_what_the_features_do_not_tell_is_not_told():
    assert sentence("returns", {"is_one_time": False}, USUAL) is None
    assert sentence(None, ANN, USUAL) is None


def told(family, usual=USUAL, **changed):
    return bool(is_told(family, pd.DataFrame([ANN | changed]), usual)[0])


def lowers(family, usual=USUAL, **changed):
    return may_lower(family, pd.DataFrame([ANN | changed]), usual)


@pytest.mark.parametrize(
    ("family", "better"),
    [
        ("silence", {"days_since_last_order": 3}),
        ("falling_frequency", {"purchase_days_90d": 8}),
        ("frequency", {"purchase_days_365d": 24}),
        ("returns", {"return_lines": 0}),
        ("narrowing", {"categories_lost_share": 0.0}),
        ("satisfaction", {"satisfaction_own_score": 4.5}),
        ("complaints", {"complaints_365d": 0, "open_complaints": 0}),
    ],
)
def test_a_sentence_that_speaks_against_it_raises_nothing(family, better):
    assert told(family)
    assert not lowers(family)
    assert not told(family, **better)
    assert lowers(family, **better)


def test_shares_as_usual_are_no_reason():
    usual = {"online_share": 0.95, "discount_share": 0.1}
    assert not told("channel", usual)
    assert told("discounts", usual)


def test_who_looks_on_as_many_days_as_is_usual_is_told_nothing():
    nobody_looks = {"view_days_since_order": 0.0, "carts_left_90d": 0.0}
    assert not told("browsing", nobody_looks, **nobody_looks)
    assert told("browsing", nobody_looks)
    assert told("browsing", nobody_looks | {"view_days_since_order": 2.0})


def test_a_share_of_two_days_is_no_habit():
    usual = {"online_share": 0.5, "promotion_share": 0.1}
    for family in ("channel", "promotions"):
        assert told(family, usual)
        assert not told(family, usual, purchase_days_365d=2)
    said = sentence("promotions", ANN | {"promotion_share": 0.0}, usual)
    assert said == (
        "0% of 20 purchase days of the last 365 days on promotion days, the shop's "
        "usual is 10%"
    )


def test_what_is_only_unlike_the_usual_may_raise_or_lower():
    assert told("channel", {"online_share": 0.5})
    assert lowers("channel", {"online_share": 0.5})
    assert lowers("frequency", {}), "nothing is known to be below"
    assert lowers("tenure")


def test_a_single_purchase_long_ago_is_not_told_to_lower():
    assert lowers("silence", is_one_time=True, days_since_last_order=12)
    assert not lowers("silence", is_one_time=True, days_since_last_order=242)


def test_a_loss_of_categories_is_held_against_the_usual_one():
    usual = {"categories_lost_share": 0.72}
    assert not told("narrowing", usual), "a quarter lost is less than most lose"
    assert told("narrowing", usual, categories_lost_share=0.8)
    said = sentence("narrowing", ANN | {"categories_lost_share": 0.8}, usual)
    assert said.startswith("80% of") and said.endswith("the shop's usual is 72%")


def test_of_a_family_only_what_its_sentence_says_is_told():
    assert speaks_of("narrowing", "categories_lost_share")
    assert not speaks_of("narrowing", "categories_365d")
    assert speaks_of("silence", "overdue_ratio") and speaks_of(None, "extra_score")


def test_who_bought_lately_and_once_is_not_silent():
    assert told("silence", is_one_time=True)
    assert not told("silence", is_one_time=True, days_since_last_order=29)
    assert not told("falling_frequency", is_one_time=True)


def test_a_store_without_a_table_tells_nothing_of_it():
    known = pd.DataFrame([ANN]).drop(columns="return_lines")
    assert not is_told("returns", known, USUAL)[0]
