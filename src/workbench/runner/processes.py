"""Processes that never outlive the one that started them."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import tempfile

import psutil

_PR_SET_PDEATHSIG = 1
_LONGEST_SOCKET_PATH = 60


def die_with_parent(parent: int, number: signal.Signals) -> None:
    """Ask the system to send this process a signal when its parent is gone.

    Parameters
    ----------
    parent
        Process id of the parent; when it is gone already, this process ends at once.
    number
        The signal.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, int(number), 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def private_folder() -> str:
    """Make a folder of mode 0700 whose sockets fit the system's 107 bytes."""
    base = tempfile.gettempdir()
    if len(base) > _LONGEST_SOCKET_PATH:
        base = "/tmp"
    return tempfile.mkdtemp(prefix="wb-", dir=base)


def end_group(leader: int) -> None:
    """Kill a process, its process group and all that descends from it."""
    with contextlib.suppress(psutil.Error):
        for child in psutil.Process(leader).children(recursive=True):
            with contextlib.suppress(psutil.Error):
                child.kill()
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


def end_politely(process: subprocess.Popen[bytes], seconds: float = 3.0) -> None:
    """Ask a child to end, then make it and its whole tree end."""
    if process.poll() is None:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
    end_group(process.pid)
    process.wait()
