import json

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from workbench.errors import BadColumns, BadParameter, BadValues, NotEnoughData
from workbench.models import RECENCY_FREQUENCY, ChurnLogistic

FEATURES = (
    "days_since_last_order",
    "overdue_ratio",
    "frequency",
    "is_one_time",
    "mean_gap_days",
    "purchase_days_90d",
    "quarter_drop_z",
    "spend_365d",
    "mean_value",
    "return_rate",
)


@pytest.fixture(scope="module")
def customers():
    rng = np.random.default_rng(2)
    frame = pd.DataFrame({name: rng.gamma(1, 20, 600) for name in FEATURES})
    return frame.assign(
        return_rate=rng.uniform(0, 1, 600),
        is_one_time=rng.uniform(size=600) < 0.4,
        quarter_drop_z=rng.normal(0, 1, 600),
        age_days=rng.integers(400, 700, 600),
        customer_id=[f"c{n}" for n in range(600)],
    )


@pytest.fixture(scope="module")
def lapses(customers):
    rng = np.random.default_rng(3)
    pull = np.log1p(customers["days_since_last_order"]) - np.log1p(
        customers["frequency"]
    )
    return (pull + rng.logistic(0, 1, len(customers)) > 0).to_numpy()


def test_default_features_are_the_words_that_the_frame_has_but_tenure(
    customers, lapses
):
    model = ChurnLogistic().fit(customers, lapses)
    assert model.features_used == FEATURES
    assert model.get_params() == {"features": None, "penalty": 1.0}
    fewer = customers[["frequency", "days_since_last_order", "age_days"]]
    model = ChurnLogistic().fit(fewer, lapses)
    assert model.features_used == RECENCY_FREQUENCY
    with pytest.raises(BadColumns, match="churn_words knows, found customer_id"):
        ChurnLogistic().fit(customers[["customer_id"]], lapses)


def test_counts_days_and_money_are_logged_and_nothing_else(customers, lapses):
    model = ChurnLogistic().fit(customers, lapses)
    as_they_are = {"is_one_time", "quarter_drop_z", "return_rate"}
    assert set(FEATURES) - set(model.logged_) == as_they_are
    assert model.means_["return_rate"] == pytest.approx(customers["return_rate"].mean())


def test_a_number_of_the_shops_own_is_logged_if_none_is_below_zero(customers, lapses):
    own = customers.assign(shoe_size=40.0, balance=np.arange(600.0) - 1)
    model = ChurnLogistic(("shoe_size", "balance")).fit(own, lapses)
    assert model.logged_ == ("shoe_size",)
    again = ChurnLogistic.from_json(model.to_json())
    assert again.logged_ == ("shoe_size",)
    later = own.assign(balance=own["balance"] + 5)
    assert (again.p_churn(later) == model.p_churn(later)).all()
    with pytest.raises(BadValues, match="shoe_size must be 0 or more"):
        again.p_churn(own.assign(shoe_size=-1.0))


def test_a_json_that_does_not_say_what_is_logged_is_read_as_it_was_written(
    customers, lapses
):
    names = ("frequency", "return_share", "is_one_time")
    frame = customers.assign(return_share=customers["return_rate"])
    fields = json.loads(ChurnLogistic(names).fit(frame, lapses).to_json())
    del fields["logged"]
    model = ChurnLogistic.from_json(json.dumps(fields))
    assert model.logged_ == ("frequency", "is_one_time")
    with pytest.raises(BadValues, match="logged must be some of frequency"):
        ChurnLogistic.from_json(json.dumps(fields | {"logged": ["size"]}))


def test_equals_scikit_learn_on_logged_and_standardised_features(customers, lapses):
    names = list(RECENCY_FREQUENCY)
    inputs = StandardScaler().fit_transform(np.log1p(customers[names].to_numpy()))
    theirs = LogisticRegression(C=0.5, tol=1e-8, max_iter=1000).fit(inputs, lapses)
    ours = ChurnLogistic(RECENCY_FREQUENCY, penalty=2.0).fit(customers, lapses)
    assert ours.p_churn(customers) == pytest.approx(
        theirs.predict_proba(inputs)[:, 1], rel=1e-6
    )


def test_signs_are_the_ones_that_made_the_data(customers, lapses):
    model = ChurnLogistic().fit(customers, lapses)
    assert model.parameters_["days_since_last_order"] > 0.5
    assert model.parameters_["frequency"] < -0.5
    assert abs(model.parameters_["mean_value"]) < 0.3
    assert model.base_rate_ == pytest.approx(lapses.mean())
    assert model.p_churn(customers).mean() == pytest.approx(lapses.mean(), abs=1e-4)


def test_reasons_are_signed_and_add_up_to_the_score(customers, lapses):
    model = ChurnLogistic().fit(customers, lapses)
    few = customers.head(20)
    every = model.reasons(few, n=len(FEATURES))
    log_odds = [
        model.parameters_["intercept"] + sum(r["contribution"] for r in reasons)
        for reasons in every
    ]
    p = model.p_churn(few)
    assert np.log(p / (1 - p)) == pytest.approx(log_odds)
    assert model.log_odds(few) == pytest.approx(log_odds)
    first = every[0]
    parts = [reason["contribution"] for reason in first]
    assert parts == sorted(parts, key=abs, reverse=True)
    assert min(parts) < 0 < max(parts)
    assert first[0]["value"] == customers[first[0]["feature"]].iloc[0]
    assert [len(reasons) for reasons in model.reasons(customers.head(2))] == [3, 3]


def test_a_family_is_one_reason(customers, lapses):
    model = ChurnLogistic().fit(customers, lapses)
    (reasons,) = model.reasons(customers.head(1), n=9)
    families = [reason["family"] for reason in reasons]
    assert len(families) == len(set(families)) == 5
    (silence,) = [r for r in reasons if r["family"] == "silence"]
    alone = model.p_and_reasons(customers.head(1))
    assert silence["feature"] in ("days_since_last_order", "overdue_ratio")
    assert alone[0] == model.p_churn(customers.head(1))


def test_only_what_raises_is_told_when_that_is_asked(customers, lapses):
    model = ChurnLogistic().fit(customers, lapses)
    both = model.top_reasons(customers, n=5)
    raising = model.top_reasons(customers, n=5, raising_only=True)
    assert (raising.contributions[raising.codes >= 0] > 0).all()
    counted = (both.contributions > 0).sum(axis=1)
    assert ((raising.codes >= 0).sum(axis=1) == counted).all()


def test_known_weights_come_back_from_simulated_customers():
    rng = np.random.default_rng(8)
    frame = pd.DataFrame(
        {
            "days_since_last_order": np.expm1(rng.normal(4, 0.5, 40_000)).clip(0),
            "quarter_drop_z": rng.normal(0, 2, 40_000),
        }
    )
    standard = (np.log1p(frame["days_since_last_order"]) - 4) / 0.5
    said = 0.3 + 0.9 * standard + 0.4 * frame["quarter_drop_z"] / 2
    lapses = rng.uniform(size=40_000) < 1 / (1 + np.exp(-said))
    model = ChurnLogistic().fit(frame, lapses)
    assert model.weights_.to_dict() == pytest.approx(
        {"days_since_last_order": 0.9, "quarter_drop_z": 0.4}, abs=0.04
    )
    assert model.parameters_["intercept"] == pytest.approx(0.3, abs=0.04)


def test_blocks_leave_no_seam(customers, lapses, monkeypatch):
    model = ChurnLogistic().fit(customers, lapses)
    p, table = model.p_and_reasons(customers)
    monkeypatch.setattr("workbench.models.churn_model.BLOCK_ROWS", 7)
    in_sevens, its_table = model.p_and_reasons(customers)
    assert (p == in_sevens).all()
    assert table.rows() == its_table.rows()


def test_a_row_alone_gives_the_bits_it_gives_in_a_batch(customers, lapses):
    model = ChurnLogistic().fit(customers, lapses)
    batch = model.p_churn(customers)
    told = model.reasons(customers)
    for row in range(0, len(customers), 37):
        assert model.p_churn(customers.iloc[[row]])[0] == batch[row]
        assert model.reasons(customers.iloc[[row]]) == [told[row]]


def test_json_keeps_every_bit(customers, lapses):
    model = ChurnLogistic(RECENCY_FREQUENCY, penalty=0.3).fit(customers, lapses)
    again = ChurnLogistic.from_json(model.to_json())
    assert again.to_json() == model.to_json()
    assert (again.p_churn(customers) == model.p_churn(customers)).all()
    assert again.get_params() == {"features": RECENCY_FREQUENCY, "penalty": 0.3}


def test_a_constant_feature_says_nothing(customers, lapses):
    flat = customers.assign(mean_gap_days=100.0)
    model = ChurnLogistic().fit(flat, lapses)
    assert model.parameters_["mean_gap_days"] == pytest.approx(0, abs=1e-9)
    assert np.isfinite(model.p_churn(flat.assign(mean_gap_days=500.0))).all()


def test_a_larger_penalty_shrinks(customers, lapses):
    free = ChurnLogistic(penalty=0.01).fit(customers, lapses)
    held = ChurnLogistic(penalty=1000.0).fit(customers, lapses)
    assert (
        held.parameters_["days_since_last_order"]
        < free.parameters_["days_since_last_order"] / 2
    )


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("frequency", np.nan, "frequency must be a finite number: found 1 of 600"),
        ("spend_365d", -1.0, "spend_365d must be 0 or more: found 1 of 600"),
    ],
)
def test_bad_values_are_refused(customers, lapses, column, value, words):
    bad = customers.copy()
    bad.loc[5, column] = value
    with pytest.raises(BadValues, match=words):
        ChurnLogistic().fit(bad, lapses)
    with pytest.raises(BadValues, match=words):
        ChurnLogistic().fit(customers, lapses).p_churn(bad)


def test_labels_are_checked(customers, lapses):
    with pytest.raises(NotEnoughData, match="found 0 and 600"):
        ChurnLogistic().fit(customers, np.zeros(600, dtype=bool))
    with pytest.raises(BadValues, match="shape"):
        ChurnLogistic().fit(customers, lapses[:-1])
    with pytest.raises(BadValues, match="true or false"):
        ChurnLogistic().fit(customers, np.full(600, 0.5))


def test_settings_are_checked(customers, lapses):
    assert clone(ChurnLogistic(penalty=2.0)).penalty == 2.0
    with pytest.raises(BadParameter, match="penalty"):
        ChurnLogistic(penalty=0).fit(customers, lapses)
    with pytest.raises(BadParameter, match="column names"):
        ChurnLogistic(features="frequency").fit(customers, lapses)
    with pytest.raises(BadParameter, match="distinct"):
        ChurnLogistic(features=("frequency", "frequency")).fit(customers, lapses)
    with pytest.raises(BadColumns, match="Did you mean 'frequency'"):
        ChurnLogistic(features=("frequenzy",)).fit(customers, lapses)


@pytest.mark.parametrize("key", ["parameters", "scales"])
def test_a_json_with_a_missing_or_wrong_number_is_refused(customers, lapses, key):
    fields = json.loads(ChurnLogistic().fit(customers, lapses).to_json())
    lacking = {**fields, key: {**fields[key], "frequency": None}}
    with pytest.raises(BadValues, match=f"{key}: frequency must be a number"):
        ChurnLogistic.from_json(json.dumps(lacking))
