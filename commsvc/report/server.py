"""The renderer's end of the warm process, and the environment every kernel gets."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from commsvc.errors import CommsvcError
from commsvc.progress import SWITCH


def can_fork() -> bool:
    """Whether kernels can be forked here."""
    return sys.platform == "linux" and hasattr(os, "fork")


class WarmServer:
    """The renderer's end of the warm process."""

    def __init__(self, log: Path) -> None:
        self.log = log
        env = kernel_environment(dict(os.environ))
        # -P: the folder the command was typed in must not shadow a library.
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "commsvc.report.warm"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log.open("ab"),
            env=env,
            start_new_session=True,
        )
        self.pid = self._process.pid
        self._turn: asyncio.Lock | None = None

    async def fork(self, argv: list[str], cwd: str, env: dict[str, str]) -> int:
        """Fork a kernel; its process id. The first one waits for the imports."""
        self._turn = self._turn or asyncio.Lock()
        request = {"argv": argv, "cwd": cwd, "env": env, "log": str(self.log)}
        async with self._turn:
            return await asyncio.get_running_loop().run_in_executor(None, self._ask, request)

    def _ask(self, request: dict[str, Any]) -> int:
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            raise CommsvcError("the warm process has no pipes")
        try:
            stdin.write(json.dumps(request).encode() + b"\n")
            stdin.flush()
            answer = stdout.readline()
        except OSError:
            answer = b""
        if not answer:
            raise CommsvcError(
                "the process that forks kernels has ended",
                where=str(self.log),
                next_step="render with --plain, and look at that file",
            )
        return int(answer)

    def close(self) -> None:
        """End the warm process; the kernels that are left see it and end too."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        try:
            self._process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def kernel_environment(env: dict[str, str]) -> dict[str, str]:
    """The environment a kernel needs so that two runs give the same bytes."""
    fixed = {
        "PYTHONHASHSEED": "0",
        "SOURCE_DATE_EPOCH": env.get("SOURCE_DATE_EPOCH", "315532800"),
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        # Notebooks run side by side: one thread each keeps them off each other's cores, and a
        # sum split over threads need not give the same last digit twice.
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        # What a notebook prints must not depend on the width or colours of a terminal.
        "COLUMNS": "100",
        # A report says what was found, not how long one waited for it.
        SWITCH: "off",
        "NO_COLOR": "1",
    }
    return {**env, **fixed}
