import ibis
import pytest

from workbench.delivery import write_bundle


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Point everything that is written to an empty folder."""
    monkeypatch.setenv("WORKBENCH_HOME", str(tmp_path))
    for name in ("RUNS", "STORES", "EXPORTS", "TRACKING", "DECISIONS"):
        monkeypatch.delenv(f"WORKBENCH_{name}", raising=False)
    return tmp_path


@pytest.fixture
def texts(shop):
    """Return the texts of a bundle's files, by path."""
    models = {f"models/{n}.json": text for n, text in shop.scorer.to_texts().items()}
    return models | {
        "models/settings.json": shop.scorer.settings.to_json(),
        "cuts.json": shop.cuts.to_json(),
        "policy.yaml": shop.policy.text,
        "card.md": "# card\n",
        "evidence.json": '{"stages": {}}\n',
    }


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
