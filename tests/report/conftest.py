"""A project folder for the tests of reports."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest

from commsvc.report import render
from commsvc.report.server import WarmServer, can_fork


class Shared(WarmServer):
    """One warm process for all the renders of the tests: importing pandas takes its time."""

    def __init__(self, server: WarmServer) -> None:
        self.__dict__.update(server.__dict__)
        # The lock belongs to the event loop it was made in.
        self._turn = None

    def close(self) -> None:
        """The next test needs it."""


@pytest.fixture(scope="session")
def warm_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WarmServer | None]:
    server = WarmServer(tmp_path_factory.mktemp("warm") / "kernels.log") if can_fork() else None
    yield server
    if server is not None:
        server.close()


@pytest.fixture(scope="session", autouse=True)
def one_warm_process(request: pytest.FixtureRequest) -> Iterator[None]:
    """Renders within the tests' own process share the warm process; commands start their own."""
    start = render.WarmServer

    def shared(log: Path) -> WarmServer:
        server = request.getfixturevalue("warm_process")
        return Shared(server) if server is not None else start(log)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(render, "WarmServer", shared)
        yield


@pytest.fixture
def project(tmp_path: Path) -> Callable[..., Path]:
    """A project folder with these notebooks: ``project(a=nb, b=nb)``."""

    def make(**notebooks: Any) -> Path:
        (tmp_path / "notebooks").mkdir(exist_ok=True)
        (tmp_path / "data").mkdir(exist_ok=True)
        (tmp_path / "data" / "answers.csv").write_text("a,b\n1,2\n", encoding="utf-8")
        for name, nb in notebooks.items():
            nbformat.write(nb, tmp_path / "notebooks" / f"{name}.ipynb")
        return tmp_path

    return make
