"""The Complete Journey's eight files, of a few rows each."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

LINES = pd.DataFrame(
    {
        "household_id": ["1", "1", "2", "2"],
        "store_id": "330",
        "basket_id": ["31", "31", "32", "33"],
        "product_id": ["a", "coupon", "a", "b"],
        "quantity": [2.0, 0.0, 1.0, 30080.0],
        "sales_value": [3.5, 0.0, 4.440892098500626e-16, 86.01],
        "retail_disc": [2.78, 0.0, 1.99, 0.0],
        "coupon_disc": [1.5, 1.0, 0.0, 0.0],
        "coupon_match_disc": [0.5, 0.0, 0.0, 0.0],
        "week": pd.array([1, 1, 2, 53], dtype="int32"),
        # the first is Sunday's last minute in New York, the third Monday's first hour
        "transaction_timestamp": pd.to_datetime(
            [
                "2017-01-02 04:59:59",
                "2017-01-02 04:59:59",
                "2017-01-02 05:30:00",
                "2018-01-01 03:47:38",
            ]
        ),
    }
)
FILES = {
    "products": {
        "product_id": ["a", "b"],
        "product_category": ["SOFT DRINKS", None],
        "department": ["GROCERY", "FUEL"],
        "brand": ["National", "Private"],
        "product_type": ["COLA", None],
        "manufacturer_id": ["69", "2"],
        "package_size": ["12 OZ", None],
    },
    "demographics": {
        "household_id": ["1"],
        "age": ["65+"],
        "income": ["35-49K"],
        "home_ownership": ["Homeowner"],
        "marital_status": [None],
        "household_size": ["2"],
        "household_comp": ["2 Adults No Kids"],
        "kids_count": ["0"],
    },
    "campaign_descriptions": {
        "campaign_id": ["24", "1"],
        "campaign_type": ["Type C", "Type B"],
        "start_date": [date(2016, 11, 14), date(2017, 3, 3)],
        "end_date": [date(2017, 1, 16), date(2017, 4, 9)],
    },
    "campaigns": {"campaign_id": ["24", "99"], "household_id": ["1", "2"]},
    "coupons": {
        "coupon_upc": ["10", "10", "10"],
        "product_id": ["a", "a", "x"],
        "campaign_id": ["24", "24", "24"],
    },
    "coupon_redemptions": {
        "household_id": ["1"],
        "coupon_upc": ["10"],
        "campaign_id": ["24"],
        "redemption_date": [date(2017, 1, 3)],
    },
    "promotions_sample": {
        "product_id": ["a", "b"],
        "store_id": ["330", "330"],
        "display_location": ["0", "9"],
        "mailer_location": ["A", "0"],
        "week": pd.array([1, 53], dtype="int32"),
    },
    "transactions_sample": LINES,
}


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "completejourney"
    folder.mkdir()
    for name, columns in FILES.items():
        pd.DataFrame(columns).to_parquet(folder / f"{name}.parquet")
    return folder


@pytest.fixture
def lines():
    """The lines of receipts that are in the folder."""
    return LINES
