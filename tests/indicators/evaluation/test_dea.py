"""DEA and Malmquist: published efficiencies, Pyfrontier, and what a frontier must do."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commsvc.errors import CommsvcError
from commsvc.indicators import evaluation as e
from commsvc.indicators.evaluation.dea import efficiencies
from commsvc.indicators.evaluation.frontier import Technology

PRINTED = 5e-4
SOLVED = 1e-6  # what the solver promises


def table(inputs, outputs) -> tuple[pd.DataFrame, list[str], list[str]]:
    x, y = np.array(inputs, float), np.array(outputs, float)
    names = [f"x{j}" for j in range(x.shape[1])], [f"y{j}" for j in range(y.shape[1])]
    return pd.DataFrame(np.hstack([x, y]), columns=[*names[0], *names[1]]), *names


def made_up(seed: int, n: int = 8) -> tuple[pd.DataFrame, list[str], list[str]]:
    rng = np.random.default_rng(seed)
    x = rng.uniform(1, 9, (n, 2)).round(2)
    return table(x, (x.mean(axis=1, keepdims=True) * rng.uniform(0.3, 1, (n, 2))).round(2))


def test_hospitals_published(cases):
    case = cases["dea_hospitals"]
    data = table(case["inputs"], case["outputs"])
    ccr, bcc = e.dea(*data), e.dea(*data, returns="variable")
    assert ccr["estimate"].tolist() == pytest.approx(case["ccr"], abs=PRINTED)
    assert bcc["estimate"].tolist() == pytest.approx(case["bcc"], abs=PRINTED)
    scale = e.scale_efficiency(*data)
    assert (scale["crs"] - ccr["estimate"]).abs().max() < SOLVED
    assert (scale["scale"] - ccr["estimate"] / bcc["estimate"]).abs().max() < SOLVED


def test_deap_example_one_with_its_slacks(cases):
    case = cases["dea_eg1"]
    found = e.dea(*table(case["inputs"], case["outputs"]))
    assert found["estimate"].tolist() == pytest.approx(case["ccr"], abs=PRINTED)
    assert found["estimate"].mean() == pytest.approx(case["mean"], abs=PRINTED)
    # Firm 1's radial target (1, 2.5) lies beside the frontier: half a unit of input 2 to spare.
    assert found.loc[0, "slack x1"] == pytest.approx(0.5, abs=SOLVED)
    assert found.loc[1:, ["slack x0", "slack x1"]].abs().max().max() < SOLVED


@pytest.mark.parametrize("returns", ["constant", "variable"])
@pytest.mark.parametrize("orientation", ["input", "output"])
def test_against_pyfrontier(returns, orientation, packages):
    case = packages["frontier"]
    found = e.dea(
        *table(case["inputs"], case["outputs"]), returns=returns, orientation=orientation
    )["estimate"]
    assert found.tolist() == pytest.approx(case[f"{returns} {orientation}"], abs=1e-4)
    assert found.nunique() > 8


@given(st.integers(0, 10**6))
@settings(max_examples=8)
def test_what_a_frontier_must_do(seed):
    frame, x, y = made_up(seed)
    ccr, out = e.dea(frame, x, y), e.dea(frame, x, y, orientation="output")
    bcc = e.dea(frame, x, y, returns="variable")
    assert np.allclose(ccr["estimate"], out["estimate"], atol=SOLVED)
    assert (bcc["estimate"] >= ccr["estimate"] - SOLVED).all()
    assert (ccr["verdict"] == "efficient").any()
    other = e.dea(frame.assign(x0=frame["x0"] * 1000, y1=frame["y1"] / 7), x, y)
    assert np.allclose(ccr["estimate"], other["estimate"], atol=SOLVED)
    assert np.allclose(ccr["slack x0"] * 1000, other["slack x0"], atol=1e-2)
    # A unit worse than another moves nobody.
    worse = pd.concat([frame, (frame.iloc[:1] * [2, 2, 0.5, 0.5])], ignore_index=True)
    assert np.allclose(e.dea(worse, x, y)["estimate"][:-1], ccr["estimate"], atol=SOLVED)
    # Where every unit does as its target says, every unit is efficient.
    target = frame.copy()
    for name in x:
        target[name] = frame[name] * ccr["estimate"] - ccr[f"slack {name}"]
    for name in y:
        target[name] = frame[name] + ccr[f"slack {name}"]
    best = ccr["verdict"] == "efficient"
    for i in frame.index[~best]:
        trial = pd.concat([frame[best], target.loc[[i]]], ignore_index=True)
        last = e.dea(trial, x, y).iloc[-1]
        assert last["estimate"] == pytest.approx(1, abs=1e-5)
        assert max(last[f"slack {name}"] for name in (*x, *y)) < 1e-4


@pytest.mark.parametrize("returns", ["constant", "variable", "nonincreasing", "nondecreasing"])
@pytest.mark.parametrize("orientation", ["input", "output"])
def test_leaving_inefficient_units_out_changes_nothing(returns, orientation):
    frame, x, y = made_up(11, 60)
    whole = Technology(frame[x].to_numpy(), frame[y].to_numpy(), returns, orientation)
    each = [whole.efficiency(*pair) for pair in zip(whole.inputs, whole.outputs, strict=True)]
    assert sum(one < 0.999 for one in each) > 20, "enough to be left out"
    assert efficiencies(whole).tolist() == pytest.approx(each, abs=SOLVED)


def test_one_input_one_output_is_a_ratio():
    frame, x, y = table([[2], [4], [3], [5], [6]], [[1], [2], [3], [4], [5]])
    found = e.dea(frame, x, y)["estimate"]
    ratio = frame["y0"] / frame["x0"]
    assert found.tolist() == pytest.approx((ratio / ratio.max()).tolist(), abs=SOLVED)


def test_weakly_efficient_is_said():
    found = e.dea(*table([[1, 1], [1, 3]], [[1], [1]]))
    assert found["verdict"].tolist() == ["efficient", "weakly efficient"]
    assert found["slack x1"].tolist() == pytest.approx([0, 2])
    assert "too few" in found["note"][0]


def test_returns_to_scale_orders():
    frame, x, y = made_up(4)
    score = {
        kind: e.dea(frame, x, y, returns=kind)["estimate"]
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


def panel(case) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "firm": list("ABCDE") * 2,
            "year": [1] * 5 + [2] * 5,
            "x": case["x1"] + case["x2"],
            "y": case["y1"] + case["y2"],
        }
    )


def test_malmquist_published(cases):
    case = cases["malmquist_eg4"]
    found = e.malmquist(panel(case), ["x"], ["y"], unit="firm", period="year")
    mean = found.set_index("group").loc["geometric mean"]
    for part in ("effch", "techch", "pech", "sech", "tfpch"):
        assert found[part][:5].tolist() == pytest.approx(case[part], abs=6e-4)
        assert mean[part] == pytest.approx(case["means"][part], abs=6e-4)


def test_malmquist_turns_round_with_time_and_row_order_is_nothing(cases):
    frame = panel(cases["malmquist_eg4"])
    there = e.malmquist(frame, ["x"], ["y"], unit="firm", period="year")
    back = e.malmquist(
        frame.assign(year=3 - frame["year"]), ["x"], ["y"], unit="firm", period="year"
    )
    assert np.allclose(there["tfpch"] * back["tfpch"], 1, atol=1e-5)
    shuffled = frame.sample(frac=1, random_state=1)
    found = e.malmquist(shuffled, ["x"], ["y"], unit="firm", period="year").set_index("group")
    assert np.allclose(found.loc[there["group"], "tfpch"], there["tfpch"], atol=SOLVED)


@given(st.integers(0, 10**6), st.floats(0.5, 3))
@settings(max_examples=8)
def test_malmquist_of_a_common_shift(seed, factor):
    frame, x, y = made_up(seed, 5)
    frame = frame.assign(unit=list("ABCDE"), year=1)
    later = frame.assign(year=2, **{name: frame[name] * factor for name in y})
    both = pd.concat([frame, later], ignore_index=True)
    found = e.malmquist(both, x, y, unit="unit", period="year")
    assert np.allclose(found["effch"], 1, atol=1e-5)
    assert np.allclose(found["techch"], factor, rtol=1e-5)
    assert np.allclose(found["tfpch"], found["effch"] * found["techch"])


FRAME = pd.DataFrame({"u": ["A", "B"], "x": [1, 2], "y": [2, 2], "year": [1, 2]})


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: e.dea(FRAME, "x", ["y"]), "list of one column"),
        (lambda: e.dea(FRAME, ["x"], ["x"]), "an input and an output"),
        (lambda: e.dea(FRAME[:1], ["x"], ["y"]), "spans no frontier"),
        (lambda: e.dea(FRAME.assign(x=[-1, 2]), ["x"], ["y"], unit="u"), "A: the input 'x' is -1"),
        (lambda: e.dea(FRAME.assign(y=[0, 2]), ["x"], ["y"], unit="u"), "A: no output at all"),
        (lambda: e.dea(FRAME.assign(z=0), ["x", "z"], ["y"]), "'z' is 0 everywhere"),
        (lambda: e.dea(FRAME, ["x"], ["y"], returns="variabel"), "did you mean 'variable'"),
        (lambda: e.dea(FRAME, ["x"], ["y"], orientation="in"), "allowed: input, output"),
        (lambda: e.scale_efficiency(FRAME, ["q"], ["y"]), "no column 'q'"),
        (lambda: e.malmquist(FRAME, ["x"], ["y"], unit="u", period="year"), "no frontier"),
        (
            lambda: e.malmquist(FRAME.assign(year=1), ["x"], ["y"], unit="u", period="year"),
            "1 period shows no change",
        ),
        (
            lambda: e.malmquist(
                pd.concat([FRAME.assign(year=1), FRAME.assign(year=2, u=["A", "C"])]),
                ["x"], ["y"], unit="u", period="year",
            ),
            "'B' is not in every period",
        ),
    ],
)  # fmt: skip
def test_refusals(call, says):
    with pytest.raises(CommsvcError, match=says):
        call()
