"""What looks like a person's own is not kept beside pseudonyms, or is said."""

from __future__ import annotations

import pytest

from workbench.errors import BadSpec, DataWarning
from workbench.ingest import load_mapping

HEADER = "customer_id,ordered_at,amount,Tel,Note\n"
TEL = {"columns": {"extra_tel": "Tel"}}


def test_keeping_every_column_beside_pseudonyms_is_refused(tmp_path):
    path = tmp_path / "mapping.yaml"
    path.write_text("pseudonym_key: env:SHOP_KEY\nothers: keep\n")
    with pytest.raises(BadSpec, match="Name the columns that may be kept"):
        load_mapping(path)


@pytest.mark.parametrize(
    "value", ["13812345678", "11010519491231002x", "Ann@Example.ORG"]
)
def test_42_columns_that_hold_persons_are_said(load, value):
    lines = f"a,2024-03-01,1,{value},x\nb,2024-03-01,1,{value},\nc,2024-03-01,1,,y\n"
    with pytest.warns(DataWarning, match="1 values of extra_tel look like phone"):
        receipt = load(HEADER + lines, **TEL)
    assert receipt.notes["pii_extra"] == 1


def test_42_under_a_key_they_are_said_too(load, monkeypatch):
    monkeypatch.setenv("SHOP_KEY", "k" * 32)
    with pytest.warns(DataWarning, match="extra_tel"):
        load(
            HEADER + "a,2024-03-01,1,13812345678,x\n",
            **TEL,
            pseudonym_key="env:SHOP_KEY",
        )


def test_what_looks_like_no_person_is_not_said(load):
    values = ("4006381333931", "23812345678", "ann@home", "", "O'Neill@x")
    lines = "".join(f"a,2024-03-0{n + 1},1,{v},x\n" for n, v in enumerate(values))
    assert "pii_extra" not in load(HEADER + lines, others="keep").notes
