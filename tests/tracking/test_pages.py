import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import psutil
import pytest

from workbench.errors import BadParameter
from workbench.tracking.pages import ui_command


def test_the_pages_are_for_this_machine_only(small_project: Path) -> None:
    command = " ".join(ui_command(5001))
    assert "--host 127.0.0.1 --port 5001" in command
    assert f"sqlite:///{small_project}/mlflow.db" in command
    with pytest.raises(BadParameter, match="65535, found 0"):
        ui_command(0)


@pytest.mark.slow
def test_the_pages_open_and_close_with_all_workers(small_project: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = f"from workbench.tracking import ui; ui({port})"
    shown = subprocess.Popen([sys.executable, "-c", command], stderr=subprocess.PIPE)
    try:
        wait_for_page(f"http://127.0.0.1:{port}/", shown)
        family = psutil.Process(shown.pid).children(recursive=True)
        assert family
    finally:
        shown.send_signal(signal.SIGTERM)
        shown.communicate(timeout=30)
    _, living = psutil.wait_procs(family, timeout=5)
    assert living == []
    assert shown.returncode == 0


def wait_for_page(address: str, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 60
    while server.poll() is None and time.monotonic() < end:
        try:
            urllib.request.urlopen(address, timeout=2).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise AssertionError("the page did not open")
