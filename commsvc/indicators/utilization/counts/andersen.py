"""Andersen's behavioural model: predisposing, enabling and need factors as nested blocks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from commsvc.errors import CommsvcError, unknown_name
from commsvc.indicators.sampling import as_design, people_of
from commsvc.indicators.units import joined_notes
from commsvc.indicators.utilization.counts.models import plain_fit
from commsvc.indicators.utilization.counts.pseudo import mean_top, top_of
from commsvc.indicators.utilization.counts.regressors import Array, outcome, regressors
from commsvc.inference.design import Design
from commsvc.inference.records import Records


@dataclass(frozen=True)
class _Step:
    """One of the nested models: its likelihood, parameters, and the terms' coefficients."""

    loglik: float
    parameters: int
    beta: Array
    covariance: Array
    df: float


def _logit(y: Array, x: Array, people: Records | None) -> _Step:
    from statsmodels.discrete.discrete_model import Logit

    model = Logit((y > 0).astype(float), x)
    top = top_of(model, "logit", people, slopes=x.shape[1], method="newton")
    return _Step(top.llf, x.shape[1], top.params, top.covariance, top.df)


def _linear(y: Array, x: Array, people: Records | None) -> _Step:
    top = mean_top(y, x, "linear", people)
    return _Step(top.llf, x.shape[1] + 1, top.params, top.covariance, top.df)


def _counts(kind: str) -> Callable[[Array, Array, Records | None], _Step]:
    def fit(y: Array, x: Array, people: Records | None) -> _Step:
        found = plain_fit(kind, y, x, tuple(map(str, range(x.shape[1]))), people)
        [part] = found.parts
        return _Step(found.loglik, found.df, part.beta, part.covariance, part.df)

    return fit


_MODELS: Final[Mapping[str, Callable[[Array, Array, Records | None], _Step]]] = {
    "logit": _logit,
    "poisson": _counts("poisson"),
    "negative binomial": _counts("negative binomial"),
    "linear": _linear,
}


def andersen_blocks(
    frame: Any,
    use: str,
    blocks: Mapping[str, Sequence[str]],
    kind: str,
    *,
    reference: Mapping[str, Any] | None = None,
    design: Design | str = "unknown",
) -> pd.DataFrame:
    """What each block of factors adds to explaining use, when entered in order and when last.

    Nested models with likelihood-ratio tests (Andersen 1995, J. Health Soc. Behav. 36:1). If need
    explains most, access is equitable in Andersen's sense; enabling factors that matter at equal
    need speak against it.

    Parameters
    ----------
    frame : a row a person
    use : column of use: visits, or 0/1
    blocks : name -> predictors, in the order of entry, as `{"predisposing": ["age", "sex"],
        "enabling": ["insurance"], "need": ["chronic"]}`
    kind : `logit` (any use), `poisson`, `negative binomial`, `linear`
    reference : text column -> level to compare with
    design : as in `count_model`; with weights or clusters a likelihood ratio has no χ²
        distribution, so that blocks get Wald's F instead (as R's regTermTest)

    Returns
    -------
    DataFrame, a row a block: `group, base` (persons), `statistic` (LR on entry; F with a design),
    `df, df2` (missing for LR), `p, loglik` (with it), `r_squared` (McFadden's 1 − L/L₀; the
    ordinary one when linear), `gain` (its rise), `statistic_last, p_last` (as if it were entered
    last), `aic` (missing with a design), `method, note`

    Raises
    ------
    CommsvcError : a predictor in two blocks, missing values (all models need the same persons),
        predictors that repeat each other

    Examples
    --------
    By hand: the ill have a mean of 3 visits, the others of 1, all of 2, so that
    LR = 2 (2 ln ½ + 6 ln 3/2).

    >>> table = pd.DataFrame({"ill": [0, 0, 1, 1], "visits": [0, 2, 2, 4]})
    >>> andersen_blocks(table, "visits", {"need": ["ill"]}, "poisson")[
    ...     ["group", "base", "statistic", "df"]].round(4)
      group  base  statistic  df
    0  need     4      2.093   1
    """
    if kind not in _MODELS:
        raise unknown_name("model", kind, _MODELS)
    if not blocks:
        raise CommsvcError("no blocks", allowed='a mapping as {"need": ["chronic"]}')
    seen: dict[str, str] = {}
    for name, columns in blocks.items():
        if isinstance(columns, str) or not columns:
            raise CommsvcError(f"block {name!r} holds {columns!r}", allowed="a list of columns")
        for column in columns:
            if column in seen:
                raise CommsvcError(f"{column!r} is in {seen[column]!r} and in {name!r}")
            seen[column] = name
    chosen = as_design(design)
    chosen.require_sample("a test of blocks")
    if chosen.deff != 1:
        raise CommsvcError(
            "nested models are not compared under an assumed design effect",
            next_step="name weights and clusters: Design.sample(...)",
        )
    y = outcome(frame, use, whole=kind in ("poisson", "negative binomial"))
    data = regressors(frame, list(seen), reference, outcome=use)
    if kind == "logit" and (y > 0).all():
        raise CommsvcError(f"everyone has some {use!r}", allowed="some with 0, for a logit")
    block_of = np.array([""] + [seen[term.split("=")[0]] for term in data.names[1:]])
    people = people_of(frame, chosen)

    def model(kept: Sequence[str]) -> _Step:
        return _MODELS[kind](y, data.x[:, np.isin(block_of, ["", *kept])], people)

    names = list(blocks)
    null, whole = model([]), model(names)
    steps = [model(names[: i + 1]) for i in range(len(names))]
    rows = []
    before, r2_before = null, 0.0
    for i, name in enumerate(names):
        here = steps[i]
        df = int((block_of == name).sum())
        if people is None:
            without = model([other for other in names if other != name])
            entered, last = (
                _likelihood_ratio(more, less, df)
                for more, less in ((here, before), (whole, without))
            )
        else:
            of_these = block_of[np.isin(block_of, ["", *names[: i + 1]])] == name
            entered, last = _wald(here, of_these), _wald(whole, block_of == name)
        r2 = 1 - here.loglik / null.loglik
        if kind == "linear":
            r2 = 1 - float(np.exp(2 * (null.loglik - here.loglik) / y.size))
        rows.append(
            {
                "group": name,
                "base": y.size if people is None else people.n,
                "statistic": entered[0],
                "df": df,
                "df2": float("nan") if people is None else here.df,
                "p": entered[1],
                "loglik": here.loglik,
                "r_squared": r2,
                "gain": r2 - r2_before,
                "statistic_last": last[0],
                "p_last": last[1],
                "aic": 2 * here.parameters - 2 * here.loglik if people is None else float("nan"),
                "method": f"likelihood ratio of nested {kind} models"
                if people is None
                else f"Wald's F of terms in a {kind} model, weighted, design-based errors",
                "note": joined_notes(
                    f"terms: {', '.join(np.array(data.names)[block_of == name])}", chosen.caveat()
                ),
            }
        )
        before, r2_before = here, r2
    return pd.DataFrame(rows)


def _likelihood_ratio(more: _Step, less: _Step, df: int) -> tuple[float, float]:
    ratio = max(2 * (more.loglik - less.loglik), 0.0)
    return ratio, float(stats.chi2.sf(ratio, df))


def _wald(step: _Step, which: NDArray[np.bool_]) -> tuple[float, float]:
    """F that all the coefficients `which` are 0, and P."""
    beta = step.beta[which]
    f = float(beta @ np.linalg.solve(step.covariance[np.ix_(which, which)], beta)) / beta.size
    return f, float(stats.f.sf(f, beta.size, step.df))
