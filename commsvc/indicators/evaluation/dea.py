"""Data envelopment analysis: efficiency against the best of the same units, and over time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from commsvc.errors import CommsvcError, unknown_name
from commsvc.indicators.evaluation.criteria import Array, matrix
from commsvc.progress import track
from commsvc.words.messages import Text, message

# What the sum of the peers' weights may be.
_RETURNS: Final = {
    "constant": (0.0, np.inf),
    "variable": (1.0, 1.0),
    "nonincreasing": (0.0, 1.0),
    "nondecreasing": (1.0, np.inf),
}
RETURNS: Final = tuple(_RETURNS)
ORIENTATIONS: Final = ("input", "output")
# HiGHS is exact to about 1e-7 of the constraints; figures are scaled to a mean of one before.
CLOSE: Final = 1e-6

_MODELS: Final[Mapping[str, Text | str]] = {
    "constant": "CCR",
    "variable": "BCC",
    "nonincreasing": message("nonincreasing returns"),
    "nondecreasing": message("nondecreasing returns"),
}
_SIDES: Final = {"input": message("input-oriented"), "output": message("output-oriented")}


def efficiency(
    inputs: Any,
    outputs: Any,
    *,
    against: tuple[Any, Any] | None = None,
    returns: str = "constant",
    orientation: str = "input",
) -> Array:
    """Technical efficiency of each unit against the frontier that the units span.

    Input orientation: θ, the share of its inputs with which the frontier has the unit's outputs;
    output orientation: 1/φ, its outputs as a share of what the frontier has. `constant` returns:
    CCR (Charnes, Cooper & Rhodes 1978); `variable`: BCC (Banker, Charnes & Cooper 1984).

    Parameters
    ----------
    inputs, outputs : (n, m) and (n, s) figures, 0 or more, a row a unit, each column in a unit of
        its own
    against : inputs and outputs of the units that span the frontier, where they are others (those
        of another year); a unit may then be beyond it (above 1), or have no point of it to compare
        with (NaN)
    returns : `constant`, `variable`, `nonincreasing`, `nondecreasing`
    orientation : `input` or `output`

    Returns
    -------
    (n,) efficiencies, 1 on the frontier

    Raises
    ------
    CommsvcError : negative figures, a unit without any input or output, one unit only

    Examples
    --------
    By hand: A sees 1 per doctor, B ½, so B would need half its doctors.

    >>> efficiency([[2], [4]], [[2], [2]]).tolist()
    [1.0, 0.5]

    A unit gains by less of its own inputs and more of its own outputs, and by the opposite of the
    others', so that over printed figures its ends are certain:

    >>> from commsvc import over_printed
    >>> def second(own, other):
    ...     return efficiency([[other], [own]], [[2], [2]])[1]
    >>> found = over_printed(second, {"own": (3.5, 4.5), "other": (1.5, 2.5)},
    ...                      rises=["other"], falls=["own"])
    >>> round(found.low, 4), round(found.high, 4), found.certain
    (0.3333, 0.7143, True)
    """
    if returns not in _RETURNS:
        raise unknown_name("returns to scale", returns, RETURNS)
    if orientation not in ORIENTATIONS:
        raise unknown_name("orientation", orientation, ORIENTATIONS)
    x, y = _flows(inputs, outputs)
    there_x, there_y = (x, y) if against is None else _flows(*against)
    # The unit that a column is counted in changes nothing.
    by_x, by_y = there_x.mean(axis=0), there_y.mean(axis=0)
    x, there_x, y, there_y = x / by_x, there_x / by_x, y / by_y, there_y / by_y
    found, kept = np.empty(len(x)), np.ones(len(there_x), dtype=bool)
    for i in track(range(len(x)), "efficiencies", "效率"):
        found[i] = _radial(there_x[kept], there_y[kept], x[i], y[i], returns, orientation)
        if against is None:
            # An inefficient unit lies behind the frontier: the programmes after do without it.
            kept[i] = found[i] >= 1 - CLOSE
    if against is None:
        found[found > 1 - 1e-9] = 1.0
    return found


def _flows(inputs: Any, outputs: Any) -> tuple[Array, Array]:
    """Inputs and outputs as arrays, refused where they span no frontier."""
    x, y = matrix(inputs), matrix(outputs)
    if len(x) != len(y):
        raise CommsvcError(f"inputs of {len(x)} units, outputs of {len(y)}", allowed="as many")
    for role, array in (("input", x), ("output", y)):
        if (array < 0).any():
            row, column = np.argwhere(array < 0)[0]
            raise CommsvcError(
                f"the {role} {column + 1} is {array[row, column]:g}",
                where=f"row {row}", allowed="0 or more",
            )  # fmt: skip
        if (array.sum(axis=1) == 0).any():
            row = int((array.sum(axis=1) == 0).argmax())
            raise CommsvcError(f"no {role} at all", where=f"row {row}", allowed="one above 0")
        if (array.sum(axis=0) == 0).any():
            column = int((array.sum(axis=0) == 0).argmax())
            raise CommsvcError(f"the {role} {column + 1} is 0 everywhere")
    return x, y


def _radial(
    front_x: Array, front_y: Array, x: Array, y: Array, returns: str, orientation: str
) -> float:
    """Farrell efficiency of (m,) inputs and (s,) outputs; NaN without a point to compare with."""
    n, (m, s) = len(front_x), (x.size, y.size)
    rows = np.zeros((m + s, n + 1))
    rows[:m, 1:], rows[m:, 1:] = front_x.T, -front_y.T
    if orientation == "input":
        rows[:m, 0], sides, cost = -x, np.concatenate([np.zeros(m), -y]), 1.0
    else:
        rows[m:, 0], sides, cost = y, np.concatenate([x, np.zeros(s)]), -1.0
    solved = _solve(np.r_[cost, np.zeros(n)], rows, sides, np.r_[0.0, np.ones(n)], returns)
    if solved is None:
        return float("nan")
    if orientation == "input":
        return float(solved[0])
    # Nothing can be had from these inputs: no point of the frontier to compare with.
    return 1 / float(solved[0]) if solved[0] > 0 else float("nan")


def _solve(
    cost: Array, rows: Array, sides: Array, peers: Array, returns: str, *, equal: bool = False
) -> Array | None:
    """The programme's solution, the `peers` weights adding up as the returns ask; None for none."""
    from scipy import optimize

    least, most = _RETURNS[returns]
    limits = [optimize.LinearConstraint(rows, sides if equal else -np.inf, sides)]
    if returns != "constant":
        limits.append(optimize.LinearConstraint(peers[None, :], least, most))
    solved = optimize.milp(cost, constraints=limits, options={"presolve": False})
    if solved.status in (2, 3):
        return None
    if solved.status != 0:
        raise CommsvcError(f"the solver stopped: {solved.message}", where="DEA")
    return np.asarray(solved.x)


def _slacks(
    front_x: Array, front_y: Array, x: Array, y: Array, returns: str
) -> tuple[Array, Array]:
    """Slacks (m + s,) left at a radial target, their sum the greatest, and the peers' weights."""
    n, width = len(front_x), x.size + y.size
    rows = np.zeros((width, n + width))
    rows[: x.size, :n], rows[x.size :, :n] = front_x.T, front_y.T
    rows[:, n:] = np.diag(np.r_[np.ones(x.size), -np.ones(y.size)])
    cost = np.r_[np.zeros(n), -np.ones(width)]
    solved = _solve(
        cost, rows, np.r_[x, y], np.r_[np.ones(n), np.zeros(width)], returns, equal=True
    )
    if solved is None:
        raise CommsvcError("the solver found no slacks", where="DEA")
    return solved[n:], solved[:n]


def dea(
    inputs: Any,
    outputs: Any,
    *,
    returns: str = "constant",
    orientation: str = "input",
    units: Sequence[Any] | None = None,
) -> pd.DataFrame:
    """Efficiency with slacks, peers, and what size has to do with it.

    Parameters
    ----------
    inputs, outputs, returns, orientation : as in `efficiency`
    units : (n,) their names; numbered from 1 without

    Returns
    -------
    DataFrame `group, base` (units compared), `estimate` (0 to 1), `scale` (CCR over BCC
    efficiency), `returns` (`constant` where scale is 1; else `decreasing` where the frontier of
    non-increasing returns is the BCC one, `increasing` where it is not: Färe, Grosskopf & Lovell
    1985), a `slack …` for each column in its own unit (what could still go, or be added, beyond the
    proportional change), `verdict` (efficient; weakly efficient: on the frontier, with slack;
    inefficient), `peers` (the units and weights it is compared with), `method, note`

    Raises
    ------
    CommsvcError : as `efficiency`

    Notes
    -----
    Efficiency is relative to these units and has no error term: one outlier moves the frontier.
    With few units most are efficient: the note warns below three times inputs + outputs (Cooper,
    Seiford & Tone 2007). Slacks: a second programme maximises their sum over the column means;
    DEAP's several stages may choose others. Peers may not be unique.

    Examples
    --------
    By hand: A is too small (½ a visit each), C too large, B the best scale.

    >>> found = dea([[2], [3], [6]], [[1], [3], [5]], units="ABC")
    >>> found[["group", "estimate", "scale", "returns", "peers"]].round(4)
      group  estimate   scale     returns    peers
    0     A    0.5000  0.5000  increasing  B 0.333
    1     B    1.0000  1.0000    constant      B 1
    2     C    0.8333  0.8333  decreasing   B 1.67
    """
    score = efficiency(inputs, outputs, returns=returns, orientation=orientation)
    ccr, bcc, falling = (
        score
        if returns == kind
        else efficiency(inputs, outputs, returns=kind, orientation=orientation)
        for kind in ("constant", "variable", "nonincreasing")
    )
    scale = np.minimum(ccr / bcc, 1.0)
    x, y = _flows(inputs, outputs)
    by = np.r_[x.mean(axis=0), y.mean(axis=0)]
    x, y = x / by[: x.shape[1]], y / by[x.shape[1] :]
    front = score >= 1 - CLOSE
    near_x, near_y = (x * score[:, None], y) if orientation == "input" else (x, y / score[:, None])
    found = [
        _slacks(x[front], y[front], *target, returns) for target in zip(near_x, near_y, strict=True)
    ]
    slack = np.array([np.where(np.abs(s) < CLOSE, 0.0, s) for s, _ in found])
    names = [str(i + 1) for i in range(len(x))] if units is None else list(units)
    best = [name for name, on in zip(names, front, strict=True) if on]
    few = message("{n} units for {m} columns: too few to tell them apart", n=len(x), m=by.size)
    return pd.DataFrame(
        {
            "group": names,
            "base": len(x),
            "estimate": score,
            "scale": scale,
            "returns": _kinds(scale, bcc, falling),
            **dict(zip(_slack_names(inputs, outputs, x.shape[1]), (slack * by).T, strict=True)),
            "verdict": _verdicts(score, slack),
            "peers": [_in_words(best, weights) for _, weights in found],
            "method": message("{model}, {side}", model=_MODELS[returns], side=_SIDES[orientation]),
            "note": few if len(x) < 3 * by.size else "",
        }
    )


def _kinds(scale: Array, bcc: Array, falling: Array) -> list[Text]:
    said = message("constant"), message("decreasing"), message("increasing")
    which = np.where(scale >= 1 - CLOSE, 0, np.where(np.abs(falling - bcc) < CLOSE, 1, 2))
    return [said[i] for i in which]


def _verdicts(score: Array, slack: Array) -> list[Text]:
    said = message("inefficient"), message("weakly efficient"), message("efficient")
    which = np.where(score < 1 - CLOSE, 0, np.where(slack.sum(axis=1) > 0, 1, 2))
    return [said[i] for i in which]


def _slack_names(inputs: Any, outputs: Any, m: int) -> list[str]:
    names = []
    for flows, called in ((inputs, "input"), (outputs, "output")):
        width = np.shape(flows)[1]
        known = list(getattr(flows, "columns", [f"{called} {j + 1}" for j in range(width)]))
        names += [f"slack {name}" for name in known]
    return names


def _in_words(names: Sequence[Any], weights: Array) -> str:
    kept = [(w, name) for w, name in zip(weights, names, strict=True) if w > CLOSE]
    return ", ".join(f"{name} {w:.3g}" for w, name in sorted(kept, key=lambda pair: -pair[0]))


def malmquist(
    before: tuple[Any, Any],
    after: tuple[Any, Any],
    *,
    orientation: str = "output",
    units: Sequence[Any] | None = None,
) -> pd.DataFrame:
    """The Malmquist index: change of each unit's total factor productivity, and its parts.

    tfpch = effch · techch, effch = pech · sech (Färe, Grosskopf, Norris & Zhang 1994): effch, the
    catching up with the frontier of constant returns; techch, the geometric mean of the frontier's
    shift at the unit's old and new mix; pech, catching up under variable returns; sech, the rest,
    its scale. Above 1 is progress.

    Parameters
    ----------
    before, after : inputs (n, m) and outputs (n, s) of the two periods, the same units in the same
        order
    orientation : `output` or `input`; effch, techch and tfpch do not depend on it
    units : (n,) their names; numbered from 1 without

    Returns
    -------
    DataFrame `group, effch, techch, pech, sech, tfpch, method, note`, after the units a row
    `geometric mean`

    Raises
    ------
    CommsvcError : other units in the two periods, figures as in `efficiency`

    Examples
    --------
    By hand, one input and output: A doubles its visits and remains best, B stays where it was.

    >>> doctors = [[1], [1]]
    >>> found = malmquist((doctors, [[2], [1]]), (doctors, [[4], [1]]), units="AB")
    >>> found[["group", "effch", "techch", "tfpch"]].head(2)
      group  effch  techch  tfpch
    0     A    1.0     2.0    2.0
    1     B    0.5     2.0    1.0
    """
    periods = [_flows(*flows) for flows in (before, after)]
    if periods[0][0].shape != periods[1][0].shape or periods[0][1].shape != periods[1][1].shape:
        raise CommsvcError(
            "the two periods have other units or columns",
            allowed="the same units in the same order",
            next_step="keep those seen in both, and say how many were left out",
        )

    def distance(of: int, to: int, returns: str) -> Array:
        return efficiency(
            *periods[of], against=periods[to], returns=returns, orientation=orientation
        )

    old, new = distance(0, 0, "constant"), distance(1, 1, "constant")
    forth, back = distance(1, 0, "constant"), distance(0, 1, "constant")
    effch, techch = new / old, np.sqrt(forth / new * old / back)
    pech = distance(1, 1, "variable") / distance(0, 0, "variable")
    names: list[Any] = [str(i + 1) for i in range(len(old))] if units is None else list(units)
    made = pd.DataFrame(
        {"effch": effch, "techch": techch, "pech": pech, "sech": effch / pech,
         "tfpch": effch * techch}
    )  # fmt: skip
    made.loc[len(made)] = np.exp(np.log(made).mean(axis=0, skipna=False))
    made.insert(0, "group", [*names, message("geometric mean")])
    lost = message("no point of the other period's frontier to meet")
    return made.assign(
        method=message("Malmquist, {side}", side=_SIDES[orientation]),
        note=[lost if gone else "" for gone in made["techch"].isna()],
    )
