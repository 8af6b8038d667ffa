"""The warm process: it imports the heavy libraries once and forks a kernel for each notebook.

Run as ``python -P -m commsvc.report.warm`` by `provisioner`. It reads one JSON request a line
(``argv``, ``cwd``, ``env``, ``log``) and answers each with the new kernel's process id; when its
input closes it ends, and its kernels end with it.

It starts no thread and opens no socket before it forks: only then is a fork sound.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
from importlib import import_module
from typing import Any, NoReturn

# What notebooks import; whatever is not installed is left to the notebook to complain about.
# Not matplotlib's inline backend: it hooks itself into the running kernel when it is imported.
HEAVY = (
    "numpy",
    "pandas",
    "narwhals",
    "scipy.stats",
    "scipy.optimize",
    "statsmodels.api",
    "matplotlib.pyplot",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
    "seaborn",
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "IPython.core.completer",
    "commsvc.report.figures",
    "commsvc.report.tables",
    "commsvc.report.verdicts",
    "commsvc.plots.style",
    "fontTools.fontBuilder",
    "fontTools.ttLib.tables._g_l_y_f",
)


def preload() -> None:
    """Import the heavy libraries and everything the package offers."""
    for name in HEAVY:
        # A module that fails here fails in the notebook, with its message in the right place.
        with contextlib.suppress(Exception):
            import_module(name)
    commsvc = import_module("commsvc")
    for name in commsvc.__all__:
        with contextlib.suppress(Exception):
            getattr(commsvc, name)  # lazy: this imports where it is defined
    with contextlib.suppress(Exception):
        _draw_once()


def _draw_once() -> None:
    """Draw and embed a word: the tables of the font are read here, not in every kernel."""
    from matplotlib import font_manager
    from matplotlib.figure import Figure

    from commsvc.plots.fonts import FAMILY, font_path
    from commsvc.report.figures import svg_text

    font_manager.fontManager.addfont(str(font_path()))
    figure = Figure()
    figure.subplots().set_title("满意", family=FAMILY)
    svg_text(figure)


def serve() -> NoReturn:
    """Fork kernels until the input closes."""
    # The system reaps ended kernels; nobody waits for them here.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    requests, answers = os.fdopen(os.dup(0), "r", encoding="utf-8"), os.dup(1)
    for line in requests:
        request = json.loads(line)
        sys.stdout.flush()
        child = os.fork()
        if child == 0:
            requests.close()
            os.close(answers)
            _become_kernel(request)
        os.write(answers, f"{child}\n".encode())
    # Nothing to save: taking all those modules down in order would only be waited for.
    os._exit(0)


def _become_kernel(request: dict[str, Any]) -> NoReturn:
    status = 1
    try:
        warm = os.getppid()
        # A session of its own, as a kernel started in the plain way has: an interrupt typed at
        # the terminal reaches the renderer alone.
        os.setsid()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        nothing = os.open(os.devnull, os.O_RDONLY)
        log = os.open(request["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        for target, source in ((0, nothing), (1, log), (2, log)):
            os.dup2(source, target)
        os.environ.clear()
        os.environ.update(request["env"])
        os.chdir(request["cwd"])
        _reseed()
        from ipykernel.kernelapp import IPKernelApp

        app = IPKernelApp.instance(parent_handle=warm)
        app.initialize(request["argv"])
        app.start()
        status = 0
    finally:
        # Never back into the server's loop, whatever happened.
        os._exit(status)


def _reseed() -> None:
    """Fresh randomness: forks of one process would otherwise all draw the same numbers."""
    import random

    import numpy

    random.seed()
    numpy.random.seed()


if __name__ == "__main__":
    preload()
    serve()
