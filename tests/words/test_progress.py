"""A bar changes nothing of the work, is shown where somebody waits, and leaves nothing behind."""

from __future__ import annotations

import io
from contextlib import suppress
from types import SimpleNamespace
from typing import Any

import pytest

from commsvc.words import progress
from commsvc.words.progress import told, track


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def standing_at(stream: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the bar write there; pytest puts a stream of its own into `sys` before every test."""
    monkeypatch.setattr(progress, "sys", SimpleNamespace(stderr=stream, modules={}))


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Somebody waits at a terminal, without patience."""
    stream = Terminal()
    standing_at(stream, monkeypatch)
    monkeypatch.setattr(progress, "PATIENCE", 0)
    monkeypatch.setattr(progress, "PAUSE", 0)
    monkeypatch.delenv(progress.SWITCH, raising=False)
    return stream


@pytest.mark.parametrize("items", [range(5), [], iter("abc"), {"a": 1}])
def test_items_are_what_they_were(items: Any, terminal: Terminal) -> None:
    known = list(items)
    assert list(track(iter(known), "working")) == known


def test_line_is_written_over_and_cleared(terminal: Terminal) -> None:
    for _ in track(range(3), "counting"):
        pass
    states = terminal.getvalue().split("\r\x1b[K")
    assert [state.split(",")[0] for state in states] == [
        "",
        "counting 0/3",
        "counting 1/3",
        "counting 2/3",
        "",
    ]


def test_work_that_is_left_or_fails_leaves_no_line(terminal: Terminal) -> None:
    for item in track(range(9), "looking"):
        if item == 2:
            break
    assert terminal.getvalue().endswith("\r\x1b[K")
    with suppress(ZeroDivisionError), told("dividing") as tell:
        tell(1 // (2 - 1), 2)
        tell(1 // 0, 2)
    assert "dividing 1/2" in terminal.getvalue()
    assert terminal.getvalue().endswith("\r\x1b[K")


def test_nothing_is_said_of_quick_work_in_a_pipe_or_in_a_report(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(progress.SWITCH, "off")
    assert list(track(range(3), "counting")) == [0, 1, 2]
    monkeypatch.delenv(progress.SWITCH)
    monkeypatch.setattr(progress, "PATIENCE", 60)
    assert list(track(range(3), "counting")) == [0, 1, 2]
    assert terminal.getvalue() == ""
    pipe = io.StringIO()
    standing_at(pipe, monkeypatch)
    monkeypatch.setattr(progress, "PATIENCE", 0)
    assert list(track(range(3), "counting")) == [0, 1, 2]
    assert pipe.getvalue() == ""


def test_long_work_of_the_library_shows_its_bar(terminal: Terminal) -> None:
    from commsvc.published.reconstruct import by_group

    tables = by_group(600, ["73%", "69%", "70%"], total_share="71%")
    tables.values("pearson")
    assert "tables" in terminal.getvalue()
