import pytest

from workbench.rehearsal.misjudged import misjudgement, proved

THREE = "three@1"


@pytest.fixture
def judged(replayed, dozen):
    """Twelve stood right, twelve too low, twelve too high, and one far too low."""
    stood = dozen("AA", "right") | dozen("CC", "low") | dozen("AA", "high")
    later = {"right": "gold", "low": "silver", "high": "basic", "x": "gold"}
    stood |= {"x": "CC"}
    proofs = [
        {
            "policy": THREE,
            "as_of": "2026-01-05",
            "customer_id": name,
            "tier": {"A": "gold", "C": "basic"}[letters[0]],
            "later_tier": later[name.rstrip("0123456789")],
        }
        for name, letters in stood.items()
    ]
    from datetime import date

    proofs = [row | {"as_of": date(2026, 1, 5)} for row in proofs]
    came = {name: False for name in stood if name.startswith("high")}
    return replayed(stood, spend=50.0, came=came, proofs=proofs)


def test_who_proved_better_stood_too_low(judged):
    table = misjudgement(judged, THREE)
    assert table["customers"].tolist() == [12, 13, 12]
    assert table.loc["too_low", "net_spend"] == 13 * 50
    assert table.loc["too_high", "later_churn"] == 1
    paid = 12 * (73 * 90 / 365 + 0.1 * 50)
    assert table.loc["too_high", "benefits"] == pytest.approx(paid)


def test_pairs_of_fewer_than_ten_are_left_out(judged):
    table = proved(judged, THREE)
    assert [*table.index] == [
        ("gold", "gold"),
        ("gold", "basic"),
        ("basic", "silver"),
    ]
    assert table["customers"].tolist() == [12, 12, 12]
    assert table.loc[("gold", "basic"), "later_churn"] == 1
    assert (table["spend_per_customer"] == 50).all()


def test_without_a_closed_horizon_there_is_nothing(replayed, dozen):
    assert misjudgement(replayed(dozen("AA")), THREE).isna().all(axis=None)
