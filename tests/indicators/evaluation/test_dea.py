"""DEA and Malmquist: published efficiencies, Pyfrontier, and what a frontier must do."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commsvc import over_printed
from commsvc.errors import CommsvcError
from commsvc.indicators import evaluation as e

PRINTED = 5e-4
SOLVED = 1e-6  # what the solver promises


def table(inputs, outputs) -> tuple[pd.DataFrame, list[str], list[str]]:
    x, y = np.array(inputs, float), np.array(outputs, float)
    names = [f"x{j}" for j in range(x.shape[1])], [f"y{j}" for j in range(y.shape[1])]
    return pd.DataFrame(np.hstack([x, y]), columns=[*names[0], *names[1]]), *names


def solved(data, **options) -> pd.DataFrame:
    frame, x, y = data
    return e.dea(frame[x], frame[y], **options)


def made_up(seed: int, n: int = 8) -> tuple[pd.DataFrame, list[str], list[str]]:
    rng = np.random.default_rng(seed)
    x = rng.uniform(1, 9, (n, 2)).round(2)
    return table(x, (x.mean(axis=1, keepdims=True) * rng.uniform(0.3, 1, (n, 2))).round(2))


def test_hospitals_published(cases):
    case = cases["dea_hospitals"]
    data = table(case["inputs"], case["outputs"])
    ccr, bcc = solved(data), solved(data, returns="variable")
    assert ccr["estimate"].tolist() == pytest.approx(case["ccr"], abs=PRINTED)
    assert bcc["estimate"].tolist() == pytest.approx(case["bcc"], abs=PRINTED)
    for found in (ccr, bcc):
        assert (found["scale"] - ccr["estimate"] / bcc["estimate"]).abs().max() < SOLVED


def test_deap_example_one_with_its_slacks(cases):
    case = cases["dea_eg1"]
    found = solved(table(case["inputs"], case["outputs"]))
    assert found["estimate"].tolist() == pytest.approx(case["ccr"], abs=PRINTED)
    assert found["estimate"].mean() == pytest.approx(case["mean"], abs=PRINTED)
    # Firm 1's radial target (1, 2.5) lies beside the frontier: half a unit of input 2 to spare.
    assert found.loc[0, "slack x1"] == pytest.approx(0.5, abs=SOLVED)
    assert found.loc[1:, ["slack x0", "slack x1"]].abs().max().max() < SOLVED


@pytest.mark.parametrize("returns", ["constant", "variable"])
@pytest.mark.parametrize("orientation", ["input", "output"])
def test_against_pyfrontier(returns, orientation, packages):
    case = packages["frontier"]
    found = e.efficiency(case["inputs"], case["outputs"], returns=returns, orientation=orientation)
    assert found.tolist() == pytest.approx(case[f"{returns} {orientation}"], abs=1e-4)
    assert len(set(found)) > 8


@given(st.integers(0, 10**6))
@settings(max_examples=8)
def test_what_a_frontier_must_do(seed):
    frame, x, y = made_up(seed)
    ccr, out = solved((frame, x, y)), solved((frame, x, y), orientation="output")
    bcc = solved((frame, x, y), returns="variable")
    assert np.allclose(ccr["estimate"], out["estimate"], atol=SOLVED)
    assert (bcc["estimate"] >= ccr["estimate"] - SOLVED).all()
    assert (ccr["verdict"] == "efficient").any()
    other = solved((frame.assign(x0=frame["x0"] * 1000, y1=frame["y1"] / 7), x, y))
    assert np.allclose(ccr["estimate"], other["estimate"], atol=SOLVED)
    assert np.allclose(ccr["slack x0"] * 1000, other["slack x0"], atol=1e-2)
    # A unit worse than another moves nobody.
    worse = pd.concat([frame, (frame.iloc[:1] * [2, 2, 0.5, 0.5])], ignore_index=True)
    assert np.allclose(solved((worse, x, y))["estimate"][:-1], ccr["estimate"], atol=SOLVED)
    # Where every unit does as its target says, every unit is efficient.
    target = frame.copy()
    for name in x:
        target[name] = frame[name] * ccr["estimate"] - ccr[f"slack {name}"]
    for name in y:
        target[name] = frame[name] + ccr[f"slack {name}"]
    best = ccr["verdict"] == "efficient"
    for i in frame.index[~best]:
        trial = pd.concat([frame[best], target.loc[[i]]], ignore_index=True)
        last = solved((trial, x, y)).iloc[-1]
        assert last["estimate"] == pytest.approx(1, abs=1e-5)
        assert max(last[f"slack {name}"] for name in (*x, *y)) < 1e-4


@pytest.mark.parametrize("returns", ["constant", "variable", "nonincreasing", "nondecreasing"])
@pytest.mark.parametrize("orientation", ["input", "output"])
def test_leaving_inefficient_units_out_changes_nothing(returns, orientation):
    frame, x, y = made_up(11, 60)
    how = {"returns": returns, "orientation": orientation}
    found = e.efficiency(frame[x], frame[y], **how)
    whole = e.efficiency(frame[x], frame[y], against=(frame[x], frame[y]), **how)
    assert sum(one < 0.999 for one in whole) > 20, "enough to be left out"
    assert found.tolist() == pytest.approx(whole.tolist(), abs=SOLVED)


@pytest.mark.parametrize("returns", ["constant", "variable"])
def test_ends_over_printed_figures_by_draws(returns):
    """A unit is best with itself at its best and the others at their worst: nothing lies beyond."""
    figures, rng = made_up(3, 12)[0].to_numpy().round(1), np.random.default_rng(1)
    score = e.efficiency(figures[:, :2], figures[:, 2:], returns=returns)
    figures = figures[np.argsort(score)]

    def first(own, makes, others, make):
        x, y = np.vstack([own, others]), np.vstack([makes, make])
        return e.efficiency(x, y, returns=returns)[0]

    near = [[(v - 0.05, v + 0.05) for v in row] for row in figures]
    ends = over_printed(
        first,
        {"own": [near[0][:2]], "makes": [near[0][2:]], "others": [row[:2] for row in near[1:]],
         "make": [row[2:] for row in near[1:]]},
        rises=["makes", "others"], falls=["own", "make"],
    )  # fmt: skip
    assert ends.certain
    assert ends.low < ends.high
    for _ in range(30):
        drawn = figures + rng.choice([-0.05, 0.05, 0.01], figures.shape)
        one = e.efficiency(drawn[:, :2], drawn[:, 2:], returns=returns)[0]
        assert ends.low - SOLVED <= one <= ends.high + SOLVED


def test_one_input_one_output_is_a_ratio():
    frame, x, y = table([[2], [4], [3], [5], [6]], [[1], [2], [3], [4], [5]])
    found = solved((frame, x, y))["estimate"]
    ratio = frame["y0"] / frame["x0"]
    assert found.tolist() == pytest.approx((ratio / ratio.max()).tolist(), abs=SOLVED)


def test_weakly_efficient_is_said():
    found = solved(table([[1, 1], [1, 3]], [[1], [1]]))
    assert found["verdict"].tolist() == ["efficient", "weakly efficient"]
    assert found["slack x1"].tolist() == pytest.approx([0, 2])
    assert "too few" in found["note"][0]


def test_returns_to_scale_orders():
    frame, x, y = made_up(4)
    score = {
        kind: solved((frame, x, y), returns=kind)["estimate"]
        for kind in ("constant", "nonincreasing", "nondecreasing", "variable")
    }
    for kind in ("nonincreasing", "nondecreasing"):
        assert (score["constant"] <= score[kind] + SOLVED).all()
        assert (score[kind] <= score["variable"] + SOLVED).all()
    # One of the two is on the constant-returns frontier, the other on the variable one.
    gap = np.minimum(
        abs(score["nonincreasing"] - score["constant"]),
        abs(score["nondecreasing"] - score["constant"]),
    )
    assert gap.max() < SOLVED


def years(case):
    columns = ([[v] for v in case[name]] for name in ("x1", "y1", "x2", "y2"))
    x1, y1, x2, y2 = columns
    return (x1, y1), (x2, y2)


def test_malmquist_published(cases):
    case = cases["malmquist_eg4"]
    found = e.malmquist(*years(case), units="ABCDE")
    mean = found.set_index("group").loc["geometric mean"]
    for part in ("effch", "techch", "pech", "sech", "tfpch"):
        assert found[part][:5].tolist() == pytest.approx(case[part], abs=6e-4)
        assert mean[part] == pytest.approx(case["means"][part], abs=6e-4)


def test_malmquist_turns_round_with_time_and_row_order_is_nothing(cases):
    before, after = years(cases["malmquist_eg4"])
    there, back = e.malmquist(before, after), e.malmquist(after, before)
    assert np.allclose(there["tfpch"] * back["tfpch"], 1, atol=1e-5)
    turned = e.malmquist(*((x[::-1], y[::-1]) for x, y in (before, after)))
    assert np.allclose(turned["tfpch"][:5][::-1], there["tfpch"][:5], atol=SOLVED)


@given(st.integers(0, 10**6), st.floats(0.5, 3))
@settings(max_examples=8)
def test_malmquist_of_a_common_shift(seed, factor):
    frame, x, y = made_up(seed, 5)
    found = e.malmquist((frame[x], frame[y]), (frame[x], frame[y] * factor))
    assert np.allclose(found["effch"], 1, atol=1e-5)
    assert np.allclose(found["techch"], factor, rtol=1e-5)
    assert np.allclose(found["tfpch"], found["effch"] * found["techch"])


X, Y = [[1], [2]], [[2], [2]]


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: e.dea([1, 2], Y), "a table of shape"),
        (lambda: e.dea(X, [[2]]), "1 unit has no rank"),
        (lambda: e.dea(X, [[2], [3], [4]]), "outputs of 3"),
        (lambda: e.dea([[-1], [2]], Y), "row 0: the input 1 is -1"),
        (lambda: e.dea(X, [[0], [2]]), "row 0: no output at all"),
        (lambda: e.dea([[1, 0], [2, 0]], Y), "the input 2 is 0 everywhere"),
        (lambda: e.dea(X, Y, returns="variabel"), "did you mean 'variable'"),
        (lambda: e.efficiency(X, Y, orientation="in"), "allowed: input, output"),
        (lambda: e.malmquist((X, Y), ([[1], [2], [3]], [[1], [2], [3]])), "other units"),
    ],
)
def test_refusals(call, says):
    with pytest.raises(CommsvcError, match=says):
        call()
