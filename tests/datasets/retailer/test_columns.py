from datetime import date, datetime
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from workbench.datasets.retailer.columns import (
    as_table,
    days,
    instants,
    money,
    numbered,
    text,
    write_part,
)
from workbench.errors import UnknownName
from workbench.tables import check, table


def test_money_is_cents_both_ways_and_may_be_absent():
    found = money(np.array([1, -250, 0]), absent=np.array([False, False, True]))
    assert found.to_pylist() == [Decimal("0.01"), Decimal("-2.50"), None]


def test_a_local_evening_is_the_same_day_and_an_earlier_hour_in_utc():
    when = np.array([0.5, 1.0])
    start = date(2024, 3, 1)
    assert days(start, when).to_pylist() == [date(2024, 3, 1), date(2024, 3, 2)]
    at = [one.replace(tzinfo=None) for one in instants(start, when).to_pylist()]
    assert at == [datetime(2024, 3, 1, 4), datetime(2024, 3, 1, 16)]


def test_what_is_absent_is_null():
    gone = np.array([True, False])
    when = np.array([np.nan, 2.0])
    assert days(date(2024, 3, 1), when, absent=gone).null_count == 1
    assert instants(date(2024, 3, 1), when, absent=gone).null_count == 1
    assert text(np.array([0, 1]), ["a", "b"], absent=gone).to_pylist() == [None, "b"]


def test_ids_have_one_width():
    assert numbered("P", np.array([7, 12345]), 5).to_pylist() == ["P00007", "P12345"]


def test_a_part_is_read_as_clean_text(tmp_path):
    rows = as_table(
        "coupons",
        {
            "campaign_id": text(np.array([0, 0]), ["CA1"]),
            "coupon_id": pa.array(["CO1", "CO2"]),
        },
    )
    assert rows.column_names == ["coupon_id", "campaign_id"]
    write_part(rows, tmp_path / "coupons" / "part.parquet")
    schema = pq.read_schema(tmp_path / "coupons" / "part.parquet")
    check(schema, table("coupons"))
    assert schema.field("campaign_id").type == pa.string()


def test_a_column_without_words_is_refused():
    with pytest.raises(UnknownName, match="column in coupons 'cupon_id'"):
        as_table("coupons", {"cupon_id": pa.array(["x"])})
