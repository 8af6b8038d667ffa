"""Nothing that is hidden can be worked out from what is shown: tried by linear programming."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import linprog

from commsvc.errors import CommsvcError
from commsvc.inference import Design
from commsvc.survey.complement import _fixed, complement
from commsvc.survey.describe import satisfaction
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


def fixed_by_the_sums(cells, hidden, summed, has_total):
    """Hidden cells that only one number fits, by linear programming over all tables there are."""
    at = np.argwhere(hidden)
    sums = [(at[:, 0] == i, cells[i][hidden[i]].sum()) for i in np.flatnonzero(summed)]
    if has_total:
        sums += [(at[:, 1] == j, cells[:, j][hidden[:, j]].sum()) for j in range(cells.shape[1])]
    if not sums:
        return np.zeros_like(hidden)
    rows = np.array([members for members, _ in sums], dtype=float)
    out = np.zeros_like(hidden)
    for k, (i, j) in enumerate(at):
        one = np.eye(len(at))[k]
        found = [linprog(s * one, A_eq=rows, b_eq=[t for _, t in sums]) for s in (1, -1)]
        unbounded = found[1].status == 3
        out[i, j] = not unbounded and -found[1].fun - found[0].fun < 1e-7
    return out


@settings(deadline=None, max_examples=150)
@given(
    st.tuples(st.integers(1, 5), st.integers(1, 4)).flatmap(
        lambda shape: st.tuples(
            arrays(float, shape, elements=st.sampled_from([0.0, 1, 1, 2, 3, 5, 9])),
            arrays(bool, shape),
            arrays(bool, shape[0]),
        )
    ),
    st.booleans(),
)
def test_hidden_cells_follow_from_no_sum(table, has_total):
    cells, first, summed = table
    hidden = complement(cells, first, summed, has_total)
    assert hidden[first].all()
    fixed = fixed_by_the_sums(cells, hidden, summed, has_total)
    assert (_fixed(cells, hidden, summed, has_total) == fixed).all()
    # What is still fixed is so by the sums alone, whatever is hidden.
    for i, _ in np.argwhere(fixed & first & (cells > 0)):
        assert hidden.all() if has_total else hidden[i].all()


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
    assert all("suppressed" in note for note in out.loc[hidden, "note"])
    assert frame["count"].notna().all()
    if hidden.any():
        rows = {"index": "group", "columns": "level"}
        counts = frame[groups].pivot(**rows, values="count").to_numpy(dtype=float)
        gone = out[groups].assign(gone=hidden).pivot(**rows, values="gone").to_numpy(dtype=bool)
        wanted = frame[groups].assign(due=due).pivot(**rows, values="due").to_numpy(dtype=bool)
        every = np.full(len(counts), True)
        fixed = fixed_by_the_sums(counts, gone, every, True)
        assert gone.all() or not (fixed & wanted & (counts > 0)).any()


def test_two_cycles_joined_by_a_bridge_give_the_bridge_away():
    cells = np.array([[2.0, 2, 9, 9], [2, 2, 3, 9], [9, 9, 2, 2], [9, 9, 2, 2]])
    first = cells < 4
    every = np.full(4, True)
    assert _fixed(cells, first, every, True)[1, 2]  # no cell stands alone in its row or column
    hidden = complement(cells, first, every, True)
    assert not (_fixed(cells, hidden, every, True) & first).any()


def test_the_sentence_of_a_beginner_names_no_small_group():
    frame = pd.DataFrame(
        {
            "site": ["north"] * 40 + ["south"] * 30 + ["east"] * 20 + ["west"] * 3,
            "q": ["很满意"] * 30 + ["一般"] * 10 + ["很满意"] * 15 + ["一般"] * 15
            + ["很满意"] * 12 + ["不满意"] * 8 + ["不满意"] * 3,
            "age": [30] * 20 + [40] * 70 + [97] * 3,
        }
    )  # fmt: skip
    found = satisfaction(frame, "q", by="site", design=Design.srs(), smallest_base=10)
    assert "west" not in found.sentence
    assert "from 50.0% (south)" in found.sentence
    for table in (found.table, found.summary, found.bounds):
        gone = table[table["estimate" if "estimate" in table else "low"].isna()]
        assert set(gone["group"]) == {"west", "east"}
    ages = satisfaction(frame, "age", by="site", design=Design.srs(), smallest_base=10)
    assert "97" not in ages.sentence
    assert set(ages.table["group"][ages.table["estimate"].isna()]) == {"west", "east"}


def test_a_group_without_people_hides_no_other():
    frame = table_frame([[40, 20], [30, 30]])
    empty = frame[frame["group"] == "g0"].assign(group="g2", count=0.0, base=0.0, estimate=np.nan)
    out = suppress_small(pd.concat([frame, empty], ignore_index=True), base=30)
    assert not any("suppressed" in note for note in out["note"])


def test_nothing_is_hidden_without_need():
    frame = table_frame([[40, 20], [30, 30]])
    pd.testing.assert_frame_equal(suppress_small(frame, base=30, cell=5), frame)


def test_marks_only():
    frame = table_frame([[40, 20], [30, 2], [30, 20]])
    out = suppress_small(frame, base=30, cell=5, mark=True)
    assert out["count"].tolist() == frame["count"].tolist()
    assert sum(bool(note) for note in out["note"]) >= 2


def test_frames_it_cannot_take():
    frame = table_frame([[40, 20], [30, 30]])
    with pytest.raises(CommsvcError, match="no column 'base'"):
        suppress_small(frame.drop(columns="base"))
    with pytest.raises(CommsvcError, match="level twice"):
        suppress_small(pd.concat([frame, frame]))
