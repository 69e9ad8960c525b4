"""Open the MLflow pages on this machine only."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys

from workbench.errors import BadParameter, TrackingFailed
from workbench.tracking.store import artifacts, database, one_writer


def ui_command(port: int = 5000) -> list[str]:
    """Return the command that shows our runs on 127.0.0.1.

    Raises
    ------
    BadParameter
        If the port is not from 1 to 65535.
    """
    if not 1 <= port <= 65535:
        raise BadParameter(f"port must be from 1 to 65535, found {port}")
    return [
        sys.executable,
        *("-m", "mlflow", "server"),
        *("--host", "127.0.0.1", "--port", str(port)),
        *("--allowed-hosts", f"127.0.0.1:{port},localhost:{port}"),
        *("--backend-store-uri", f"sqlite:///{database()}"),
        *("--default-artifact-root", str(artifacts())),
        *("--workers", "1"),
    ]


def ui(port: int = 5000) -> None:
    """Show our runs at http://127.0.0.1:port until Ctrl-C or SIGTERM.

    Raises
    ------
    TrackingFailed
        If the server ends by itself, because the port is taken say.
    """
    command = ui_command(port)
    with one_writer() as client:
        client.search_experiments(max_results=1)
    environment = os.environ | {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    server = subprocess.Popen(command, env=environment, start_new_session=True)
    try:
        code = server.wait()
    except KeyboardInterrupt:
        return
    finally:
        _end(server)
        signal.signal(signal.SIGTERM, before)
    raise TrackingFailed(
        f"the MLflow server ended with exit code {code}; is port {port} taken? "
        "Choose another with --port."
    )


def _end(server: subprocess.Popen[bytes]) -> None:
    """End the server with all its workers."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(5)
