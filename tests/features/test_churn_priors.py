"""The shop's means: learned once, kept as numbers."""

from datetime import date

import pytest

from workbench.errors import BadParameter, BadSpec
from workbench.features import Beside, Priors, learn_priors
from workbench.window import Window

WINDOW = Window("2026-06-30")


def test_means_are_of_what_was_known_then(clean_table, table_of):
    lines = [("ann", "2026-06-01", 5)] * 4 + [("bob", "2026-06-30", -5)]
    later = [("bob", "2026-07-01", -5)]
    said = [(5, "2026-01-01"), (2, "2026-06-30"), (None, "2026-06-30")]
    said += [(1, "2026-07-01")]
    feedback = table_of(
        "feedback",
        [
            {"customer_id": "ann", "kind": "survey", "satisfaction": answer}
            | {"opened_on": date.fromisoformat(day)}
            for answer, day in said
        ],
    )
    found = learn_priors(clean_table(lines + later), WINDOW, Beside(feedback=feedback))
    assert found == Priors(return_rate=1 / 4, satisfaction=3.5)


def test_what_nothing_tells_stays_at_its_default(clean_table):
    table = clean_table([("ann", "2026-06-01", 5)])
    assert learn_priors(table, WINDOW) == Priors(return_rate=0.0)
    assert learn_priors(table, Window("2020-01-01")) == Priors()


def test_a_shop_with_more_returns_than_purchases_has_a_rate_of_1(clean_table):
    table = clean_table([("ann", "2026-06-01", 5), *[("ann", "2026-06-02", -1)] * 3])
    assert learn_priors(table, WINDOW).return_rate == 1


def test_they_are_kept_as_numbers():
    priors = Priors(return_rate=1 / 3, satisfaction=3.9)
    assert Priors.from_json(priors.to_json()) == priors


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"model": "rfm", "return_rate": 0.1, "satisfaction": 4}'],
)
def test_other_json_is_refused(text):
    with pytest.raises(BadSpec, match="churn priors"):
        Priors.from_json(text)


@pytest.mark.parametrize("values", [(-0.1, 4), (0.1, 0), ("0.1", 4), (True, 4)])
def test_means_out_of_range_are_refused(values):
    with pytest.raises(BadParameter, match="must be from"):
        Priors(*values)
