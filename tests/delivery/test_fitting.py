import ibis
import pytest

from workbench.delivery import ScoringSettings, fit_models, fit_scorer
from workbench.delivery.fitting import makers_of
from workbench.errors import BadParameter
from workbench.models import Calibrated

DAY = "2025-12-31"
ASKED = ("net_spend_365d", "clv_180d", "p_churn_60d")


@pytest.fixture(scope="module")
def fitted(shop):
    return fit_models(shop.transactions, DAY, columns=ASKED)


def test_only_the_models_asked_for_are_fitted(fitted):
    scorer = fitted.scorer
    assert scorer.rfm is None
    assert isinstance(scorer.churn, Calibrated)
    assert {*scorer.orders.parameters_} == {"r", "alpha", "a", "b"}
    assert {*scorer.value.parameters_} == {"p", "q", "gamma"}
    assert fitted.switched_off == ()


def test_a_plain_column_needs_no_model(shop):
    scorer = fit_scorer(shop.transactions, DAY, columns=["spend", "status"])
    assert (scorer.rfm, scorer.orders, scorer.value, scorer.churn) == (None,) * 4
    scores = scorer.as_arrow(scorer.scores(shop.transactions, DAY))
    assert scores["clv_365d"].null_count == scores.num_rows > 0
    assert scores["spend"].null_count == scores["status"].null_count == 0


def test_the_columns_say_the_horizons(fitted, shop):
    settings = fitted.scorer.settings
    assert (settings.value_horizon_days, settings.churn_horizon_days) == (180, 60)
    scores = fitted.scorer.scores(shop.transactions, DAY)
    assert scores["clv_180d"].notna().all()
    assert scores["p_churn_60d"].notna().equals(scores["status"] == "eligible")


def test_two_horizons_of_one_number_are_refused(shop):
    with pytest.raises(BadParameter, match="one value_horizon_days, found 90, 365"):
        fit_models(shop.transactions, DAY, columns=["clv_365d", "clv_90d"])


def test_what_comes_later_changes_no_number(fitted, shop):
    table = shop.transactions
    cut = table.filter(table.ordered_on <= ibis.date(DAY))
    again = fit_models(cut, DAY, columns=ASKED).scorer
    for name in ("orders", "value", "churn"):
        model, other = getattr(fitted.scorer, name), getattr(again, name)
        assert model.to_json() == other.to_json()


def test_too_short_a_history_is_said_in_one_line(shop):
    found = fit_models(shop.transactions, "2024-08-15", columns=ASKED)
    assert found.scorer.churn is None
    (line,) = [x for x in found.switched_off if "churn probability" in x]
    assert line.startswith("no churn probability as of 2024-08-15: expected 100 ")
    assert "\n" not in line


def test_before_the_first_purchase_everything_is_off(shop):
    found = fit_models(shop.transactions, "2020-01-01")
    assert len(found.switched_off) == 4
    assert found.scorer.settings == ScoringSettings()


def test_what_a_fit_warns_of_is_kept(shop, clean_table):
    rows = [(f"c{i:03d}", f"2025-{1 + i % 3:02d}-01", 10) for i in range(60)]
    rows += [(f"c{i:03d}", f"2025-{5 + i % 5:02d}-11", 12 + i) for i in range(30)]
    found = fit_models(clean_table(rows), DAY, columns=["clv_365d"])
    assert {"not_identified", "unchecked"} <= {doubt.code for doubt in found.doubts}


@pytest.mark.parametrize(
    ("columns", "models"),
    [
        (["m_score"], ("rfm",)),
        (["segment", "p_churn_90d"], ("rfm", "churn")),
        (["clv_365d"], ("orders", "value")),
        (["net_spend", "stage"], ()),
    ],
)
def test_each_column_names_its_makers(columns, models):
    assert makers_of(columns) == models
