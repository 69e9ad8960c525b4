"""Columns without a heading, headings that are taken, data instead of a header."""

from __future__ import annotations

import pytest

from workbench.errors import RejectedFile
from workbench.ingest.headings import resolve
from workbench.ingest.mapping import Mapping
from workbench.tables import table


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


KEEP = {"others": "keep"}


def test_17_what_nobody_asked_for_rides_along_if_wished(load):
    header = "customer_id,ordered_at,amount,Till No.,_x\n"
    receipt = load(header + "a,2024-03-01,1,7,\n", **KEEP)
    assert receipt.notes == {"column_kept:Till No.": 1, "column_kept:_x": 1}
    row = load.rows[0]
    assert (row["extra_till_no"], row["extra_x"]) == ("7", None)


@pytest.mark.parametrize(
    ("further", "words"),
    [
        (["颜色"], "columns: {extra_note: 颜色}"),
        (["Till", "till!"], "would be kept as extra_till, which 'Till' is too"),
    ],
)
def test_17_what_cannot_be_named_is_refused_with_the_cure(further, words):
    error = refused(["customer_id", "ordered_at", "amount", *further], **KEEP)
    assert words in str(error)


def test_a_heading_means_what_its_table_means():
    header = ["会员号", "会员卡号", "地区", "国家"]
    found = resolve(header[:2], Mapping(), "raw.csv", table("identities")).found
    assert found == {"customer_id": "会员号", "key": "会员卡号"}
    found = resolve([header[0], *header[2:]], Mapping(), "r", table("customers")).found
    assert (found["market"], found["region"]) == ("国家", "地区")
