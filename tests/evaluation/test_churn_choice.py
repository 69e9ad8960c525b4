import numpy as np
import pandas as pd
import pytest

from workbench.evaluation import choose_champion, choose_over_origins

ORIGINS = ["2025-01-01", "2025-04-01", "2025-07-01"]
NAMES = ["recency_frequency", "logistic", "booster"]


def said(origins, noise, seed=1, n=1500):
    """Return what candidates said of people who stay away with their own chance.

    ``noise`` is the spread of each candidate's error in log-odds, at each origin.
    """
    rng = np.random.default_rng(seed)
    frames = []
    for place, origin in enumerate(origins):
        odds = rng.normal(size=n)
        frame = pd.DataFrame({"origin": origin, "customer_id": np.arange(n)})
        frame["actual"] = (rng.random(n) < chance(odds)).astype(float)
        for name in NAMES:
            error = noise[name][place] * rng.normal(size=n)
            frame[name] = chance(odds + error)
        frames.append(frame)
    return pd.concat(frames, ignore_index=True)


def chance(odds):
    return 1 / (1 + np.exp(-odds))


def test_a_booster_that_is_better_at_three_origins_may_replace_the_logistic():
    noise = {"recency_frequency": [3] * 3, "logistic": [2] * 3, "booster": [0] * 3}
    choice = choose_champion(said(ORIGINS, noise), NAMES, 100)
    assert (choice.champion, choice.n_better) == ("booster", 3)
    assert "better than the logistic at 3 of 3 single earlier origins" in choice.words
    assert choice.words.endswith("3 are needed: it may replace it")


def test_a_booster_that_is_lucky_at_two_origins_may_not():
    noise = {"recency_frequency": [3] * 3, "logistic": [2, 2, 0], "booster": [0] * 3}
    choice = choose_champion(said(ORIGINS, noise), NAMES, 100)
    assert (choice.champion, choice.n_better) == ("logistic", 2)
    assert choice.words.endswith("3 are needed: it may not replace it")


def test_on_a_tie_over_the_origins_the_simpler_one_is_champion():
    noise = {"recency_frequency": [1] * 3, "logistic": [0.9] * 3, "booster": [2] * 3}
    choice = choose_champion(said(ORIGINS, noise, seed=2, n=200), NAMES, 100)
    assert (choice.champion, choice.best) == ("recency_frequency", "logistic")
    assert "recency_frequency is simpler and not shown worse" in choice.words


def test_without_an_earlier_origin_nothing_is_chosen():
    nobody = said(ORIGINS, dict.fromkeys(NAMES, [0] * 3)).head(0)
    choice = choose_champion(nobody, NAMES, 100)
    assert choice.champion == "logistic" and choice.differences == {}
    assert choice.words.startswith("no earlier origin can be judged")


def test_customers_are_resampled_with_all_their_origins():
    """The same rows at three origins tell nothing that one of them does not."""
    noise = {"recency_frequency": [1], "logistic": [0.5], "booster": [2]}
    once = said(ORIGINS[:1], noise)
    thrice = pd.concat([once.assign(origin=day) for day in ORIGINS])
    one, three = (
        choose_over_origins(frame, "actual", NAMES, "brier", 100)
        for frame in (once, thrice)
    )
    assert one.best == "logistic"
    assert list(one.differences) == ["recency_frequency", "booster"]
    for name, found in one.differences.items():
        again = three.differences[name]
        assert again.value == pytest.approx(found.value) and found.value > 0
        assert (again.low, again.high) == pytest.approx((found.low, found.high))
