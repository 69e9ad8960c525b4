"""A way that a letter tells holds out until the oldest purchase is too old."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from workbench.delivery.letter_days import QUARTERS, last_day_of_way, windows_of
from workbench.policy import Policy

AS_OF = date(2026, 6, 30)
PLAN = (
    "{benefits: [{en: b, zh: b}], service: {en: s, zh: s}, marketing: "
    "{channel: {en: c, zh: c}, offer: {en: o, zh: o}, rhythm: {en: r, zh: r}}, "
    "department: {en: d, zh: d}}"
)


def found(enter, *bought, more=""):
    tiers = "".join(
        f"  - {{name: {name}, title: {{en: t, zh: t}}, about: {{en: a, zh: a}}, "
        f'enter: "{text}", plan: {PLAN}}}\n'
        for name, text in (("gold", enter), ("basic", "true"))
    )
    text = (
        "name: small\nversion: 1\ntitle: {en: T, zh: 题}\nabout: {en: a, zh: a}\n"
        f"{more}tiers:\n{tiers}"
    )
    return SimpleNamespace(
        policy=Policy.parse(text), as_of=AS_OF, tier="basic", bought=bought
    )


ORDERS = "measures: {orders_30d: {of: purchase_days, window: 30d}}\n"
POINTS = (
    "measures: {points: {of: qualifying_points, window: calendar_year, "
    "points: {expire_after_days: 90}}}\n"
)
CLASSED = (
    "classes: {size: {of: spend_365d, title: {en: s, zh: s}, levels: ["
    "{name: big, at_least: 100, title: {en: b, zh: b}}, "
    "{name: small, title: {en: s, zh: s}}]}}\n"
)


@pytest.mark.parametrize(
    ("enter", "bought", "more", "until"),
    [
        # 365 days: what was bought on the first day of them counts until today
        ("spend_365d > 5", [AS_OF - timedelta(days=364)], "", AS_OF),
        ("spend_365d > 5", [date(2026, 6, 20), date(2024, 1, 1)], "", "2027-06-19"),
        ("spend_365d > 5", [date(2024, 1, 1)], "", None),
        ("spend_365d > 5", [], "", None),
        (
            "orders_30d > 2",
            [date(2026, 6, 10), date(2026, 6, 25)],
            ORDERS,
            "2026-07-09",
        ),
        ("points > 2", [date(2026, 5, 1)], POINTS, "2026-07-29"),
        ("size = 'big'", [date(2026, 6, 20)], CLASSED, "2027-06-19"),
        ("purchase_days > 5", [date(2026, 6, 20)], "", None),
    ],
)
def test_the_day_is_that_of_the_oldest_purchase_that_counts(enter, bought, more, until):
    known = found(enter, *sorted(bought), more=more)
    expected = date.fromisoformat(until) if isinstance(until, str) else until
    assert last_day_of_way(known, "gold") == expected


@pytest.mark.parametrize("ago", [(10, 100, 200), (100,), (90, 181), (272,)])
def test_quarters_hold_out_as_long_as_an_order_makes_as_many(ago):
    bought = [AS_OF - timedelta(days=days) for days in ago]
    until = last_day_of_way(found(f"{QUARTERS} >= 3", *bought), "gold")

    def quarters(later):
        spans = {0, *((days + later) // 91 for days in ago)}
        return len(spans & {0, 1, 2})

    held = (until - AS_OF).days
    assert min(quarters(later) for later in range(held + 1)) == quarters(0)
    assert quarters(held + 1) < quarters(0)


def test_days_that_count_are_told_shortest_first():
    policy = found("net_spend_90d > 1 or orders_30d > 2", more=ORDERS).policy
    assert windows_of(policy, ("net_spend_90d", "orders_30d", "clv_365d")) == (30, 90)
