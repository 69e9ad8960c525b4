"""The published answers as figures, printed by ``make acceptance``."""

import pytest

from workbench.evaluation import measure, with_future
from workbench.features import future_orders
from workbench.models import (
    BGNBD,
    MBGNBD,
    GammaGamma,
    LifetimesBGNBD,
    ParetoNBD,
)
from workbench.window import Window

pytestmark = pytest.mark.acceptance
ORIGIN = Window("1997-09-30", horizon_days=273)


@pytest.mark.filterwarnings("ignore:frequency and mean value")
def test_cdnow_sample_in_weeks(weeks, cdnow_sample):
    ours = BGNBD(time_unit="W").fit(weeks)
    theirs = LifetimesBGNBD(time_unit="W").fit(weeks)
    others = [cls(time_unit="W").fit(weeks) for cls in (MBGNBD, ParetoNBD)]
    value = GammaGamma().fit(weeks)
    known = with_future(weeks, future_orders(cdnow_sample, ORIGIN).execute())
    actual = known["orders_in_horizon"]
    print()
    for name, model in (("BGNBD", ours), ("lifetimes", theirs)):
        said = model.expected_orders(weeks, horizon_days=273)
        numbers = {key: round(value, 5) for key, value in model.parameters_.items()}
        mae = measure("mae", actual, said).value
        print(f"{name:10} {numbers} LL {model.log_likelihood_:.3f}", end=" ")
        print(f"next 39 weeks {said.sum():.1f} of {actual.sum()}, MAE {mae:.4f}")
        assert said.sum() == pytest.approx(1653.4, abs=0.1)
    for model in others:
        said = model.expected_orders(weeks, horizon_days=273).sum()
        numbers = {key: round(value, 4) for key, value in model.parameters_.items()}
        mae = measure("mae", actual, model.expected_orders(weeks, horizon_days=273))
        print(f"{model.name:10} {numbers} LL {model.log_likelihood_:.4f}", end=" ")
        print(f"next 39 weeks {said:.1f}, MAE {mae.value:.4f}")
    shown = {key: round(number, 3) for key, number in value.parameters_.items()}
    print(f"GammaGamma {shown} LL {value.log_likelihood_:.3f}")
    assert actual.sum() == 1882
    assert ours.log_likelihood_ == pytest.approx(-9582.429, abs=5e-4)
    for name, number in ours.parameters_.items():
        assert theirs.parameters_[name] == pytest.approx(number, rel=1e-3)
