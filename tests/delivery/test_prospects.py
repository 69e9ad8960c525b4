"""Who registered and never bought has a row, a tier and an explanation."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import pytest

from workbench.delivery import Explainer, assign
from workbench.errors import UnknownCustomer
from workbench.features import PROFILE, Beside

PROSPECTS = ["zz1", "zz2", "zz3"]
SCORES = ("spend", "r_score", "p_alive", "clv_365d", "p_churn_90d", "segment")


@pytest.fixture(scope="module")
def customers(shop):
    """Register two buyers and three who never bought, one of them tomorrow."""
    days = [date(2026, 1, 1), date(2026, 6, 18), None, date(2026, 6, 30)]
    rows = pa.table(
        {
            "customer_id": [str(shop.frame["customer_id"].iloc[0]), *PROSPECTS],
            "joined_on": pa.array(days, pa.date32()),
            "market": ["CN", "SG", None, "CN"],
            "membership": ["basic", "premium", None, "none"],
            "is_business": [False, True, None, False],
        }
    )
    return shop.transactions.get_backend().create_table("registrations", rows)


@pytest.fixture(scope="module")
def scores(shop, customers):
    return shop.scorer.scores(shop.transactions, shop.as_of, Beside(customers))


def test_each_has_a_row_without_scores(scores):
    found = scores.set_index("customer_id").loc[["zz1", "zz2"]]
    assert found["status"].tolist() == ["prospect", "prospect"]
    assert found[list(SCORES)].isna().all(axis=None)
    assert found.loc["zz1", "market"] == "SG"
    assert found.loc["zz1", "is_business"] is True
    assert "zz3" not in set(scores["customer_id"])
    assert scores["customer_id"].is_monotonic_increasing


def test_buyers_score_the_same_bits_beside_them(shop, scores):
    alone = shop.scorer.as_arrow(shop.scorer.scores(shop.transactions, shop.as_of))
    both = shop.scorer.as_arrow(scores[scores["status"] != "prospect"])
    told = [*PROFILE, *(one.name for one in shop.policy.measures)]
    assert both.drop_columns(told).equals(alone.drop_columns(told))


def test_each_gets_the_lowest_tier_and_an_explanation(
    bundle, shop, customers, tmp_path
):
    found = assign(
        bundle,
        shop.transactions,
        shop.as_of,
        tmp_path / "tiers",
        beside=Beside(customers),
    )
    rows = {r["customer_id"]: r for r in found.table().to_pyarrow().to_pylist()}
    assert found.manifest["customers"] == len(rows)
    assert rows["zz1"]["tier"] == bundle.policy.tiers[-1]
    explainer = Explainer(
        bundle, shop.transactions, shop.as_of, beside=Beside(customers)
    )
    for who in ("zz1", "zz2"):
        told = explainer.explain(who)
        assert told.row == rows[who]
        assert told.clv is None
        assert told.reasons == []
        for lang in ("en", "zh"):
            text = " ".join(told.sentences(lang))
            assert "None" not in text
            assert "nan" not in text.lower()
    en, zh = (" ".join(explainer.explain("zz1").sentences(x)) for x in ("en", "zh"))
    assert "Registered on 2026-06-18, nothing bought yet" in en
    assert "2026-06-18 注册，尚未购买" in zh


def test_buyers_who_never_registered_are_explained_as_before(bundle, shop, customers):
    ids = shop.frame["customer_id"].astype(str)
    who = ids[ids != ids.iloc[0]].iloc[0]
    with_table = Explainer(
        bundle, shop.transactions, shop.as_of, beside=Beside(customers)
    )
    without = Explainer(bundle, shop.transactions, shop.as_of)
    assert with_table.explain(who).row == without.explain(who).row
    with pytest.raises(UnknownCustomer):
        with_table.explain("zz3")
