"""What indicators keep to: neither units nor the order of rows matter; wrong is refused."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from commsvc.errors import CommsvcError
from commsvc.indicators import evaluation
from commsvc.indicators import utilization as use
from commsvc.indicators.checklists import compliance_summary, item_availability
from commsvc.indicators.implied_figures import possible_numerators
from commsvc.indicators.measure import measure
from commsvc.indicators.ratio import per
from commsvc.indicators.resources import (
    facilities_needed,
    implied_radius,
    residents_per_facility,
)

SITES = pd.DataFrame({"site": ["a", "b"], "bed": ["有", "不详"], "lamp": ["无", "有"]})


@given(st.integers(0, 3))
def test_unknown_cells_only_widen(which):
    """A cell that becomes known lies within what it was before."""
    rows = [["有", "不详"], ["不详", "有"]]
    open_ = pd.DataFrame(rows, columns=["bed", "lamp"]).assign(site=["a", "b"])
    known = open_.replace("不详", ["有", "无"][which % 2])
    for table in (item_availability, compliance_summary):
        wide, narrow = (table(d, ["bed", "lamp"], site="site") for d in (open_, known))
        assert (narrow["low"] >= wide["low"]).all()
        assert (narrow["high"] <= wide["high"]).all()


USERS = pd.DataFrame({"n": [0, 1, 2, 1], "need": [1, 1, 0, 1], "got": [0, 1, 1, 1], "age": "old"})


@pytest.mark.parametrize(
    "call",
    [
        lambda c: use.two_week(USERS, "n", count_of="episodes", design="srs", confidence=c),
        lambda c: use.unmet_need(USERS, needed="need", obtained="got", design="srs", confidence=c),
        lambda c: evaluation.icc(USERS[["n", "need"]], form="ICC(2,1)", confidence=c),
    ],
)
@pytest.mark.parametrize("confidence", [95, 0, 1.0])
def test_a_confidence_that_is_none_is_refused(call, confidence):
    call(0.9)
    with pytest.raises(CommsvcError, match="confidence"):
        call(confidence)


VISITS = measure("19.2万人次")


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: per(VISITS, measure(0, "providers")), "a rate needs its base"),
        (lambda: possible_numerators(measure(230, "persons"), "230人"), "no share"),
        (lambda: facilities_needed("80万人次", "3—10万人"), "visits"),
        (lambda: residents_per_facility("80万户", 42), "households"),
        (lambda: item_availability(SITES, ["beds"], site="site"), "did you mean 'bed'"),
        (lambda: compliance_summary(SITES, ["bed"], site="sites"), "did you mean"),
        (lambda: implied_radius(-1, 3), "must be positive"),
    ],
)
def test_refusals(call, says):
    with pytest.raises(CommsvcError, match=says):
        call()
