"""One unit against a frontier: the linear programmes of data envelopment analysis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from scipy.optimize import linprog

from commsvc.errors import CommsvcError, unknown_name
from commsvc.indicators.evaluation.table import Array, unit_names
from commsvc.indicators.printed_cells import Cells, read_cells

RETURNS: Final = ("constant", "variable", "nonincreasing", "nondecreasing")
ORIENTATIONS: Final = ("input", "output")
# HiGHS is exact to about 1e-7 of the constraints; figures are scaled to a mean of one before.
CLOSE: Final = 1e-6


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
        m, s, n = self.inputs.shape[1], self.outputs.shape[1], len(self.inputs)
        matrix = np.zeros((m + s, n + 1))
        matrix[:m, 1:], matrix[m:, 1:] = self.inputs.T, -self.outputs.T
        cost, right = np.zeros(n + 1), np.zeros(m + s)
        if self.orientation == "input":
            matrix[:m, 0], right[m:], cost[0] = -x, -y, 1.0
        else:
            matrix[m:, 0], right[:m], cost[0] = y, x, -1.0
        solved = self._solve(cost, (matrix, right), None, n, before=1)
        if solved.status == 0:
            factor = float(solved.x[0])
            if self.orientation == "input":
                return factor
            # Nothing can be had from these inputs: no point of the frontier to compare with.
            return 1 / factor if factor > 0 else float("nan")
        if solved.status in (2, 3):
            return float("nan")
        raise CommsvcError(f"the solver stopped: {solved.message}", where="DEA")

    def slacks(self, x: Array, y: Array) -> tuple[Array, Array]:
        """The most slack left at a radial target: (m + s,) slacks and (n,) weights of the peers.

        The sum of slacks in units of the column means is maximised, so that the unit a column is
        counted in changes nothing.
        """
        m, s, n = self.inputs.shape[1], self.outputs.shape[1], len(self.inputs)
        left = np.zeros((m + s, n + m + s))
        left[:m, :n], left[m:, :n] = self.inputs.T, self.outputs.T
        left[:m, n : n + m], left[m:, n + m :] = np.eye(m), -np.eye(s)
        cost = np.concatenate([np.zeros(n), -np.ones(m + s)])
        right = np.concatenate([x, y])
        solved = self._solve(cost, None, (left, right), n, after=m + s)
        if solved.status != 0:
            raise CommsvcError(f"the solver found no slacks: {solved.message}", where="DEA")
        return solved.x[n:], solved.x[:n]

    def _solve(
        self,
        cost: Array,
        at_most: tuple[Array, Array] | None,
        equal: tuple[Array, Array] | None,
        n: int,
        before: int = 0,
        after: int = 0,
    ) -> Any:
        """The programme with what returns to scale ask of the sum of the peers' weights."""
        if self.returns != "constant":
            row = np.concatenate([np.zeros(before), np.ones(n), np.zeros(after)])[None, :]
            if self.returns == "variable":
                equal = _joined(equal, row, np.ones(1))
            else:
                sign = 1.0 if self.returns == "nonincreasing" else -1.0
                at_most = _joined(at_most, sign * row, np.array([sign]))
        upper, same = at_most or (None, None), equal or (None, None)
        # A handful of dense rows: presolve takes longer than it saves.
        return linprog(cost, *upper, *same, method="highs-ds", options={"presolve": False})


def _joined(rows: tuple[Array, Array] | None, row: Array, right: Array) -> tuple[Array, Array]:
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
