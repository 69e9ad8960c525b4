"""How far a load is: for a person at a terminal, and for nobody else."""

import io
import sys

from workbench.cli.progress import shown_records


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_is_told_the_records_so_far(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stderr", Terminal())
    with shown_records() as progress:
        progress("orders [1].csv", 131_072)
    assert "orders [1].csv: 131,072 records" in sys.stderr.getvalue()


def test_a_log_file_is_told_nothing(capsys):
    with shown_records() as progress:
        progress("orders.csv", 131_072)
    assert capsys.readouterr() == ("", "")
