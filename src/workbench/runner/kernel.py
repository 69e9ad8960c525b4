"""The kernel as a stage starts it: this Python, a private socket, no open port."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager

from workbench.runner.processes import end_group


class StageKernel(AsyncKernelManager):
    """Starts the one kernel of this process over sockets in a folder of mode 0700."""

    folder: ClassVar[Path]
    leader: ClassVar[int | None] = None

    def __init__(self, **options: Any) -> None:
        super().__init__(
            transport="ipc",
            connection_file=str(self.folder / "k.json"),
            ip=str(self.folder / "k"),
            **options,
        )

    @property
    def kernel_spec(self) -> KernelSpec:
        """The Python that runs now, whatever kernels the user has installed."""
        command = [sys.executable, "-m", "workbench.runner.kernel_process"]
        return KernelSpec(
            argv=[*command, "-f", "{connection_file}"],
            display_name="workbench",
            language="python",
        )

    async def _async_launch_kernel(self, kernel_cmd: list[str], **kw: Any) -> None:
        await super()._async_launch_kernel(kernel_cmd, **kw)
        StageKernel.leader = getattr(self.provisioner, "pid", None)


@contextmanager
def kernel_in(folder: Path) -> Iterator[None]:
    """Keep the kernel's sockets in a folder, and end all it started afterwards."""
    StageKernel.folder = folder
    os.environ["IPYTHONDIR"] = str(folder / "ipython")
    try:
        yield
    finally:
        end_kernel()


def end_kernel() -> None:
    """Kill the kernel with its children and remove its folder."""
    if StageKernel.leader is not None:
        end_group(StageKernel.leader)
    with contextlib.suppress(AttributeError):
        shutil.rmtree(StageKernel.folder, ignore_errors=True)
