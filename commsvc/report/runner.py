"""Run one notebook from its first cell in a fresh kernel."""

from __future__ import annotations

import asyncio
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from commsvc.errors import CommsvcError
from commsvc.report.outputs import error_place
from commsvc.report.reads import FIRST_LINE
from commsvc.report.scrub import CELL_NAME
from commsvc.words.progress import SWITCH

# Called with (cells run, cells in all).
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Failure:
    """Where a notebook failed: the cell as JupyterLab numbers it, the line in it, and how."""

    cell: str
    line: int | None
    error: str

    def __str__(self) -> str:
        line = f", line {self.line}" if self.line else ""
        return f"cell {self.cell}{line}: {self.error}"


class Interrupt:
    """What an interrupt stops: every kernel that runs, and every notebook yet to come.

    nbclient takes a cancelled task for a dead kernel and its own signal handler ends only the
    newest kernel; so the kernels are ended for good, and it finds them dead.
    """

    def __init__(self) -> None:
        self.happened = False
        self.kernels: set[Any] = set()

    def listen(self) -> None:
        """Take the signals over (again: each nbclient that starts takes them for itself)."""
        loop = asyncio.get_running_loop()
        with suppress(NotImplementedError, RuntimeError):  # not on Windows
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.add_signal_handler(number, self.stop)
        if self.happened:  # while this kernel was on its way
            self.stop()

    def stop(self) -> None:
        self.happened = True
        for manager in self.kernels:
            process = getattr(manager.provisioner, "process", None)
            if process is not None:
                process.kill()


class OurKernelSpecs(KernelSpecManager):
    """Whatever kernel a notebook names, it runs in this Python: the one that has commsvc.

    A notebook saved on another machine names a kernel that is not installed here.
    """

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        return KernelSpec(
            argv=[
                *(sys.executable, "-P", "-m", "ipykernel_launcher", "-f", "{connection_file}"),
                f"--IPKernelApp.exec_lines={FIRST_LINE}",
            ],
            display_name="Python 3",
            language="python",
        )


def read(path: Path) -> Any:
    """A notebook without outputs, in today's format."""
    try:
        nb = nbformat.read(path, as_version=4)
        nbformat.validate(nb)
    except OSError as error:
        raise CommsvcError(f"cannot be read ({error.strerror})", where=str(path)) from error
    except Exception as error:
        reason = str(error).strip().splitlines()[0][:120] if str(error).strip() else repr(error)
        raise CommsvcError(
            f"is no notebook: {reason}",
            where=str(path),
            next_step="open and save it in JupyterLab",
        ) from error
    for cell in nb.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return nb


async def run(
    nb: Any,
    folder: Path,
    env: dict[str, str],
    *,
    timeout: float,
    interrupt: Interrupt,
    progress: Progress = lambda done, total: None,
) -> Failure | None:
    """Run the notebook's cells in order, filling in their outputs; None if all went well.

    Parameters
    ----------
    nb : the notebook, changed in place
    folder : the kernel's working directory
    env : the kernel's environment, before what makes runs repeatable is added
    timeout : seconds a cell may take
    interrupt : ends the kernel when it happens
    progress : told after every code cell
    """
    total = sum(cell.cell_type == "code" for cell in nb.cells)
    done = 0

    def executed(cell: Any, cell_index: int, **_: Any) -> None:
        nonlocal done
        if cell.cell_type == "code":
            done += 1
            progress(done, total)

    manager = AsyncKernelManager(kernel_name="python3", kernel_spec_manager=OurKernelSpecs())
    client = NotebookClient(
        nb,
        km=manager,
        timeout=timeout,
        coalesce_streams=True,
        record_timing=False,
        resources={"metadata": {"path": str(folder)}},
        on_cell_executed=executed,
        on_notebook_start=lambda **_: interrupt.listen(),
    )
    progress(0, total)
    interrupt.kernels.add(manager)
    try:
        # What a kernel says past its own channels (a warning of TCP) is nobody's concern here.
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        await client.async_execute(env=kernel_environment(env), cwd=str(folder), **quiet)
    except CellExecutionError as error:
        return _cell_failure(nb, error)
    except CellTimeoutError:
        return _stopped(nb, done, f"took longer than {timeout:g} s (see --timeout)")
    except DeadKernelError:
        return _stopped(nb, done, "the kernel died (out of memory, or killed)")
    finally:
        interrupt.kernels.discard(manager)
        await _end(client, manager)
    return None


async def _end(client: Any, manager: Any) -> None:
    """End the kernel at once: it has nothing left to say, and a polite farewell costs a second."""
    if client.kc is not None:
        client.kc.stop_channels()
    if manager.has_kernel:
        await asyncio.wait_for(manager.shutdown_kernel(now=True), timeout=10)


def _cell_failure(nb: Any, error: CellExecutionError) -> Failure:
    for position, cell in enumerate(nb.cells, start=1):
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                place, line = error_place(output.traceback)
                where = f"[{cell.execution_count or position}]"
                what = CELL_NAME.sub("", f"{output.ename}: {output.evalue}".splitlines()[0])
                return Failure(where, line if place in ("", where) else None, what)
    return Failure("[?]", None, str(error).strip().splitlines()[-1])


def _stopped(nb: Any, done: int, reason: str) -> Failure:
    """A failure the kernel could not report itself: put it into the page where it happened."""
    code = [cell for cell in nb.cells if cell.cell_type == "code" and re.search(r"\S", cell.source)]
    cell = code[min(done, len(code) - 1)]
    output = nbformat.v4.new_output(
        "error", ename="Stopped", evalue=reason, traceback=[f"Stopped: {reason}"]
    )
    cell.outputs.append(output)
    return Failure(f"[{min(done, len(code) - 1) + 1}]", None, reason)


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
