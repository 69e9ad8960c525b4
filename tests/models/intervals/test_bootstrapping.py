import subprocess
import sys
import warnings

import nbclient
import nbformat
import numpy as np
import pandas as pd
import pytest

from workbench.datasets import simulate_summary
from workbench.errors import BadParameter, BadValues, FitWarning, GateRefused
from workbench.models import BGNBD, GammaGamma, bootstrap
from workbench.models.intervals._refit import Neighbour, refit
from workbench.models.intervals._resample import (
    drawn_customers,
    pool_of,
    times_drawn,
)
from workbench.models.intervals._work import Fitted, _require_a_mean
from workbench.models.intervals.bootstrapping import _judge_failures

pytestmark = pytest.mark.filterwarnings(
    "ignore::workbench.errors.AssumptionWarning"  # on resamples of 800, by chance
)


def test_a_replicate_is_the_fit_to_the_customers_it_drew(replicates, customers):
    for number in (0, 7):
        rows = drawn_customers(len(customers), seed=1, replicate=number)
        drawn = customers.iloc[rows].reset_index(drop=True)
        orders_model, value_model = BGNBD().fit(drawn), GammaGamma().fit(drawn)
        fitted = list(orders_model.parameters_.values())
        assert replicates.orders_parameters[number] == pytest.approx(fitted, rel=1e-6)
        fitted = list(value_model.parameters_.values())
        assert replicates.value_parameters[number] == pytest.approx(fitted, rel=1e-6)


def test_the_same_seed_gives_the_same_in_one_process_and_in_two(models, customers):
    one = bootstrap(*models, customers, replicates=12, seed=5, processes=1)
    two = bootstrap(*models, customers, replicates=12, seed=5, processes=2)
    other = bootstrap(*models, customers, replicates=12, seed=6, processes=1)
    assert one.to_json() == two.to_json()
    assert (one.orders_parameters != other.orders_parameters).all()


def test_replicates_spread_as_the_standard_errors_say(models, replicates):
    """Sixty replicates tell a spread to about a tenth; .6 to 1.6 is far outside."""
    for model in models:
        for name, error in model.standard_errors_.items():
            spread = replicates.parameters[name].std()
            assert 0.6 < spread / error < 1.6, name


def test_a_row_that_stands_for_several_is_drawn_as_several():
    few = pd.DataFrame(
        {
            "frequency": [0, 2, 1],
            "recency_days": [0.0, 20.0, 9.0],
            "age_days": [30.0, 30.0, 30.0],
            "mean_repeat_value": [0.0, 5.0, 7.0],
        }
    )
    many = few.iloc[[0, 0, 0, 1, 2, 2]].reset_index(drop=True)
    weighted = pool_of(few.assign(n_customers=[3, 1, 2]), "D")
    literal = pool_of(many, "D")
    times = times_drawn(6, seed=2, replicate=3)
    assert weighted.n_customers == 6
    assert weighted.histories(times).weight.sum() == 6
    for one, other in zip(weighted.values(times), literal.values(times), strict=True):
        assert one == pytest.approx(other)


def test_both_models_see_the_same_customers(customers):
    pool = pool_of(customers, "D")
    times = times_drawn(len(customers), seed=1, replicate=0)
    every, (x, _, weight) = pool.histories(times), pool.values(times)
    assert every.n_customers == len(customers)
    assert (every.weight * every.frequency).sum() == (weight * x).sum()


def test_whole_customers_are_drawn(models, customers):
    parts = customers.assign(n_customers=0.5)
    with pytest.raises(BadValues, match=r"n_customers must be whole.*row 0"):
        bootstrap(*models, parts)


def test_models_of_other_customers_are_refused(models, customers):
    busier = customers.assign(frequency=customers["frequency"] * 3)
    with pytest.raises(BadValues, match="fitted to these customers: they give r"):
        bootstrap(*models, busier, replicates=2, processes=1)


@pytest.mark.parametrize(
    ("name", "value"),
    [("replicates", 1), ("replicates", 2.5), ("seed", -1), ("processes", 0)],
)
def test_counts_out_of_range_are_refused(models, customers, name, value):
    with pytest.raises(BadParameter, match=f"{name} must be a whole number"):
        bootstrap(*models, customers, **{name: value})


def _heavy_tailed(seed):
    """Values so far apart that q is close to 1, and some resamples tell no p."""
    customers = simulate_summary(300, seed=seed, r=1.0, q=1.3)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FitWarning)
        return BGNBD().fit(customers), GammaGamma().fit(customers), customers


@pytest.mark.parametrize("processes", [1, 2])
def test_a_replicate_without_a_fit_is_left_out_and_said(processes):
    with pytest.warns(FitWarning, match=r"1 of 20 replicates \(5.0%\) have no fit"):
        found = bootstrap(*_heavy_tailed(4), replicates=20, processes=processes)
    assert len(found) == 19
    assert found.n_failed == 1
    assert found.share_failed == 0.05


def test_too_many_replicates_without_a_fit_are_refused():
    nothing = np.zeros(0)
    failed = [Fitted(number, nothing, nothing, "no maximum") for number in range(2)]
    with pytest.raises(GateRefused, match=r"2 of 20 .*10.0%.* At most 5%"):
        _judge_failures(failed, 20)


def test_an_infinite_mean_value_is_no_fit():
    with pytest.raises(GateRefused, match="q = 0.993, expected above 1"):
        _require_a_mean({"p": 5.7, "q": 0.993, "gamma": 0.4})


def test_the_search_is_left_for_the_full_one_where_it_leads_away(models, customers):
    """Without a curvature to begin with, the same maximum is found the long way."""
    pool = pool_of(customers, "D")
    times = times_drawn(len(customers), seed=1, replicate=2)
    likelihood = models[0].likelihood_of(pool.histories(times))
    names, values = tuple(models[0].parameters_), models[0].parameters_.values()
    curved = np.diag([1e3, 1e3, 1e3, 1e3])  # much too long a step
    long_way = refit(likelihood, Neighbour(names, np.array(list(values)), None))
    led_away = refit(likelihood, Neighbour(names, np.array(list(values)), curved))
    assert led_away == pytest.approx(long_way, rel=1e-12)


SCRIPT = """
from workbench.datasets import simulate_summary
from workbench.models import BGNBD, GammaGamma, bootstrap

if __name__ == "__main__":
    customers = simulate_summary(400, seed=3, r=1.0, q=6.0)
    models = BGNBD().fit(customers), GammaGamma().fit(customers)
    print(len(bootstrap(*models, customers, replicates=10, processes=2)))
"""


def _run(script):
    return subprocess.run([sys.executable, script], capture_output=True, text=True)


@pytest.mark.slow
def test_two_processes_serve_a_script(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    assert _run(script).stdout == "10\n"


@pytest.mark.slow
def test_a_script_that_starts_processes_without_end_is_told(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(SCRIPT.replace('if __name__ == "__main__":', "if True:"))
    done = _run(script)
    assert done.returncode != 0
    assert "outside of `if __name__ == '__main__':`" in done.stderr


@pytest.mark.slow
def test_two_processes_serve_a_notebook():
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(SCRIPT)])
    nbclient.execute(notebook, timeout=120, kernel_name="python3")
    assert notebook.cells[0].outputs[0].text == "10\n"
