"""The schools of R's api data as records, for the tests against R survey."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd

from commsvc.inference.records import Records

REFERENCE = Path(__file__).resolve().parent.parent / "reference"
DESIGNS = ["strat", "clus", "cluswr"]


def reference(name: str) -> dict:
    return json.loads((REFERENCE / f"{name}.json").read_text(encoding="utf-8"))


def schools(name: str) -> tuple[pd.DataFrame, Records]:
    """The stratified or clustered schools and their design; "cluswr" has no finite population."""
    data = pd.read_csv(REFERENCE / f"api_{name.removesuffix('wr')}.csv", keep_default_na=False)
    data["band"] = np.searchsorted([550, 650, 750], data["api00"]) + 1.0
    data["size"] = data["enroll"].astype(float) / 100
    data["holed"] = data["api00"].astype(float)
    data.loc[2::7, "holed"] = np.nan
    stratified = name == "strat"
    records = Records.sample(
        data["pw"],
        strata=data["stype"] if stratified else None,
        clusters=None if stratified else data["dnum"],
        population=None if name.endswith("wr") else data["fpc"],
    )
    return data, records
