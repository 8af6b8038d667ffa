"""Data envelopment analysis: efficiency against the best of the same units, and over time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from commsvc.errors import CommsvcError, unknown_name
from commsvc.indicators.evaluation.criteria import Array, matrix, named
from commsvc.words.messages import Text, message
from commsvc.words.progress import track

# What the sum of the peers' weights may be.
_RETURNS: Final = {
    "constant": (0.0, np.inf),
    "variable": (1.0, 1.0),
    "nonincreasing": (0.0, 1.0),
    "nondecreasing": (1.0, np.inf),
}
# HiGHS is exact to about 1e-7 of the constraints; figures are scaled to a mean of one before.
CLOSE: Final = 1e-6

_MODELS: Final[Mapping[str, Text | str]] = {
    "constant": "CCR",
    "variable": "BCC",
    "nonincreasing": message("nonincreasing returns"),
    "nondecreasing": message("nondecreasing returns"),
}
_SCALES: Final = message("constant"), message("decreasing"), message("increasing")
_VERDICTS: Final = message("inefficient"), message("weakly efficient"), message("efficient")
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
        raise unknown_name("returns to scale", returns, _RETURNS)
    if orientation not in _SIDES:
        raise unknown_name("orientation", orientation, _SIDES)
    flows, m = _flows(inputs, outputs)
    front = flows if against is None else _flows(*against)[0]
    # The unit that a column is counted in changes nothing.
    flows, front = flows / front.mean(axis=0), front / front.mean(axis=0)
    found, kept = np.empty(len(flows)), np.ones(len(front), dtype=bool)
    for i in track(range(len(flows)), message("efficiencies")):
        solved = _solve(front[kept], flows[i], m, returns, orientation)
        found[i] = np.nan if solved is None else solved[0]
        if against is None:
            # An inefficient unit lies behind the frontier: the programmes after do without it.
            inefficient = found[i] < 1 - CLOSE if orientation == "input" else found[i] > 1 + CLOSE
            kept[i] = not inefficient
    if orientation == "output":
        # Where nothing can be had from the inputs there is no point of the frontier, either.
        found = 1 / np.where(found > 0, found, np.nan)
    if against is None:
        found[found > 1 - 1e-9] = 1.0
    return found


def _flows(inputs: Any, outputs: Any) -> tuple[Array, int]:
    """Inputs and outputs side by side, refused where they span no frontier; how many are inputs."""
    x, y = matrix(inputs), matrix(outputs)
    if len(x) != len(y):
        raise CommsvcError(f"inputs of {len(x)} units, outputs of {len(y)}", allowed="as many")
    for role, array in (("input", x), ("output", y)):
        idle, unused = (array == 0).all(axis=1), (array == 0).all(axis=0)
        if array.min() < 0:
            row, column = np.unravel_index(int(array.argmin()), array.shape)
            problem = f"the {role} {column + 1} is {array.min():g}"
            raise CommsvcError(problem, where=f"row {row}", allowed="0 or more")
        if idle.any():
            where = f"row {idle.argmax()}"
            raise CommsvcError(f"no {role} at all", where=where, allowed="one above 0")
        if unused.any():
            raise CommsvcError(f"the {role} {unused.argmax() + 1} is 0 everywhere")
    return np.hstack([x, y]), x.shape[1]


def _solve(
    front: Array, own: Array, m: int, returns: str, orientation: str, factor: float | None = None
) -> Array | None:
    """What a unit's inputs (or outputs) are multiplied by on the frontier, the weights of the
    frontier's units there, and the slack in each column: with the best factor, or with the most
    slack at a given one. None where the frontier has no such point."""
    from scipy import optimize

    n, width = front.shape
    # Weighted peers, and slack of inputs less that of outputs, are the unit, one side times factor.
    sign = np.where(np.arange(width) < m, 1.0, -1.0)
    rows = np.hstack([np.zeros((width, 1)), front.T, np.diag(sign)])
    scaled = sign > 0 if orientation == "input" else sign < 0
    rows[scaled, 0] = -own[scaled]
    sides = np.where(scaled, 0.0, own)
    peers = np.r_[0.0, np.ones(n), np.zeros(width)]
    limits = [optimize.LinearConstraint(rows, sides, sides)]
    limits += [optimize.LinearConstraint(peers, *_RETURNS[returns])]
    ends, cost = (np.zeros(peers.size), np.full(peers.size, np.inf)), np.zeros(peers.size)
    if factor is None:
        cost[0] = 1.0 if orientation == "input" else -1.0
    else:
        cost[1 + n :], ends[0][0], ends[1][0] = -1.0, factor, factor
    solved = optimize.milp(
        cost, constraints=limits, bounds=optimize.Bounds(*ends), options={"presolve": False}
    )
    if solved.status not in (0, 2, 3):
        raise CommsvcError(f"the solver stopped: {solved.message}", where="DEA")
    return np.asarray(solved.x) if solved.status == 0 else None


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

    def scored(kind: str) -> Array:
        return efficiency(inputs, outputs, returns=kind, orientation=orientation)

    score, bcc = scored(returns), scored("variable")
    scale = np.minimum(scored("constant") / bcc, 1.0)
    falls = np.abs(scored("nonincreasing") - bcc) < CLOSE
    flows, m = _flows(inputs, outputs)
    by, on = flows.mean(axis=0), score >= 1 - CLOSE
    names = named(units, len(flows))
    slack, weights = _slacks(flows / by, on, m, score, returns, orientation)
    best = [name for name, here in zip(names, on, strict=True) if here]
    kinds = np.where(scale >= 1 - CLOSE, 0, np.where(falls, 1, 2))
    verdicts = np.where(score < 1 - CLOSE, 0, np.where(slack.sum(axis=1) > 0, 1, 2))
    columns = _names(inputs, "input", m) + _names(outputs, "output", by.size - m)
    few = message("{n} units for {m} columns: too few to tell them apart", n=len(flows), m=by.size)
    return pd.DataFrame(
        {
            "group": names,
            "base": len(flows),
            "estimate": score,
            "scale": scale,
            "returns": [_SCALES[kind] for kind in kinds],
            **{f"slack {name}": slack[:, j] * by[j] for j, name in enumerate(columns)},
            "verdict": [_VERDICTS[verdict] for verdict in verdicts],
            "peers": [_in_words(best, row) for row in weights],
            "method": message("{model}, {side}", model=_MODELS[returns], side=_SIDES[orientation]),
            "note": few if len(flows) < 3 * by.size else "",
        }
    )


def _slacks(
    flows: Array, on: Any, m: int, score: Array, returns: str, orientation: str
) -> tuple[Array, Array]:
    """The most slack (n, m + s) at each unit's score, and the weights (n, peers) of those `on` the
    frontier, who alone can be peers."""
    found = []
    for own, factor in zip(flows, score if orientation == "input" else 1 / score, strict=True):
        solved = _solve(flows[on], own, m, returns, orientation, factor)
        if solved is None:
            raise CommsvcError("the solver found no slacks", where="DEA")
        found.append(np.where(np.abs(solved[1:]) < CLOSE, 0.0, solved[1:]))
    return np.array(found)[:, int(on.sum()) :], np.array(found)[:, : int(on.sum())]


def _names(flows: Any, role: str, width: int) -> list[str]:
    return list(getattr(flows, "columns", [f"{role} {j + 1}" for j in range(width)]))


def _in_words(names: Sequence[Any], weights: Array) -> str:
    kept = [(w, name) for w, name in zip(weights, names, strict=True) if w > 0]
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
    periods = before, after
    if _flows(*before)[0].shape != _flows(*after)[0].shape:
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
    made = pd.DataFrame(
        {"effch": effch, "techch": techch, "pech": pech, "sech": effch / pech,
         "tfpch": effch * techch}
    )  # fmt: skip
    made.loc[len(made)] = np.exp(np.log(made).mean(axis=0, skipna=False))
    made.insert(0, "group", [*named(units, len(old)), message("geometric mean")])
    lost = message("no point of the other period's frontier to meet")
    return made.assign(
        method=message("Malmquist, {side}", side=_SIDES[orientation]),
        note=[lost if gone else "" for gone in made["techch"].isna()],
    )
