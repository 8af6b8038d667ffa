"""The published studies as data: each claim belongs to a listed study, readings belong together."""

import csv
from collections import Counter, defaultdict
from itertools import pairwise

from commsvc.published.claims import read_claims
from commsvc.published.reports import data_folder

FOLDER = data_folder() / "studies"
CLAIMS = [claim for _, claim in read_claims(FOLDER / "claims.jsonl")]


def test_the_list_of_studies_counts_their_claims():
    with (FOLDER / "studies.csv").open(encoding="utf-8", newline="") as file:
        listed = {row["study"]: int(row["claims"]) for row in csv.DictReader(file)}
    assert listed == Counter(claim["id"].partition("/")[0] for claim in CLAIMS)


def test_readings_are_of_one_figure_of_one_study():
    readings = defaultdict(list)
    for claim in CLAIMS:
        if "reading_of" in claim:
            readings[claim["reading_of"]].append(claim)
    assert readings
    for several in readings.values():
        assert len(several) > 1
        assert len({claim["id"].partition("/")[0] for claim in several}) == 1
        assert len({claim["printed"] for claim in several}) == 1
        # They differ in something, or they would be one claim.
        rest = [{k: v for k, v in claim.items() if k != "id"} for claim in several]
        assert all(one != other for one, other in pairwise(rest))
