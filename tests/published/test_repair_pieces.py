"""A page repaired in pieces is the page repaired at once, in bounded memory."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commsvc.published.figures import iter_figures
from commsvc.published.repair import damage, repair, replay
from commsvc.published.repair.counting import Counts, pair
from commsvc.published.repair.pieces import cuts
from commsvc.published.reports import data_folder

DEMO = (data_folder() / "demo_text.txt").read_text("utf-8")
GLOSSED = "\n".join(damage(DEMO, seed) for seed in range(3))
PAGES = {
    "glossed": GLOSSED,
    "not glossed": "\n".join(damage(DEMO, seed, glossed=False) for seed in range(3)),
    "clean": DEMO * 3,
    "mixed": f"{DEMO}\n{GLOSSED}\nCommunity services, 45.2%.\n{DEMO}",
    # OpenCC converts no lone surrogate: such a line goes character by character, the others not.
    "surrogate": f"{GLOSSED}\n乾隆\ud800乾燥\n乾燥的乾隆\n論著\n",
}


def everything(
    monkeypatch: pytest.MonkeyPatch, page: str, size: int, **options: bool
) -> tuple[object, ...]:
    monkeypatch.setattr("commsvc.published.repair.SIZE", size)
    done = repair(page, **options)
    return done.text, list(done.edits), done.damaged, done.notes, list(iter_figures(done))


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("options", [{}, {"spun": True, "punctuation": True}, {"script": True}])
def test_a_page_in_pieces_is_the_page_at_once(
    monkeypatch: pytest.MonkeyPatch, name: str, options: dict[str, bool]
) -> None:
    page = PAGES[name]
    whole = everything(monkeypatch, page, 10**9, **options)
    longest = max(map(len, page.split("\n")))
    for size in (longest + 1, 1999):
        assert everything(monkeypatch, page, size, **options) == whole


@pytest.mark.source
def test_the_page_in_pieces_is_the_page_at_once(
    monkeypatch: pytest.MonkeyPatch, source_page: Path
) -> None:
    page = source_page.read_text("utf-8")
    whole = everything(monkeypatch, page, 10**9, spun=True)
    assert everything(monkeypatch, page, 2000, spun=True) == whole


def test_offsets_are_those_of_the_page_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = repair(GLOSSED)
    monkeypatch.setattr("commsvc.published.repair.SIZE", 300)
    cut = repair(GLOSSED)
    every = np.arange(len(cut.text) + 1)
    assert (cut.to_page(every) == whole.to_page(every)).all()
    assert cut.to_page(every.reshape(1, -1)).shape == (1, len(every))
    assert all(cut.page_span(a, a + 5) == whole.page_span(a, a + 5) for a in range(0, 900, 7))
    assert [cut.edits[i] for i in range(0, len(cut.edits), 97)] == list(whole.edits)[::97]
    for mine, theirs in zip(cut.edits.spans(), whole.edits.spans(), strict=True):
        assert (mine == theirs).all()
    assert cut.report().equals(whole.report())
    assert replay(GLOSSED, cut.edits) == cut.text


def test_progress_goes_from_nothing_to_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("commsvc.published.repair.SIZE", 500)
    seen: list[tuple[int, int]] = []
    repair(GLOSSED, spun=True, progress=lambda done, total: seen.append((done, total)))
    assert len(seen) > 10
    assert seen == sorted(seen)
    assert seen[-1] == (len(GLOSSED), len(GLOSSED))


def test_an_edit_takes_a_few_bytes() -> None:
    edits = repair(damage(DEMO * 10)).edits
    taken = sum(
        column.nbytes
        for part in edits.parts
        for column in vars(part.columns).values()
        if isinstance(column, np.ndarray)
    )
    assert taken + sum(len(part.columns.others) for part in edits.parts) < 8 * len(edits)


@given(st.text(alphabet="a\n)。 ", max_size=60), st.integers(1, 9))
@settings(max_examples=100, deadline=None)
def test_cuts_follow_line_ends(text: str, size: int) -> None:
    found = list(cuts(text, size))
    assert "".join(text[start:end] for start, end in found) == text
    assert all(a[1] == b[0] for a, b in pairwise(found))
    if max(map(len, text.split("\n"))) < size:
        assert all(text[end - 1] == "\n" for _, end in found[:-1])
    assert all(end - start <= 2 * size for start, end in found)


def test_where_pages_are_cut() -> None:
    assert list(cuts("一二\n三四\n五六", 3)) == [(0, 6), (6, 8)]
    assert list(cuts("", 5)) == [(0, 0)]
    assert list(cuts("x" * 30, 10)) == [(0, 20), (20, 30)]
    assert list(cuts("x" * 14 + ")" + "x" * 15, 10)) == [(0, 15), (15, 30)]


@given(st.lists(st.text(alphabet="社区服务", max_size=12), max_size=6), st.integers(1, 7))
@settings(max_examples=60, deadline=None)
def test_counts_are_those_of_the_whole_text(parts: list[str], waiting: int) -> None:
    """Against the counts by hand, however full the buffer is and wherever the text is cut."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("commsvc.published.repair.counting.WAITING", waiting)
        counts = Counts()
        for part in parts:
            counts.add(np.array([ord(c) for c in part], dtype=np.int64))
        counts.finish()
    text = "".join(parts)
    wanted = Counter(pairwise(text))
    keys = [int(pair(np.array([ord(a)]), np.array([ord(b)]))[0]) for a, b in wanted]
    assert dict(zip(counts.keys.tolist(), counts.times.tolist(), strict=True)) == dict(
        zip(keys, wanted.values(), strict=True)
    )
    assert {chr(c): int(n) for c, n in enumerate(counts.single) if n} == Counter(text)


def test_pairs_seen_once_go_when_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("commsvc.published.repair.counting.KEPT_PAIRS", 2)
    counts = Counts()
    counts.add(np.array([1, 2, 1, 2, 3, 4, 5], dtype=np.int64))
    counts.finish()
    assert dict(zip(counts.keys.tolist(), counts.times.tolist(), strict=True)) == {1 << 16 | 2: 2}
