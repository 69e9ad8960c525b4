"""One customer alone comes out as in the batch, in a shop with every table."""

import pytest

from workbench.delivery import Explainer, assign


@pytest.fixture
def given(full, full_bundle, tmp_path):
    """Return the batch's tier rows and score rows, by customer."""
    shop = full.shop
    beside = {"beside": shop.beside}
    found = assign(full_bundle, shop.transactions, full.as_of, tmp_path, **beside)
    tiers = found.table().to_pyarrow().to_pylist()
    scorer = full_bundle.scorer
    features = scorer.features(shop.transactions, full.as_of, shop.beside)
    features = features.order_by("customer_id").to_pyarrow()
    scores = scorer.as_arrow(scorer.score(features, full.as_of)).to_pylist()
    rows = zip(tiers, scores, scorer.reasons(features), strict=True)
    return {row["customer_id"]: (row, *rest) for row, *rest in rows}


def test_every_row_is_reproduced_in_a_shop_with_every_table(full, full_bundle, given):
    explainer = Explainer(
        full_bundle, full.shop.transactions, full.as_of, beside=full.shop.beside
    )
    for who in sorted(given)[::60]:
        found = explainer.explain(who)
        assert (found.row, found.scores, found.reasons) == given[who]


def test_all_is_told_in_both_languages_without_a_hole(full, full_bundle, given):
    explainer = Explainer(
        full_bundle, full.shop.transactions, full.as_of, beside=full.shop.beside
    )
    for who in sorted(given)[::60]:
        found = explainer.explain(who)
        for lang in ("en", "zh"):
            text = " ".join(found.sentences(lang))
            assert "None" not in text
            assert "nan" not in text.lower()
            assert "{" not in text
