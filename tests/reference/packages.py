"""Write tests/reference/packages.json: what Python packages too heavy for the tests, or under the
GPL, make of small made-up tables.

    pip install access==1.1.10.post3 inequality==1.1.2 pingouin==0.7.0 Pyfrontier==1.1.1 pulp==3.3.2
    pip install irrcac==0.4.4 krippendorff==0.9.0
    python tests/reference/packages.py
"""

import json
from importlib.metadata import version
from pathlib import Path

import krippendorff
import numpy as np
import pandas as pd
import pingouin
from access import fca, weights
from inequality.gini import Gini
from inequality.theil import Theil, TheilD
from irrCAC.raw import CAC
from Pyfrontier.frontier_model import EnvelopDEA

STEPS = {10.0: 1.0, 20.0: 0.68, 30.0: 0.22}


def catchments(rng):
    """Thirty places and nine facilities, with the minutes between them."""
    persons = {f"p{i}": int(n) for i, n in enumerate(rng.integers(1, 900, 30))}
    capacity = {f"f{j}": int(n) for j, n in enumerate(rng.integers(1, 40, 9))}
    minutes = rng.integers(1, 75, (30, 9))
    links = [
        (place, facility, int(minutes[i, j]))
        for i, place in enumerate(persons)
        for j, facility in enumerate(capacity)
    ]
    demand = pd.DataFrame({"persons": persons})
    supply = pd.DataFrame({"capacity": capacity})
    cost = pd.DataFrame(links, columns=["origin", "dest", "cost"])

    def access(stages, step):
        found = stages(
            demand, supply, cost, max_cost=30, demand_index=True, demand_name="persons",
            supply_index=True, supply_name="capacity", weight_fn=step,
        )
        return found.reindex(list(persons)).fillna(0).tolist()

    step = weights.step_fn(STEPS)
    return {
        "persons": persons,
        "capacity": capacity,
        "links": links,
        "two-step": access(fca.two_stage_fca, None),
        "enhanced": access(fca.two_stage_fca, step),
        "three-step": access(fca.three_stage_fca, step),
    }


def spread(values, groups):
    parts = TheilD(np.array(values, float), np.array(groups))
    return {
        "values": values,
        "groups": groups,
        "gini": float(Gini(np.array(values, float)).g),
        "theil": float(Theil(np.array(values, float)).T),
        "between": float(np.ravel(parts.bg)[0]),
        "within": float(np.ravel(parts.wg)[0]),
    }


def agreement(rng):
    ratings = (rng.normal(size=(8, 1)) + rng.normal(size=(8, 3))).round(1)
    long = pd.DataFrame(ratings).reset_index().melt(id_vars="index")
    table = pingouin.intraclass_corr(long, "index", "variable", "value")
    return {"ratings": ratings.tolist(), "icc": table["ICC"].tolist(), "forms": table["Type"].tolist()}


def raters(rng):
    """Two sets of fifteen units, one rated by all; coefficients and errors to the digits given."""
    found = {}
    for name, lacking in (("complete", 0.0), ("gaps", 0.2)):
        truth = rng.integers(1, 5, (15, 1))
        ratings = np.where(rng.uniform(size=(15, 4)) < 0.7, truth, rng.integers(1, 5, (15, 4)))
        ratings = np.where(rng.uniform(size=(15, 4)) < lacking, np.nan, ratings.astype(float))
        found[name] = {"ratings": [[None if x != x else int(x) for x in row] for row in ratings]}
        for near, metric in (("none", "nominal"), ("quadratic", "interval")):
            table = CAC(pd.DataFrame(ratings), weights={"none": "identity"}.get(near, near))
            for ours, theirs in (("gwet", "gwet"), ("fleiss", "fleiss"), ("cohen", "conger"),
                                 ("brennan-prediger", "bp")):  # fmt: skip
                est = getattr(table, theirs)()["est"]
                # irrCAC has nothing for gaps with weights, and where chance is of the number of
                # categories it counts a gap as one (irrCAC for R does not).
                known = name == "complete" or (near == "none" and ours in ("fleiss", "cohen"))
                numbers = [float(est["coefficient_value"]), float(est["se"])]
                found[name][f"{ours} {near}"] = numbers if known else [None, None]
            alpha = krippendorff.alpha(ratings.T, level_of_measurement=metric)
            found[name][f"krippendorff {near}"] = [float(alpha), None]
    return found


def frontier(rng):
    """Twenty units with two inputs and outputs; output scores as the share of what could be."""
    x = rng.uniform(1, 9, (20, 2)).round(2)
    y = (x.mean(axis=1, keepdims=True) * rng.uniform(0.3, 1, (20, 2))).round(2)
    found = {"inputs": x.tolist(), "outputs": y.tolist()}
    for kind, returns in (("CRS", "constant"), ("VRS", "variable")):
        for side, orientation in (("in", "input"), ("out", "output")):
            model = EnvelopDEA(kind, side)
            model.fit(x, y)
            scores = [result.score for result in model.result]
            found[f"{returns} {orientation}"] = [s if side == "in" else 1 / s for s in scores]
    return found


rng = np.random.default_rng(11)
amounts = rng.lognormal(3, 1, 60).round().astype(int) + 1
found = {
    "versions": {
        name: version(name)
        for name in ("access", "inequality", "pingouin", "Pyfrontier", "irrcac", "krippendorff")
    },
    "steps": list(STEPS.items()),
    "catchments": catchments(rng),
    "spread": spread(amounts.tolist(), rng.choice(list("abcd"), 60).tolist()),
    "agreement": agreement(rng),
    "frontier": frontier(rng),
    "raters": raters(rng),
}
path = Path(__file__).with_suffix(".json")
path.write_text(json.dumps(found, separators=(",", ":")) + "\n", encoding="utf-8")
