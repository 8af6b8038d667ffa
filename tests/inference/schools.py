"""The schools of R's api data as records, for the tests against R survey."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd

from commsvc.inference import Ratio, Sample, by_design
from commsvc.inference.cell_totals import ClusterCells
from commsvc.inference.design_tests import association_test
from commsvc.inference.jackknife import Total

REFERENCE = Path(__file__).resolve().parent.parent / "reference"
DESIGNS = ["strat", "clus", "cluswr"]


def reference(name: str) -> dict:
    return json.loads((REFERENCE / f"{name}.json").read_text(encoding="utf-8"))


def schools(name: str) -> tuple[pd.DataFrame, Sample]:
    """The stratified or clustered schools and their design; "cluswr" has no finite population."""
    data = pd.read_csv(REFERENCE / f"api_{name.removesuffix('wr')}.csv", keep_default_na=False)
    data["band"] = np.searchsorted([550, 650, 750], data["api00"]) + 1.0
    data["size"] = data["enroll"].astype(float) / 100
    data["holed"] = data["api00"].astype(float)
    data.loc[2::7, "holed"] = np.nan
    stratified = name == "strat"
    records = Sample(
        data["pw"],
        strata=data["stype"] if stratified else None,
        clusters=None if stratified else data["dnum"],
        fpc=None if name.endswith("wr") else data["fpc"],
    )
    return data, records


def mean_of(people, values, inside=None):
    """Weighted means of values (n,) or (n, v), by the closed form."""
    return by_design(Ratio(values), people if inside is None else people.domain(inside))


def total_of(people, values):
    """Weighted totals."""
    return by_design(Total(values), people)


def ratio_of(people, top, bottom):
    """Ratios of totals."""
    return by_design(Ratio(top, bottom), people)


def cluster_cells(totals, clusters):
    """Totals (m, v) of clusters as v cells."""
    sums = np.asarray(totals, dtype=float)
    sums = sums[:, None] if sums.ndim == 1 else sums
    return ClusterCells(np.ones(sums.shape[1]), sums[..., None], clusters)


def cluster_total(totals, clusters):
    """Population totals from cluster totals (m, v)."""
    cells = cluster_cells(totals, clusters)
    return by_design(Total(np.eye(cells.counts.size)), cells)


def cluster_ratio(top, bottom, clusters):
    """Ratios of cluster totals (m, v) and (m,) or (m, v)."""
    above, below = (np.asarray(x, dtype=float) for x in (top, bottom))
    above = above[:, None] if above.ndim == 1 else above
    below = np.broadcast_to(below[:, None] if below.ndim == 1 else below, above.shape)
    v = above.shape[1]
    cells = cluster_cells(np.hstack([above, below]), clusters)
    none = np.zeros((v, v))
    return by_design(
        Ratio(np.vstack([np.eye(v), none]), np.vstack([none, np.eye(v)]), blank=True), cells
    )


def rao_scott_test(cells, clusters, n, statistic="F", df=None):
    """Of the weighted totals (m, r, c) of each cell in each cluster."""
    totals = np.asarray(cells, dtype=float)
    m, r, c = totals.shape
    held = cluster_cells(totals.reshape(m, r * c), clusters)
    free = clusters.df if df is None else df
    return association_test(held, (r, c), n, statistic, free)
