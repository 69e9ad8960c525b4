import numpy as np
import pandas as pd
import pytest
from scipy.stats import pearsonr, rankdata, spearmanr
from sklearn import metrics as sklearn_metrics

from workbench.errors import BadParameter, BadValues, NotEnoughData, UnknownName
from workbench.evaluation import METRICS, measure
from workbench.evaluation.metrics import value_captured

rng = np.random.default_rng(8)
ORDERS = rng.poisson(0.8, 300).astype(float)
EXPECTED = np.round(rng.gamma(1.0, 0.8, 300) + 0.3 * ORDERS, 1)  # with ties
LAPSED = (ORDERS == 0).astype(float)
P = np.round(1 / (1 + np.exp(EXPECTED - 0.8)), 2)
COUNTS = rng.integers(0, 3, 300)


def gini_ratio(actual, said):
    """Gini is a covariance with the ranks: Lerman & Yitzhaki (1984), equation 1."""
    ranks = (rankdata(values) for values in (said, actual))
    by_said, by_itself = (np.cov(actual, rank)[0, 1] for rank in ranks)
    return by_said / by_itself


def in_tenths(actual, said):
    """Ten rows for each customer, who share what ties share, from the lowest up."""
    rows = pd.DataFrame({"said": np.repeat(said, 10), "actual": np.repeat(actual, 10)})
    rows["shared"] = rows.groupby("said")["actual"].transform("mean")
    return rows.sort_values("said", ignore_index=True)


def groups_differ(actual, said):
    rows = in_tenths(actual, said)
    tenths = rows.groupby(np.arange(len(rows)) // len(actual))
    return (tenths["said"].mean() - tenths["shared"].mean()).abs().mean()


def share_of_top(actual, said):
    return in_tenths(actual, said)["shared"].tail(len(actual)).sum() / actual.sum() / 10


def top_is_in_top(actual, said):
    n = len(actual)
    by_actual = pd.DataFrame({"actual": np.sort(np.repeat(actual, 10))})
    by_actual["top"] = np.arange(10 * n) >= 9 * n
    part = by_actual.groupby("actual")["top"].mean()
    return in_tenths(part[actual].to_numpy(), said)["shared"].tail(n).mean()


def lift(actual, said):
    n = len(actual)
    return in_tenths(actual, said)["shared"].tail(n).mean() / actual.mean()


THEIRS = {
    "mae": sklearn_metrics.mean_absolute_error,
    "rmse": sklearn_metrics.root_mean_squared_error,
    "bias_of_total": lambda actual, said: said.sum() - actual.sum(),
    "total_ratio": lambda actual, said: said.sum() / actual.sum(),
    "spearman": lambda actual, said: spearmanr(actual, said).statistic,
    "pearson": lambda actual, said: pearsonr(actual, said).statistic,
    "auc": sklearn_metrics.roc_auc_score,
    "pr_auc": sklearn_metrics.average_precision_score,
    "brier": sklearn_metrics.brier_score_loss,
    "log_loss": sklearn_metrics.log_loss,
    "mean_bias": lambda actual, said: said.mean() - actual.mean(),
    "ece": groups_differ,
    "lift_at_10": lift,
    "normalised_gini": gini_ratio,
    "decile_calibration_error": groups_differ,
    "top_decile_found": top_is_in_top,
    "top_decile_share": share_of_top,
    "value_captured": share_of_top,
}
OF_PROBABILITIES = {
    "auc",
    "brier",
    "ece",
    "lift_at_10",
    "log_loss",
    "mean_bias",
    "pr_auc",
}


def test_every_metric_has_an_independent_check():
    assert set(METRICS) == set(THEIRS)
    for name, metric in METRICS.items():
        assert metric.name == name and metric.unit


@pytest.mark.parametrize("name", METRICS)
def test_equals_scikit_learn_and_scipy(name):
    actual, said = _pair(name)
    assert measure(name, actual, said).value == pytest.approx(
        THEIRS[name](actual, said), rel=1e-12
    )


@pytest.mark.parametrize("name", METRICS)
def test_counts_of_customers_equal_repeated_rows(name):
    """A bootstrap replicate is a vector of counts; nothing else may change."""
    actual, said = _pair(name)
    by_counts = METRICS[name].prepare(actual, said)(COUNTS.astype(float))
    repeated = THEIRS[name](np.repeat(actual, COUNTS), np.repeat(said, COUNTS))
    assert by_counts == pytest.approx(repeated, rel=1e-12)


def test_interval_of_a_mean_is_the_textbooks():
    measured = measure("mae", ORDERS, np.zeros(300), replicates=4000, seed=1)
    half = 1.96 * ORDERS.std() / np.sqrt(300)
    assert measured.low == pytest.approx(ORDERS.mean() - half, abs=0.02)
    assert measured.high == pytest.approx(ORDERS.mean() + half, abs=0.02)


def test_same_seed_same_interval_and_no_interval_unasked():
    first, second = (measure("auc", LAPSED, P, replicates=100, seed=s) for s in (5, 5))
    assert first == second
    assert first != measure("auc", LAPSED, P, replicates=100, seed=6)
    assert measure("auc", LAPSED, P).low is None


def test_money_says_its_unit():
    assert measure("mae", [1.0], [2.0], unit="EUR").unit == "EUR"


@pytest.mark.parametrize("name", ["pearson", "spearman"])
@pytest.mark.parametrize("constant", [0.1, 1 / 3, 1e9 / 7])
def test_a_correlation_with_a_constant_is_not_a_rounding_error(name, constant):
    with pytest.raises(NotEnoughData, match="not defined on these 300 customers"):
        measure(name, ORDERS, np.full(300, constant))


@pytest.mark.parametrize("name", ["auc", "pearson", "spearman", "normalised_gini"])
def test_a_metric_that_is_not_defined_is_an_error_not_a_number(name):
    with pytest.raises(NotEnoughData, match="more than one outcome"):
        measure(name, np.zeros(20), np.linspace(0, 1, 20))


def test_too_few_of_one_outcome_for_an_interval():
    actual = np.zeros(50)
    actual[0] = 1
    with pytest.raises(NotEnoughData, match="resamples"):
        measure("auc", actual, np.linspace(0, 1, 50), replicates=200)


@pytest.mark.parametrize(
    ("actual", "said", "words"),
    [
        ([0, 1], [0.5], "shapes"),
        ([0, 1], [0.5, np.nan], "predicted must be finite, found 1 of 2"),
        ([0, np.inf], [0.5, 0.5], "actual must be finite"),
        ([0, 2], [0.5, 0.5], "expected outcomes 0 or 1, found 1 others"),
    ],
)
def test_what_does_not_fit_is_refused(actual, said, words):
    with pytest.raises(BadValues, match=words):
        measure("auc", actual, said)


def test_few_replicates_no_customers_and_unknown_names_are_refused():
    with pytest.raises(BadValues, match="at least 100"):
        measure("mae", ORDERS, EXPECTED, replicates=20)
    with pytest.raises(NotEnoughData, match="no customer"):
        measure("mae", [], [])
    with pytest.raises(UnknownName, match="Did you mean 'brier'"):
        measure("brierr", LAPSED, P)


def test_value_captured_is_of_the_budget_that_is_asked_for():
    lost, at_risk = [10, 0, 30, 0], [1, 2, 9, 8]
    assert value_captured(0.25).of(lost, at_risk) == 0.75
    assert value_captured(0.75).of(lost, at_risk) == 0.75
    assert value_captured(0.75).of(lost, [4, 1, 2, 3]) == 1.0


@pytest.mark.parametrize("share", [0, 1, -0.1, 10])
def test_a_budget_that_is_no_share_is_refused(share):
    with pytest.raises(BadParameter, match="above 0 and below 1"):
        value_captured(share)


@pytest.mark.parametrize("name", ["pr_auc", "ece", "lift_at_10"])
def test_only_outcomes_of_yes_or_no_are_taken(name):
    with pytest.raises(BadValues, match="expected outcomes 0 or 1, found 1 others"):
        measure(name, [0, 1, 2], [0.1, 0.5, 0.9])


def _pair(name):
    return (LAPSED, P) if name in OF_PROBABILITIES else (ORDERS, EXPECTED)
