"""Which file of a folder is which, and what is missing."""

from __future__ import annotations

import pytest

from workbench.datasets.complete_journey import COMPLETE_JOURNEY
from workbench.datasets.folder import files_of
from workbench.datasets.olist import OLIST
from workbench.errors import DataWarning, RejectedFile


def test_the_full_files_go_before_the_samples(folder):
    (folder / "transactions.parquet").touch()
    with pytest.warns(DataWarning, match=r"left out \(transactions_sample.parquet\)"):
        found = files_of(COMPLETE_JOURNEY, folder)
    assert found["transactions"] == folder / "transactions.parquet"
    assert found["promotions"] == folder / "promotions_sample.parquet"


def test_missing_files_are_named(folder):
    (folder / "coupons.parquet").unlink()
    (folder / "promotions_sample.parquet").unlink()
    with pytest.raises(RejectedFile) as no:
        files_of(COMPLETE_JOURNEY, folder)
    assert no.value.code == "missing_files"
    assert "the 8 files of complete_journey, missing coupons.parquet, " in str(no.value)
    assert "promotions.parquet or promotions_sample.parquet. Install" in str(no.value)


@pytest.mark.parametrize(
    ("where", "found"), [("x", "nothing"), ("products.parquet", "a file")]
)
def test_what_is_no_folder_is_refused(folder, where, found):
    with pytest.raises(RejectedFile, match=f"expected a folder .* found {found}"):
        files_of(COMPLETE_JOURNEY, folder / where)


def test_an_optional_file_may_be_missing(tmp_path):
    for source in OLIST.sources:
        if source.is_needed:
            (tmp_path / source.called[0]).touch()
    found = files_of(OLIST, tmp_path)
    assert set(found) == {"customers", "geolocation", "orders", "items", "reviews"}
