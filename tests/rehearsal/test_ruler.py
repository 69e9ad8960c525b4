"""What stands still in a rehearsal is said."""

from types import SimpleNamespace

import ibis
import pytest

from workbench.features import Beside
from workbench.policy import Policy
from workbench.rehearsal.ruler import standing

CLUB = "measures: {club: {of: profile, column: card}, days: {of: purchase_days}}\n"


def shop(*columns):
    registered = ibis.table(dict.fromkeys(["customer_id", *columns], "string"), "c")
    return SimpleNamespace(beside=Beside(customers=registered if columns else None))


@pytest.fixture
def policy(policy_text):
    enter = "\"membership = 'premium' or club = 'gold' and days > 2\""
    return Policy.parse(CLUB + policy_text().replace("net_spend_365d >= 100", enter))


def test_what_registrations_say_without_a_day_is_named(policy):
    (line,) = standing([policy], shop("membership", "card", "market"))
    assert line == (
        "registrations have no history: membership, club of earlier days as known last"
    )
    (line,) = standing([policy], shop("card"))
    assert "history: club of" in line


def test_who_reads_nothing_of_them_has_no_line(policy, three):
    assert standing([three], shop("membership", "card")) == []
    assert standing([policy], shop()) == []
    assert standing([policy], shop("joined_on")) == []
