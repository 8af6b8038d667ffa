"""Count models of visits: Poisson, negative binomial, hurdle, zero-inflated; and which to take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from commsvc.errors import CommsvcError, unknown_name
from commsvc.indicators.peaks import Fit, NoFitError, fitted, no_dispersion
from commsvc.indicators.regressors import Array, Regressors, outcome, regressors
from commsvc.inference.checks import as_share
from commsvc.inference.design import Design
from commsvc.inference.sample import Sample
from commsvc.words.messages import Text, joined, message

KINDS: Final = {
    "poisson": message("Poisson"),
    "negative binomial": message("negative binomial (NB2)"),
    "hurdle": message("hurdle: logit and zero-truncated NB2"),
    "zip": message("zero-inflated Poisson"),
    "zinb": message("zero-inflated NB2"),
}
WITH_ZEROS: Final = ("hurdle", "zip", "zinb")


@dataclass(frozen=True)
class Part:
    """Coefficients of one linear predictor, with their covariance.

    Attributes
    ----------
    name : of the part
    x, names : (n, k) columns and what they are called
    beta, covariance : (k,) and (k, k)
    df : degrees of freedom of t, infinite without a design
    """

    name: str
    x: Array = field(repr=False)
    names: tuple[str, ...]
    beta: Array
    covariance: Array = field(repr=False)
    df: float = np.inf

    @property
    def line(self) -> Array:
        """(n,) the linear predictor of each person."""
        return self.x @ self.beta


@dataclass(frozen=True)
class CountFit:
    """A fitted count model.

    Attributes
    ----------
    kind : one of `KINDS`
    y : (n,) the counts
    parts : the linear predictors: `count` (log of the mean; in a hurdle of the untruncated mean),
        then `any` (logit of any visit at all; hurdle) or `never` (logit of being one of those who
        never come; zero-inflated)
    alpha : NB2 dispersion, Var = μ + αμ²; 0 for Poisson
    alpha_se : its standard error
    loglik : log-likelihood; of a hurdle the sum of `logliks`
    logliks : of each part fitted by itself
    weights : (n,) of a design, with a mean of 1 over those who have any; None without one
    caveat : what the errors rest on
    """

    kind: str
    y: Array = field(repr=False)
    parts: tuple[Part, ...]
    alpha: float
    alpha_se: float
    loglik: float
    logliks: Mapping[str, float]
    weights: Array | None = field(default=None, repr=False)
    caveat: Text | str = ""

    @property
    def base(self) -> int:
        """Persons in the model."""
        return self.counted(np.ones(self.y.size, dtype=bool))

    def counted(self, inside: NDArray[np.bool_]) -> int:
        """Persons inside (n,) who have a weight."""
        return int((inside if self.weights is None else inside & (self.weights > 0)).sum())

    @property
    def df(self) -> int:
        """How many parameters were estimated."""
        return sum(part.beta.size for part in self.parts) + (self.alpha > 0)

    @property
    def aic(self) -> float:
        """Akaike's criterion, 2·df − 2·loglik."""
        return self._criterion(2.0)

    @property
    def bic(self) -> float:
        """Schwarz's criterion, ln(n)·df − 2·loglik."""
        return self._criterion(float(np.log(self.y.size)))

    def _criterion(self, each: float) -> float:
        if self.weights is not None:
            raise CommsvcError(
                "AIC and BIC need the likelihood of independent persons of one weight",
                where="a model with weights or clusters",
                next_step="compare the counts expected with those observed: rootogram(fit)",
            )
        return each * self.df - 2 * self.loglik

    def probabilities(self, most: int) -> Array:
        """(n, most + 1) probability of 0, 1, … `most` visits for each person."""
        k = np.arange(most + 1)
        mean = np.exp(self.parts[0].line)[:, None]
        if self.alpha > 0:
            p = stats.nbinom.pmf(k, 1 / self.alpha, 1 / (1 + self.alpha * mean))
        else:
            p = stats.poisson.pmf(k, mean)
        if self.kind in WITH_ZEROS:
            some = self._some()[:, None]
            p = some * (p / (1 - p[:, :1]) if self.kind == "hurdle" else p)
            p[:, 0] = 1 - some[:, 0] + (0.0 if self.kind == "hurdle" else p[:, 0])
        return p

    @property
    def means(self) -> Array:
        """(n,) expected visits of each person."""
        mean = np.exp(self.parts[0].line)
        if self.kind == "hurdle":
            mean = mean / (1 - (1 + self.alpha * mean) ** (-1 / self.alpha))
        return self._some() * mean

    def _some(self) -> Array:
        """(n,) probability of coming (hurdle), or of being one who may come (zero-inflated)."""
        if self.kind not in WITH_ZEROS:
            return np.ones(self.y.size)
        return 1 / (1 + np.exp(-self.parts[1].line * (1 if self.kind == "hurdle" else -1)))

    def table(self, confidence: float = 0.95) -> pd.DataFrame:
        """Coefficients: `group` (part), `level` (term), `base` (persons in that part),
        `estimate, se, low, high, statistic` (z; t with a design), `p, effect, effect_low,
        effect_high` (e to the power: a rate ratio in `count`, an odds ratio else), `method,
        note`."""
        parts = [
            (
                part.name,
                part.names,
                part.beta,
                np.sqrt(np.diag(part.covariance)),
                part.df,
                self.base,
            )
            for part in self.parts
        ]
        if self.alpha > 0:
            one = np.array([self.alpha]), np.array([self.alpha_se])
            parts.append(("dispersion", ("alpha",), *one, self.parts[0].df, self.base))
        table = coefficient_table(parts, confidence)
        if self.kind == "hurdle":
            # How often is asked of those alone who came.
            of_users = table["group"].isin(["count", "dispersion"])
            table.loc[of_users, "base"] = self.counted(self.y > 0)
        # A dispersion is no coefficient: 0 is the end of its range, its exponential no ratio.
        columns = ["statistic", "p", "effect", "effect_low", "effect_high"]
        table.loc[table["group"] == "dispersion", columns] = np.nan
        method, plain = KINDS[self.kind], self.kind == "poisson" and self.weights is None
        if self.weights is not None:
            method = message("{model}, weighted, design-based errors", model=method)
        rest = message("errors hold only without overdispersion") if plain else ""
        return table.assign(method=method, note=joined([rest, self.caveat]))


def coefficient_table(
    parts: Sequence[tuple[str, Sequence[str], Array, Array, float, int]], confidence: float
) -> pd.DataFrame:
    """`group, level, base, estimate, se, low, high, statistic, p, effect, effect_low, effect_high`
    of parts (name, terms, coefficients, errors, degrees of freedom, persons)."""
    upper = (1 + as_share(confidence, "confidence")) / 2
    rows = [
        (name, term, base, b, e, df)
        for name, terms, beta, se, df, base in parts
        for term, b, e in zip(terms, beta, se, strict=True)
    ]
    table = pd.DataFrame(rows, columns=["group", "level", "base", "estimate", "se", "df"])
    df = table.pop("df")
    half = stats.t.ppf(upper, df) * table["se"]
    table["low"], table["high"] = table["estimate"] - half, table["estimate"] + half
    table["statistic"] = table["estimate"] / table["se"]
    table["p"] = 2 * stats.t.sf(table["statistic"].abs(), df)
    effects = {"effect": "estimate", "effect_low": "low", "effect_high": "high"}
    return table.assign(**{name: np.exp(table[of]) for name, of in effects.items()})


def count_model(
    frame: Any,
    visits: str,
    predictors: Sequence[str],
    kind: str,
    *,
    zero_predictors: Sequence[str] | None = None,
    reference: Mapping[str, Any] | None = None,
    design: Design | str = "unknown",
) -> CountFit:
    """Fit a model of how many visits each person makes, by maximum likelihood.

    Poisson and NB2 (Cameron & Trivedi 1998); hurdle (Mullahy 1986): a logit for any visit and a
    zero-truncated NB2 for how many, fitted apart, joined here; zero-inflated (Lambert 1992): some
    never come, the others are Poisson or NB2. Over statsmodels' likelihoods; errors from
    differences of the scores (as R's pscl).

    Parameters
    ----------
    frame : a row a person
    visits : column of counts
    predictors : columns; numbers as they are, text as 0/1 levels
    kind : one of `KINDS`: `poisson`, `negative binomial`, `hurdle`, `zip`, `zinb`
    zero_predictors : those of the part about zeros; the same ones where it is not said
    reference : text column -> level to compare with
    design : `srs` or `unknown` (independent persons), or `Design.sample(weights=…, strata=…,
        clusters=…)`: then the likelihood is weighted and the errors are those of the design
        (Binder 1983; the coefficients, errors and t of R's svyglm, for these families)

    Raises
    ------
    CommsvcError : no counts, predictors that repeat each other, no zeros for a model of zeros, a
        fit that does not converge, a census (it has no errors), too few clusters for the terms

    Examples
    --------
    With one predictor of two levels, Poisson gives their means: 1 and 3.

    >>> table = pd.DataFrame({"ill": ["no", "no", "yes", "yes"], "visits": [0, 2, 2, 4]})
    >>> fit = count_model(table, "visits", ["ill"], "poisson")
    >>> fit.table()[["level", "effect"]].round(6)
         level  effect
    0    const     1.0
    1  ill=yes     3.0
    """
    if kind not in KINDS:
        raise unknown_name("count model", kind, KINDS)
    chosen = design if isinstance(design, Design) else Design.named(design)
    chosen.require_sample("a count model's errors")
    y = outcome(frame, visits, whole=True)
    count = regressors(frame, predictors, reference, outcome=visits)
    sample = Sample.of(chosen, frame) if chosen.kind == "sample" else None
    if kind in WITH_ZEROS:
        if not (y == 0).any():
            raise NoFitError(
                f"nobody has 0 {visits}: a model of zeros has nothing to fit",
                next_step="use 'negative binomial', or say who was not asked",
            )
        some = predictors if zero_predictors is None else zero_predictors
        kept = {name: level for name, level in (reference or {}).items() if name in some}
        zero = regressors(frame, some, kept, outcome=visits)
        fit = (_hurdle if kind == "hurdle" else _inflated)(kind, y, count, zero, sample)
    elif zero_predictors is not None:
        raise CommsvcError(f"{KINDS[kind]} has no part about zeros: drop zero_predictors")
    else:
        fit = plain_fit(kind, y, count, sample)
    deff = 1.0 if sample is not None else chosen.deff
    parts = tuple(replace(part, covariance=part.covariance * deff) for part in fit.parts)
    return replace(fit, parts=parts, caveat=chosen.caveat())


def plain_fit(kind: str, y: Array, count: Regressors, sample: Sample | None = None) -> CountFit:
    """Poisson or NB2 of arrays, for those who choose columns themselves.

    >>> one = Regressors(np.ones((2, 1)), ("const",))
    >>> plain_fit("poisson", np.array([0.0, 2]), one).means.round(6)
    array([1., 1.])
    """
    from statsmodels.discrete.discrete_model import NegativeBinomialP, Poisson

    x, scale = scaled(count.x)
    k = x.shape[1]
    level = np.append(np.log(y.mean()) / x[0, 0], np.zeros(k - 1))
    if kind == "poisson":
        fit = fitted(Poisson(y, x), level, kind, sample, slopes=k)
    else:
        first = fitted(Poisson(y, x), level, kind, None, slopes=k).params
        mean = np.exp(x @ first)
        # The slope of the likelihood where α is 0: downhill from there, Poisson is the best NB2.
        if ((y - mean) ** 2 - y).sum() <= 0:
            raise no_dispersion(kind)
        # The dispersion that matches the second moment (Cameron & Trivedi 1998).
        moment = float((((y - mean) ** 2 - y) / mean**2).mean())
        start = np.append(first, max(moment, 0.05))
        fit = fitted(NegativeBinomialP(y, x), start, kind, sample, slopes=k, dispersed=True)
    part = _part("count", count, fit, scale, 0)
    return _joined(kind, y, (part,), fit, {"count": fit.llf}, sample)


def scaled(x: Array) -> tuple[Array, Array]:
    """Columns divided by their root mean square: search steps then suit all of them.

    >>> scaled(np.array([[1.0, 300], [1, 400]]))[1].round(2)
    array([  1.  , 353.55])
    """
    scale = np.sqrt((x**2).mean(axis=0))
    return x / scale, scale


def logit_fit(y: Array, x: Array, called: str, sample: Sample | None) -> Fit:
    """A logit of 0 and 1, of columns as they are."""
    from statsmodels.discrete.discrete_model import Logit

    z, scale = scaled(x)
    k = z.shape[1]
    found = fitted(Logit(y, z), np.zeros(k), called, sample, slopes=k)
    covariance = found.covariance / np.outer(scale, scale)
    return replace(found, params=found.params / scale, covariance=covariance)


def _hurdle(
    kind: str, y: Array, count: Regressors, zero: Regressors, sample: Sample | None
) -> CountFit:
    from statsmodels.discrete.truncated_model import TruncatedLFNegativeBinomialP

    came = y > 0
    if np.unique(y[came]).size < 2:
        raise CommsvcError("all who came, came equally often: there is no second part to fit")
    logit = logit_fit(came.astype(float), zero.x, "hurdle, logit", sample)
    some = _part("any", zero, logit, np.ones(zero.x.shape[1]), 0)
    x, scale = scaled(count.x)
    start = np.append(np.linalg.lstsq(x[came], np.log(y[came]), rcond=None)[0], 1.0)
    truncated = fitted(
        TruncatedLFNegativeBinomialP(y[came], x[came], truncation=0), start,
        "hurdle, truncated NB2", sample, inside=came, slopes=x.shape[1], dispersed=True,
    )  # fmt: skip
    many = _part("count", count, truncated, scale, 0)
    logliks = {"count": truncated.llf, "any": logit.llf}
    return _joined(kind, y, (many, some), truncated, logliks, sample)


def _inflated(
    kind: str, y: Array, count: Regressors, zero: Regressors, sample: Sample | None
) -> CountFit:
    from statsmodels.discrete.count_model import ZeroInflatedNegativeBinomialP, ZeroInflatedPoisson

    model = ZeroInflatedPoisson if kind == "zip" else ZeroInflatedNegativeBinomialP
    (x, x_scale), (z, z_scale) = scaled(count.x), scaled(zero.x)
    zeros, dispersed = z.shape[1], kind == "zinb"
    slope = np.linalg.lstsq(x, np.log(y + 0.5), rcond=None)[0]
    start = np.concatenate([np.zeros(zeros), slope, [1.0] if dispersed else []])
    fit = fitted(
        model(y, x, exog_infl=z), start, kind, sample, slopes=x.shape[1], dispersed=dispersed
    )
    parts = _part("count", count, fit, x_scale, zeros), _part("never", zero, fit, z_scale, 0)
    return _joined(kind, y, parts, fit, {"together": fit.llf}, sample)


def _part(name: str, columns: Regressors, fit: Fit, scale: Array, first: int) -> Part:
    which = slice(first, first + columns.x.shape[1])
    covariance: Array = fit.covariance[which, which] / np.outer(scale, scale)
    return Part(name, columns.x, columns.names, fit.params[which] / scale, covariance, fit.df)


def _joined(
    kind: str,
    y: Array,
    parts: tuple[Part, ...],
    last: Fit,
    logliks: Mapping[str, float],
    sample: Sample | None,
) -> CountFit:
    """A fit whose dispersion, where it has one, is the last parameter of `last`."""
    negative = kind not in ("poisson", "zip")
    alpha, se = (float(last.params[-1]), float(last.se[-1])) if negative else (0.0, 0.0)
    weights = None
    if sample is not None:
        weights = sample.weights / sample.weights[sample.weights > 0].mean()
    return CountFit(kind, y, parts, alpha, se, sum(logliks.values()), logliks, weights)


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
    if alternative not in _SPREADS:
        raise unknown_name("alternative", alternative, _SPREADS)
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
    z = alpha / float(np.sqrt(residual @ residual / (left.size - 1) / (right @ right)))
    method = message("Cameron–Trivedi overdispersion, {alternative}", alternative=alternative)
    row = (left.size, z, np.nan, float(stats.norm.sf(z)), alpha, method, _SPREADS[alternative])
    columns = ["base", "statistic", "df", "p", "effect", "method", "note"]
    return pd.DataFrame([row], columns=columns)


_SPREADS: Final = {
    "quadratic": message("effect: α of Var = μ + αμ²"),
    "linear": message("effect: α of Var = (1 + α)μ"),
}


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
    chosen = design if isinstance(design, Design) else Design.named(design)
    chosen.require_sample("a choice of model")
    if chosen.kind == "sample" or chosen.deff != 1:
        raise CommsvcError(
            "models are chosen by the likelihood of independent persons of one weight",
            where=str(chosen.describe()),
            next_step="fit each with count_model(..., design=...) and look at rootogram(fit)",
        )
    zero = dict(zero_predictors or {})
    for kind in (*kinds, *zero):
        if kind not in KINDS:
            raise unknown_name("count model", kind, KINDS)
    fits: dict[str, CountFit] = {}
    stuck: dict[str, NoFitError] = {}
    for kind in dict.fromkeys(kinds):
        asked = zero.get(kind)
        try:
            fits[kind] = count_model(
                frame, visits, predictors, kind, zero_predictors=asked, reference=reference
            )
        except NoFitError as error:
            # A search that got stuck is one model's own; bad input is wrong for every model.
            stuck[kind] = error
    if not fits:
        raise next(iter(stuck.values()))
    best = min(fits, key=lambda kind: fits[kind].bic)
    y = fits[best].y
    rows = {kind: _criteria(fit) | {"note": _why(kind, best, fits)} for kind, fit in fits.items()}
    rows |= {kind: {"note": str(error)} for kind, error in stuck.items()}
    table = pd.DataFrame([{"group": kind} | rows[kind] for kind in dict.fromkeys(kinds)])
    table["chosen"] = table["group"] == best
    table["method"] = table["group"].map(KINDS)
    table = table.assign(base=y.size, zeros=int((y == 0).sum()))
    figures = ["df", "loglik", "aic", "bic", "zeros", "expected_zeros"]
    return table[["group", "base", *figures, "chosen", "method", "note"]]


def _criteria(fit: CountFit) -> dict[str, Any]:
    zeros = float(fit.probabilities(0).sum())
    found = {"df": fit.df, "loglik": fit.loglik, "aic": fit.aic, "bic": fit.bic}
    return found | {"expected_zeros": zeros}


def _why(kind: str, best: str, fits: Mapping[str, CountFit]) -> Text:
    words: list[Text] = []
    ahead = [one.bic - fits[best].bic for name, one in fits.items() if name != best]
    if kind != best:
        apart = fits[kind].bic - fits[best].bic
        words.append(message("BIC {apart:.1f} above {best}", apart=apart, best=best))
    elif ahead:
        words.append(message("least BIC, by {apart:.1f}", apart=min(ahead)))
    else:
        words.append(message("the only one fitted"))
    if kind == "negative binomial" and "poisson" in fits:
        ratio = max(2 * (fits[kind].loglik - fits["poisson"].loglik), 0.0)
        p = float(stats.chi2.sf(ratio, 1) / 2)
        words.append(message("against Poisson: LR {ratio:.1f}, P {p:p}", ratio=ratio, p=p))
    if kind == "hurdle":
        words.append(message("its zeros are those observed, by construction of the logit"))
    return joined(words)
