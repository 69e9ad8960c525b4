"""A command in, its wall seconds and the peak memory of all its processes out."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import psutil

GLANCE_SECONDS = 0.1


def measured(words: list[str], home: str) -> tuple[float, int, str]:
    """Run a command; return its seconds, its tree's peak memory and what it said."""
    started, peak = time.monotonic(), 0
    environment = {**os.environ, "WORKBENCH_HOME": home}
    process = subprocess.Popen(
        words, env=environment, stdout=subprocess.PIPE, text=True
    )
    while process.poll() is None:
        peak = max(peak, resident(process.pid))
        time.sleep(GLANCE_SECONDS)
    said = process.stdout.read() if process.stdout else ""
    if process.returncode:
        sys.exit(f"the command failed with exit code {process.returncode}")
    return time.monotonic() - started, peak, said


def resident(pid: int) -> int:
    """Return the resident memory of a process and all below it [bytes]."""
    total = 0
    try:
        root = psutil.Process(pid)
        for one in [root, *root.children(recursive=True)]:
            total += one.memory_info().rss
    except psutil.NoSuchProcess:
        pass
    return total
