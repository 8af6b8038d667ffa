"""Two-part models of amounts, and Andersen's blocks of factors."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from commsvc.errors import CommsvcError, unknown_name
from commsvc.indicators.count_models import coefficient_table, logit_fit, plain_fit
from commsvc.indicators.peaks import Fit, regressed
from commsvc.indicators.regressors import Array, Regressors, outcome, regressors
from commsvc.inference.design import Design
from commsvc.inference.sample import Sample
from commsvc.words.messages import joined, message

SECOND_PARTS: Final = {
    "log": message("least squares of the logarithm, Duan's smearing"),
    "gamma": message("gamma regression with log link"),
}


@dataclass(frozen=True)
class TwoPartFit:
    """A fitted two-part model.

    Attributes
    ----------
    table : coefficients: `group` (`any`: logit of having any; `amount`: log of the amount of
        those who have), `level` (term), `base` (persons in that part), `estimate, se, low, high,
        statistic, p, effect, effect_low, effect_high` (e to the power), `method, note`
    probability : (n,) of any amount
    amount : (n,) expected amount of those who have any, on the scale of the data
    smearing : Duan's factor, the mean of e^residual; 1 with `gamma`
    """

    table: pd.DataFrame
    probability: Array
    amount: Array
    smearing: float

    @property
    def means(self) -> Array:
        """(n,) expected amount of everyone: probability times amount."""
        return self.probability * self.amount


def two_part(
    frame: Any,
    amount: str,
    predictors: Sequence[str],
    *,
    second: str = "log",
    reference: Mapping[str, Any] | None = None,
    design: Design | str = "unknown",
    confidence: float = 0.95,
) -> TwoPartFit:
    """Any use at all by a logit, and how much by those who use (Duan et al. 1983).

    Parameters
    ----------
    frame : a row a person
    amount : column, 0 or more: cost, days, hours
    predictors : columns of both parts
    second : `log`: E = e^(xβ)·s with s the mean of e^residual (Duan 1983), which needs residuals
        of one spread for all; `gamma`: no retransformation is needed
    reference : text column -> level to compare with
    design : as in `count_model`; with weights or clusters the smearing factor is weighted too
    confidence : of the intervals; errors robust to any variance (HC1) in the amount's part, or
        those of the design

    Raises
    ------
    CommsvcError : negative amounts, nobody or everybody with none, fits that do not converge

    Examples
    --------
    Without predictors the model gives back the mean: ½ have any, on average 30.

    >>> table = pd.DataFrame({"cost": [0, 0, 0, 10, 20, 60]})
    >>> fit = two_part(table, "cost", [])
    >>> fit.means.round(6).tolist()[:2], round(fit.smearing, 4)
    ([15.0, 15.0], 1.3104)
    """
    if second not in SECOND_PARTS:
        raise unknown_name("second part", second, SECOND_PARTS)
    chosen, sample = _sample(design, frame, "a two-part model's errors")
    y = outcome(frame, amount, whole=False)
    data = regressors(frame, predictors, reference, outcome=amount)
    have = y > 0
    if have.all():
        raise CommsvcError(
            f"everyone has some {amount}: there is no first part",
            next_step="model the amount alone",
        )
    if have.sum() <= len(data.names):
        raise CommsvcError(f"{have.sum()} have any {amount}", allowed="more than there are terms")
    some = logit_fit(have.astype(float), data.x, "two-part, logit", sample)
    logs = np.log(np.where(have, y, 1.0))
    family = {"log": "linear", "gamma": "gamma"}[second]
    many = regressed(logs if second == "log" else y, data.x, family, sample, have)
    smearing = 1.0
    if second == "log":
        weights = None if sample is None else sample.weights[have]
        residual = (logs - data.x @ many.params)[have]
        smearing = float(np.average(np.exp(residual), weights=weights))
    spread = 1.0 if sample is not None else chosen.deff**0.5
    sizes = {"any": (some, y.size), "amount": (many, int(have.sum()))}
    table = coefficient_table(
        [(name, data.names, f.params, f.se * spread, f.df, n) for name, (f, n) in sizes.items()],
        confidence,
    )
    methods = {"any": message("logit"), "amount": SECOND_PARTS[second]}
    if sample is not None:
        methods = {
            name: message("{model}, weighted, design-based errors", model=method)
            for name, method in methods.items()
        }
    said = message("smearing factor {factor:.4g}", factor=smearing) if second == "log" else ""
    table = table.assign(method=table["group"].map(methods), note=joined([said, chosen.caveat()]))
    probability = 1 / (1 + np.exp(-(data.x @ some.params)))
    return TwoPartFit(table, probability, np.exp(data.x @ many.params) * smearing, smearing)


@dataclass(frozen=True)
class _Step:
    """One of the nested models: its likelihood, parameters, and the terms' coefficients."""

    loglik: float
    parameters: int
    fit: Fit


def _logit(y: Array, x: Array, sample: Sample | None) -> _Step:
    found = logit_fit((y > 0).astype(float), x, "logit", sample)
    return _Step(found.llf, x.shape[1], found)


def _linear(y: Array, x: Array, sample: Sample | None) -> _Step:
    found = regressed(y, x, "linear", sample, np.ones(y.size, dtype=bool))
    return _Step(found.llf, x.shape[1] + 1, found)


def _counts(kind: str, y: Array, x: Array, sample: Sample | None) -> _Step:
    found = plain_fit(kind, y, Regressors(x, tuple(map(str, range(x.shape[1])))), sample)
    [part] = found.parts
    return _Step(found.loglik, found.df, Fit(part.beta, part.covariance, found.loglik, part.df))


_MODELS: Final[Mapping[str, Callable[[Array, Array, Sample | None], _Step]]] = {
    "logit": _logit,
    "poisson": partial(_counts, "poisson"),
    "negative binomial": partial(_counts, "negative binomial"),
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
    block_of_column = _one_block_each(blocks)
    chosen, sample = _sample(design, frame, "a test of blocks")
    if chosen.deff != 1:
        raise CommsvcError(
            "nested models are not compared under an assumed design effect",
            next_step="name weights and clusters: Design.sample(...)",
        )
    y = outcome(frame, use, whole=kind in ("poisson", "negative binomial"))
    data = regressors(frame, list(block_of_column), reference, outcome=use)
    if kind == "logit" and (y > 0).all():
        raise CommsvcError(f"everyone has some {use!r}", allowed="some with 0, for a logit")
    block = np.array([""] + [block_of_column[term.split("=")[0]] for term in data.names[1:]])
    names = list(blocks)

    @cache
    def fitted(kept: tuple[str, ...]) -> tuple[_Step, NDArray[np.str_]]:
        columns = np.isin(block, ["", *kept])
        return _MODELS[kind](y, data.x[:, columns], sample), block[columns]

    def model(kept: Sequence[str]) -> tuple[_Step, NDArray[np.str_]]:
        return fitted(tuple(kept))

    null, whole = model([]), model(names)
    rows = []
    for i, name in enumerate(names):
        before, here = model(names[:i]), model(names[: i + 1])
        rest = model([other for other in names if other != name]) if sample is None else whole
        entered, last = _compared(here, before, name, sample), _compared(whole, rest, name, sample)
        r2, r2_before = (_explained(one[0], null[0], kind, y.size) for one in (here, before))
        terms = [t for t, of in zip(data.names, block, strict=True) if of == name]
        added = (*entered, r2, r2 - r2_before, *last)
        note = joined([message("terms: {terms}", terms=terms), chosen.caveat()])
        rows.append((name, len(terms), *added, *_of_step(here[0], y.size, sample), note))
    ratio = message("likelihood ratio of nested {kind} models", kind=kind)
    wald = message("Wald's F of terms in a {kind} model, weighted, design-based errors", kind=kind)
    table = pd.DataFrame(rows, columns=_BLOCK_COLUMNS)
    return table.assign(method=ratio if sample is None else wald)


_BLOCK_COLUMNS: Final = [
    "group", "df", "statistic", "p", "r_squared", "gain", "statistic_last", "p_last",
    "base", "df2", "loglik", "aic", "note",
]  # fmt: skip


def _of_step(step: _Step, n: int, sample: Sample | None) -> tuple[float, ...]:
    """Persons, the second degrees of freedom, log-likelihood and AIC, as far as there are any."""
    if sample is None:
        return n, float("nan"), step.loglik, 2 * step.parameters - 2 * step.loglik
    return sample.n, step.fit.df, step.loglik, float("nan")


def _explained(step: _Step, null: _Step, kind: str, n: int) -> float:
    """McFadden's R², the ordinary one of a linear model."""
    if kind == "linear":
        return 1 - float(np.exp(2 * (null.loglik - step.loglik) / n))
    return 1 - step.loglik / null.loglik


def _one_block_each(blocks: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Column -> its block."""
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
    return seen


def _compared(
    more: tuple[_Step, NDArray[np.str_]],
    less: tuple[_Step, NDArray[np.str_]],
    name: str,
    sample: Sample | None,
) -> tuple[float, float]:
    """Likelihood ratio and P; with a sample Wald's F that the block's coefficients are 0, and P."""
    step, blocks = more
    which = blocks == name
    df = int(which.sum())
    if sample is None:
        ratio = max(2 * (step.loglik - less[0].loglik), 0.0)
        return ratio, float(stats.chi2.sf(ratio, df))
    beta = step.fit.params[which]
    f = float(beta @ np.linalg.solve(step.fit.covariance[np.ix_(which, which)], beta)) / df
    return f, float(stats.f.sf(f, df, step.fit.df))


def _sample(design: Design | str, frame: Any, what: str) -> tuple[Design, Sample | None]:
    """The design, and everybody with their weights, where it has any."""
    chosen = design if isinstance(design, Design) else Design.named(design)
    chosen.require_sample(what)
    return chosen, Sample.of(chosen, frame) if chosen.kind == "sample" else None
