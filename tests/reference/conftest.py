"""CDNOW and its 1/10 sample as clean tables, for the published answers."""

import ibis
import pandas as pd
import pytest

from workbench.datasets.cdnow import write_cdnow
from workbench.features import btyd_table
from workbench.window import Window

ORIGIN = Window("1997-09-30", horizon_days=273)  # the papers' 39 + 39 weeks


@pytest.fixture(scope="session")
def cdnow_sample(tmp_path_factory):
    return _table(write_cdnow(tmp_path_factory.mktemp("sample"), sample=True))


@pytest.fixture(scope="session")
def cdnow_master(tmp_path_factory):
    return _table(write_cdnow(tmp_path_factory.mktemp("master")))


@pytest.fixture(scope="session")
def weeks(cdnow_sample):
    frame = btyd_table(cdnow_sample, ORIGIN, time_unit="W").execute()
    return frame.sort_values("customer_id").reset_index(drop=True)


@pytest.fixture(scope="session")
def days(cdnow_sample):
    frame = btyd_table(cdnow_sample, ORIGIN).execute()
    return frame.sort_values("customer_id").reset_index(drop=True)


def _table(path):
    rows = pd.read_csv(path, dtype={"customer_id": "str"})
    rows["ordered_on"] = pd.to_datetime(rows["ordered_at"]).dt.date
    rows["kind"] = "purchase"
    return ibis.duckdb.connect().create_table("transactions", rows)
