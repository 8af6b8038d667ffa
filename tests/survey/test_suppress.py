"""Nothing that is hidden can be worked out from what is shown: tried by elimination."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commsvc.errors import CommsvcError
from commsvc.inference import Design
from commsvc.survey.suppress import suppress_small
from commsvc.survey.tabulate import tabulate_answers


def table_frame(cells):
    """The tidy frame of a table of counts, everybody first."""
    cells = np.asarray(cells)
    data = pd.DataFrame(
        [
            {"g": f"g{i}", "q": f"q{j}"}
            for i, row in enumerate(cells)
            for j, count in enumerate(row)
            for _ in range(count)
        ]
    )
    return tabulate_answers(data, "q", by="g", design=Design.srs()).frame()


def deducible(frame):
    """Hidden counts that follow from the bases and the total, one after the other."""
    groups = [g for g in dict.fromkeys(frame["group"]) if g != "all"]
    levels = list(dict.fromkeys(frame["level"]))
    at = frame.set_index(["group", "level"])
    known = np.array([[at.loc[(g, q), "count"] for q in levels] for g in groups], dtype=float)
    bases = np.array([at.loc[(g, levels[0]), "base"] for g in groups], dtype=float)
    whole = np.array([at.loc[("all", q), "count"] for q in levels], dtype=float)
    hidden, found = np.isnan(known), 0
    while True:
        before = np.isnan(known).sum()
        for i in range(len(groups)):
            if np.isnan(known[i]).sum() == 1:
                known[i, np.isnan(known[i])] = bases[i] - np.nansum(known[i])
        for j in range(len(levels)):
            if np.isnan(known[:, j]).sum() == 1:
                known[np.isnan(known[:, j]), j] = whole[j] - np.nansum(known[:, j])
        if np.isnan(known).sum() == before:
            break
    found = int((hidden & ~np.isnan(known)).sum())
    return found


TABLES = (
    st.integers(2, 4)
    .flatmap(
        lambda k: st.lists(
            st.lists(st.integers(0, 15), min_size=k, max_size=k).filter(lambda r: sum(r) > 0),
            min_size=2,
            max_size=4,
        )
    )
    .filter(lambda rows: all(sum(column) > 0 for column in zip(*rows, strict=True)))
)


@settings(deadline=None, max_examples=40)
@given(TABLES, st.integers(0, 25), st.integers(0, 6))
def test_hidden_cells_cannot_be_deduced(cells, base, cell):
    frame = table_frame(cells)
    out = suppress_small(frame, base=base, cell=cell)
    hidden = out["count"].isna()
    groups = frame["group"] != "all"
    due = groups & ((frame["base"] < base) | ((frame["count"] > 0) & (frame["count"] < cell)))
    assert hidden[due].all()
    assert not hidden[~groups].any()
    assert (out.loc[hidden, ["estimate", "low", "high"]].isna()).all().all()
    assert out.loc[hidden, "note"].str.contains("suppressed").all()
    assert frame["count"].notna().all()
    assert deducible(out) == 0


def test_nothing_is_hidden_without_need():
    frame = table_frame([[40, 20], [30, 30]])
    pd.testing.assert_frame_equal(suppress_small(frame, base=30, cell=5), frame)


def test_marks_only():
    frame = table_frame([[40, 20], [30, 2], [30, 20]])
    out = suppress_small(frame, base=30, cell=5, mark=True)
    assert out["count"].tolist() == frame["count"].tolist()
    assert (out["note"] != frame["note"]).sum() >= 2


def test_frames_it_cannot_take():
    frame = table_frame([[40, 20], [30, 30]])
    with pytest.raises(CommsvcError, match="no column 'base'"):
        suppress_small(frame.drop(columns="base"))
    with pytest.raises(CommsvcError, match="level twice"):
        suppress_small(pd.concat([frame, frame]))
