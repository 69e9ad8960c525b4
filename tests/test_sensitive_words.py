import pytest

from workbench.delivery import ScoringSettings
from workbench.sensitive_words import sensitive_word


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("gender", "sex"),
        ("own_sex", "sex"),
        ("extra_birth_year", "age"),
        ("ageGroup", "age"),
        ("age2", "age"),
        ("household_size", "family"),
        ("marital_status", "family"),
        ("postcode", "home"),
        ("native_language", "language"),
        ("客户年龄", "age"),
        ("婚姻状况", "family"),
        ("家庭地址", "home"),
        ("民族", "origin"),
        ("agegroup", "age"),
        ("AgeBands", "age"),
        ("ages", "age"),
        ("yob", "age"),
        ("extra_birthplace", "age"),
        ("genders", "sex"),
        ("incomes", "income"),
        ("incomelevel", "income"),
        ("maritalstatus", "family"),
        ("householdsize", "family"),
        ("child_count", "family"),
        ("has_child", "family"),
        ("family_size", "family"),
        ("familymembers", "family"),
        ("homeaddress", "home"),
        ("addr", "home"),
        ("nation", "origin"),
        ("citizens", "origin"),
    ],
)
def test_what_speaks_of_the_person_is_found(name, kind):
    assert sensitive_word(name) == kind


@pytest.mark.parametrize(
    "name",
    [
        *("average_spend", "age_days", "stage", "percentage", "market", "city", "品类"),
        *("packages", "images", "messages_opened", "usage", "voltage_class", "agency"),
        *("product_family", "incoming_orders", "essex_store", "donation", "embrace"),
        *("page_groups", "stagegroup", "averageband", "traces", "zipper", "kidney"),
        *("familiar_brands", "internationals", "combination", "streetwear", "unisex"),
    ],
)
def test_a_part_of_a_word_is_no_word(name):
    assert sensitive_word(name) is None


def test_no_column_of_the_scores_speaks_of_the_person():
    names = ScoringSettings(stages_sha256="x").schema().names
    assert [name for name in names if sensitive_word(name)] == []
