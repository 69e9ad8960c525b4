"""Whatever a policy may name is listed, and said in both languages."""

from pathlib import Path

import pytest

from workbench.delivery import ScoringSettings
from workbench.delivery.policy_columns import policy_columns
from workbench.measure_words import QUANTITIES

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def test_every_column_of_the_score_table_and_every_quantity_is_there():
    found = policy_columns()
    scores = [one.name for one in found if one.kind == "score"]
    schema = ScoringSettings(stages_sha256="x").schema().names
    assert scores == [n for n in schema if n not in ("customer_id", "as_of")]
    measured = [one.name for one in found if one.kind == "measure"]
    assert measured == [one.name for one in QUANTITIES]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_each_has_a_meaning_of_its_own_in_the_language(lang):
    for one in policy_columns(lang):
        is_chinese = any("\u4e00" <= letter <= "\u9fff" for letter in one.meaning)
        assert one.meaning and is_chinese == (lang == "zh"), one


def test_what_a_column_needs_is_told():
    needs = {one.name: one.needs for one in policy_columns()}
    assert needs["clv_365d"] == "model of orders, model of an order's value"
    assert needs["is_business"] == "customers.is_business"
    assert needs["brand_share"] == "brand, category"
    assert needs["net_spend_365d"] == ""


def test_the_readme_lists_them_all():
    missing = [one.name for one in policy_columns() if f"`{one.name}`" not in README]
    assert missing == []
