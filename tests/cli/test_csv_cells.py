import pytest

from workbench.cli.csv_cells import harmless


@pytest.mark.parametrize("text", ["=A1", "+1", "-1", "@x", "\tx", "\rx"])
def test_what_a_spreadsheet_would_run_stands_behind_an_apostrophe(text):
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["C001", "会员", "", "a=b"])
def test_other_texts_stay(text):
    assert harmless(text) == text
