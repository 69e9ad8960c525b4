"""Who can churn, with probability and value, from the model that a run proposes."""

import json
from dataclasses import replace
from types import SimpleNamespace

import ibis
import pytest

from workbench.delivery import people_at_risk
from workbench.errors import UnknownName
from workbench.evaluation import with_own
from workbench.features import churn_table
from workbench.models import ChurnLogistic
from workbench.window import Window

MONEY = {"value_horizon_days": 365, "annual_discount_rate": 0.1, "margin": 0.4}


@pytest.fixture(scope="module")
def known(full):
    """Return the shop with visits of its own counting, a column of the customers."""
    people = full.shop.beside.customers.execute()
    visits = people.assign(extra_visits=people["customer_id"].str[-1].astype(int))
    beside = replace(full.shop.beside, customers=ibis.memtable(visits))
    lines = full.shop.transactions
    return SimpleNamespace(transactions=lines, as_of=full.as_of, beside=beside)


@pytest.fixture
def run_of(full, tmp_path):
    """Return a function from a churn model to the folder of a run that kept it."""

    def write(model, **parameters):
        told = {"horizon_days": 90, "eligible_days": 365} | parameters
        stages = {"20_clv": MONEY, "30_churn": told}
        for stage, given in stages.items():
            (tmp_path / stage / "models").mkdir(parents=True)
            record = json.dumps({"parameters": given})
            (tmp_path / stage / "record.json").write_text(record)
        models = tmp_path / "30_churn" / "models"
        (models / "churn.json").write_text(model.to_json())
        priors = full.scorer.settings.churn_priors
        (models / "priors.json").write_text(priors.to_json())
        return tmp_path

    return write


def test_everybody_who_can_churn_has_the_probability_of_the_scores(full, known, run_of):
    people = people_at_risk(run_of(full.scorer.churn), known)
    scores = full.scorer.scores(known.transactions, full.as_of, full.shop.beside)
    scores = scores[scores["status"] == "eligible"].set_index("customer_id")
    told = people.table.set_index("customer_id")
    assert told["p_churn"].to_dict() == pytest.approx(scores["p_churn_90d"].to_dict())
    assert (told["value_if_kept"] > 0).all()
    assert people.margin == 0.4


def test_a_model_of_own_features_reads_them_here_too(full, known, run_of):
    window = Window(full.as_of, 90)
    priors = full.scorer.settings.churn_priors
    table = churn_table(known.transactions, window, 365, known.beside, priors)
    buyers = table.filter(table.status == "eligible").order_by("customer_id").execute()
    customers = with_own(buyers, known.beside.customers, ["extra_visits"])
    names = ("days_since_last_order", "frequency", "extra_visits")
    away = customers["extra_visits"] > 6
    model = ChurnLogistic(features=names).fit(customers, away)
    run = run_of(model, own_features=["extra_visits"])
    people = people_at_risk(run, known)
    assert people.table["p_churn"].tolist() == pytest.approx(
        model.p_churn(customers).tolist()
    )
    without = SimpleNamespace(**vars(known) | {"beside": full.shop.beside})
    with pytest.raises(UnknownName, match="own feature"):
        people_at_risk(run, without)
