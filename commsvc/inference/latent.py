"""What lies behind: factors behind items, and estimates combined over imputed data sets."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from commsvc.errors import CommsvcError
from commsvc.inference.checks import Array, one_of
from commsvc.inference.jackknife import Estimate
from commsvc.words.messages import message

if TYPE_CHECKING:
    import pandas as pd

ROTATIONS = ("none", "varimax", "promax", "oblimin")


@dataclass(frozen=True)
class Factors:
    """Loadings of an exploratory factor analysis.

    Attributes
    ----------
    loadings : items × factors
    uniqueness : (items,) share of each item's variance that no factor explains
    base : people with an answer to every item
    """

    loadings: pd.DataFrame
    uniqueness: Array = field(repr=False)
    base: int


def factor_analysis(items: Any, factors: int = 1, rotation: str = "varimax") -> Factors:
    """Exploratory factor analysis by maximum likelihood (statsmodels' Factor).

    Parameters
    ----------
    items : frame of numbers, a column an item; people who left one out are left out
    factors : how many
    rotation : "none", "varimax", "promax" or "oblimin"

    Examples
    --------
    >>> import pandas as pd
    >>> random = np.random.default_rng(1)
    >>> good = random.normal(size=300)
    >>> made = pd.DataFrame({x: good + random.normal(size=300) for x in "abcd"})
    >>> factor_analysis(made).loadings.abs().gt(0.5).all().item()
    True
    """
    import pandas as pd
    from statsmodels.multivariate.factor import Factor

    one_of("rotation", rotation, ROTATIONS)
    frame = pd.DataFrame(items).dropna()
    k = frame.shape[1]
    if not 1 <= factors <= ((k - 1) if k < 3 else k // 2) or len(frame) <= k:
        raise CommsvcError(
            f"{factors} factors behind {k} items of {len(frame)} people",
            allowed="at most half as many factors as items, and more people than items",
        )
    flat = [name for name in frame if frame[name].nunique() < 2]
    if flat:
        raise CommsvcError(f"everybody gave one answer to {flat[0]!r}: it loads on nothing")
    found = Factor(frame.to_numpy(float), n_factor=factors, method="ml").fit()
    if rotation != "none" and factors > 1:
        found.rotate(rotation)
    # Which way a factor points is arbitrary: most of its items load positively here.
    loadings = np.asarray(found.loadings)
    loadings = loadings * np.where(loadings.sum(axis=0) < 0, -1.0, 1.0)
    names = [f"factor {j + 1}" for j in range(factors)]
    table = pd.DataFrame(loadings, index=list(frame.columns), columns=names)
    return Factors(table, np.asarray(found.uniqueness), len(frame))


def pool(estimates: Any, covariances: Any, df: float = np.inf) -> Estimate:
    """Estimates of m imputed data sets as one, by Rubin's rules.

    Parameters
    ----------
    estimates : (m,) or (m, v), one row a data set
    covariances : (m,) variances, or (m, v, v)
    df : degrees of freedom of the complete data; infinite gives Rubin's (1987), a number Barnard
        and Rubin's (1999, Biometrika 86), of the parameter that has fewest

    Returns
    -------
    Estimate; the note gives the largest fraction of missing information

    Examples
    --------
    >>> found = pool([3.1, 3.4, 2.9], [0.04, 0.05, 0.04])
    >>> round(found.estimate.item(), 4), round(found.se.item(), 4), round(found.df, 2)
    (3.1333, 0.3575, 4.58)
    """
    q = np.asarray(estimates, dtype=float)
    q = q[:, None] if q.ndim == 1 else q
    u = np.asarray(covariances, dtype=float)
    u = u[:, None, None] if u.ndim == 1 else u
    m, v = q.shape
    if m < 2 or u.shape != (m, v, v) or not (np.isfinite(q).all() and np.isfinite(u).all()):
        raise CommsvcError(
            f"{m} estimates of {v} and covariances of shape {u.shape}",
            allowed="two data sets or more, a covariance (v, v) for each",
        )
    within, between = u.mean(axis=0), np.atleast_2d(np.cov(q.T, ddof=1))
    total = within + (1 + 1 / m) * between
    with np.errstate(divide="ignore"):
        share = (1 + 1 / m) * np.diag(between) / np.diag(total)
        free = (m - 1) / share**2
        if np.isfinite(df):
            seen = (df + 1) / (df + 3) * df * (1 - share)
            free = 1 / (1 / free + 1 / seen)
        excess = np.diag(total) / np.diag(within) - 1
        lost = (excess + 2 / (free + 3)) / (excess + 1)
    note = message(
        "{m} imputed data sets; fraction of missing information up to {lost:percent0}",
        m=m, lost=float(lost.max()),
    )  # fmt: skip
    return Estimate(q.mean(axis=0), total, float(free.min()), note)
