"""Where a write can be cut short: points at which a test kills its own process.

Does nothing unless ``WORKBENCH_FAULT_AT`` names the point that is reached; then the
process ends as by a power cut, with nothing tidied up.
"""

from __future__ import annotations

import os
import signal

#: Every write point of a load, in the order in which a load comes by.
LOAD_POINTS = (
    "locked",
    "part_begun",
    "quarantine_begun",
    "part_written",
    "fewer_rows_written",
    "part_without_repeats",
    "quarantine_written",
    "quarantine_kept",
    "parts_linked",
    "version_manifest_beside",
    "version_manifest_written",
    "version_named",
    "store_manifest_beside",
    "store_manifest_written",
)


def reached(point: str) -> None:
    """Say that a point is reached; end here if a test asks for it."""
    if os.environ.get("WORKBENCH_FAULT_AT") == point:
        os.kill(os.getpid(), signal.SIGKILL)
