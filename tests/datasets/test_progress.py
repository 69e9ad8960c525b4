"""A bar for a person at a terminal; not a byte for a log file."""

from __future__ import annotations

import sys

import pytest

from workbench.datasets.progress import progress


@pytest.mark.parametrize("is_terminal", [True, False])
@pytest.mark.parametrize("total", [1_200, None])
def test_a_bar_is_for_terminals_only(monkeypatch, capsys, is_terminal, total):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: is_terminal)
    with progress("shop.zip", total, "bytes") as done:
        done(1_200)
    said = capsys.readouterr()
    assert said.out == ""
    assert ("shop.zip" in said.err and "1,200" in said.err) == is_terminal
    assert bool(said.err) == is_terminal
