from datetime import date, timedelta

import pyarrow as pa
import pytest

from workbench.policy import Cuts, Policy
from workbench.rehearsal.calendar import rhythm
from workbench.rehearsal.outcomes import SCHEMA
from workbench.rehearsal.replayed import PROOFS, TIERS, Replay

PLAN = (
    "{benefits: [{en: b, zh: b}], service: {en: s, zh: s}, marketing: "
    "{channel: {en: c, zh: c}, offer: {en: o, zh: o}, rhythm: {en: r, zh: r}}, "
    "department: {en: d, zh: d}"
)
NAMES = {"A": "gold", "B": "silver", "C": "basic", ".": None}
START = date(2026, 1, 5)


@pytest.fixture(scope="session")
def policy_text():
    """Return a function to the text of a policy of three tiers by net spend."""

    def write(name="three", keep="", memory="", gold_cost=73, cuts=""):
        keep_line = f"    keep: {keep}\n" if keep else ""
        costs = {"gold": gold_cost, "silver": 0, "basic": 0}
        enters = {
            "gold": "net_spend_365d >= 100",
            "silver": "net_spend_365d >= 50",
            "basic": '"true"',
        }
        text = f"name: {name}\nversion: 1\ntitle: {{en: T, zh: 三}}\n"
        text += "about: {en: a, zh: a}\n"
        text += f"memory: {memory}\n" if memory else ""
        text += f"cuts: {cuts}\n" if cuts else ""
        text += "tiers:\n"
        for tier, enter in enters.items():
            text += f"  - name: {tier}\n    title: {{en: {tier}, zh: 级}}\n"
            text += f"    about: {{en: a, zh: a}}\n    enter: {enter}\n"
            text += keep_line if tier == "gold" else ""
            cost = f"{{per_customer_year: {costs[tier]}.0, share_of_spend: 0.1}}"
            text += f"    plan: {PLAN}, cost: {cost}}}\n"
        return text

    return write


@pytest.fixture(scope="session")
def three(policy_text):
    """Return the policy of three tiers, gold, silver and basic."""
    return Policy.parse(policy_text())


@pytest.fixture(scope="session")
def by_year(policy_text):
    """Return the same policy by the spend of the calendar year."""
    measure = "measures: {year: {of: net_spend, window: calendar_year}}\ntiers:"
    text = policy_text(name="by_year").replace("net_spend_365d", "year")
    return Policy.parse(text.replace("tiers:", measure))


@pytest.fixture
def replayed(three):
    """Return a function from hand-made weeks to a replay.

    Each customer has a letter a week: A gold, B silver, C basic, a dot for none yet.
    """

    def make(
        weeks, entered=None, spend=10.0, came=None, policy=three, start=START, **more
    ):
        entered = entered or weeks
        n_weeks = max(map(len, weeks.values()))
        days = rhythm(start, start + timedelta(7 * (n_weeks - 1)), "1w", "1w")
        tiers, after = [], []
        for customer, letters in weeks.items():
            for place, letter in enumerate(letters):
                if letter == ".":
                    continue
                day = days.days[place]
                before = NAMES[letters[place - 1]] if place else None
                row = {
                    "policy": policy.id,
                    "variant": "as_written",
                    "as_of": day,
                    "customer_id": customer,
                    "tier": NAMES[letter],
                    "previous_tier": before,
                    "entered_tier": NAMES[entered[customer][place]],
                    "movement": "stayed",
                    "tier_by_old_ruler": NAMES[letter],
                }
                tiers.append(row | more.get(customer, {}).get(place, {}))
                after.append(
                    {
                        "as_of": day,
                        "customer_id": customer,
                        "status": "eligible",
                        "next_spend": spend,
                        "horizon_spend": spend,
                        "came_back": (came or {}).get(customer, True),
                    }
                )
        proofs = more.get("proofs", [])
        return Replay(
            {policy.id: policy},
            days,
            90,
            pa.Table.from_pylist(tiers, TIERS),
            pa.Table.from_pylist(after, SCHEMA),
            pa.Table.from_pylist(proofs, PROOFS),
            {policy.id: {START: Cuts()}},
            pa.table({"customer_id": [*weeks]}),
        )

    return make


@pytest.fixture
def dozen():
    """Return a function from a letter row to a dozen customers who share it."""

    def make(letters, name="c"):
        return {f"{name}{place:02d}": letters for place in range(12)}

    return make
