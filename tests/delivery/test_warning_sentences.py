import pandas as pd
import pytest

from workbench.churn_words import BY_NAME, FAMILIES
from workbench.delivery.warning_sentences import (
    MADE,
    OF_ONE_TIME,
    TELLINGS,
    is_told,
    placeholders,
    sentence,
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
    "return_rate": 0.4,
    "categories_lost_share": 0.25,
    "discount_share": 0.3,
    "online_share": 1.0,
    "view_days_since_order": 3,
    "carts_left_90d": 1,
    "satisfaction_score": 2.13,
    "complaints_365d": 2,
    "open_complaints": 1,
}
USUAL = {"return_rate": 0.05, "satisfaction_score": 4.0, "purchase_days_365d": 24}
ONCE = ANN | {"is_one_time": True}


def every_telling():
    tellings = [*TELLINGS.values(), *(one for one in OF_ONE_TIME.values() if one)]
    tellings += [one.of_none[1] for one in tellings if one.of_none]
    return tellings + [one.otherwise for one in tellings if one.otherwise]


def test_every_family_is_told():
    assert set(TELLINGS) == set(FAMILIES)
    assert set(OF_ONE_TIME) <= set(FAMILIES)


@pytest.mark.parametrize("telling", every_telling(), ids=lambda one: one.en[:30])
def test_both_languages_ask_for_the_same_known_numbers(telling):
    assert telling.en and telling.zh
    assert placeholders(telling.en) == placeholders(telling.zh)
    assert placeholders(telling.en) <= {*BY_NAME, *MADE}
    assert not telling.usual or telling.usual in BY_NAME


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
            "sends back about 40% of what is bought, the shop's usual is 5%",
            "所购商品约 40% 被退回，店内通常为 5%",
        ),
        (
            "complaints",
            "1 complaint not settled, 2 in the last 365 days",
            "1 件投诉未解决，近 365 天共 2 件",
        ),
        (
            "satisfaction",
            "rates the shop about 2.1 of 5, the shop's usual is 4",
            "满意度评分约 2.1（满分 5），店内通常为 4",
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
    assert "has not looked into the online shop" in sentence("browsing", quiet, USUAL)


def test_of_who_never_sent_a_thing_back_no_rate_is_told():
    drawn = ANN | {"return_rate": 0.04, "satisfaction_score": 4.0}
    for usual in (USUAL, {}):
        said = sentence("returns", drawn, usual)
        assert said == "has not sent back more than is usual"
        said = sentence("satisfaction", drawn, usual)
        assert said == "has not rated the shop below the usual"


def test_what_the_features_do_not_tell_is_not_told():
    assert sentence("returns", {"is_one_time": False}, USUAL) is None
    assert sentence(None, ANN, USUAL) is None


def told(family, usual=USUAL, **changed):
    return bool(is_told(family, pd.DataFrame([ANN | changed]), usual)[0])


@pytest.mark.parametrize(
    ("family", "better"),
    [
        ("silence", {"days_since_last_order": 3}),
        ("falling_frequency", {"purchase_days_90d": 8}),
        ("frequency", {"purchase_days_365d": 24}),
        ("returns", {"return_rate": 0.05}),
        ("narrowing", {"categories_lost_share": 0.0}),
        ("satisfaction", {"satisfaction_score": 4.5}),
        ("complaints", {"complaints_365d": 0, "open_complaints": 0}),
    ],
)
def test_a_sentence_that_speaks_against_it_raises_nothing(family, better):
    assert told(family)
    assert not told(family, **better)


def test_shares_as_usual_are_no_reason():
    usual = {"online_share": 0.95, "discount_share": 0.1}
    assert not told("channel", usual)
    assert told("discounts", usual)


def test_who_bought_lately_and_once_is_not_silent():
    assert told("silence", is_one_time=True)
    assert not told("silence", is_one_time=True, days_since_last_order=29)
    assert not told("falling_frequency", is_one_time=True)


def test_a_store_without_a_table_tells_nothing_of_it():
    known = pd.DataFrame([ANN]).drop(columns="return_rate")
    assert not is_told("returns", known, USUAL)[0]
