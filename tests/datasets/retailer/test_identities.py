def test_what_the_shop_knows_is_true(shop):
    truth = shop.truth_identities.set_index("key")
    known = shop.identities.set_index("key")
    assert (truth.loc[known.index, "customer_id"] == known["customer_id"]).all()
    assert truth.loc[known.index, "is_known"].all()
    assert set(truth.index[truth["is_known"]]) == set(known.index)


def test_some_customers_have_two_identities_and_not_all_are_known(shop):
    truth = shop.truth_identities
    cards = truth[truth["key"].str.startswith("K")]
    used = cards["key"].isin(set(shop.transactions["customer_id"]))
    assert used.mean() > 0.5
    assert 0 < (~cards["is_known"]).sum() < len(cards)


def test_a_card_is_shown_in_the_store_only(shop):
    rows = shop.transactions
    by_card = rows[rows["customer_id"].str.startswith("K")]
    assert len(by_card) > 100
    assert set(by_card["channel"]) == {"store"}


def test_every_declared_id_is_a_customer_or_a_card(shop):
    truth = shop.truth_identities
    cards = set(truth.loc[truth["key"].str.startswith("K"), "key"])
    known = set(shop.customers["customer_id"]) | cards
    assert set(shop.transactions["customer_id"]) <= known
    assert not shop.customers["customer_id"].duplicated().any()
    assert not truth["key"].duplicated().any()
