"""One unit against a frontier: the linear programmes of data envelopment analysis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

from commsvc.errors import CommsvcError, unknown_name
from commsvc.indicators.evaluation.table import Array, unit_names
from commsvc.indicators.printed_cells import Cells, read_cells

RETURNS: Final = ("constant", "variable", "nonincreasing", "nondecreasing")
ORIENTATIONS: Final = ("input", "output")
# HiGHS is exact to about 1e-7 of the constraints; figures are scaled to a mean of one before.
CLOSE: Final = 1e-6
# How many programmes are given to the solver at a time.
TOGETHER: Final = 25

# A matrix and the right side of its rows.
Rows = tuple[Any, Array]


@dataclass(frozen=True)
class Technology:
    """Units whose inputs and outputs span the frontier, each column divided by its mean.

    Attributes
    ----------
    inputs : (n, m)
    outputs : (n, s)
    returns : one of `RETURNS`
    orientation : `input` (least inputs for the outputs) or `output` (most outputs from the inputs)
    """

    inputs: Array
    outputs: Array
    returns: str = "constant"
    orientation: str = "input"

    def __post_init__(self) -> None:
        if self.returns not in RETURNS:
            raise unknown_name("returns to scale", self.returns, RETURNS)
        if self.orientation not in ORIENTATIONS:
            raise unknown_name("orientation", self.orientation, ORIENTATIONS)

    def efficiency(self, x: Array, y: Array) -> float:
        """Farrell efficiency of (m,) inputs and (s,) outputs: 1 on the frontier, above 1 beyond.

        θ with input orientation, 1/φ with output orientation; NaN where the frontier has no point
        to compare with (another period's unit under variable returns).

        >>> Technology(np.array([[2.0], [4]]), np.array([[1.0], [1]])).efficiency(
        ...     np.array([4.0]), np.array([1.0]))
        0.5
        """
        cost, upper, equal = self._programme(x, y)
        solved = _solve(cost, upper, equal)
        if solved.status == 0:
            return self._read(float(solved.x[0]))
        if solved.status in (2, 3):
            return float("nan")
        raise CommsvcError(f"the solver stopped: {solved.message}", where="DEA")

    def _programme(self, x: Array, y: Array) -> tuple[Array, Rows, Rows | None]:
        """Cost, rows at most and rows equal of the programme for (m,) inputs and (s,) outputs."""
        m, s, n = self.inputs.shape[1], self.outputs.shape[1], len(self.inputs)
        matrix = np.zeros((m + s, n + 1))
        matrix[:m, 1:], matrix[m:, 1:] = self.inputs.T, -self.outputs.T
        cost, right = np.zeros(n + 1), np.zeros(m + s)
        if self.orientation == "input":
            matrix[:m, 0], right[m:], cost[0] = -x, -y, 1.0
        else:
            matrix[m:, 0], right[:m], cost[0] = y, x, -1.0
        upper, equal = self._with_scale((matrix, right), None, n, before=1)
        return cost, upper or (matrix, right), equal

    def _read(self, factor: float) -> float:
        if self.orientation == "input":
            return factor
        # Nothing can be had from these inputs: no point of the frontier to compare with.
        return 1 / factor if factor > 0 else float("nan")

    def slacks(self, x: Array, y: Array) -> tuple[Array, Array]:
        """The most slack left at radial targets (k, m) and (k, s): (k, m + s) slacks and (k, n)
        weights of the peers.

        The sum of slacks in units of the column means is maximised, so that the unit a column is
        counted in changes nothing.
        """
        n, width = len(self.inputs), x.shape[1] + y.shape[1]
        slack, weights = np.empty((len(x), width)), np.empty((len(x), n))
        for start in range(0, len(x), TOGETHER):
            rows = slice(start, start + TOGETHER)
            parts = [self._second(*pair) for pair in zip(x[rows], y[rows], strict=True)]
            cost = np.concatenate([part[0] for part in parts])
            solved = _solve(
                cost, _diagonal([p[1] for p in parts]), _diagonal([p[2] for p in parts])
            )
            if solved.status != 0:
                raise CommsvcError(f"the solver found no slacks: {solved.message}", where="DEA")
            found = solved.x.reshape(len(parts), n + width)
            weights[rows], slack[rows] = found[:, :n], found[:, n:]
        return slack, weights

    def _second(self, x: Array, y: Array) -> tuple[Array, Rows | None, Rows | None]:
        """The second programme, of slacks, for one target."""
        m, s, n = self.inputs.shape[1], self.outputs.shape[1], len(self.inputs)
        left = np.zeros((m + s, n + m + s))
        left[:m, :n], left[m:, :n] = self.inputs.T, self.outputs.T
        left[:m, n : n + m], left[m:, n + m :] = np.eye(m), -np.eye(s)
        cost = np.concatenate([np.zeros(n), -np.ones(m + s)])
        upper, equal = self._with_scale(None, (left, np.concatenate([x, y])), n, after=m + s)
        return cost, upper, equal

    def _with_scale(
        self, at_most: Rows | None, equal: Rows | None, n: int, before: int = 0, after: int = 0
    ) -> tuple[Rows | None, Rows | None]:
        """The rows with what returns to scale ask of the sum of the peers' weights."""
        if self.returns == "constant":
            return at_most, equal
        row = np.concatenate([np.zeros(before), np.ones(n), np.zeros(after)])[None, :]
        if self.returns == "variable":
            return at_most, _joined(equal, row, np.ones(1))
        sign = 1.0 if self.returns == "nonincreasing" else -1.0
        return _joined(at_most, sign * row, np.array([sign])), equal


def efficiencies_of(technologies: Sequence[Technology], inputs: Array, outputs: Array) -> Array:
    """The efficiency of each row of (k, m) inputs and (k, s) outputs against its own technology.

    Many programmes that do not touch each other are solved as one: calling the solver takes longer
    than a programme of this size.

    >>> frontier = Technology(np.array([[2.0], [4]]), np.array([[1.0], [1]]))
    >>> efficiencies_of([frontier] * 2, np.array([[4.0], [8]]), np.ones((2, 1))).tolist()
    [0.5, 0.25]
    """
    found = np.empty(len(inputs))
    for start in range(0, len(inputs), TOGETHER):
        rows = range(start, min(start + TOGETHER, len(inputs)))
        parts = [technologies[i]._programme(inputs[i], outputs[i]) for i in rows]
        cost = np.concatenate([part[0] for part in parts])
        solved = _solve(cost, _diagonal([p[1] for p in parts]), _diagonal([p[2] for p in parts]))
        if solved.status == 0:
            firsts = np.cumsum([0, *(len(part[0]) for part in parts[:-1])])
            found[list(rows)] = [
                technologies[i]._read(float(solved.x[at]))
                for i, at in zip(rows, firsts, strict=True)
            ]
        else:
            # One of them has no solution: each by itself says which.
            found[list(rows)] = [technologies[i].efficiency(inputs[i], outputs[i]) for i in rows]
    return found


def _diagonal(parts: Sequence[Rows | None]) -> Rows | None:
    kept = [part for part in parts if part is not None]
    if not kept:
        return None
    matrix = sparse.block_diag([sparse.csc_array(part[0]) for part in kept], format="csc")
    return matrix, np.concatenate([part[1] for part in kept])


def _solve(cost: Array, at_most: Rows | None, equal: Rows | None) -> Any:
    upper, same = at_most or (None, None), equal or (None, None)
    # A handful of dense rows: presolve takes longer than it saves.
    return linprog(cost, *upper, *same, method="highs-ds", options={"presolve": False})


def _joined(rows: Rows | None, row: Array, right: Array) -> Rows:
    if rows is None:
        return row, right
    return np.vstack([rows[0], row]), np.concatenate([rows[1], right])


def read_unit_cells(
    frame: Any,
    inputs: Sequence[str],
    outputs: Sequence[str],
    unit: str | None,
    rounding: Mapping[str, str] | None,
) -> tuple[tuple[str, ...], Cells]:
    """Names and the cells of inputs and then outputs, refused where they span no frontier."""
    from commsvc.indicators.frames import column_values

    for role, columns in (("inputs", inputs), ("outputs", outputs)):
        if isinstance(columns, str) or not columns:
            raise CommsvcError(f"{role} {columns!r}", allowed="a list of one column or more")
    both = set(inputs) & set(outputs)
    if both:
        raise CommsvcError(f"{sorted(both)[0]!r} is an input and an output")
    names = unit_names(frame, unit, len(column_values(frame, inputs[0])))
    if len(names) < 2:
        raise CommsvcError(f"{len(names)} unit spans no frontier", allowed="two units or more")
    cells = read_cells(frame, [*inputs, *outputs], names, rounding)
    m = len(inputs)
    x, y = cells.face[:, :m], cells.face[:, m:]
    for role, array, columns in (("input", x, inputs), ("output", y, outputs)):
        if (array < 0).any():
            row, column = np.argwhere(array < 0)[0]
            raise CommsvcError(
                f"the {role} {columns[column]!r} is {array[row, column]:g}",
                where=names[row],
                allowed="0 or more",
            )
        if (array.sum(axis=1) == 0).any():
            row = int((array.sum(axis=1) == 0).argmax())
            raise CommsvcError(f"no {role} at all", where=names[row], allowed="one above 0")
        if (array.sum(axis=0) == 0).any():
            column = int((array.sum(axis=0) == 0).argmax())
            raise CommsvcError(f"the {role} {columns[column]!r} is 0 everywhere")
    return names, cells
