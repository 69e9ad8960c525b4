import pandas as pd
import pytest

from workbench.plots import limits_kept


@pytest.fixture
def checks():
    rows = [
        ("RFM", "customers", "500", "≥ 250", True, 2.0),
        ("CLV", "customers", "500", "≥ 1,000", False, 0.5),
        ("CLV", "share lost", "0%", "≤ 5%", True, float("inf")),
        ("CLV", "PSI of amounts", "nothing to compare", "≤ 0.25", True, None),
    ]
    columns = ["use", "total", "found", "limit", "met", "margin"]
    return pd.DataFrame(rows, columns=columns)


def _points(axes):
    return [
        (line.get_xdata()[0], line.get_ydata()[0])
        for line in axes.lines
        if line.get_marker() == "o"
    ]


def test_each_use_has_a_panel_with_its_verdict(checks, english):
    titles = [axes.get_title("left") for axes in limits_kept(checks).axes]
    assert titles == ["RFM: all 1 kept", "CLV: 1 of 3 not kept"]


def test_points_stand_at_their_margin_in_the_row_of_their_total(checks, english):
    rfm, clv = limits_kept(checks).axes
    assert _points(rfm) == [(2, 0)]
    assert _points(clv) == [(0.5, 0), (100, 1), (1, 2)]
    names = [tick.get_text() for tick in rfm.get_yticklabels()]
    assert names == ["customers", "share lost", "PSI of amounts"]


def test_found_and_limit_are_written_beside(checks, english):
    clv = limits_kept(checks).axes[1]
    assert [text.get_text() for text in clv.texts] == [
        "500 (≥ 1,000)",
        "0% (≤ 5%)",
        "nothing to compare (≤ 0.25)",
    ]


def test_what_cannot_be_compared_is_hollow(checks, english):
    hollow = [
        line.get_markerfacecolor() == "none"
        for line in limits_kept(checks).axes[1].lines
        if line.get_marker() == "o"
    ]
    assert hollow == [False, False, True]


def test_nothing_found_lies_on_the_edge(checks, english):
    rfm = limits_kept(checks.assign(margin=0.0, met=False)).axes[0]
    assert _points(rfm) == [(0.01, 0)]


def test_it_speaks_the_languages_there_are_fonts_for(checks, speaks):
    assert speaks(limits_kept(checks))
