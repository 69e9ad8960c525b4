import json

import numpy as np
import pandas as pd
import pytest

from workbench.delivery import ScoringSettings, WarningLevels
from workbench.errors import BadParameter, NotEnoughData, NotLearned

LEARNED = WarningLevels(urgent_value=100.0)


def codes(p, value, one_time):
    arrays = (np.array(p), np.array(value), np.array(one_time))
    return LEARNED.codes(*arrays).tolist()


def test_from_quiet_to_loud():
    p, value = [0.49, 0.5, 0.69, 0.7, 0.7, 0.99], [999, 999, 999, 99.99, 100, 0]
    assert codes(p, value, [False] * 6) == [0, 1, 1, 2, 3, 2]


def test_who_bought_once_is_watched_at_most():
    assert codes([0.4, 0.6, 0.99], [999, 999, 999], [True] * 3) == [0, 1, 1]


def customers(n, n_one_time=0):
    spend = np.arange(n, dtype=float)
    once = np.arange(n) >= n - n_one_time
    known = {"is_one_time": once, "return_rate": spend / 100, "spend_365d": spend}
    return pd.DataFrame(known)


def test_urgent_is_the_given_share_of_those_warned_of():
    known, p = customers(200), np.where(np.arange(200) < 100, 0.9, 0.6)
    value = np.arange(200, dtype=float)
    learned = WarningLevels(urgent_share=0.25).learn(known, p, value)
    assert learned.urgent_value == pytest.approx(74.25)
    found = learned.codes(p, value, known["is_one_time"].to_numpy())
    assert (found == 3).sum() == 25
    assert (found == 1).sum() == 100


def test_one_time_buyers_teach_nothing_of_what_is_urgent():
    known, p = customers(60, n_one_time=30), np.full(60, 0.9)
    value = np.where(known["is_one_time"], 1e6, np.arange(60))
    assert WarningLevels().learn(known, p, value).urgent_value < 30


def test_of_few_warned_all_who_can_churn_are_asked():
    known, value = customers(100), np.arange(100, dtype=float)
    p = np.where(np.arange(100) == 5, 0.9, 0.1)
    learned = WarningLevels().learn(known, p, value)
    assert learned.urgent_value == pytest.approx(89.1)


def test_what_is_usual_is_the_mean_of_rates_and_the_median_of_the_rest():
    known = customers(30).assign(spend_365d=[*range(29), 1e6])
    usual = WarningLevels().learn(known, np.ones(30), np.ones(30)).usual
    assert usual == {"return_rate": 0.145, "spend_365d": 14.5}


def test_too_few_are_refused():
    with pytest.raises(NotEnoughData, match="at least 20 .* found 19"):
        WarningLevels().learn(customers(30, 11), np.ones(30), np.ones(30))


def test_levels_that_were_not_learned_are_refused():
    with pytest.raises(NotLearned, match="urgent_value"):
        WarningLevels().codes(np.ones(1), np.ones(1), np.array([False]))


@pytest.mark.parametrize(
    "wrong",
    [
        {"watch_from": 0.8},
        {"watch_from": 0},
        {"warn_from": 1.1},
        {"urgent_share": 0},
        {"urgent_share": 1},
    ],
)
def test_limits_that_make_no_sense_are_refused(wrong):
    with pytest.raises(BadParameter, match="expected 0 <"):
        WarningLevels(**wrong)


def test_they_come_back_with_the_settings_and_older_settings_have_none():
    levels = WarningLevels(urgent_value=12.5, usual={"return_rate": 0.1})
    settings = ScoringSettings(levels=levels)
    assert ScoringSettings.from_json(settings.to_json()) == settings
    older = json.loads(settings.to_json())
    del older["levels"], older["churn_priors"]
    assert ScoringSettings.from_json(json.dumps(older)) == ScoringSettings()
