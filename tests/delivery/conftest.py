from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import ibis
import pytest

from workbench.datasets.retailer import (
    BASE,
    NAME,
    TIME_ZONE,
    Plan,
    days_file,
    write_retailer,
)
from workbench.delivery import Scorer, ScoringSettings, write_bundle
from workbench.delivery.warning_rows import learned_levels
from workbench.errors import NotIndependent
from workbench.features import (
    btyd_table,
    churn_table,
    future_orders,
    learn_priors,
    rfm_table,
)
from workbench.ingest import Mapping, Origin, publish
from workbench.models import BGNBD, ChurnLogistic, GammaGamma, RFMScores
from workbench.shop import open_shop
from workbench.window import Window


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Point everything that is written to an empty folder."""
    monkeypatch.setenv("WORKBENCH_HOME", str(tmp_path))
    for name in ("RUNS", "STORES", "EXPORTS", "TRACKING", "DECISIONS"):
        monkeypatch.delenv(f"WORKBENCH_{name}", raising=False)
    return tmp_path


@pytest.fixture(scope="session")
def bundle_texts(shop):
    """Return the texts of a bundle's files, by path; nobody may change them."""
    models = {f"models/{n}.json": text for n, text in shop.scorer.to_texts().items()}
    return models | {
        "models/settings.json": shop.scorer.settings.to_json(),
        "cuts.json": shop.cuts.to_json(),
        "policy.yaml": shop.policy.text,
        "card.md": "# card\n",
        "evidence.json": '{"stages": {}}\n',
    }


@pytest.fixture
def texts(bundle_texts):
    """Return the texts of a bundle's files, for a test to change."""
    return {**bundle_texts}


@pytest.fixture
def bundle(project, shop, texts):
    """Write the shop's bundle, valid for a quarter."""
    return write_bundle(texts, {"as_of": shop.as_of, "valid_until": "2026-09-29"})


@pytest.fixture
def one_customer(shop):
    """Return a function from a customer to the shop's transactions of that one."""

    def only(customer_id):
        table = shop.transactions
        return ibis.memtable(
            table.filter(table.customer_id == customer_id).to_pyarrow()
        )

    return only


@pytest.fixture(scope="session")
def full(tmp_path_factory):
    """Make a small synthetic shop with every table, and fit all that scores it.

    Attributes: ``shop`` (as known on ``as_of``), ``as_of``, ``scorer``.
    """
    plan = Plan(1_500, seed=11)
    origin = Origin(
        NAME,
        plan.parameters,
        Mapping(time_zone=TIME_ZONE, currency=BASE, ends_on=plan.ends_on),
        days_file(plan),
    )
    folder = tmp_path_factory.mktemp("retailer") / "shop"
    store = publish(lambda draft: write_retailer(plan, draft, 1), folder, origin)
    as_of = plan.ends_on
    known = open_shop(store.snapshot, as_of)
    window = Window(as_of, 90)
    lines, past = known.transactions, window.judging()
    priors = learn_priors(lines, past, known.beside)
    customers = churn_table(lines, past, 365, known.beside, priors).execute()
    customers = customers[customers["status"] == "eligible"]
    came = future_orders(lines, past).execute()["customer_id"]
    btyd = btyd_table(lines, window).execute()
    with pytest.warns(NotIndependent):
        value = GammaGamma().fit(btyd)
    scorer = Scorer(
        rfm=RFMScores().fit(rfm_table(lines, window).execute()),
        orders=BGNBD().fit(btyd),
        value=value,
        churn=ChurnLogistic().fit(
            customers, ~customers["customer_id"].isin(came).to_numpy()
        ),
        settings=ScoringSettings(margin=0.4, churn_priors=priors),
    )
    buyers = scorer.churn_features(lines, as_of, known.beside).to_pyarrow()
    levels = learned_levels(scorer, buyers)
    scorer = replace(scorer, settings=replace(scorer.settings, levels=levels))
    return SimpleNamespace(shop=known, as_of=as_of, scorer=scorer)


@pytest.fixture(scope="session")
def full_texts(full, shop):
    """Return the texts of the bundle of the shop with every table, by path."""
    scorer = full.scorer.with_measures(shop.policy.measures)
    scores = scorer.scores(full.shop.transactions, full.as_of, full.shop.beside)
    cuts = shop.policy.learn_cuts(ibis.memtable(scorer.as_arrow(scores)))
    texts = {f"models/{n}.json": text for n, text in full.scorer.to_texts().items()}
    return texts | {
        "models/settings.json": full.scorer.settings.to_json(),
        "cuts.json": cuts.to_json(),
        "policy.yaml": shop.policy.text,
        "card.md": "# card\n",
        "evidence.json": '{"stages": {}}\n',
    }


@pytest.fixture
def full_bundle(project, full, full_texts):
    """Write the bundle of the shop with every table; the policy is the shipped one."""
    until = full.as_of + timedelta(days=90)
    facts = {"as_of": full.as_of.isoformat(), "valid_until": until.isoformat()}
    return write_bundle(full_texts, facts)
