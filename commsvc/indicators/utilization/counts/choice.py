"""Which count model: a test of overdispersion, counts against what is expected, a choice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from scipy import stats

from commsvc.errors import CommsvcError, unknown_name
from commsvc.indicators.sampling import as_design
from commsvc.indicators.utilization.counts.fits import KINDS, CountFit
from commsvc.indicators.utilization.counts.fitting import NoFitError
from commsvc.indicators.utilization.counts.models import count_model
from commsvc.inference.design import Design

ALTERNATIVES: Final = ("quadratic", "linear")


def overdispersion_test(fit: CountFit, alternative: str = "quadratic") -> pd.DataFrame:
    """Is there more spread than Poisson allows: Cameron & Trivedi's regression test (1990).

    The regression of ((y − μ)² − y)/μ, without constant, on μ (`quadratic`: Var = μ + αμ², as NB2
    has it) or on 1 (`linear`: Var = (1 + α)μ); z of its coefficient, one-sided.

    Parameters
    ----------
    fit : a Poisson `count_model`
    alternative : `quadratic` or `linear`

    Returns
    -------
    DataFrame of one row: `base, statistic` (z), `df` (NaN), `p` (upper tail), `effect` (α),
    `method, note`

    Examples
    --------
    By hand: with a mean of 1, ((y − 1)² − y)/1 is 1, 1, 1 and 5: their mean 2, its error 1.

    >>> table = pd.DataFrame({"visits": [0, 0, 0, 4]})
    >>> found = overdispersion_test(count_model(table, "visits", [], "poisson"), "linear")
    >>> found[["base", "statistic", "effect"]].round(6)
       base  statistic  effect
    0     4        2.0     2.0
    """
    if alternative not in ALTERNATIVES:
        raise unknown_name("alternative", alternative, ALTERNATIVES)
    if fit.kind != "poisson":
        raise CommsvcError(f"the test is of Poisson, not of {KINDS[fit.kind]}", allowed="poisson")
    if fit.weights is not None:
        raise CommsvcError(
            "the test is of independent persons of one weight",
            where="a model with weights or clusters",
            next_step="look at rootogram(fit); the errors of the design allow any spread",
        )
    mean = fit.means
    left = ((fit.y - mean) ** 2 - fit.y) / mean
    right = mean if alternative == "quadratic" else np.ones_like(mean)
    alpha = float(right @ left / (right @ right))
    residual = left - alpha * right
    se = float(np.sqrt(residual @ residual / (left.size - 1) / (right @ right)))
    row = {
        "base": left.size,
        "statistic": alpha / se,
        "df": float("nan"),
        "p": float(stats.norm.sf(alpha / se)),
        "effect": alpha,
        "method": f"Cameron–Trivedi overdispersion, {alternative}",
        "note": "effect: α of Var = μ + αμ²" if alternative == "quadratic" else
        "effect: α of Var = (1 + α)μ",
    }  # fmt: skip
    return pd.DataFrame([row])


def rootogram(fit: CountFit, most: int | None = None) -> pd.DataFrame:
    """How many persons have 0, 1, 2 … visits, and how many the model expects.

    A hanging rootogram draws bars from √expected down to √expected − √observed: below the axis
    the model expects too few (Tukey 1977; Kleiber & Zeileis 2016).

    Parameters
    ----------
    fit : a `count_model`
    most : the last count with a row of its own; the largest observed where it is not said

    Returns
    -------
    DataFrame `level` (count), `count` (observed; with a design weighted, to the same sum), `base`
    (persons), `expected, root_observed, root_expected, hanging` (√expected − √observed), `method`;
    a last row, level −1, holds what is beyond `most`

    Examples
    --------
    By hand: with a mean of 1, Poisson expects 4/e with no visit and as many with one.

    >>> table = pd.DataFrame({"visits": [0, 0, 0, 4]})
    >>> counts = rootogram(count_model(table, "visits", [], "poisson"), most=1)
    >>> counts[["level", "count", "expected"]].round(4)
       level  count  expected
    0      0      3    1.4715
    1      1      0    1.4715
    2     -1      1    1.0570
    """
    top = int(fit.y.max()) if most is None else most
    if top < 0:
        raise CommsvcError(f"most is {top}", allowed="0 or more")
    weights = np.ones(fit.y.size) if fit.weights is None else fit.weights
    expected = weights @ fit.probabilities(top)
    observed = np.bincount(fit.y.astype(int), weights, minlength=top + 1)
    if fit.weights is None:
        observed = observed.astype(int)
    frame = pd.DataFrame(
        {
            "level": [*range(top + 1), -1],
            "count": [*observed[: top + 1].tolist(), observed[top + 1 :].sum()],
            "base": fit.base,
            # What is left of n may be a hair below zero.
            "expected": [*expected, max(fit.base - expected.sum(), 0.0)],
        }
    )
    frame["root_observed"] = np.sqrt(frame["count"])
    frame["root_expected"] = np.sqrt(frame["expected"])
    frame["hanging"] = frame["root_expected"] - frame["root_observed"]
    return frame.assign(method=KINDS[fit.kind])


def choose_count_model(
    frame: Any,
    visits: str,
    predictors: Sequence[str],
    *,
    zero_predictors: Mapping[str, Sequence[str]] | None = None,
    reference: Mapping[str, Any] | None = None,
    kinds: Sequence[str] = tuple(KINDS),
    design: Design | str = "unknown",
) -> pd.DataFrame:
    """Fit the count models side by side and say which describes the counts best, and why.

    The least BIC is chosen. Poisson is nested in NB2 and compared by a likelihood ratio (half of
    χ²₁, α = 0 being the end of its range); the others are not nested in each other.

    Parameters
    ----------
    frame, visits, predictors, reference : as in `count_model`
    zero_predictors : kind -> predictors of its part about zeros
    kinds : which models to fit
    design : `srs` or `unknown`; with weights or clusters there is no likelihood to choose by, and
        that is refused

    Returns
    -------
    DataFrame `group` (kind), `base, df, loglik, aic, bic, zeros` (observed), `expected_zeros,
    chosen, method, note` (why; for a model that does not converge, that, with missing figures)

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> table = pd.DataFrame({"ill": rng.integers(0, 2, 500)})
    >>> table["visits"] = rng.negative_binomial(1, 1 / (1 + np.exp(1 + table["ill"])))
    >>> found = choose_count_model(table, "visits", ["ill"], kinds=["poisson",
    ...                                                              "negative binomial"])
    >>> found.loc[found["chosen"], "group"].item()
    'negative binomial'
    """
    chosen = as_design(design)
    chosen.require_sample("a choice of model")
    if chosen.kind == "sample" or chosen.deff != 1:
        raise CommsvcError(
            "models are chosen by the likelihood of independent persons of one weight",
            where=chosen.describe(),
            next_step="fit each with count_model(..., design=...) and look at rootogram(fit)",
        )
    for kind in (*kinds, *(zero_predictors or {})):
        if kind not in KINDS:
            raise unknown_name("count model", kind, KINDS)
    fits: dict[str, CountFit | NoFitError] = {}
    for kind in dict.fromkeys(kinds):
        zero = (zero_predictors or {}).get(kind)
        try:
            fits[kind] = count_model(
                frame, visits, predictors, kind, zero_predictors=zero, reference=reference
            )
        except NoFitError as error:
            # A search that got stuck is one model's own; bad input is wrong for every model.
            fits[kind] = error
    good = {kind: fit for kind, fit in fits.items() if isinstance(fit, CountFit)}
    if not good:
        raise next(error for error in fits.values() if isinstance(error, NoFitError))
    y = next(iter(good.values())).y
    best = min(good, key=lambda kind: good[kind].bic)
    rows = []
    for kind, fit in fits.items():
        if isinstance(fit, NoFitError):
            rows.append((kind, y.size, *[float("nan")] * 4, (y == 0).sum(), np.nan, str(fit)))
            continue
        zeros = float(fit.probabilities(0).sum())
        figures = (fit.df, fit.loglik, fit.aic, fit.bic, (y == 0).sum(), zeros)
        rows.append((kind, y.size, *figures, _why(kind, best, good)))
    columns = ["group", "base", "df", "loglik", "aic", "bic", "zeros", "expected_zeros", "note"]
    table = pd.DataFrame(rows, columns=columns)
    table.insert(8, "chosen", table["group"] == best)
    table.insert(9, "method", [KINDS[kind] for kind in table["group"]])
    return table


def _why(kind: str, best: str, good: Mapping[str, CountFit]) -> str:
    fit = good[kind]
    words = []
    if kind == "negative binomial" and "poisson" in good:
        ratio = max(2 * (fit.loglik - good["poisson"].loglik), 0.0)
        words.append(f"against Poisson: LR {ratio:.1f}, P {stats.chi2.sf(ratio, 1) / 2:.2g}")
    if kind == best:
        others = [one.bic for name, one in good.items() if name != best]
        lead = f"least BIC, by {min(others) - fit.bic:.1f}" if others else "the only one fitted"
        words.insert(0, lead)
    else:
        words.append(f"BIC {fit.bic - good[best].bic:.1f} above {best}")
    if kind == "hurdle":
        words.append("its zeros are those observed, by construction of the logit")
    return "; ".join(words)
