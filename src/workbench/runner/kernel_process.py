"""The kernel's own process: an IPython kernel that dies with the stage it serves."""

from __future__ import annotations

import os
import signal

from workbench.runner.processes import die_with_parent


def main() -> None:
    """Start the kernel; the arguments are those of ``ipykernel_launcher``."""
    die_with_parent(int(os.environ["JPY_PARENT_PID"]), signal.SIGKILL)
    from ipykernel import iostream, kernelapp

    class Output(iostream.IOPubThread):
        """Opens no port on the loopback for what forked children print."""

        def _setup_pipe_in(self) -> None:
            self._pipe_flag = False

    kernelapp.IOPubThread = Output  # type: ignore[misc]
    kernelapp.launch_new_instance()


if __name__ == "__main__":
    main()
