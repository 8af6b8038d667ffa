"""A Jupyter kernel provisioner that forks kernels from one warm process.

nbclient runs the cells as ever; only the start of the kernel differs. Importing pandas, SciPy,
statsmodels and matplotlib takes longer than most notebooks run, and here it happens once.

Forking is used on Linux alone: on macOS the system's own libraries do not survive a fork, and
Windows has none. There `plain` kernels are started.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from jupyter_client.provisioning import LocalProvisioner

from commsvc.errors import CommsvcError
from commsvc.report.server import WarmServer

_server: WarmServer | None = None


def use_server(server: WarmServer | None) -> None:
    """Name the warm process that kernels are forked from from now on."""
    global _server
    _server = server


class ForkedProcess:
    """A kernel forked by the warm process, with the part of `Popen` that Jupyter uses.

    It is no child of ours, so it is asked for by signal 0; the warm process's system reaps it.
    """

    stdin = stdout = stderr = None

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        if self.returncode is None:
            try:
                os.kill(self.pid, 0)
            except ProcessLookupError:
                self.returncode = 0
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        end = None if timeout is None else time.monotonic() + timeout
        while self.poll() is None:
            if end is not None and time.monotonic() > end:
                raise subprocess.TimeoutExpired("kernel", timeout or 0)
            time.sleep(0.01)
        return self.returncode or 0

    def send_signal(self, number: int) -> None:
        with suppress(ProcessLookupError):  # it has ended by itself
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)


class WarmProvisioner(LocalProvisioner):
    """Forks the kernel from the warm process; the kernel specification's command is not run."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        if _server is None:
            raise CommsvcError(
                "no warm process to fork a kernel from",
                where="kernel provisioner commsvc-warm",
                next_step="it is for `commsvc render`; elsewhere use the default provisioner",
            )
        env = {**kwargs.get("env", os.environ), "JPY_PARENT_PID": str(_server.pid)}
        cwd = str(kwargs.get("cwd") or Path.cwd())
        pid = await _server.fork(cmd[cmd.index("-f") :], cwd, env)
        self.process = ForkedProcess(pid)
        self.pid = self.pgid = pid
        self.cwd = cwd
        return self.connection_info
