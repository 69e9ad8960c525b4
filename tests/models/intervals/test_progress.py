"""A bar for a person at a terminal; not a byte for a log file."""

import sys

import pytest

from workbench.models.intervals._progress import shown


@pytest.mark.parametrize("is_terminal", [True, False])
def test_all_pass_and_the_bar_is_for_terminals_only(monkeypatch, capsys, is_terminal):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: is_terminal)
    assert list(shown("fitting replicates", "abc", 3)) == ["a", "b", "c"]
    said = capsys.readouterr()
    assert said.out == ""
    assert ("fitting replicates" in said.err) == is_terminal
