import pytest

from workbench.churn_words import BY_NAME, FAMILIES, FEATURES, family_of, feature
from workbench.errors import UnknownName


def test_every_feature_stands_once_and_has_a_family():
    assert len(BY_NAME) == len(FEATURES)
    assert {one.family for one in FEATURES} == {*FAMILIES}


def test_counts_days_and_money_are_logged_and_shares_are_not():
    assert feature("spend_365d").is_logged
    assert feature("overdue_ratio").is_logged
    for name in ("return_rate", "quarter_drop_z", "is_one_time", "gap_variation"):
        assert not feature(name).is_logged


def test_an_unknown_feature_has_no_family_and_is_refused_by_name():
    assert family_of("extra_score") is None
    with pytest.raises(UnknownName, match="open_complaints"):
        feature("open_complaint")
