"""Columns without a heading, headings that are taken, data instead of a header."""

from __future__ import annotations

import pytest

from workbench.errors import RejectedFile
from workbench.ingest.headings import resolve
from workbench.ingest.mapping import Mapping


def refused(header: list[str], **mapping: object) -> RejectedFile:
    with pytest.raises(RejectedFile) as caught:
        resolve(header, Mapping(**mapping), "raw.csv")  # type: ignore[arg-type]
    return caught.value


def test_18_columns_without_a_heading_are_ignored_with_one_note(load):
    receipt = load("customer_id,ordered_at,amount,, \na,2024-03-01,1,,x\n")
    assert (receipt.accepted, receipt.notes) == (1, {"column_unnamed:2": 1})


@pytest.mark.parametrize(
    "cells",
    [["13800138000", "2024-03-01", "1.00"], ["13800138000", "13800138000", "a"]]
    + [["+86 138-0013", "x", "amount", "", ""]],
)
def test_22_no_cell_of_data_is_printed(cells):
    error = refused(cells)
    assert "138" not in str(error)
    assert error.code == ("columns" if "amount" in cells else "no_header")


def test_22_it_is_said_how_many_cells_look_like_data():
    assert "2 of 3 cells" in str(refused(["王明", "2024-03-01", "1.00"]))


def test_16_a_heading_that_is_taken_is_not_asked_for():
    message = str(
        refused(["customer_id", "ordered_at", "amount"], columns={"brand": "amount"})
    )
    assert "missing amount, as column 'amount' is read as brand" in message
