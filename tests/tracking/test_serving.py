import pandas as pd
import pytest

from workbench.errors import BadColumns, NotEnoughData
from workbench.tracking.serving import as_clean

ROW = {"customer_id": "a", "ordered_at": "2026-03-01 20:30:00", "amount": 1.005}


def frame(**more):
    row = ROW | more
    return pd.DataFrame([row]).assign(ordered_at=pd.to_datetime([row["ordered_at"]]))


@pytest.mark.parametrize(
    ("zone", "day"), [("UTC", "2026-03-01"), ("Asia/Shanghai", "2026-03-02")]
)
def test_days_are_those_of_the_shop(zone, day):
    assert str(as_clean(frame(), zone)["ordered_on"][0]) == day


@pytest.mark.parametrize(
    ("market", "day"),
    [("US", "2026-03-01"), ("SG", "2026-03-02"), ("XX", "2026-03-02"), (None, None)],
)
def test_days_are_those_of_the_rows_own_market(market, day):
    zones = {"US": "America/New_York", "SG": "Asia/Singapore"}
    found = as_clean(frame(market=market), "Asia/Shanghai", zones)
    assert str(found["ordered_on"][0]) == (day or "2026-03-02")
    assert found["market"].to_pylist() == [market]
    alone = as_clean(frame(), "Asia/Shanghai", zones)
    assert str(alone["ordered_on"][0]) == "2026-03-02"
    assert "market" not in alone.column_names


def test_the_sign_says_what_is_a_return():
    assert as_clean(frame(amount=-2.0))["kind"].to_pylist() == ["return"]


def test_what_is_missing_is_named():
    with pytest.raises(BadColumns, match="missing amount"):
        as_clean(frame().drop(columns="amount"))
    with pytest.raises(NotEnoughData):
        as_clean(frame().head(0))
